//! Why no plan can be made.

use std::collections::BTreeSet;
use std::fmt;

use super::VIEW_RULE;
use crate::ddl::QualifiedName;
use crate::error::Explain;

/// No plan can be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A pattern that matches nothing.
    #[error("the pattern {pattern} matches no table of the source")]
    NoMatch {
        /// The pattern as typed.
        pattern: String,
        /// A relation whose name differs only in case.
        similar: Option<QualifiedName>,
    },
    /// Something that holds rows needs what is not copied.
    #[error("cannot copy {object} without {needs}")]
    Incomplete {
        /// What was asked for.
        object: String,
        /// What it needs.
        needs: String,
    },
    /// Something that holds rows needs what is of a type that is not copied, and the target does not have it.
    #[error("cannot copy {object} without {needs}")]
    NotChosen {
        /// What was asked for.
        object: String,
        /// What it needs.
        needs: String,
        /// The flag that keeps it out.
        flag: &'static str,
    },
    /// A dependency loop that no repair cuts.
    #[error("the source's objects depend on each other in a loop that cannot be cut: {members}")]
    Loop {
        /// The members.
        members: String,
    },
    /// The target lacks what is needed there, and that was not accepted.
    #[error("the target lacks {}", if lacks.len() == 1 { "something that the copy needs".to_owned() } else { format!("{} things that the copy needs", lacks.len()) })]
    Lacking {
        /// What is lacking. Never empty.
        lacks: Vec<Lacking>,
    },
    /// A rule on a table with the name that only the query of a view may have. Some servers let a rule be renamed to it.
    #[error("cannot copy {rule}: no server takes CREATE RULE with the name \"{VIEW_RULE}\"")]
    ViewRule {
        /// The rule.
        rule: String,
    },
    /// The target holds what would be made.
    #[error("the target already holds {} of the objects that would be created", conflicts.len())]
    InTheWay {
        /// What is in the way, for people.
        conflicts: Vec<String>,
    },
    /// `--keep-loaded` finds that it cannot keep what an earlier run made.
    #[error("cannot go on with {object}: {problem}")]
    CannotKeep {
        /// The object.
        object: String,
        /// Why.
        problem: &'static str,
    },
    /// `--copy-format binary`, and a column that cannot travel so.
    #[error("cannot copy table {table} in binary format: {reason}")]
    NoBinary {
        /// The table.
        table: QualifiedName,
        /// The column, and what is wrong with it.
        reason: String,
    },
    /// `--mode data` finds no place for the rows.
    #[error("the target cannot take the {rows} of {object}: {problem}")]
    NoPlace {
        /// `rows` or `value`.
        rows: &'static str,
        /// The table or sequence.
        object: String,
        /// What is missing.
        problem: String,
    },
    /// Rows cannot be found on the target by a key.
    #[error("--on-conflict update has no key to find rows by in {} of the target's tables", tables.len())]
    NoArbiter {
        /// The tables.
        tables: Vec<String>,
    },
    /// A column that no statement can update.
    #[error(
        "--on-conflict update cannot set column {column} of the target's table {table}: GENERATED ALWAYS AS IDENTITY"
    )]
    IdentityAlways {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// A rule that ON CONFLICT does not go with.
    #[error("--on-conflict cannot be used with the target's table {table}: its rule {rule} rewrites INSERT or UPDATE")]
    Rule {
        /// The table.
        table: String,
        /// The rule.
        rule: String,
    },
    /// Tables that refer to each other.
    #[error("the target's foreign keys lead in a loop, so that no table can be loaded before the others: {tables}")]
    ForeignKeyLoop {
        /// The tables, the first again at the end.
        tables: String,
    },
    /// Tables that refer to each other, and rows that are to be set aside where the target refuses them.
    #[error(
        "rows cannot be set aside where foreign keys lead in a loop, because these are checked at the end of a transaction, when \
         nothing tells which row is refused: {}",
        tables.join(", ")
    )]
    RejectsInLoop {
        /// The tables.
        tables: Vec<String>,
    },
}

