//! Requests one by one: what is prepared before the load, and looked at.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::Duration,
};

use serde_json::Value;
use ureq::{Agent, http};

use crate::{failure::Failure, request::Request};

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// The most of a body that is quoted in a failure, in characters.
const QUOTED: usize = 300;

/// A server on this machine.
#[derive(Debug, Clone)]
pub(crate) struct Wire {
    address: SocketAddr,
    agent: Agent,
}

impl Wire {
    /// To the server at `address`.
    pub(crate) fn new(address: SocketAddr) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .timeout_global(Some(PATIENCE))
            .build();
        Self { address, agent: config.into() }
    }

    /// Where the server is.
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Sends a request; the status and the body of its answer.
    ///
    /// # Errors
    /// When there is no answer.
    pub(crate) fn send(&self, request: &Request) -> Result<(u16, String), Failure> {
        let Request { method, path, token, body } = request;
        let failed = |error| Failure::new(format_args!("{method} {path}"), error);
        let mut built = http::Request::builder()
            .method(method.as_str())
            .uri(format!("http://{}{path}", self.address))
            .header("Content-Type", "application/json");
        if let Some(token) = token {
            built = built.header("Authorization", format!("Bearer {token}"));
        }
        let answer = match body {
            Some(body) => self.agent.run(built.body(body.as_str()).map_err(|error| failed(error.into()))?),
            None => self.agent.run(built.body(()).map_err(|error| failed(error.into()))?),
        };
        let mut answer = answer.map_err(failed)?;
        let body = answer.body_mut().read_to_string().map_err(failed)?;
        Ok((answer.status().as_u16(), body))
    }

    /// Sends a request that must succeed; the JSON of its answer.
    ///
    /// # Errors
    /// When it does not.
    pub(crate) fn demand(&self, request: &Request) -> Result<Value, Failure> {
        let (status, body) = self.send(request)?;
        let Request { method, path, .. } = request;
        if !(200..300).contains(&status) {
            let quoted: String = body.chars().take(QUOTED).collect();
            return Err(Failure::say(format_args!("{method} {path} answered {status}: {quoted}")));
        }
        serde_json::from_str(&body)
            .map_err(|error| Failure::new(format_args!("the answer to {method} {path}"), error))
    }
}

/// Reads `http://127.0.0.1:9001`: load is sent to this machine only.
///
/// # Errors
/// When it is another machine's, or no address.
pub(crate) fn loopback(base: &str) -> Result<SocketAddr, Failure> {
    let refused = || {
        Failure::say(format_args!(
            "{base}: only http://127.0.0.1:PORT or http://localhost:PORT is put under load"
        ))
    };
    let (host, port) = base
        .strip_prefix("http://")
        .and_then(|rest| rest.strip_suffix('/').unwrap_or(rest).rsplit_once(':'))
        .ok_or_else(refused)?;
    let host = if host == "localhost" { Ipv4Addr::LOCALHOST } else { host.parse().map_err(|_| refused())? };
    let port = port.parse().map_err(|_| refused())?;
    if host.is_loopback() { Ok(SocketAddr::new(IpAddr::V4(host), port)) } else { Err(refused()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_may_be_put_under_load() {
        let address: SocketAddr = "127.0.0.1:9001".parse().unwrap();

        assert_eq!(loopback("http://127.0.0.1:9001").unwrap(), address);
        assert_eq!(loopback("http://localhost:9001/").unwrap(), address);
    }

    #[test]
    fn no_other_machine_may() {
        for base in [
            "http://192.0.2.1:80",
            "http://0.0.0.0:80",
            "http://shop.example:80",
            "http://127.0.0.1",
            "http://localhost.shop.example:80",
            "http://127.0.0.1:80@shop.example:80",
            "https://127.0.0.1:443",
        ] {
            assert!(loopback(base).is_err(), "{base}");
        }
    }
}
