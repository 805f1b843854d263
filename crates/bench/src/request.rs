//! Requests, and the templates that they are made of.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{failure::Failure, template::Template};

/// Values to draw from, by the name that stands in the templates.
pub(crate) type Values = BTreeMap<String, Vec<String>>;

/// How many requests are made when a template leaves too many possibilities to send each one.
const DRAWN: usize = 10_000;

/// One request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// Path and query.
    pub(crate) path: String,
    /// The access token of who asks.
    pub(crate) token: Option<String>,
    /// JSON.
    pub(crate) body: Option<String>,
}

/// The requests of one workload.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RequestTemplate {
    /// GET; POST with a body.
    method: Option<String>,
    path: Template,
    body: Option<Template>,
    /// Sent with one of the values of `token`.
    #[serde(default)]
    authorized: bool,
}

impl Request {
    /// A read.
    pub(crate) fn get(path: impl Into<String>) -> Self {
        Self { method: "GET".to_owned(), path: path.into(), token: None, body: None }
    }

    /// A write.
    pub(crate) fn post(path: impl Into<String>, token: &str, body: &serde_json::Value) -> Self {
        Self {
            method: "POST".to_owned(),
            path: path.into(),
            token: Some(token.to_owned()),
            body: Some(body.to_string()),
        }
    }

    /// As it goes over the wire.
    pub(crate) fn text(&self, host: &str) -> String {
        let Self { method, path, token, body } = self;
        let mut text = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\n");
        if let Some(token) = token {
            text.push_str(&format!("Authorization: Bearer {token}\r\n"));
        }
        if let Some(body) = body {
            text.push_str(&format!("Content-Type: application/json\r\nContent-Length: {}\r\n", body.len()));
        }
        text.push_str("\r\n");
        text.push_str(body.as_deref().unwrap_or_default());
        text
    }
}

impl RequestTemplate {
    /// Whether somebody must be logged in.
    pub(crate) const fn is_authorized(&self) -> bool {
        self.authorized
    }

    /// Requests that stand for all that can be made of `values`: each one when there is only one value to
    /// choose, else a sample.
    ///
    /// # Errors
    /// When a list of values is missing or too short.
    pub(crate) fn deck(&self, values: &Values, random: &mut fastrand::Rng) -> Result<Vec<Request>, Failure> {
        let wanted = self.wanted();
        for (name, count) in &wanted {
            let there = values.get(*name).map_or(0, Vec::len);
            if there < *count {
                return Err(Failure::say(format_args!(
                    "{} wants {count} values of {name}, and there are {there}",
                    self.path.source()
                )));
            }
        }
        let choices = wanted.iter().filter(|(name, _)| values.get(**name).map_or(0, Vec::len) > 1);
        match choices.collect::<Vec<_>>().as_slice() {
            [] => Ok(vec![self.draw(values, &wanted, random)?]),
            [(name, 1)] => values
                .get(**name)
                .into_iter()
                .flatten()
                .map(|value| {
                    let mut values = values.clone();
                    values.insert((**name).to_owned(), vec![value.clone()]);
                    self.draw(&values, &wanted, random)
                })
                .collect(),
            _ => (0..DRAWN).map(|_| self.draw(values, &wanted, random)).collect(),
        }
    }

    /// How many different values of each list one request takes.
    fn wanted(&self) -> BTreeMap<&str, usize> {
        let mut wanted = BTreeMap::new();
        if self.authorized {
            wanted.insert("token", 1);
        }
        for (name, place) in self.path.places().chain(self.body.iter().flat_map(Template::places)) {
            let count = wanted.entry(name).or_default();
            *count = place.max(*count);
        }
        wanted
    }

