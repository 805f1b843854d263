//! A program that we started: it ends with the value that stands for it.

use std::{
    io::{self, Read},
    os::unix::process::CommandExt,
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process_group};

use crate::{failure::Failure, interrupt::Interrupt};

/// How often a waiting loop looks whether the program has ended.
const BEAT: Duration = Duration::from_millis(10);

/// A running program, with all that it starts in its process group.
#[derive(Debug)]
pub(crate) struct Program {
    name: &'static str,
    child: Child,
    /// How long it may take to end when asked to.
    patience: Duration,
}

impl Program {
    /// Starts it in a process group of its own, so that Ctrl-C reaches us alone, and we decide.
    ///
    /// # Errors
    /// When it can't be started.
    pub(crate) fn start(
        name: &'static str,
        patience: Duration,
        command: &mut Command,
    ) -> Result<Self, Failure> {
        let child = command
            .process_group(0)
            .spawn()
            .map_err(|error| Failure::new(format_args!("{name} can't be started"), error))?;
        Ok(Self { name, child, patience })
    }

    /// Runs it to its end, with nothing or `input` to read, and gives what it printed; what it complains about
    /// goes to our own standard error.
    ///
    /// # Errors
    /// When it fails, or somebody interrupts.
    pub(crate) fn run(
        name: &'static str,
        input: Option<&str>,
        command: &mut Command,
        interrupt: &Interrupt,
    ) -> Result<String, Failure> {
        let failed = |error: io::Error| Failure::new(name, error);
        command.stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() }).stdout(Stdio::piped());
        let mut program = Self::start(name, Duration::from_secs(5), command)?;
        if let (Some(input), Some(mut pipe)) = (input, program.child.stdin.take()) {
            io::Write::write_all(&mut pipe, input.as_bytes()).map_err(failed)?;
        }
        let mut pipe = program.child.stdout.take();
        let reader = thread::spawn(move || {
            let mut text = String::new();
            pipe.as_mut().map_or(Ok(0), |pipe| pipe.read_to_string(&mut text)).map(|_| text)
        });
        let status = program.wait(interrupt)?;
        let text = reader
            .join()
            .map_err(|_| Failure::say(format_args!("{name} printed too much")))?
            .map_err(failed)?;
        if status.success() { Ok(text) } else { Err(Failure::say(format_args!("{name} failed: {status}"))) }
    }

    /// Its process id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// How it ended, if it has.
    ///
    /// # Errors
    /// When the system does not say.
    pub(crate) fn ended(&mut self) -> Result<Option<ExitStatus>, Failure> {
        self.child.try_wait().map_err(|error| Failure::new(self.name, error))
    }

    /// Waits for it to end by itself.
    ///
    /// # Errors
    /// When somebody interrupts; the program goes on.
    fn wait(&mut self, interrupt: &Interrupt) -> Result<ExitStatus, Failure> {
        loop {
            if let Some(status) = self.ended()? {
                return Ok(status);
            }
            interrupt.sleep(BEAT)?;
        }
    }

    /// Asks it to end, and insists when its patience is over.
    pub(crate) fn stop(&mut self) {
        self.signal(Signal::TERM);
        let end = Instant::now() + self.patience;
        while let Ok(None) = self.child.try_wait() {
            if Instant::now() >= end {
                self.signal(Signal::KILL);
                // Whatever came of it, there is nothing more to do.
                let _ = self.child.wait();
                return;
            }
            thread::sleep(BEAT);
        }
    }

    /// To its whole group, as long as its number can't be another's.
    fn signal(&mut self, signal: Signal) {
        let number = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        if let (Ok(None), Some(number)) = (self.child.try_wait(), number) {
            // A group that is gone already is what we want.
            let _ = kill_process_group(number, signal);
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.stop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_gives_what_it_printed() {
        let printed = Program::run("cat", Some("words"), &mut Command::new("cat"), &Interrupt::default());

        assert_eq!(printed.unwrap(), "words");
    }

    #[test]
    fn a_failed_program_is_a_failure() {
        assert!(Program::run("false", None, &mut Command::new("false"), &Interrupt::default()).is_err());
    }

    #[test]
    fn a_dropped_program_ends_though_it_does_not_want_to() {
        let mut stubborn = Command::new("sh");
        stubborn.args(["-c", "trap '' TERM; echo ready; while :; do sleep 1; done"]).stdout(Stdio::piped());
        let mut program = Program::start("sh", Duration::from_millis(50), &mut stubborn).unwrap();
        let mut ready = [0; 5];
        program.child.stdout.take().unwrap().read_exact(&mut ready).unwrap();
        let number = Pid::from_raw(program.id().try_into().unwrap()).unwrap();

        drop(program);

        assert_eq!(rustix::process::test_kill_process(number), Err(rustix::io::Errno::SRCH));
    }
}
