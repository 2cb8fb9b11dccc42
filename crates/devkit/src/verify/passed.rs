//! The tests that passed in this run, by name, read from what the runners print.

use serde::Deserialize;
use std::collections::{BTreeSet, HashMap};

/// Names of tests, each after its binary: `tenant/it::login::a_blocked_person_is_refused`,
/// `wire/lib::pkce::tests::…`.
#[derive(Debug, Default)]
pub(super) struct PassedTests {
    /// `package/target` by the file of a binary.
    binaries: HashMap<String, String>,
    /// The binary that runs.
    binary: Option<String>,
    /// What it has run so far and neither ignored nor seen fail.
    announced: Vec<String>,
    names: BTreeSet<String>,
}

impl PassedTests {
    /// Takes in a line of `cargo test --no-run --message-format=json-render-diagnostics`, which alone says whose binary a file is.
    pub(super) fn learn(&mut self, message: &str) {
        let Ok(Artifact { package_id, target, executable: Some(executable) }) =
            serde_json::from_str(message)
        else {
            return;
        };
        let target = match target.kind.first().map(String::as_str) {
            Some("test") => target.name.as_str(),
            Some("bin") => "bin",
            _ => "lib",
        };
        let binary = format!("{}/{target}", package(&package_id));
        self.binaries.insert(file(&executable).to_owned(), binary);
    }

    /// Takes in one line of output.
    ///
    /// What a test's processes print may come between its name and its `ok`, so a test counts as passed when it was
    /// announced and its whole binary is `ok`.
    pub(super) fn read(&mut self, line: &str) {
        let line = line.trim_start();
        if let Some(path) = running(line) {
            self.begin(self.binaries.get(file(path)).cloned());
        } else if line.starts_with("Doc-tests ") {
            self.begin(None);
        } else if let Some(result) = line.strip_prefix("test result: ") {
            self.conclude(result.starts_with("ok."));
        } else if let Some((name, outcome)) =
            line.strip_prefix("test ").and_then(|test| test.split_once(" ... "))
            && !outcome.starts_with("ignored")
            && !outcome.starts_with("FAILED")
        {
            self.announced.push(name.trim_end_matches(" - should panic").to_owned());
        }
    }

    pub(super) fn contains(&self, test: &str) -> bool {
        self.names.contains(test)
    }

    fn begin(&mut self, binary: Option<String>) {
        self.announced.clear();
        self.binary = binary;
    }

    fn conclude(&mut self, ok: bool) {
        let announced = std::mem::take(&mut self.announced);
        if let Some(binary) = &self.binary
            && ok
        {
            self.names.extend(announced.iter().map(|name| format!("{binary}::{name}")));
        }
    }
}

/// The binary of `Running tests/it/main.rs (target/debug/deps/it-0123)`; the browser's runner says `Running` too.
fn running(line: &str) -> Option<&str> {
    line.strip_prefix("Running ")?.strip_suffix(')')?.rsplit_once('(').map(|(_, path)| path)
}

/// The part of cargo's message about a built file that we read.
#[derive(Deserialize)]
struct Artifact {
    package_id: String,
    target: Target,
    executable: Option<String>,
}

#[derive(Deserialize)]
struct Target {
    kind: Vec<String>,
    name: String,
}

/// `path+file:///home/ada/strongroom/crates/wire#0.1.0`, or `…/crates/wire#name@0.1.0` where the folder has another name.
fn package(id: &str) -> &str {
    let (path, version) = id.rsplit_once('#').unwrap_or((id, ""));
    version.split_once('@').map_or_else(|| file(path), |(name, _)| name)
}

fn file(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUILT: &str = r#"
{"reason":"compiler-artifact","package_id":"path+file:///s/crates/wire#0.1.0","target":{"kind":["lib"],"name":"wire"},"executable":null}
{"reason":"compiler-artifact","package_id":"path+file:///s/crates/wire#0.1.0","target":{"kind":["lib"],"name":"wire"},"executable":"/s/target/debug/deps/wire-01"}
{"reason":"compiler-artifact","package_id":"path+file:///s/crates/tenant#0.1.0","target":{"kind":["bin"],"name":"tenant"},"executable":"/s/target/debug/deps/tenant-23"}
{"reason":"compiler-artifact","package_id":"path+file:///s/crates/tenant#0.1.0","target":{"kind":["test"],"name":"it"},"executable":"/s/target/debug/deps/it-45"}
{"reason":"compiler-artifact","package_id":"path+file:///s/tests#journeys@0.1.0","target":{"kind":["test"],"name":"main"},"executable":"/s/target/debug/deps/main-67"}
{"reason":"compiler-artifact","package_id":"path+file:///s/crates/spa#0.1.0","target":{"kind":["test"],"name":"browser"},"executable":"/s/target/wasm32-unknown-unknown/debug/deps/browser-89.wasm"}
{"reason":"build-finished","success":true}
"#;

    fn after(output: &str) -> Vec<String> {
        let mut passed = PassedTests::default();
        BUILT.lines().for_each(|line| passed.learn(line));
        output.lines().for_each(|line| passed.read(line));
        passed.names.into_iter().collect()
    }

    #[test]
    fn tests_are_named_after_their_binary() {
        let output = "\
     Running unittests src/lib.rs (target/debug/deps/wire-01)
running 1 test
test pkce::tests::the_vector ... ok
test result: ok. 1 passed; 0 failed
     Running unittests src/main.rs (target/debug/deps/tenant-23)
test flags ... ok
test result: ok. 1 passed; 0 failed
     Running tests/it/main.rs (target/debug/deps/it-45)
test login::a_stranger - should panic ... ok
test result: ok. 1 passed; 0 failed
     Running main.rs (target/debug/deps/main-67)
test sign_in ... ok
test result: ok. 1 passed; 0 failed
     Running tests/browser.rs (target/wasm32-unknown-unknown/debug/deps/browser-89.wasm)
Running headless tests in Chrome on `http://127.0.0.1:44511/`
test the_clock_shows_this_century ... ok
test result: ok. 1 passed; 0 failed
   Doc-tests wire
test crates/wire/src/pkce.rs - pkce::CodeVerifier (line 12) ... ok
test result: ok. 1 passed; 0 failed
";
        let expected = [
            "journeys/main::sign_in",
            "spa/browser::the_clock_shows_this_century",
            "tenant/bin::flags",
            "tenant/it::login::a_stranger",
            "wire/lib::pkce::tests::the_vector",
        ];

        assert_eq!(after(output), expected);
    }

    #[test]
    fn what_was_ignored_or_failed_has_not_passed() {
        let output = "\
     Running unittests src/lib.rs (target/debug/deps/wire-01)
test kept ... ok
test left_out ... ignored, needs a network
test result: ok. 1 passed; 0 failed; 1 ignored
     Running tests/it/main.rs (target/debug/deps/it-45)
test well ... ok
test broken ... FAILED
test result: FAILED. 1 passed; 1 failed
     Running main.rs (target/debug/deps/main-67)
test killed_halfway ... ok
";
        assert_eq!(after(output), ["wire/lib::kept"]);
    }

    #[test]
    fn output_of_a_tests_processes_does_not_hide_it() {
        let output = "\
     Running main.rs (target/debug/deps/main-67)
test journey ... Starting ChromeDriver
ok
test result: ok. 1 passed; 0 failed
";
        assert_eq!(after(output), ["journeys/main::journey"]);
    }
}
