//! How long something lasts, as pages say it.

/// A span in its two greatest units: `7 h 58 min`.
pub(crate) fn in_words(seconds: u64) -> String {
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    match (days, hours) {
        (0, 0) => format!("{minutes} min"),
        (0, _) => format!("{hours} h {minutes} min"),
        (1, 0) => "1 day".to_owned(),
        (_, 0) => format!("{days} days"),
        (1, _) => format!("1 day {hours} h"),
        _ => format!("{days} days {hours} h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_told_in_its_two_greatest_units() {
        let spans =
            [(59, "0 min"), (28_680, "7 h 58 min"), (86_400, "1 day"), (90_000, "1 day 1 h")];
        for (seconds, words) in spans {
            assert_eq!(in_words(seconds), words);
        }
        assert_eq!(in_words(3 * 86_400 - 1), "2 days 23 h");
        assert_eq!(in_words(3 * 86_400), "3 days");
    }
}