    fn draw(
        &self,
        values: &Values,
        wanted: &BTreeMap<&str, usize>,
        random: &mut fastrand::Rng,
    ) -> Result<Request, Failure> {
        let hand: BTreeMap<&str, Vec<&str>> = wanted
            .iter()
            .map(|(name, count)| {
                let list = values.get(*name).map(Vec::as_slice).unwrap_or_default();
                (*name, different(list, *count, random))
            })
            .collect();
        let value = |name: &str, place: usize| hand.get(name)?.get(place.checked_sub(1)?).copied();
        Ok(Request {
            method: self
                .method
                .clone()
                .unwrap_or_else(|| if self.body.is_some() { "POST".to_owned() } else { "GET".to_owned() }),
            path: self.path.fill(value)?,
            token: if self.authorized { value("token", 1).map(str::to_owned) } else { None },
            body: self.body.as_ref().map(|body| body.fill(value)).transpose()?,
        })
    }
}

/// So many different ones of a list that has as many, in any order.
fn different<'v>(list: &'v [String], count: usize, random: &mut fastrand::Rng) -> Vec<&'v str> {
    let mut taken: Vec<usize> = Vec::new();
    while taken.len() < count.min(list.len()) {
        let next = random.usize(..list.len());
        if !taken.contains(&next) {
            taken.push(next);
        }
    }
    taken.into_iter().filter_map(|place| list.get(place).map(String::as_str)).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn template(text: &str) -> RequestTemplate {
        toml::from_str(text).unwrap()
    }

    fn values(lists: &[(&str, &[&str])]) -> Values {
        let owned = |list: &[&str]| list.iter().map(|value| (*value).to_owned()).collect();
        lists.iter().map(|(name, list)| ((*name).to_owned(), owned(list))).collect()
    }

    fn deck(text: &str, lists: &[(&str, &[&str])]) -> Result<Vec<Request>, Failure> {
        template(text).deck(&values(lists), &mut fastrand::Rng::with_seed(1))
    }

    #[test]
    fn one_choice_makes_a_request_for_each_value() {
        let deck = deck("path = '/products/{product}'", &[("product", &["a", "b", "c"])]).unwrap();

        let paths: Vec<&str> = deck.iter().map(|request| request.path.as_str()).collect();
        assert_eq!(paths, ["/products/a", "/products/b", "/products/c"]);
    }

    #[test]
    fn no_choice_makes_one_request() {
        let deck = deck("path = '/products?cursor={last}'", &[("last", &["x"])]).unwrap();

        assert_eq!(deck, [Request::get("/products?cursor=x")]);
    }

    #[test]
    fn two_values_of_one_list_always_differ() {
        let text = "path = '/orders'\nbody = '{sku}-{sku2}'\nauthorized = true";

        let deck = deck(text, &[("sku", &["a", "b", "c"]), ("token", &["t"])]).unwrap();

        let bodies: BTreeSet<_> = deck.iter().filter_map(|request| request.body.as_deref()).collect();
        assert_eq!(bodies, BTreeSet::from(["a-b", "a-c", "b-a", "b-c", "c-a", "c-b"]));
        assert_eq!(deck.len(), DRAWN);
    }

    #[test]
    fn a_list_that_is_too_short_is_a_failure() {
        let failure = deck("path = '/{sku}/{sku2}'", &[("sku", &["a"])]).unwrap_err();

        assert_eq!(failure.to_string(), "/{sku}/{sku2} wants 2 values of sku, and there are 1");
        assert!(deck("path = '/orders'\nauthorized = true", &[]).is_err());
    }

    #[test]
    fn on_the_wire_a_body_has_its_length() {
        let text = "path = '/auth/login'\nbody = '{\"é\":1}'\nauthorized = true";

        let deck = deck(text, &[("token", &["t"])]).unwrap();

        assert_eq!(
            deck.first().unwrap().text("127.0.0.1:80"),
            "POST /auth/login HTTP/1.1\r\nHost: 127.0.0.1:80\r\nAuthorization: Bearer t\r\n\
             Content-Type: application/json\r\nContent-Length: 8\r\n\r\n{\"é\":1}"
        );
    }

    #[test]
    fn a_misspelt_field_of_a_template_is_refused() {
        assert!(toml::from_str::<RequestTemplate>("path = '/'\nautorized = true").is_err());
    }
}
