//! How other programs are told to trust the authority.

use std::fmt::Write;
use std::path::Path;

/// A line per kind of client: what to type so that it trusts the certificate in that file, with `url` as an example.
#[must_use]
pub fn instructions(certificate: &Path, url: &str) -> String {
    let file = quoted(&certificate.to_string_lossy());
    let mut lines = format!("To trust the certificates of {url}, which come from this machine:\n");
    let mut line = |who: &str, what: String| {
        let _infallible = writeln!(lines, "  {who:<9} {what}");
    };
    line("curl", format!("curl --cacert {file} {url}/health"));
    line("Node", format!("export NODE_EXTRA_CA_CERTS={file}"));
    line("Python", format!("export SSL_CERT_FILE={file}"));
    if cfg!(target_os = "macos") {
        let keychain = "/Library/Keychains/System.keychain";
        let add = format!("sudo security add-trusted-cert -d -r trustRoot -k {keychain} {file}");
        line("Chromium", format!("{add}  (it reads the system's store)"));
        line("system", add);
    } else {
        let database = "sql:$HOME/.pki/nssdb";
        line("Chromium", format!("certutil -d {database} -A -t C,, -n Strongroom -i {file}"));
        let store = "/usr/local/share/ca-certificates/strongroom.crt";
        line("system", format!("sudo cp {file} {store} && sudo update-ca-certificates"));
    }
    lines
}

/// A word that a shell takes as it is.
fn quoted(path: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
    if path.chars().all(plain) {
        path.to_owned()
    } else {
        format!("'{}'", path.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_client_has_a_line_that_names_the_file() {
        let text = instructions(Path::new("/data/ca.pem"), "https://localhost:4443");

        for words in [
            "curl --cacert /data/ca.pem https://localhost:4443/health\n",
            "NODE_EXTRA_CA_CERTS=/data/ca.pem\n",
            "SSL_CERT_FILE=/data/ca.pem\n",
        ] {
            assert!(text.contains(words), "{text}");
        }
        for who in ["Chromium", "system"] {
            let line = text.lines().find(|line| line.trim_start().starts_with(who));
            assert!(line.is_some_and(|line| line.contains("/data/ca.pem")), "{text}");
        }
    }

    #[test]
    fn a_path_with_blanks_stays_one_word() {
        assert_eq!(quoted("/Users/a b/it's"), r"'/Users/a b/it'\''s'");
        assert_eq!(quoted("/home/a/ca.pem"), "/home/a/ca.pem");
    }
}
