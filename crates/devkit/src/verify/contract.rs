//! `tests/contract.tsv`: which test fails when what a row of the contract says is gone.
//!
//! Each line is a row's id, a tab, and the full name of the test after its binary (`tenant/it::login::…`,
//! `wire/lib::…` for unit tests, `tests/interop::…` for the SDKs); or `n/a`, a tab and the reason; or `later`, a tab and the
//! issue that brings it. The ids are those of `tests/contract-rows.tsv`, a copy that does not depend on the contract
//! lying beside the checkout. What evidence a row has makes no difference: a row that the contract chose itself (\[U\])
//! binds status and code like any other.

use super::passed::PassedTests;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// The list of tests, the ids, and the contract itself where it is at hand.
const TESTS: &str = "tests/contract.tsv";
const ROWS: &str = "tests/contract-rows.tsv";
const ORIGINAL: &str = "../shared/contract/rows.tsv";

/// What stands behind a row.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Cover {
    Test(String),
    NotApplicable,
    Later,
}

/// The rows, what covers each, and what is wrong with the files themselves.
#[derive(Debug, Default)]
pub(super) struct Contract {
    rows: BTreeSet<String>,
    covers: BTreeMap<String, Cover>,
    faults: Vec<String>,
}

impl Contract {
    /// Reads the list and the ids below the workspace's root.
    pub(super) fn read(root: &Path) -> std::io::Result<Self> {
        let mut contract = Self::parse(
            &fs::read_to_string(root.join(ROWS))?,
            &fs::read_to_string(root.join(TESTS))?,
        );
        if let Ok(original) = fs::read_to_string(root.join(ORIGINAL)) {
            contract.compare(&original);
        }
        Ok(contract)
    }

    fn parse(rows: &str, tests: &str) -> Self {
        let mut contract = Self { rows: ids(rows), ..Self::default() };
        for line in tests.lines().filter(|line| !line.is_empty()) {
            match entry(line) {
                Ok((row, cover)) => contract.insert(row, cover),
                Err(fault) => contract.faults.push(fault),
            }
        }
        for row in contract.rows.iter().filter(|row| !contract.covers.contains_key(*row)) {
            contract.faults.push(format!("{row}: missing from {TESTS}"));
        }
        contract
    }

    fn insert(&mut self, row: &str, cover: Cover) {
        if !self.rows.contains(row) {
            self.faults.push(format!("{row}: no row of the contract"));
        } else if self.covers.insert(row.to_owned(), cover).is_some() {
            self.faults.push(format!("{row}: listed twice"));
        }
    }

    fn compare(&mut self, original: &str) {
        let original = ids(original);
        for row in original.symmetric_difference(&self.rows) {
            self.faults.push(format!("{row}: only one of {ROWS} and {ORIGINAL} has it"));
        }
    }

    /// The rows whose test did not pass in this run, and the faults of the files; none when all is well.
    pub(super) fn faults(&self, passed: &PassedTests) -> Vec<String> {
        let missing = self.covers.iter().filter_map(|(row, cover)| match cover {
            Cover::Test(test) if !passed.contains(test) => {
                Some(format!("{row}: {test} did not run and pass"))
            }
            _ => None,
        });
        self.faults.iter().cloned().chain(missing).collect()
    }

    /// `contract: 310 covered, 200 later, 41 n/a of 551 rows`.
    pub(super) fn summary(&self) -> String {
        let count = |of: fn(&Cover) -> bool| self.covers.values().filter(|cover| of(cover)).count();
        let covered = count(|cover| matches!(cover, Cover::Test(_)));
        let later = count(|cover| *cover == Cover::Later);
        let not_applicable = count(|cover| *cover == Cover::NotApplicable);
        let mut text = format!("contract: {covered} covered, {later} later, ");
        let _written = write!(text, "{not_applicable} n/a of {} rows", self.rows.len());
        text
    }
}

/// The first column below the heading.
fn ids(rows: &str) -> BTreeSet<String> {
    rows.lines().skip(1).filter_map(|row| row.split('\t').next()).map(str::to_owned).collect()
}

