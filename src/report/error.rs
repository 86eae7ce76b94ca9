//! Errors as people read them: what failed, in whose words, and what to do.

use std::fmt::Write as _;

use super::{log, stderr};
use crate::error::Explain;
use crate::settings::LogFormat;

/// Prints an error on stderr: up to three lines, or one JSON object where the log is JSON.
pub fn failure(error: &dyn Explain, format: LogFormat) {
    match format {
        LogFormat::Console => stderr::lines(&three_lines(error)),
        LogFormat::Json => stderr::lines(&object(error)),
    }
}

/// Says that nothing was done, because the store records that it is.
pub fn not_repeated(completed_at: &str, format: LogFormat) {
    let text = format!("this request was completed at {completed_at} and is not repeated: --repeat copies again");
    match format {
        LogFormat::Console => stderr::lines(&format!("{text}\n")),
        LogFormat::Json => {
            let object = serde_json::json!({
                "version": log::JSON_VERSION, "level": "INFO", "message": text, "completed_at": completed_at
            });
            stderr::lines(&format!("{object}\n"));
        }
    }
}

/// `error: …`, `detail: …`, `hint: …`. Lines that follow within one of them are indented. Where an error has no detail of its
/// own, the innermost cause speaks.
fn three_lines(error: &dyn Explain) -> String {
    let mut text = String::new();
    let parts =
        [("error", log::RED, Some(error.to_string())), ("detail", 0, detail(error)), ("hint", log::CYAN, error.hint())];
    for (label, color, part) in parts {
        if let Some(part) = part {
            let label = if color == 0 { format!("{label}:") } else { stderr::colored(&format!("{label}:"), color) };
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{label} {}", part.trim_end().replace('\n', "\n    "));
        }
    }
    text
}

fn object(error: &dyn Explain) -> String {
    let mut object = parts(error);
    object["level"] = "ERROR".into();
    object["version"] = log::JSON_VERSION.into();
    format!("{object}\n")
}

/// Its parts as an object: `message`, and `detail` and `hint` where it has them.
pub(super) fn parts(error: &dyn Explain) -> serde_json::Value {
    let parts = [("message", Some(error.to_string())), ("detail", detail(error)), ("hint", error.hint())];
    let known = parts.into_iter().filter_map(|(name, part)| Some((name.to_owned(), part?.into())));
    serde_json::Value::Object(known.collect())
}

fn detail(error: &dyn Explain) -> Option<String> {
    error.detail().or_else(|| {
        let mut cause = error.source()?;
        while let Some(deeper) = cause.source() {
            cause = deeper;
        }
        let words = cause.to_string();
        (!error.to_string().contains(&words)).then_some(words)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("could not create index \"public.orders_total_idx\" on the target")]
    struct Failed {
        detail: Option<String>,
        #[source]
        source: std::io::Error,
    }

    impl Explain for Failed {
        fn detail(&self) -> Option<String> {
            self.detail.clone()
        }

        fn hint(&self) -> Option<String> {
            Some("the function is outside the selected tables;\nadd its schema".to_owned())
        }
    }

    #[test]
    fn an_error_has_three_lines() {
        let detail = Some("ERROR 42883: function to_eur(numeric) does not exist".to_owned());
        let error = Failed { detail, source: std::io::Error::other("not shown") };
        assert_eq!(
            three_lines(&error),
            "error: could not create index \"public.orders_total_idx\" on the target\n\
             detail: ERROR 42883: function to_eur(numeric) does not exist\n\
             hint: the function is outside the selected tables;\n    add its schema\n"
        );
    }

    #[test]
    fn a_cause_speaks_where_there_is_no_detail() {
        let error = Failed { detail: None, source: std::io::Error::other("disk full") };
        assert!(three_lines(&error).contains("\ndetail: disk full\n"));
        let object: serde_json::Value = serde_json::from_str(&object(&error)).unwrap();
        assert_eq!((object["level"].as_str(), object["detail"].as_str()), (Some("ERROR"), Some("disk full")));
    }
}
