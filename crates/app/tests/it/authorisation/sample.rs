//! One call of an operation that is valid, whoever makes it.

use serde_json::{Value, json};

use super::{
    matrix::Row,
    stage::{Stage, Who},
};
use crate::{shop::Shop, wire::Call};

/// What nothing has as its id.
const NOTHING: &str = "018f4d9e-0000-7000-8000-0000000000ff";

/// A call that is not sent yet.
#[derive(Clone, Debug)]
pub(super) struct Sample {
    method: &'static str,
    path: String,
    /// The ids in the path.
    ids: Vec<String>,
    token: Option<String>,
    media: String,
    body: Option<Value>,
    headers: Vec<(&'static str, String)>,
}

impl Sample {
    /// As the document has it: the path with ids of what it names, and the first example of the body.
    pub(super) fn documented(stage: &Stage, row: &Row, operation: &Value, who: Who) -> Self {
        let (mut path, mut ids, mut kind) = (String::new(), Vec::new(), "");
        let (route, query) = row.path().split_once('?').map_or((row.path(), None), |(r, q)| (r, Some(q)));
        for step in route.split('/').skip(1) {
            match step.strip_prefix('{').and_then(|step| step.strip_suffix('}')) {
                Some(parameter) => {
                    let id = stage.name(kind, parameter, &ids);
                    path.push_str(&format!("/{id}"));
                    ids.push(id);
                }
                None => {
                    path.push_str(&format!("/{step}"));
                    kind = step;
                }
            }
        }
        if let Some(query) = query {
            path.push_str(&format!("?{query}"));
        }
        let known = ["GET", "POST", "PUT", "PATCH", "DELETE"];
        let content = operation["requestBody"]["content"].as_object().and_then(|media| media.iter().next());
        let example = content.map(|(_, content)| {
            let examples = content["examples"].as_object();
            examples.and_then(|all| all.values().next()).map_or(json!({}), |example| example["value"].clone())
        });
        Self {
            method: known.into_iter().find(|method| *method == row.method()).unwrap(),
            path,
            ids,
            token: stage.person(who).map(|person| person.token.clone()),
            media: content.map_or_else(String::new, |(media, _)| media.clone()),
            body: example,
            headers: Vec::new(),
        }
    }

    /// The first id in its path.
    pub(super) fn id(&self) -> &str {
        &self.ids[0]
    }

    /// With another body.
    pub(super) fn body(self, body: Value) -> Self {
        Self { body: Some(body), ..self }
    }

    /// With one member more in its body.
    pub(super) fn with(mut self, member: &str, value: Value) -> Self {
        self.body.get_or_insert_with(|| json!({}))[member] = value;
        self
    }

    /// With one header more.
    pub(super) fn header(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    /// Made by whoever has this access token.
    pub(super) fn by(self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self }
    }

    /// The same about something that there is not.
    pub(super) fn of_nothing(&self) -> Self {
        let path = self.ids.iter().fold(self.path.clone(), |path, id| path.replace(id.as_str(), NOTHING));
        Self { path, ..self.clone() }
    }

    pub(super) fn call(&self, shop: &Shop) -> Call {
        let mut call = shop.client().call(self.method, &self.path);
        if let Some(token) = &self.token {
            call = call.token(token);
        }
        for (name, value) in &self.headers {
            call = call.header(name, value);
        }
        match &self.body {
            Some(Value::String(text)) => call.body(&self.media, text.clone()),
            Some(body) => call.body(&self.media, body.to_string()),
            None => call,
        }
    }
}
