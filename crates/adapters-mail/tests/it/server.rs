//! An SMTP server (RFC 5321) on a port of its own: it takes mails, or answers what a test wants it to.

use std::sync::{Arc, Mutex};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};

/// A server that ends with its test.
pub(crate) struct SmtpServer {
    pub(crate) url: String,
    taken: Arc<Mutex<Vec<Taken>>>,
}

/// A mail that was taken.
#[derive(Clone, Debug, Default)]
pub(crate) struct Taken {
    pub(crate) from: String,
    pub(crate) to: Vec<String>,
    pub(crate) text: String,
}

impl SmtpServer {
    /// One that answers each recipient with `answer`, such as `250 fine`.
    pub(crate) async fn start(answer: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let taken = Arc::new(Mutex::new(Vec::new()));
        let keeper = taken.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(talk(stream, answer, keeper.clone()));
            }
        });
        Self { url, taken }
    }

    pub(crate) fn taken(&self) -> Vec<Taken> {
        self.taken.lock().unwrap().clone()
    }
}

async fn talk(stream: TcpStream, recipient: &'static str, taken: Arc<Mutex<Vec<Taken>>>) {
    let mut stream = BufReader::new(stream);
    let mut mail = Taken::default();
    say(&mut stream, "220 mail.example ESMTP").await;
    let mut line = String::new();
    while stream.read_line(&mut line).await.is_ok_and(|read| read > 0) {
        let command = line.trim_end().to_owned();
        line.clear();
        let verb = command.split([' ', ':']).next().unwrap().to_ascii_uppercase();
        match verb.as_str() {
            "EHLO" => say(&mut stream, "250-mail.example\r\n250-8BITMIME\r\n250 SMTPUTF8").await,
            "MAIL" => {
                mail = Taken { from: command, ..Taken::default() };
                say(&mut stream, "250 fine").await;
            }
            "RCPT" => {
                mail.to.push(command);
                say(&mut stream, recipient).await;
            }
            "DATA" => {
                say(&mut stream, "354 go on").await;
                while stream.read_line(&mut line).await.is_ok_and(|read| read > 0) {
                    if line == ".\r\n" {
                        break;
                    }
                    mail.text.push_str(line.strip_prefix('.').unwrap_or(&line));
                    line.clear();
                }
                line.clear();
                taken.lock().unwrap().push(mail.clone());
                say(&mut stream, "250 taken").await;
            }
            "QUIT" => return say(&mut stream, "221 bye").await,
            _ => say(&mut stream, "250 fine").await,
        }
    }
}

async fn say(stream: &mut BufReader<TcpStream>, answer: &str) {
    // Whoever has hung up does not want to know.
    let _ = stream.write_all(format!("{answer}\r\n").as_bytes()).await;
}
