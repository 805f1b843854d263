//! A server to put under load, and how to describe one that is not ours.

use std::{collections::BTreeMap, path::Path};

use serde::Deserialize;

use crate::{
    failure::Failure,
    machine::{Watched, listener},
    request::{Request, RequestTemplate, Values},
    wire::{Wire, loopback},
    workloads::Workload,
};

/// A server, with the requests that it understands.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) name: String,
    pub(crate) wire: Wire,
    /// Whose processor time and memory counts.
    pub(crate) watched: Watched,
    /// What the requests are filled with.
    pub(crate) values: Values,
    description: Description,
}

/// What a file says about a server.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Description {
    name: String,
    /// `http://127.0.0.1:PORT`
    base: String,
    /// `127.0.0.1:PORT` of its database.
    database: Option<String>,
    /// Where the answer to a log-in has the access token, as a JSON pointer.
    #[serde(default = "default_token")]
    token: String,
    /// How many customers are logged in.
    #[serde(default = "default_sessions")]
    sessions: usize,
    #[serde(default)]
    values: BTreeMap<String, ValueList>,
    workloads: BTreeMap<Workload, RequestTemplate>,
}

/// Values, one by one or numbered.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum ValueList {
    Each(Vec<String>),
    Numbered {
        from: u32,
        to: u32,
        /// Text with `{}` where the number goes.
        #[serde(default = "default_form", rename = "as")]
        form: String,
    },
}

fn default_token() -> String {
    "/access_token".to_owned()
}

const fn default_sessions() -> usize {
    64
}

fn default_form() -> String {
    "{}".to_owned()
}

impl Description {
    /// Reads a description; `origin` says whose it is.
    ///
    /// # Errors
    /// A sentence about what is wrong with it.
    pub(crate) fn parse(text: &str, origin: &str) -> Result<Self, Failure> {
        toml::from_str(text).map_err(|error| Failure::new(origin, error))
    }
}

impl Target {
    /// A server that runs already.
    ///
    /// # Errors
    /// When the file can't be used, or the server is not on this machine.
    pub(crate) fn read(file: &Path) -> Result<Self, Failure> {
        let origin = file.display().to_string();
        let text = std::fs::read_to_string(file).map_err(|error| Failure::new(&origin, error))?;
        let description = Description::parse(&text, &origin)?;
        let wire = Wire::new(loopback(&description.base)?);
        let server = listener(wire.address().port());
        if server.is_none() {
            return Err(Failure::say(format_args!(
                "{} does not listen on {}",
                description.name,
                wire.address()
            )));
        }
        let database = match &description.database {
            Some(address) => listener(loopback(&format!("http://{address}"))?.port()),
            None => None,
        };
        Ok(Self::new(description, wire, Watched { server, database }))
    }

    /// A server by its description, but for the address that this has.
    pub(crate) fn new(description: Description, wire: Wire, watched: Watched) -> Self {
        let values = description.values.iter().map(|(name, list)| (name.clone(), list.values())).collect();
        Self { name: description.name.clone(), wire, watched, values, description }
    }

    /// Whether it understands a workload.
    pub(crate) fn knows(&self, workload: Workload) -> bool {
        let described = |workload| self.description.workloads.contains_key(&workload);
        described(workload.measured()) && (workload.crowd().is_none() || described(Workload::LogIn))
    }

    /// The requests of a workload.
    ///
    /// # Errors
    /// When the target lacks it, or a value for it.
    pub(crate) fn deck(
        &self,
        workload: Workload,
        random: &mut fastrand::Rng,
    ) -> Result<Vec<Request>, Failure> {
        let template = self.description.workloads.get(&workload.measured());
        let template =
            template.ok_or_else(|| Failure::say(format_args!("{} has no {workload}", self.name)))?;
        template.deck(&self.values, random)
    }

    /// Logs customers in when a workload needs them, and keeps their access tokens among the values.
    ///
    /// # Errors
    /// When one can't log in.
    pub(crate) fn log_in(&mut self, random: &mut fastrand::Rng) -> Result<(), Failure> {
        if !self.description.workloads.values().any(RequestTemplate::is_authorized) {
            return Ok(());
        }
        let mut deck = self.deck(Workload::LogIn, random)?;
        random.shuffle(&mut deck);
        let pointer = &self.description.token;
        let tokens = deck.iter().take(self.description.sessions).map(|request| {
            let answer = self.wire.demand(request)?;
            let token = answer.pointer(pointer).and_then(serde_json::Value::as_str);
            token.map(str::to_owned).ok_or_else(|| {
                Failure::say(format_args!("{}: the answer to a log-in has no {pointer}", self.name))
            })
        });
        let tokens = tokens.collect::<Result<_, _>>()?;
        self.values.insert("token".to_owned(), tokens);
        Ok(())
    }
}

impl ValueList {
    fn values(&self) -> Vec<String> {
        match self {
            Self::Each(values) => values.clone(),
            Self::Numbered { from, to, form } => {
                (*from..=*to).map(|number| form.replace("{}", &number.to_string())).collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEER: &str = r#"
        name = "peer"
        base = "http://127.0.0.1:9001"
        database = "127.0.0.1:5432"
        token = "/token"
        sessions = 2

        [values]
        product = { from = 1, to = 3 }
        email = { from = 1, to = 2, as = "user{}@example.com" }
        hot = ["7"]

        [workloads.W1]
        path = "/products/{product}"

        [workloads.W5hot]
        path = "/orders"
        body = '{"items":[{"product_id":{hot},"quantity":1}]}'
        authorized = true
    "#;

    fn peer() -> Target {
        let description = Description::parse(PEER, "peer").unwrap();
        let wire = Wire::new(loopback(&description.base).unwrap());
        Target::new(description, wire, Watched::default())
    }

    #[test]
    fn a_description_gives_values_and_workloads() {
        let peer = peer();

        assert_eq!(peer.values["product"], ["1", "2", "3"]);
        assert_eq!(peer.values["email"], ["user1@example.com", "user2@example.com"]);
        assert!(peer.knows(Workload::HotOrder) && !peer.knows(Workload::Order));
        assert_eq!(peer.deck(Workload::Product, &mut fastrand::Rng::with_seed(1)).unwrap().len(), 3);
    }

    #[test]
    fn what_a_description_lacks_is_said() {
        let failure = peer().deck(Workload::Order, &mut fastrand::Rng::with_seed(1)).unwrap_err();

        assert_eq!(failure.to_string(), "peer has no W5");
    }

    #[test]
    fn an_unknown_workload_or_field_of_a_description_is_refused() {
        assert!(Description::parse(&PEER.replace("W5hot", "W9"), "peer").is_err());
        assert!(Description::parse(&PEER.replace("sessions", "session"), "peer").is_err());
    }
}
