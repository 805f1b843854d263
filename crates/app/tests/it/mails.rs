//! Mails, and what their tokens do: as files, by SMTP, and from two servers with one outbox.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use serde_json::json;

use crate::{
    program::{fail, wait_for},
    shop::{PASSWORD, Person, Shop, at_once, count, log_in},
    wire::{Answer, Client},
};

const NEW_PASSWORD: &str = "staple of damp hay";

/// The mails in the folder with this letter to this address, the oldest first.
pub(crate) fn mails(shop: &Shop, letter: &str, to: &str) -> Vec<String> {
    let folder = shop.directory.path().join(".data/mail");
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let names = entries.map(|entry| entry.unwrap().path());
    let mut names: Vec<_> = names.filter(|path| !path.to_string_lossy().contains("/.2")).collect();
    names.sort();
    let of_letter = names.iter().filter(|path| path.to_string_lossy().contains(&format!("-{letter}-")));
    let texts = of_letter.filter_map(|path| fs::read_to_string(path).ok());
    texts.filter(|text| text.contains(&format!("To: {to}"))).collect()
}

/// The token in the `number`th such mail, once it has come.
pub(crate) fn token(shop: &Shop, letter: &str, to: &str, number: usize) -> String {
    let mail = wait_for("a mail", || mails(shop, letter, to).into_iter().nth(number));
    let line = mail.lines().find(|line| line.starts_with("    ") && !line.contains("POST"));
    line.unwrap().trim().to_owned()
}

fn verify(client: &Client, token: &str) -> Answer {
    client.post("/auth/verify-email", &json!({ "token": token })).send()
}

fn forget(client: &Client, email: &str) -> Answer {
    client.post("/auth/password-reset", &json!({ "email": email })).send()
}

fn reset(client: &Client, token: &str, new: &str) -> Answer {
    let body = json!({"token": token, "new_password": new});
    client.post("/auth/password-reset/confirm", &body).send()
}

fn is_dead(answer: &Answer) {
    assert_eq!(answer.faults(), ["/token dead-token"]);
}

#[test]
fn a_registration_mails_a_token_that_verifies_the_address_once() {
    let shop = Shop::open();
    let ada = shop.customer();
    let mailed = token(&shop, "verify_email", &ada.email, 0);

    assert_eq!(verify(shop.client(), &mailed).status, 204);

    let me = shop.client().get("/users/me").token(&ada.token).send().expect(200);
    assert_eq!(me["email_verified"], true);
    is_dead(&verify(shop.client(), &mailed));
    is_dead(&verify(shop.client(), "nobody's"));
    let owed = || shop.query::<i64>("SELECT count(*) FROM mails") == [0];
    wait_for("an empty outbox", || owed().then_some(()));
    shop.check();
}

#[test]
fn a_forgotten_password_is_chosen_anew_and_every_session_ends() {
    // R012
    let shop = Shop::open();
    let other = shop.another_server();
    let ada = shop.customer();
    let known = forget(shop.client(), &ada.email.to_uppercase());
    let unknown = forget(shop.client(), "nobody@example.com");
    assert_eq!((known.status, known.text()), (202, unknown.text()));
    assert_eq!(unknown.status, 202);
    let first = token(&shop, "reset_password", &ada.email, 0);
    forget(&other.client, &ada.email);
    let second = token(&shop, "reset_password", &ada.email, 1);

    let weak = reset(shop.client(), &first, &format!("xx{}", ada.email.split('@').next().unwrap()));
    assert_eq!(weak.faults(), ["/new_password contains-email"]);
    let answers = at_once(10, |n| {
        let client = if n % 2 == 0 { shop.client() } else { &other.client };
        reset(client, &first, NEW_PASSWORD)
    });

    assert_eq!((count(&answers, 204), count(&answers, 422)), (1, 9));
    is_dead(&reset(shop.client(), &second, "another password of hers"));
    let old = json!({"email": ada.email, "password": PASSWORD});
    assert_eq!(shop.client().post("/auth/login", &old).send().problem(401), "invalid-credentials");
    for client in [shop.client(), &other.client] {
        let ended = || client.get("/users/me").token(&ada.token).send().status == 401;
        wait_for("the end of a session", || ended().then_some(()));
    }
    log_in(shop.client(), &ada.email, NEW_PASSWORD);
    wait_for("the notice", || mails(&shop, "password_changed", &ada.email).pop());
    assert!(mails(&shop, "reset_password", "nobody@example.com").is_empty());
    let told: Vec<String> =
        shop.query("SELECT type FROM audit_log WHERE type LIKE 'password.%' ORDER BY at, id");
    let requested = "password.reset_requested";
    assert_eq!(told, [requested, requested, requested, "password.reset", "password.refused"]);
    shop.check();
}

