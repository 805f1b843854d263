//! Faults: one for each rule that a request breaks, and the list that collects all of them.

use std::{
    borrow::Cow,
    fmt::{self, Display},
};

use schemars::JsonSchema;
use serde::Serialize;

/// No answer lists more faults than this; a body can hold hundreds of thousands.
const MAX_FAULTS: usize = 1_000;

/// One broken rule, and where it was broken: exactly one of `pointer`, `parameter` and `header` is there.
#[derive(Clone, Debug, Eq, JsonSchema, PartialEq, Serialize)]
pub struct Fault {
    /// Where in the body: a JSON Pointer (RFC 6901), empty for the body itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("examples" = ["/lines/0/quantity"]))]
    pointer: Option<String>,
    /// Which parameter of the query.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("examples" = ["limit"]))]
    parameter: Option<String>,
    /// Which header.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("examples" = ["If-Match"]))]
    header: Option<Cow<'static, str>>,
    /// Which rule; stable, for programs.
    #[schemars(extend("examples" = ["too-small"]))]
    code: Cow<'static, str>,
    /// What the rule asks for, for people.
    #[schemars(extend("examples" = ["must be at least 1"]))]
    message: String,
}

impl Fault {
    /// A fault in the body, at a JSON Pointer.
    pub fn at(
        pointer: impl Into<String>,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            pointer: Some(pointer.into()),
            parameter: None,
            header: None,
            code: code.into(),
            message: message.into(),
        }
    }

    /// A fault in a parameter of the query.
    pub fn parameter(
        name: impl Into<String>,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
    ) -> Self {
        Self { parameter: Some(name.into()), pointer: None, ..Self::at("", code, message) }
    }

    /// A fault in a header.
    pub fn header(
        name: &'static str,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
    ) -> Self {
        Self { header: Some(Cow::Borrowed(name)), pointer: None, ..Self::at("", code, message) }
    }

    /// Which rule was broken.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The same fault of a query that was checked as if it were a body: its first step names the parameter.
    pub(crate) fn into_parameter(self) -> Self {
        match self.pointer {
            Some(pointer) => {
                let name = pointer.trim_start_matches('/').split('/').next().unwrap_or_default();
                let (code, message) = match self.code.as_ref() {
                    "unknown-field" => ("unknown-parameter".into(), "there is no such parameter".to_owned()),
                    _ => (self.code, self.message),
                };
                Self::parameter(name.replace("~1", "/").replace("~0", "~"), code, message)
            }
            None => self,
        }
    }

    /// Takes the member that this fault is about out of `tree`, so that the rest can be read.
    pub(crate) fn remove_from(&self, tree: &mut serde_json::Value) {
        let Some((parent, name)) = self.pointer.as_deref().and_then(|pointer| pointer.rsplit_once('/'))
        else {
            return;
        };
        if let Some(members) = tree.pointer_mut(parent).and_then(serde_json::Value::as_object_mut) {
            members.remove(&name.replace("~1", "/").replace("~0", "~"));
        }
    }

    fn is_at_or_above(&self, pointer: &str) -> bool {
        self.pointer.as_deref().is_some_and(|own| {
            pointer.strip_prefix(own).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }
}

impl Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.pointer.as_deref().or(self.parameter.as_deref()).or(self.header.as_deref());
        match place {
            Some(place) if !place.is_empty() => write!(f, "{place} {}", self.message),
            _ => f.write_str(&self.message),
        }
    }
}

/// Every fault of one request. The first fault at a place wins: what a schema has refused, no later rule
/// refuses again.
#[derive(Debug, Default)]
pub struct Faults {
    prefix: String,
    list: Vec<Fault>,
}

impl Faults {
    /// Whether the request has been faultless so far.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Adds a fault at `pointer`, relative to the part of the body that is being read.
    pub fn add(&mut self, pointer: &str, code: impl Into<Cow<'static, str>>, message: impl Into<String>) {
        let pointer = format!("{}{pointer}", self.prefix);
        let known = self.list.iter().any(|fault| fault.is_at_or_above(&pointer));
        if !known {
            self.push(Fault::at(pointer, code, message));
        }
    }

