//! What stands in the way of a run, on stdout.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{quantity, script};
use crate::check::{Finding, Severity};

/// The version of the JSON form; it grows when a key changes its meaning or goes.
const JSON_VERSION: u32 = 1;

/// Prints findings for people, or as one JSON object. Whether none of them is an error.
#[must_use]
pub fn check(findings: &[Finding], as_json: bool) -> bool {
    script(&if as_json { format!("{}\n", object(findings)) } else { text(findings) });
    count(findings, Severity::Error) == 0
}

fn count(findings: &[Finding], severity: Severity) -> u64 {
    findings.iter().filter(|of| of.severity == severity).count().try_into().unwrap_or(u64::MAX)
}

fn text(findings: &[Finding]) -> String {
    let mut text = String::new();
    let indented = |words: &str| words.trim_end().replace('\n', "\n           ");
    for Finding { severity, side, subject, message, hint } in findings {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{:7}  {side}: {subject}: {}", severity.name(), indented(message));
        if let Some(hint) = hint {
            let _ = writeln!(text, "         hint: {}", indented(hint));
        }
    }
    let (errors, warnings) = (count(findings, Severity::Error), count(findings, Severity::Warning));
    let _ = writeln!(text, "\n{}, {}", quantity::counted(errors, "error"), quantity::counted(warnings, "warning"));
    text
}

fn object(findings: &[Finding]) -> Value {
    let finding = |of: &Finding| {
        json!({
            "severity": of.severity.name(),
            "side": of.side.to_string(),
            "subject": of.subject,
            "message": of.message,
            "hint": of.hint,
        })
    };
    json!({
        "version": JSON_VERSION,
        "errors": count(findings, Severity::Error),
        "warnings": count(findings, Severity::Warning),
        "findings": findings.iter().map(finding).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Side;

    #[test]
    fn each_finding_has_a_line_and_its_advice_another() {
        let findings = [
            Finding::ok(Side::Source, "connection", "PostgreSQL 15.1"),
            Finding::warning(Side::Source, "locks", "few").hint("raise it"),
            Finding::error(Side::Target, "objects in the way", "table public.a,\ntable public.b").hint("--clean"),
        ];
        insta::assert_snapshot!(text(&findings), @r"
        ok       source: connection: PostgreSQL 15.1
        warning  source: locks: few
                 hint: raise it
        error    target: objects in the way: table public.a,
                   table public.b
                 hint: --clean

        1 error, 1 warning
        ");
        assert_eq!(object(&findings)["errors"], 1);
    }
}
