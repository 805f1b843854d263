//! How the benchmark fails: one sentence on standard error, and exit status 1.

use std::{error::Error, fmt, process::ExitCode};

/// Why there is no result, in a sentence for whoever runs the benchmark.
#[derive(Debug)]
pub(crate) struct Failure(String);

impl Failure {
    /// What was being done, with `error` and its causes behind it.
    pub(crate) fn new(what: impl fmt::Display, error: impl Error) -> Self {
        let mut sentence = format!("{what}: {error}");
        let mut source = error.source();
        while let Some(cause) = source {
            sentence = format!("{sentence}: {cause}");
            source = cause.source();
        }
        Self(sentence)
    }

    /// A whole sentence.
    pub(crate) fn say(sentence: impl fmt::Display) -> Self {
        Self(sentence.to_string())
    }

    /// Writes the sentence to standard error.
    #[expect(clippy::print_stderr, reason = "this is where the program speaks to whoever runs it")]
    pub(crate) fn report(&self) -> ExitCode {
        eprintln!("bench: {}", self.0);
        ExitCode::FAILURE
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Failure {}
