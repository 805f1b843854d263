//! How a command fails: one sentence on standard error, and exit status 1.

use std::{error::Error, fmt, process::ExitCode};

/// Why a command failed, in a sentence for whoever runs the server.
#[derive(Debug)]
pub(crate) struct Failure(String);

impl Failure {
    /// A sentence of our own, with the causes of `error` behind it.
    pub(crate) fn new(what: impl fmt::Display, error: impl Error) -> Self {
        Self(format!("{what}: {}", causes(&error)))
    }

    /// A whole sentence.
    pub(crate) fn say(what: impl fmt::Display) -> Self {
        Self(what.to_string())
    }

    /// Writes the sentence to standard error.
    #[expect(clippy::print_stderr, reason = "this is where a command speaks to whoever runs it")]
    pub(crate) fn report(&self) -> ExitCode {
        eprintln!("stoa: {}", self.0);
        ExitCode::FAILURE
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<E: Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(causes(&error))
    }
}

/// An error with its causes, each said once.
pub(crate) fn causes(error: &dyn Error) -> String {
    let mut sentence = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let words = cause.to_string();
        if !sentence.ends_with(&words) {
            sentence = format!("{sentence}: {words}");
        }
        source = cause.source();
    }
    sentence
}
