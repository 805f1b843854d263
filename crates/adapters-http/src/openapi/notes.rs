//! What the document says beyond types: tags, examples, and the problems that only some operations have.

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::problem::{ApiError, Code, Problem};

/// The notes of all areas.
#[derive(Debug, Default)]
pub struct Notes {
    tags: Vec<(&'static str, &'static str)>,
    order: Vec<&'static str>,
    errors: Vec<(&'static str, &'static [Code])>,
    tagged: Vec<&'static str>,
    unguarded: Vec<&'static str>,
    examples: Vec<Example>,
}

#[derive(Debug)]
struct Example {
    operation: &'static str,
    slot: Slot,
    name: &'static str,
    summary: &'static str,
    value: Value,
}

/// Where an example stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Slot {
    Request,
    Reply(u16),
}

/// The problem as a client would see it.
pub(super) fn sample(error: &ApiError) -> Problem {
    error.problem("https://shop.example", "019cae0b-44a0-7d3a-9a3e-6f1f0c2b4d5e")
}

impl Notes {
    /// Describes a tag, in Markdown.
    pub fn tag(&mut self, name: &'static str, description: &'static str) {
        self.tags.push((name, description));
    }

    /// Names operations in the order in which a newcomer would read them; those that are not named come last.
    pub fn order(&mut self, operations: &[&'static str]) {
        self.order.extend_from_slice(operations);
    }

    /// Names the problems that an operation has beyond those that follow from its shape.
    pub fn errors(&mut self, operation: &'static str, codes: &'static [Code]) {
        self.errors.push((operation, codes));
    }

    /// Names operations whose answers have an `ETag`; those that read take `If-None-Match`.
    pub fn tagged(&mut self, operations: &[&'static str]) {
        self.tagged.extend_from_slice(operations);
    }

    /// Names operations that answer even when the server has too much to do.
    pub(crate) fn unguarded(&mut self, operations: &[&'static str]) {
        self.unguarded.extend_from_slice(operations);
    }

    /// Adds an example of an operation's body: a value of the real type, so that it can't drift.
    pub fn request<T: Serialize>(
        &mut self,
        operation: &'static str,
        name: &'static str,
        summary: &'static str,
        value: &T,
    ) {
        self.example(operation, Slot::Request, name, summary, value);
    }

    /// Adds an example of an operation's answer with this status.
    pub fn reply<T: Serialize>(
        &mut self,
        operation: &'static str,
        status: u16,
        name: &'static str,
        summary: &'static str,
        value: &T,
    ) {
        self.example(operation, Slot::Reply(status), name, summary, value);
    }

    /// Adds an example of a problem that says more than its code does.
    pub fn problem(
        &mut self,
        operation: &'static str,
        name: &'static str,
        summary: &'static str,
        error: &ApiError,
    ) {
        let slot = Slot::Reply(error.code().status().as_u16());
        self.example(operation, slot, name, summary, &sample(error));
    }

    fn example<T: Serialize>(
        &mut self,
        operation: &'static str,
        slot: Slot,
        name: &'static str,
        summary: &'static str,
        value: &T,
    ) {
        let value = serde_json::to_value(value).unwrap_or_default();
        self.examples.push(Example { operation, slot, name, summary, value });
    }

    pub(crate) fn tags(&self) -> &[(&'static str, &'static str)] {
        &self.tags
    }

    /// An operation's place in the reading order.
    pub(crate) fn rank(&self, operation: &str) -> usize {
        self.order.iter().position(|named| *named == operation).unwrap_or(usize::MAX)
    }

    pub(crate) fn codes(&self, operation: &str) -> impl Iterator<Item = Code> {
        self.errors
            .iter()
            .filter(move |(own, _)| *own == operation)
            .flat_map(|(_, codes)| codes.iter().copied())
    }

    /// Whether the operation's answers have an `ETag`.
    pub(crate) fn is_tagged(&self, operation: &str) -> bool {
        self.tagged.contains(&operation)
    }

    /// Whether the operation answers even when the server has too much to do.
    pub(crate) fn is_unguarded(&self, operation: &str) -> bool {
        self.unguarded.contains(&operation)
    }

    /// The `examples` of a media type object.
    pub(crate) fn examples(&self, operation: &str, slot: Slot) -> Map<String, Value> {
        self.examples
            .iter()
            .filter(|example| example.operation == operation && example.slot == slot)
            .map(|example| {
                (example.name.to_owned(), json!({ "summary": example.summary, "value": example.value }))
            })
            .collect()
    }

    /// Operations that a note is about.
    #[cfg(test)]
    pub(crate) fn operations(&self) -> impl Iterator<Item = &'static str> {
        let examples = self.examples.iter().map(|example| example.operation);
        let named = self.order.iter().chain(&self.tagged).chain(&self.unguarded).copied();
        self.errors.iter().map(|(operation, _)| *operation).chain(examples).chain(named)
    }
}
