//! `stoa health`

use std::{
    io::{Read, Write},
    net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream},
    time::Duration,
};

use crate::{config::Config, failure::Failure};

/// How long the server may take.
const PATIENCE: Duration = Duration::from_secs(3);

/// Passes when the server of this machine says that it is ready. It needs no other program, so that a container's
/// image needs none.
pub(crate) fn run(config: &Config) -> Result<(), Failure> {
    let bind = config.http.bind;
    let host = if bind.ip().is_unspecified() { IpAddr::V4(Ipv4Addr::LOCALHOST) } else { bind.ip() };
    let address = SocketAddr::new(host, bind.port());
    let answer = ask(address).map_err(|error| Failure::new(format!("no answer from {address}"), error))?;
    if answer.starts_with("HTTP/1.1 200") {
        return Ok(());
    }
    let word = answer.rsplit("\r\n\r\n").next().unwrap_or_default();
    Err(Failure::say(format!("not ready: {word}")))
}

fn ask(address: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(
        format!("GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").as_bytes(),
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}
