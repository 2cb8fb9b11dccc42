//! A shell like the reader's: one for the whole page, so that variables and functions stay.

use std::path::PathBuf;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

/// Ends the output of a block, before the status of its last command.
const END: &str = "that-was-it";

/// `cargo run` would build and start the backend in a process of its own; this tells how it was called instead.
const CARGO: &str = r#"cargo() {
  printf '%s\n' "$CALENDAR_API_CLIENT_ID" "$CALENDAR_API_CLIENT_SECRET" "$*" > cargo.tmp
  mv cargo.tmp cargo
}"#;

pub struct Shell {
    folder: PathBuf,
    stdin: ChildStdin,
    stdout: Lines<BufReader<ChildStdout>>,
    _bash: Child,
}

/// How the page called `cargo`.
pub struct CargoCall {
    pub client_id: String,
    pub client_secret: String,
    pub words: String,
}

impl Shell {
    /// In an empty folder of its own.
    pub fn start() -> Self {
        let name = format!("strongroom-guide-{}", service::random::hexadecimal(16));
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir(&folder).expect("a folder for what the page's commands write");
        let mut bash = Command::new("bash")
            .current_dir(&folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("bash runs");
        let stdin = bash.stdin.take().expect("its standard input");
        let stdout = bash.stdout.take().expect("its standard output");
        Self { folder, stdin, stdout: BufReader::new(stdout).lines(), _bash: bash }
    }

    /// What the commands print.
    pub async fn run(&mut self, commands: &str) -> String {
        let script = format!("{CARGO}\n{commands}\necho; echo {END} $?\n");
        self.stdin.write_all(script.as_bytes()).await.expect("bash reads");
        let mut output = String::new();
        loop {
            let line = self.stdout.next_line().await.expect("bash writes");
            let line = line.unwrap_or_else(|| panic!("bash ended in\n{commands}\nafter\n{output}"));
            if let Some(status) = line.strip_prefix(END) {
                assert_eq!(status.trim(), "0", "{commands}\nfailed after\n{output}");
                return output;
            }
            output.push_str(&line);
            output.push('\n');
        }
    }

    /// How `cargo` was called, as soon as it was: the page does that in the background.
    pub async fn call_of_cargo(&mut self) -> CargoCall {
        self.run("wait").await;
        let call = std::fs::read_to_string(self.folder.join("cargo")).expect("cargo was called");
        let mut lines = call.lines().map(str::to_owned);
        let mut next = || lines.next().unwrap_or_default();
        CargoCall { client_id: next(), client_secret: next(), words: next() }
    }
}

impl Drop for Shell {
    fn drop(&mut self) {
        let _left_behind = std::fs::remove_dir_all(&self.folder);
    }
}
