//! How other programs are told to trust the authority.

use std::fmt::Write;

use super::Authority;

impl Authority {
    /// A line per kind of client: what to type so that it trusts the authority, with `url` as an example.
    #[must_use]
    pub fn instructions(&self, url: &str) -> String {
        let file = quoted(&self.path().to_string_lossy());
        let mut text =
            format!("To trust the certificate of {url}, which comes from this machine:\n");
        for (who, what) in self.lines(&file, url) {
            let _infallible = writeln!(text, "  {who:<9} {what}");
        }
        text
    }

    fn lines(&self, file: &str, url: &str) -> [(&'static str, String); 6] {
        let (chromium, system) = if cfg!(target_os = "macos") {
            let keychain = "/Library/Keychains/System.keychain";
            let add =
                format!("sudo security add-trusted-cert -d -r trustRoot -k {keychain} {file}");
            (format!("{add}  (it reads the system's store)"), add)
        } else {
            let (store, name) = ("$HOME/.pki/nssdb", self.nickname());
            let chromium = format!(
                "mkdir -p {store} && certutil -d sql:{store} -A -t C,, -n {name} -i {file}"
            );
            let store = "/usr/local/share/ca-certificates/strongroom.crt";
            (chromium, format!("sudo cp {file} {store} && sudo update-ca-certificates"))
        };
        let key = self.fingerprint();
        let headless = format!(
            "chromium --headless --user-data-dir=DIR --ignore-certificate-errors-spki-list={key}"
        );
        [
            ("curl", format!("curl --cacert {file} {url}/health")),
            ("Node", format!("export NODE_EXTRA_CA_CERTS={file}")),
            ("Python", format!("export SSL_CERT_FILE={file}")),
            ("Chromium", chromium),
            ("headless", headless),
            ("system", system),
        ]
    }
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
    use super::super::files::tests::Folder;
    use super::*;
    use crate::clock::Clock;

    #[test]
    fn each_kind_of_client_has_a_line_that_names_the_authority() {
        let folder = Folder::new();
        let authority = Authority::open(folder.path(), Clock::system().now()).unwrap();
        let file = authority.path().display().to_string();

        let text = authority.instructions("https://localhost:4443");

        for words in [
            format!("curl --cacert {file} https://localhost:4443/health\n"),
            format!("NODE_EXTRA_CA_CERTS={file}\n"),
            format!("SSL_CERT_FILE={file}\n"),
            format!("--ignore-certificate-errors-spki-list={}\n", authority.fingerprint()),
        ] {
            assert!(text.contains(&words), "{text}");
        }
        for who in ["Chromium", "system"] {
            let line = text.lines().find(|line| line.trim_start().starts_with(who));
            assert!(line.is_some_and(|line| line.contains(&file)), "{text}");
        }
    }

    #[test]
    fn a_path_with_blanks_stays_one_word() {
        assert_eq!(quoted("/Users/a b/it's"), r"'/Users/a b/it'\''s'");
        assert_eq!(quoted("/home/a/ca.pem"), "/home/a/ca.pem");
    }
}
