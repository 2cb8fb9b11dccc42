//! What holds for every text that is taken for a tenant file.

use proptest::prelude::*;
use url::Url;

use super::*;

const QUICKSTART: &str = include_str!("../../../../tenants/quickstart.yaml");

fn issuer() -> Issuer {
    Issuer::new(Url::parse("http://localhost:4400/").unwrap()).unwrap()
}

/// The quickstart with lines taken out, doubled, moved or written over.
fn damaged() -> impl Strategy<Value = String> {
    let lines: Vec<&str> = QUICKSTART.lines().collect();
    let count = lines.len();
    let change =
        (0..count, 0..count, 0..5_u8, "[ -~]{0,20}|[\\[\\]{}&*!|>%@`'\"#:,?-]{1,6}|\t|\u{feff}");
    prop::collection::vec(change, 1..6).prop_map(move |changes| {
        let mut lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        for (one, other, how, text) in changes {
            match how {
                0 => lines[one].clear(),
                1 => lines[one] = lines[other].clone(),
                2 => lines.swap(one, other),
                3 => lines[one] = text,
                _ => lines[one].push_str(&text),
            }
        }
        lines.join("\n")
    })
}

proptest! {
    /// Whatever it is, it is read or refused, in a line that names the place.
    #[test]
    fn any_text_is_read_or_refused_in_words(text in prop_oneof![damaged(), any::<String>(), "[a-z:\\- \n\\[\\]{}&*]{0,60}"]) {
        let read = Import::parse(&text, &issuer()).and_then(|import| import.settings());
        if let Err(error) = read {
            let message = error.to_string();
            prop_assert!(message.starts_with("the tenant file "), "{}", message);
        }
    }

    /// Brackets in brackets end in an error, not in a stack that overflows.
    #[test]
    fn nesting_ends(depth in 1_usize..20_000, open in "[\\[{]|- |a: |\\? ") {
        let _ = Import::parse(&open.repeat(depth), &issuer());
    }
}

/// Names that stand for each other multiply no more than the file may hold.
#[test]
fn anchors_do_not_multiply() {
    let level = |level: usize| {
        let names = vec![format!("*x{}", level - 1); 10].join(", ");
        format!("x{level}: &x{level} [{names}]")
    };
    let levels: Vec<_> = (1..30).map(level).collect();
    let text = format!("x0: &x0 [lol]\n{}", levels.join("\n"));

    assert!(matches!(Import::parse(&text, &issuer()), Err(ImportError::Syntax(_))));
}
