//! One command of a step: its output is shown as it comes, and read along for test results.

use super::VerifyError;
use super::totals::Totals;
use crate::guard;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus};

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
    pub(super) fn go(self, totals: &mut Totals) -> Result<(), VerifyError> {
        let Self { step, line, command, suite } = self;
        println!("$ {line}");
        let failed = |source| VerifyError::Start { command: line.clone(), source };
        totals.begin(suite);
        let status = follow(command, |text| totals.read(text)).map_err(failed)?;
        if status.success() {
            Ok(())
        } else {
            Err(VerifyError::Failed { step, command: line, status })
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