/// One line of the list, or what is wrong with it.
fn entry(line: &str) -> Result<(&str, Cover), String> {
    let mut columns = line.split('\t');
    let row = columns.next().unwrap_or_default();
    let cover = match (columns.next(), columns.next(), columns.next()) {
        (Some("n/a"), Some(reason), None) if !reason.is_empty() => Cover::NotApplicable,
        (Some("later"), Some(issue), None) if names_an_issue(issue) => Cover::Later,
        (Some(test), None, None) if test.contains("::") => Cover::Test(test.to_owned()),
        _ => {
            return Err(format!(
                "{row}: neither a test, nor `n/a` with a reason, nor `later` with an issue"
            ));
        }
    };
    Ok((row, cover))
}

/// `issue 4: …`.
fn names_an_issue(text: &str) -> bool {
    text.strip_prefix("issue ").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROWS: &str = "id\tfile\tevidence\nAZ-1/1\tauthorize.md\tO\nSC-1/3\tsecurity.md\t\nCA-4/1\tconnected-accounts.md\t\n";

    fn passed(tests: &[&str]) -> PassedTests {
        let mut passed = PassedTests::default();
        passed.learn(r#"{"package_id":"path+file:///s/crates/tenant#0.1.0","target":{"kind":["test"],"name":"it"},"executable":"/t/it-1"}"#);
        passed.read("Running tests/it/main.rs (/t/it-1)");
        for test in tests {
            passed.read(&format!("test {test} ... ok"));
        }
        passed.read("test result: ok. 1 passed; 0 failed");
        passed
    }

    #[test]
    fn every_row_has_a_test_that_passed_or_says_why_not() {
        let tests = "AZ-1/1\ttenant/it::authorize::sent\nSC-1/3\tn/a\ta rule for deployments\n\
                     CA-4/1\tlater\tissue 4: My Account API\n";
        let contract = Contract::parse(ROWS, tests);

        assert_eq!(contract.faults(&passed(&["authorize::sent"])), [""; 0]);
        assert_eq!(contract.summary(), "contract: 1 covered, 1 later, 1 n/a of 3 rows");
    }

    #[test]
    fn a_test_that_did_not_run_covers_nothing() {
        let tests = "AZ-1/1\ttenant/it::authorize::sent\nSC-1/3\tn/a\tx\nCA-4/1\tn/a\tx\n";
        let contract = Contract::parse(ROWS, tests);

        let faults = contract.faults(&passed(&["authorize::other"]));
        assert_eq!(faults, ["AZ-1/1: tenant/it::authorize::sent did not run and pass"]);
    }

    #[test]
    fn missing_doubled_and_unknown_rows_are_named() {
        let tests = "AZ-1/1\tn/a\tx\nAZ-1/1\tn/a\tx\nAZ-9/9\tn/a\tx\nSC-1/3\tn/a\tx\n";

        let faults = Contract::parse(ROWS, tests).faults;
        let named = |row: &str| faults.iter().any(|fault| fault.starts_with(row));
        assert_eq!(faults.len(), 3, "{faults:?}");
        assert!(named("AZ-1/1: listed twice"));
        assert!(named("AZ-9/9: no row"));
        assert!(named("CA-4/1: missing"));
    }

    #[test]
    fn a_row_without_a_reason_or_an_issue_is_no_entry() {
        for line in [
            "AZ-1/1",
            "AZ-1/1\t",
            "AZ-1/1\tn/a",
            "AZ-1/1\tn/a\t",
            "AZ-1/1\tlater\tsome day",
            "AZ-1/1\tsent",
            "AZ-1/1\ttenant/it::sent\ttenant/it::more",
        ] {
            assert!(entry(line).is_err(), "{line}");
        }
    }

    #[test]
    fn the_copy_has_the_ids_of_the_contract() {
        let mut contract = Contract::parse(ROWS, "");
        contract.faults.clear();
        contract.compare(ROWS);
        assert_eq!(contract.faults, [""; 0]);

        contract.compare("id\nAZ-1/1\nSC-1/3\nTV-1/1\n");
        assert_eq!(contract.faults.len(), 2, "{:?}", contract.faults);
    }

    #[test]
    fn the_list_is_whole() {
        let contract = Contract::read(&crate::workspace::root()).expect("both files are there");

        assert_eq!(contract.faults, [""; 0]);
    }
}