    /// The value of a field, or a fault with the code `invalid` and the error's own words.
    pub fn field<T, E: Display>(&mut self, pointer: &str, parsed: Result<T, E>) -> Option<T> {
        self.field_as(pointer, "invalid", parsed)
    }

    /// The value of a field, or a fault with `code` and the error's own words.
    pub fn field_as<T, E: Display>(
        &mut self,
        pointer: &str,
        code: &'static str,
        parsed: Result<T, E>,
    ) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(error) => {
                self.add(pointer, code, error.to_string());
                None
            }
        }
    }

    /// The value of a field that may be absent: `None` is a fault, `Some(None)` an absent field.
    pub fn optional<T, U, E: Display>(
        &mut self,
        pointer: &str,
        raw: Option<T>,
        parse: impl FnOnce(T) -> Result<U, E>,
    ) -> Option<Option<U>> {
        match raw {
            Some(raw) => self.field(pointer, parse(raw)).map(Some),
            None => Some(None),
        }
    }

    /// The value of a field that may be absent or cleared: `None` is a fault, `Some(None)` an absent field.
    pub fn clearable<T, U, E: Display>(
        &mut self,
        pointer: &str,
        raw: Option<Option<T>>,
        parse: impl FnOnce(T) -> Result<U, E>,
    ) -> Option<Option<Option<U>>> {
        match raw {
            Some(Some(raw)) => self.field(pointer, parse(raw)).map(|value| Some(Some(value))),
            absent_or_cleared => Some(absent_or_cleared.map(|_| None)),
        }
    }

    /// Reads a part of the body whose faults are all below `pointer`.
    pub fn within<T>(&mut self, pointer: &str, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let outer = self.prefix.len();
        self.prefix.push_str(pointer);
        let value = read(self);
        self.prefix.truncate(outer);
        value
    }

    /// Reads every item of the list at `pointer`; all of them, even after the first fault.
    pub fn each<T, U>(
        &mut self,
        pointer: &str,
        items: impl IntoIterator<Item = T>,
        mut read: impl FnMut(T, &mut Self) -> Option<U>,
    ) -> Option<Vec<U>> {
        let read: Vec<Option<U>> = items
            .into_iter()
            .enumerate()
            .map(|(index, item)| self.within(&format!("{pointer}/{index}"), |faults| read(item, faults)))
            .collect();
        read.into_iter().collect()
    }

    pub(crate) fn push(&mut self, fault: Fault) {
        if self.list.len() < MAX_FAULTS {
            self.list.push(fault);
        }
    }

    pub(crate) fn append(&mut self, faults: Vec<Fault>) {
        for fault in faults {
            self.push(fault);
        }
    }

    pub(crate) fn into_vec(self) -> Vec<Fault> {
        self.list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_schema_refused_is_not_refused_again_at_or_below_it() {
        let mut faults = Faults::default();
        faults.add("/price", "type", "must be an object");
        faults.add("/price", "currency-mismatch", "must be EUR");
        faults.add("/price/amount", "money-amount", "must be a decimal");
        faults.add("/prices", "required", "is required");
        let codes: Vec<_> = faults.into_vec().iter().map(|fault| fault.code().to_owned()).collect();
        assert_eq!(codes, ["type", "required"]);
    }

    #[test]
    fn items_are_all_read_and_their_faults_stand_below_them() {
        let mut faults = Faults::default();
        let read = faults
            .each("/lines", ["1", "x", "3", "y"], |raw, faults| faults.field("/quantity", raw.parse::<u8>()));
        assert_eq!(read, None);
        let pointers: Vec<_> = faults.into_vec().into_iter().filter_map(|fault| fault.pointer).collect();
        assert_eq!(pointers, ["/lines/1/quantity", "/lines/3/quantity"]);
    }
}
