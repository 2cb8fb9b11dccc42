//! `cargo verify`: every check and every test, in order, the browser's included.

mod contract;
mod passed;
mod run;
mod size;
mod totals;

use crate::tools::{ToolError, Tools, chromium, node};
use crate::workspace;
use contract::Contract;
use run::{Report, Run};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const WASM: &str = "wasm32-unknown-unknown";

/// Why the checks ended early. What failed has said so above.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// A tool is missing.
    #[error(transparent)]
    Tool(#[from] ToolError),
    /// A command could not be started, or its output not be read.
    #[error("could not run `{command}`: {source}")]
    Start {
        /// The command line.
        command: String,
        /// Why not.
        source: std::io::Error,
    },
    /// A command failed.
    #[error("{step} failed: `{command}` ended with {status}")]
    Failed {
        /// The step's heading.
        step: &'static str,
        /// The command line.
        command: String,
        /// How it ended.
        status: std::process::ExitStatus,
    },
    /// A suite without tests proves nothing.
    #[error("{suite}: not one test ran")]
    NoTests {
        /// Which suite.
        suite: &'static str,
    },
    /// The built app cannot be read.
    #[error("could not measure the app in {}: {source}", folder.display())]
    Measure {
        /// The folder that Trunk built into.
        folder: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// The app has outgrown its budget.
    #[error("the app is {size} bytes as browsers fetch it (brotli 11); its budget is {budget}")]
    TooLarge {
        /// All of it, compressed.
        size: usize,
        /// What it may be.
        budget: usize,
    },
    /// The list of tests behind the contract cannot be read.
    #[error("could not read the contract's rows and tests: {0}")]
    ContractFiles(std::io::Error),
    /// Rows of the contract have no test, or one that did not run.
    #[error("the contract is not covered as tests/contract.tsv says:\n{}", .0.join("\n"))]
    Contract(Vec<String>),
}

/// Runs everything, stops at the first step that fails, and ends with the totals either way.
///
/// # Errors
///
/// Names the step that failed.
pub fn run() -> Result<(), VerifyError> {
    let mut verify = Verify::default();
    let outcome = verify.all();
    verify.conclude(outcome.is_ok());
    outcome
}

#[derive(Default)]
struct Verify {
    report: Report,
    times: Vec<(&'static str, Duration)>,
}

impl Verify {
    fn all(&mut self) -> Result<(), VerifyError> {
        let (tools, driver) = self.step("tools", |_| {
            node::ensure()?;
            Ok((Tools::ensure()?, chromium::ensure()?))
        })?;
        self.step("format", |verify| verify.cargo("format", "fmt --all --check"))?;
        self.step("clippy", Self::clippy)?;
        self.step("documentation", Self::documentation)?;
        self.step("tests", |verify| {
            verify.tests(Run::cargo, "tests", "--workspace --exclude tests", None)
        })?;
        self.step("wasm tests", |verify| verify.wasm_tests(&tools, &driver))?;
        self.step("release build of the app", |verify| verify.app(&tools))?;
        self.step("size of the app", |_| size::check(&workspace::root().join("dist")))?;
        self.step("browser journeys", |verify| {
            let suite = "browser journeys";
            verify.tests(Run::cargo, suite, "--package tests --test journeys", Some(suite))?;
            verify.report.totals.ran(suite)
        })?;
        self.step("interop", |verify| {
            let suite = "interop";
            verify.tests(Run::cargo, suite, "--package tests --test interop", Some(suite))?;
            verify.report.totals.ran(suite)
        })?;
        self.step("contract", |verify| verify.contract())
    }

    /// A heading, the step, and how long it took.
    fn step<T>(
        &mut self,
        name: &'static str,
        work: impl FnOnce(&mut Self) -> Result<T, VerifyError>,
    ) -> Result<T, VerifyError> {
        println!("\n== {name} ==");
        let start = Instant::now();
        let outcome = work(self);
        let elapsed = start.elapsed();
        println!("-- {name}: {:.1} s", elapsed.as_secs_f64());
        self.times.push((name, elapsed));
        outcome
    }

    fn clippy(&mut self) -> Result<(), VerifyError> {
        self.cargo("clippy", "clippy --workspace --all-targets -- -D warnings")?;
        let app =
            format!("clippy -p auth-client -p spa --all-targets --target {WASM} -- -D warnings");
        self.cargo("clippy", &app)
    }

    fn documentation(&mut self) -> Result<(), VerifyError> {
        let command = Run::cargo("documentation", "doc --workspace --no-deps");
        command.env("RUSTDOCFLAGS", "-D warnings").go(&mut self.report)
    }

    /// Not their doc tests: those have run natively.
    fn wasm_tests(&mut self, tools: &Tools, driver: &Path) -> Result<(), VerifyError> {
        let suite = "wasm tests";
        let in_browser = |step, line: &str| {
            Run::cargo(step, line)
                .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", tools.test_runner())
                .env("CHROMEDRIVER", driver)
        };
        let selection = format!("-p auth-client -p spa --tests --target {WASM}");
        self.tests(in_browser, suite, &selection, Some(suite))?;
        self.report.totals.ran(suite)
    }

    fn app(&mut self, tools: &Tools) -> Result<(), VerifyError> {
        Run::new("release build of the app", &tools.trunk, "build --release")
            .env("PATH", tools.path())
            // The hook has nothing to start for a build.
            .env("STRONGROOM_SERVERS", "none")
            .go(&mut self.report)
    }

    /// Builds the tests, which tells whose they are, and runs them.
    fn tests(
        &mut self,
        command: impl Fn(&'static str, &str) -> Run,
        step: &'static str,
        selection: &str,
        suite: Option<&'static str>,
    ) -> Result<(), VerifyError> {
        command(
            step,
            &format!("test {selection} --no-run --message-format=json-render-diagnostics"),
        )
        .read(|message| self.report.passed.learn(message))?;
        let run = command(step, &format!("test {selection} --no-fail-fast"));
        let run = if let Some(suite) = suite { run.suite(suite) } else { run };
        run.go(&mut self.report)
    }

    /// Every row of the contract, held against the tests that passed above.
    fn contract(&self) -> Result<(), VerifyError> {
        let contract = Contract::read(&workspace::root()).map_err(VerifyError::ContractFiles)?;
        println!("{}", contract.summary());
        let faults = contract.faults(&self.report.passed);
        if faults.is_empty() { Ok(()) } else { Err(VerifyError::Contract(faults)) }
    }

    fn cargo(&mut self, step: &'static str, line: &str) -> Result<(), VerifyError> {
        Run::cargo(step, line).go(&mut self.report)
    }

    /// Times and totals; the last line is the sum, in the words of cargo's runner.
    fn conclude(&self, all_well: bool) {
        println!("\n== times ==");
        for (step, elapsed) in &self.times {
            println!("{step:<26} {:>8.1} s", elapsed.as_secs_f64());
        }
        let all: Duration = self.times.iter().map(|(_, elapsed)| *elapsed).sum();
        println!("{:<26} {:>8.1} s", "all", all.as_secs_f64());
        println!("\n== totals ==");
        print!("{}", self.report.totals.summary(all_well));
    }
}
