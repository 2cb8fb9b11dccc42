//! One command of a step: its output is shown as it comes, and read along for test results.

use super::VerifyError;
use super::passed::PassedTests;
use super::totals::Totals;
use crate::guard;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

/// What the commands of all steps have said about their tests.
#[derive(Debug, Default)]
pub(super) struct Report {
    pub(super) totals: Totals,
    pub(super) passed: PassedTests,
}

/// A command about to be run at the root of the workspace.
pub(super) struct Run {
    step: &'static str,
    line: String,
    command: Command,
    suite: Option<&'static str>,
}

impl Run {
    pub(super) fn new(step: &'static str, program: &Path, arguments: &str) -> Self {
        let mut command = guard::command(program);
        command.args(arguments.split(' '));
        let line = format!("{} {arguments}", program.display());
        Self { step, line, command, suite: None }
    }

    pub(super) fn cargo(step: &'static str, arguments: &str) -> Self {
        Self::new(step, Path::new("cargo"), arguments)
    }

    pub(super) fn env(mut self, variable: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(variable, value);
        self
    }

    /// Counts all tests of this command under one name, instead of by their kinds.
    pub(super) fn suite(mut self, name: &'static str) -> Self {
        self.suite = Some(name);
        self
    }

    /// Runs it to its end.
    pub(super) fn go(self, report: &mut Report) -> Result<(), VerifyError> {
        report.totals.begin(self.suite);
        self.end(|command| {
            follow(command, |text| {
                report.totals.read(text);
                report.passed.read(text);
            })
        })
    }

    /// Runs it to its end and hands over what it says to programs, line by line, instead of showing it.
    pub(super) fn read(self, mut read: impl FnMut(&str)) -> Result<(), VerifyError> {
        self.end(|mut command| {
            let mut child = command.stdout(Stdio::piped()).spawn()?;
            for line in
                child.stdout.take().into_iter().flat_map(|output| BufReader::new(output).lines())
            {
                read(&line?);
            }
            guard::wait(child)
        })
    }

    fn end(
        self,
        run: impl FnOnce(Command) -> std::io::Result<ExitStatus>,
    ) -> Result<(), VerifyError> {
        let Self { step, line, command, .. } = self;
        println!("$ {line}");
        match run(command) {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(VerifyError::Failed { step, command: line, status }),
            Err(source) => Err(VerifyError::Start { command: line, source }),
        }
    }
}

/// Both outputs go into one pipe: cargo names a suite on standard error, and the suite reports on standard output.
fn follow(mut command: Command, mut read: impl FnMut(&str)) -> std::io::Result<ExitStatus> {
    let (output, input) = std::io::pipe()?;
    let child = spawn(&mut command, input)?;
    // The command keeps its end of the pipe open; the output ends when the child's is the last.
    drop(command);
    let mut shown = std::io::stdout();
    for line in BufReader::new(output).split(b'\n') {
        let line = line?;
        let text = String::from_utf8_lossy(&line);
        writeln!(shown, "{text}")?;
        read(&text);
    }
    guard::wait(child)
}

fn spawn(command: &mut Command, input: std::io::PipeWriter) -> std::io::Result<Child> {
    command.stderr(input.try_clone()?).stdout(input).spawn()
}