/// Something that the target lacks for the copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lacking {
    /// What cannot be as on the source.
    pub object: String,
    /// What is missing.
    pub reason: String,
    /// What can be done about it, beside accepting that it is missing.
    pub advice: String,
    /// The kinds that would have to be accepted; none where tables or sequences need what is lacking.
    pub kinds: BTreeSet<&'static str>,
}

impl Lacking {
    /// What can be done about several lacks at once.
    #[must_use]
    pub fn advice_for(lacks: &[Self]) -> String {
        let advice: BTreeSet<_> = lacks.iter().map(|lack| lack.advice.as_str()).collect();
        let advice = advice.into_iter().collect::<Vec<_>>().join("; ");
        if lacks.iter().any(|lack| lack.kinds.is_empty()) {
            return advice;
        }
        let kinds: BTreeSet<_> = lacks.iter().flat_map(|lack| lack.kinds.iter().copied()).collect();
        let kinds = kinds.into_iter().collect::<Vec<_>>().join(",");
        format!("{advice}; --allow-omissions {kinds} copies everything else")
    }
}

/// `view public.pairs: it needs …`
impl fmt::Display for Lacking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.object, self.reason)
    }
}

impl Explain for Error {
    fn detail(&self) -> Option<String> {
        const SHOWN_MAX: usize = 20;
        let (items, separator) = match self {
            Self::InTheWay { conflicts: named } | Self::NoArbiter { tables: named } => (named.clone(), ", "),
            Self::Lacking { lacks } => (lacks.iter().map(ToString::to_string).collect(), "; "),
            _ => return None,
        };
        let mut shown = items.iter().take(SHOWN_MAX).cloned().collect::<Vec<_>>().join(separator);
        if items.len() > SHOWN_MAX {
            shown.push_str(&format!(" and {} more", items.len() - SHOWN_MAX));
        }
        Some(shown)
    }

    fn hint(&self) -> Option<String> {
        Some(
            match self {
                Self::NoMatch { similar: Some(similar), .. } => {
                    return Some(format!("names are folded to lower case unless they are in double quotes: '{}'", similar.sql()));
                }
                Self::NoMatch { similar: None, .. } => {
                    "`*` is every table of public, `s.*` every table of schema s, `*.*` everything; names are folded to lower case \
                     unless they are in double quotes"
                }
                Self::Lacking { lacks } => return Some(Lacking::advice_for(lacks)),
                Self::Incomplete { .. } => "add it to --tables, or leave both out",
                Self::NotChosen { flag, .. } => {
                    return Some(format!("let {flag} copy its type too, or make it on the target first"));
                }
                Self::ViewRule { .. } => "rename it on the source with ALTER RULE … ON … RENAME TO …, or leave its table out with --exclude-tables",
                Self::Loop { .. } => "please report this with the definitions of these objects",
                Self::InTheWay { .. } => {
                    "--clean drops exactly those first; --mode data copies only rows, into the tables that are there"
                }
                Self::CannotKeep { .. } => "without --keep-loaded everything that the earlier run made is made again",
                Self::NoBinary { .. } => "--copy-format auto copies this table as text and the others in binary format",
                Self::NoPlace { rows: "value", .. } => {
                    "--mode data needs the sequence on the target; --exclude-tables leaves it out, --mode full creates it"
                }
                Self::NoPlace { .. } => {
                    "--mode data needs the table on the target with every column of the source, of its type or a wider one; \
                     --mode full creates it"
                }
                Self::NoArbiter { .. } => {
                    "it needs a unique index that is valid, not deferrable, on columns alone that take no NULL, and not partial; \
                     --no-arbiter skip leaves such tables out, --no-arbiter insert adds their rows to what is there"
                }
                Self::IdentityAlways { .. } => {
                    "--keep-identity leaves the target's value in rows that are there; or make it GENERATED BY DEFAULT"
                }
                Self::Rule { .. } => "disable or drop the rule, or leave the table out with --exclude-tables",
                Self::ForeignKeyLoop { .. } => {
                    "--disable-triggers loads without checking foreign keys; or make one of them DEFERRABLE, or drop it and create it \
                     again afterwards"
                }
                Self::RejectsInLoop { .. } => {
                    "--on-row-error stop ends the run at the first such row, --disable-triggers loads without checking foreign keys"
                }
            }
            .to_owned(),
        )
    }
}
