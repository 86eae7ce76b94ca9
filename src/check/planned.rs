//! What the plan itself says: what stands against it, what stays behind, what it needs. Pure.

use super::{Finding, listed};
use crate::connect::{DeniedTable, SnapshotError};
use crate::error::{Explain as _, Side};
use crate::plan::{Error, Lacking, LeftOut};

/// What stands against a plan, thing by thing.
#[must_use]
pub fn problems(problems: &[Error]) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for problem in problems {
        let found = match problem {
            Error::Lacking { lacks } => listed(lacks.iter().map(lack).collect(), "lacking"),
            _ => vec![Finding::of(side(problem), subject(problem), problem)],
        };
        for finding in found {
            if !findings.contains(&finding) {
                findings.push(finding);
            }
        }
    }
    findings
}

fn lack(of: &Lacking) -> Finding {
    let hint = Lacking::advice_for(std::slice::from_ref(of));
    Finding::error(Side::Target, of.object.clone(), format!("lacking on the target: {}", of.reason)).hint(hint)
}

/// On which side something would have to change.
fn side(problem: &Error) -> Side {
    match problem {
        Error::NoMatch { .. }
        | Error::Incomplete { .. }
        | Error::NotChosen { .. }
        | Error::Loop { .. }
        | Error::ViewRule { .. }
        | Error::NoBinary { .. } => Side::Source,
        Error::Lacking { .. }
        | Error::InTheWay { .. }
        | Error::CannotKeep { .. }
        | Error::NoPlace { .. }
        | Error::NoArbiter { .. }
        | Error::IdentityAlways { .. }
        | Error::Rule { .. }
        | Error::ForeignKeyLoop { .. }
        | Error::RejectsInLoop { .. } => Side::Target,
    }
}

fn subject(problem: &Error) -> String {
    match problem {
        Error::NoMatch { .. } | Error::Incomplete { .. } | Error::NotChosen { .. } => "selection".to_owned(),
        Error::Loop { .. } | Error::ViewRule { .. } => "definitions".to_owned(),
        Error::NoBinary { table, .. } => format!("table {table}"),
        Error::InTheWay { .. } => "objects in the way".to_owned(),
        Error::CannotKeep { object, .. } | Error::NoPlace { object, .. } => object.clone(),
        Error::IdentityAlways { table, .. } | Error::Rule { table, .. } => format!("table {table}"),
        Error::NoArbiter { .. } => "keys".to_owned(),
        Error::ForeignKeyLoop { .. } | Error::RejectsInLoop { .. } => "foreign keys".to_owned(),
        Error::Lacking { .. } => "lacking".to_owned(),
    }
}

/// What stays behind though it was asked for.
#[must_use]
pub fn left_out(left_out: &[LeftOut], accepted: &[&'static str]) -> Vec<Finding> {
    let finding = |of: &LeftOut| {
        let kind = of.kind?;
        let message = format!("left out: {}", of.reason);
        Some(if accepted.contains(&kind) {
            Finding::warning(Side::Target, of.object.clone(), format!("{message}; that is accepted"))
        } else {
            Finding::error(Side::Target, of.object.clone(), message)
                .hint(format!("--allow-omissions {kind} accepts that it is missing"))
        })
    };
    listed(left_out.iter().filter_map(finding).collect(), "left out")
}

/// The tables that may not be read, each by itself. Any other failure is one finding.
#[must_use]
pub fn refused(error: &SnapshotError) -> Vec<Finding> {
    let SnapshotError::Denied { tables, user } = error else {
        return vec![Finding::of(Side::Source, "privileges", error)];
    };
    let finding = |of: &DeniedTable| {
        let alone = SnapshotError::Denied { tables: vec![of.clone()], user: user.clone() };
        let message = format!("for user {user}: {}", of.missing());
        let found = Finding::error(Side::Source, format!("table {}", of.name), message);
        Finding { hint: alone.hint(), ..found }
    };
    listed(tables.iter().map(finding).collect(), "tables")
}

/// How much room the target needs.
#[must_use]
pub fn size(tables: &str, indexes: &str, total: &str) -> Finding {
    let message = format!(
        "about {total}: {tables} of tables, {indexes} of indexes and large objects on the source; how much is free on the target's \
         disks cannot be seen from here"
    );
    Finding::ok(Side::Target, "size", message)
}
