//! Sums of test results, read from what cargo's runner prints.

use super::VerifyError;

/// The counts of one `test result:` line, or the sum of several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    passed: usize,
    failed: usize,
    ignored: usize,
}

impl Counts {
    /// Reads `test result: ok. 3 passed; 0 failed; 1 ignored; …`.
    fn parse(line: &str) -> Option<Self> {
        let (_, counts) = line.trim_start().strip_prefix("test result: ")?.split_once(". ")?;
        let count = |what| {
            let entry = counts.split("; ").find_map(|entry| entry.strip_suffix(what))?;
            entry.trim().parse().ok()
        };
        Some(Self {
            passed: count(" passed")?,
            failed: count(" failed")?,
            ignored: count(" ignored").unwrap_or(0),
        })
    }

    fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.ignored += other.ignored;
    }

    /// In the words of the runner; a step that failed without a test is no success either.
    fn words(self, all_well: bool) -> String {
        let Self { passed, failed, ignored } = self;
        let word = if all_well && failed == 0 { "ok" } else { "FAILED" };
        let ignored = if ignored > 0 { format!("; {ignored} ignored") } else { String::new() };
        format!("test result: {word}. {passed} passed; {failed} failed{ignored}")
    }
}

/// All suites, in the order in which they first reported.
#[derive(Debug, Default)]
pub(super) struct Totals {
    suites: Vec<(&'static str, Counts)>,
    whole_command: Option<&'static str>,
    kind: Option<&'static str>,
}

impl Totals {
    /// A new command begins; its results count for this suite, or each for its kind.
    pub(super) fn begin(&mut self, suite: Option<&'static str>) {
        self.whole_command = suite;
        self.kind = None;
    }

    /// Takes in one line of output.
    pub(super) fn read(&mut self, line: &str) {
        if let Some(kind) = kind(line) {
            self.kind = Some(kind);
        }
        if let Some(counts) = Counts::parse(line) {
            let suite = self.whole_command.or(self.kind).unwrap_or("other tests");
            self.suite(suite).add(counts);
        }
    }

    /// Makes sure that a suite had any tests.
    pub(super) fn ran(&self, suite: &'static str) -> Result<(), VerifyError> {
        let ran = self.suites.iter().any(|(name, counts)| *name == suite && counts.passed > 0);
        if ran { Ok(()) } else { Err(VerifyError::NoTests { suite }) }
    }

    fn suite(&mut self, name: &'static str) -> &mut Counts {
        let known = self.suites.iter().position(|(suite, _)| *suite == name);
        let index = known.unwrap_or_else(|| {
            self.suites.push((name, Counts::default()));
            self.suites.len() - 1
        });
        &mut self.suites[index].1
    }

    fn sum(&self) -> Counts {
        let mut sum = Counts::default();
        for (_, counts) in &self.suites {
            sum.add(*counts);
        }
        sum
    }

    /// A line per suite, and their sum: as numbers alone, then as the runner says it.
    pub(super) fn summary(&self, all_well: bool) -> String {
        let suites = self
            .suites
            .iter()
            .map(|(suite, counts)| format!("{suite:<18} {}\n", counts.words(true)));
        let suites: String = suites.collect();
        let sum = self.sum();
        format!("{suites}\n{} passed, {} failed\n{}\n", sum.passed, sum.failed, sum.words(all_well))
    }
}

/// Cargo announces each test binary: by its kind, source and file.
fn kind(line: &str) -> Option<&'static str> {
    let line = line.trim_start();
    if line.starts_with("Running unittests ") {
        Some("unit tests")
    } else if line.starts_with("Running tests/") {
        Some("integration tests")
    } else if line.starts_with("Doc-tests ") {
        Some("doc tests")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::{Counts, Totals};

    const OUTPUT: &str = "\
     Running unittests src/lib.rs (target/debug/deps/wire-0123)
running 3 tests
test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
     Running tests/it/main.rs (target/debug/deps/it-4567)
test result: FAILED. 7 passed; 1 failed; 2 ignored; 0 measured; 0 filtered out; finished in 1.20s
     Running unittests src/lib.rs (target/debug/deps/tenant-89ab)
test result: ok. 4 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
   Doc-tests wire
test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.50s
";

    fn totals(suite: Option<&'static str>) -> Totals {
        let mut totals = Totals::default();
        totals.begin(suite);
        OUTPUT.lines().for_each(|line| totals.read(line));
        totals
    }

    #[test]
    fn results_are_summed_by_kind() {
        let counts = |passed, failed, ignored| Counts { passed, failed, ignored };
        let expected = vec![
            ("unit tests", counts(7, 0, 0)),
            ("integration tests", counts(7, 1, 2)),
            ("doc tests", counts(2, 0, 0)),
        ];

        assert_eq!(totals(None).suites, expected);
    }

    #[test]
    fn a_named_suite_takes_all_results_of_its_command() {
        let expected = vec![("wasm tests", Counts { passed: 16, failed: 1, ignored: 2 })];

        assert_eq!(totals(Some("wasm tests")).suites, expected);
    }

    #[test]
    fn the_last_line_is_the_sum_in_the_words_of_the_runner() {
        let text = totals(None).summary(true);

        let end = "\n16 passed, 1 failed\ntest result: FAILED. 16 passed; 1 failed; 2 ignored\n";
        assert!(text.ends_with(end), "{text}");
    }

    #[test]
    fn a_failed_step_without_a_failed_test_is_no_success() {
        assert!(
            Totals::default().summary(false).ends_with("test result: FAILED. 0 passed; 0 failed\n")
        );
        assert!(Totals::default().summary(true).ends_with("test result: ok. 0 passed; 0 failed\n"));
    }

    #[test]
    fn a_suite_without_a_test_is_not_passed_over() {
        assert!(totals(None).ran("doc tests").is_ok());
        assert!(totals(None).ran("wasm tests").is_err());
    }
}
