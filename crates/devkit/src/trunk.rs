//! What we need to know of a Trunk that runs: whether it serves, and on which port.

use rustix::process::Pid;
use std::process::Command;

/// Trunk's own default.
pub const PORT: u16 = 8080;

/// The variable that gives Trunk another port, besides its flag.
pub const PORT_VARIABLE: &str = "TRUNK_SERVE_PORT";

/// The variable by which Trunk's last hook is given another `config.json` for the app.
pub const CONFIG_VARIABLE: &str = "STRONGROOM_CONFIG";

/// The words that a process was started with, program first; none when the system does not tell.
#[must_use]
pub fn words_of(process: Pid) -> Vec<String> {
    let id = process.as_raw_nonzero();
    if let Ok(line) = std::fs::read_to_string(format!("/proc/{id}/cmdline")) {
        return line.split_terminator('\0').map(str::to_owned).collect();
    }
    let output = Command::new("ps").args(["-o", "args=", "-p", &id.to_string()]).output();
    let line = output
        .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
        .unwrap_or_default();
    line.split_whitespace().map(str::to_owned).collect()
}

/// Whether this Trunk shows the app to somebody. One that only builds needs no servers.
#[must_use]
pub fn serves(words: &[String]) -> bool {
    words.iter().any(|word| word == "serve")
}

/// The port that it serves on: by flag, by variable, or its default.
#[must_use]
pub fn port(words: &[String], variable: Option<&str>) -> u16 {
    let given = words.iter().enumerate().find_map(|(index, word)| {
        let next = || words.get(index + 1).map(String::as_str);
        match word.as_str() {
            "--port" | "-p" => next(),
            word => word.strip_prefix("--port=").or_else(|| word.strip_prefix("-p")),
        }
    });
    given.or(variable).and_then(|port| port.parse().ok()).unwrap_or(PORT)
}

#[cfg(test)]
mod tests {
    use super::{PORT, port, serves};

    fn words(line: &str) -> Vec<String> {
        line.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn a_trunk_that_builds_does_not_serve() {
        assert!(serves(&words("trunk serve --open")));
        assert!(!serves(&words("trunk build --release")));
    }

    #[test]
    fn the_flag_goes_before_the_variable_and_both_before_the_default() {
        assert_eq!(port(&words("trunk serve"), None), PORT);
        assert_eq!(port(&words("trunk serve"), Some("8081")), 8081);
        for line in [
            "trunk serve --port 8082",
            "trunk serve --port=8082",
            "trunk serve -p 8082",
            "trunk serve -p8082",
        ] {
            assert_eq!(port(&words(line), Some("8081")), 8082, "{line}");
        }
    }
}