fn change(client: &Client, person: &Person, password: &str, email: &str) -> Answer {
    let body = json!({"email": email, "current_password": password});
    client.post("/users/me/email", &body).token(&person.token).send()
}

#[test]
fn another_address_counts_once_its_token_comes_back_and_the_old_one_is_told() {
    // R013
    let shop = Shop::open();
    let ada = shop.customer();
    let refused = change(shop.client(), &ada, "not this one", "countess@example.com");
    assert_eq!(refused.problem(403), "wrong-password");

    assert_eq!(change(shop.client(), &ada, PASSWORD, "Countess@Example.com").status, 202);

    let mailed = token(&shop, "confirm_email_change", "countess@example.com", 0);
    wait_for("the warning", || mails(&shop, "email_change_requested", &ada.email).pop());
    log_in(shop.client(), &ada.email, PASSWORD);
    let early = json!({"email": "countess@example.com", "password": PASSWORD});
    assert_eq!(shop.client().post("/auth/login", &early).send().status, 401, "not yet");
    assert_eq!(verify(shop.client(), &mailed).status, 204);
    log_in(shop.client(), "countess@example.com", PASSWORD);
    let me = shop.client().get("/users/me").token(&ada.token).send().expect(200);
    assert_eq!((&me["email"], &me["email_verified"]), (&json!("countess@example.com"), &json!(true)));
    wait_for("the farewell", || mails(&shop, "email_changed", &ada.email).pop());
    is_dead(&verify(shop.client(), &mailed));
    shop.check();
}

#[test]
fn an_address_that_is_taken_is_refused_at_once_and_one_that_was_taken_meanwhile_at_the_token() {
    // R013
    let shop = Shop::open();
    let (ada, bob) = (shop.customer(), shop.customer());
    assert_eq!(change(shop.client(), &ada, PASSWORD, &bob.email).problem(409), "email-taken");
    assert_eq!(change(shop.client(), &ada, PASSWORD, "free@example.com").status, 202);
    let mailed = token(&shop, "confirm_email_change", "free@example.com", 0);
    let body = json!({"email": "free@example.com", "password": PASSWORD});
    shop.client().post("/auth/register", &body).send().expect(201);

    assert_eq!(verify(shop.client(), &mailed).problem(409), "email-taken");

    let me = shop.client().get("/users/me").token(&ada.token).send().expect(200);
    assert_eq!(me["email"], ada.email.as_str());
    shop.check();
}

#[test]
fn nobodys_letter_box_is_filled() {
    let shop = Shop::open_with(&[("TRUSTED_PROXIES", "127.0.0.1")]);
    let ada = shop.customer();
    let ask = |email: &str, from: &str| {
        let call = shop.client().post("/auth/password-reset", &json!({ "email": email }));
        call.header("x-forwarded-for", from).send()
    };
    for n in 0..8 {
        assert_eq!(ask(&ada.email, &format!("192.0.2.{n}")).status, 202);
    }
    let owed: Vec<i64> = shop.query("SELECT count(*) FROM one_time_tokens WHERE kind = 'password_reset'");
    assert_eq!(owed, [5], "and nobody is told");
    for n in 0..20 {
        assert_eq!(ask(&format!("user{n}@example.com"), "192.0.2.200").status, 202);
    }
    assert_eq!(ask("user20@example.com", "192.0.2.200").problem(429), "rate-limited");
}

/// An SMTP server that takes whatever comes, and gives the words of each mail.
fn smtp_server() -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap());
    let taken = Arc::new(Mutex::new(Vec::new()));
    let keeper = taken.clone();
    // It ends with the test's process; nobody waits for it.
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let keeper = keeper.clone();
            thread::spawn(move || talk(stream, &keeper));
        }
    });
    (url, taken)
}

fn talk(mut stream: TcpStream, taken: &Mutex<Vec<String>>) -> Option<()> {
    let mut lines = BufReader::new(stream.try_clone().ok()?).lines();
    let mut say = |answer: &str| stream.write_all(format!("{answer}\r\n").as_bytes()).ok();
    say("220 mail.example ESMTP")?;
    loop {
        match lines.next()?.ok()?.get(..4)?.to_ascii_uppercase().as_str() {
            "EHLO" => say("250-mail.example\r\n250-8BITMIME\r\n250 SMTPUTF8")?,
            "DATA" => {
                say("354 go on")?;
                let text: Vec<String> =
                    lines.by_ref().map_while(Result::ok).take_while(|line| line != ".").collect();
                taken.lock().unwrap().push(text.join("\n"));
                say("250 taken")?;
            }
            _ => say("250 fine")?,
        }
    }
}

#[test]
fn two_servers_send_each_mail_once() {
    let (url, taken) = smtp_server();
    let settings =
        [("RATE_LIMIT", "off"), ("SMTP_URL", &*url), ("MAIL_FROM", "The Shop <shop@shop.example>")];
    let shop = Shop::open_with(&settings);
    let other = shop.another_server();
    let people: Vec<_> = at_once(20, |n| {
        let client = if n % 2 == 0 { shop.client() } else { &other.client };
        let email = format!("user{n}@example.com");
        client.post("/auth/register", &json!({"email": email, "password": PASSWORD})).send().expect(201);
        email
    });
    wait_for("twenty mails", || (taken.lock().unwrap().len() >= 20).then_some(()));
    wait_for("an empty outbox", || (shop.query::<i64>("SELECT count(*) FROM mails") == [0]).then_some(()));
    let taken = taken.lock().unwrap();
    assert_eq!(taken.len(), 20);
    for email in people {
        assert_eq!(taken.iter().filter(|mail| mail.contains(&format!("To: {email}\n"))).count(), 1);
    }
    assert!(taken.iter().all(|mail| mail.contains("http://shop.example/auth/verify-email")));
}

#[test]
fn a_mail_waits_while_the_mail_server_is_away_and_the_log_names_nobody() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap());
    drop(listener);
    let settings = [("RATE_LIMIT", "off"), ("SMTP_URL", &*url), ("MAIL_FROM", "shop@shop.example")];
    let shop = Shop::open_with(&settings);
    let ada = shop.customer();
    wait_for("a failed try", || shop.server.running.log().contains("a mail could not be sent").then_some(()));
    assert_eq!(shop.query::<i64>("SELECT count(*) FROM mails"), [1]);
    assert!(!shop.server.running.log().contains(&ada.email));
}

#[test]
fn a_wrong_mail_setting_stops_the_start_and_shows_no_password() {
    let shop = Shop::open();
    let start = |settings: &[(&str, &str)]| {
        let mut command = shop.stoa();
        command.args(["serve", "--bind", "127.0.0.1:0"]);
        command.envs(settings.iter().copied());
        fail(&mut command)
    };
    let (status, said) =
        start(&[("SMTP_URL", "http://ada:s3cret@mail.example"), ("MAIL_FROM", "a@b.example")]);
    assert!(status == Some(1) && said.contains("SMTP_URL") && !said.contains("s3cret"), "{said}");
    let (status, said) = start(&[("SMTP_URL", "smtp://mail.example")]);
    assert!(status == Some(1) && said.contains("MAIL_FROM"), "{said}");
    let (status, said) = start(&[("MAIL_FROM", "nobody")]);
    assert!(status == Some(1) && said.contains("MAIL_FROM"), "{said}");
}
