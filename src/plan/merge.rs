//! How rows get into tables that hold some: what the user asked for, and what was chosen for each table.

use super::pattern::Pattern;
use crate::ddl::sql::readable;

/// What to do with a row whose key the target has already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnConflict {
    /// The run fails.
    #[default]
    Error,
    /// The target's row stays.
    Nothing,
    /// The source's row replaces it.
    Update,
}

/// What to do with a table that [`OnConflict::Update`] finds no key in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NoArbiter {
    /// The run does not begin.
    #[default]
    Error,
    /// Its rows stay behind.
    Skip,
    /// Its rows are added to what is there.
    Insert,
}

/// Rows of a table that are copied, where not all of them are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// The tables it is about, with their partitions.
    pub pattern: Pattern,
    /// An expression of SQL, as the user typed it.
    pub predicate: String,
}

/// What the user asked for. The default is COPY alone, of every row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rows {
    /// Which rows are copied; conditions for one table must all hold.
    pub conditions: Vec<Condition>,
    /// What to do with a row whose key is there.
    pub on_conflict: OnConflict,
    /// What to do with a table without a key.
    pub no_arbiter: NoArbiter,
    /// Whether identity columns that no statement can update stay as they are.
    pub keep_identity: bool,
    /// Whether rows that the target refuses are set aside one by one.
    pub rejects: bool,
    /// Whether triggers and foreign keys of the target are kept from firing.
    pub disable_triggers: bool,
}

/// The unique index that says which of the target's rows a row is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arbiter {
    /// Its name.
    pub name: String,
    /// Its key columns, in its order.
    pub columns: Vec<String>,
}

/// What becomes of a row whose key is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// It fails.
    Insert,
    /// It stays behind.
    Nothing,
    /// It replaces the target's.
    Update {
        /// How the target's row is found.
        arbiter: Arbiter,
        /// The columns that are set. Empty where every column that travels is part of the key.
        set: Vec<String>,
        /// Whether two rows of a batch may have one key: then the last one counts.
        repeats: bool,
    },
}

/// A column of the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name, the same on both sides.
    pub name: String,
    /// Its type, as `format_type` writes it.
    pub type_name: String,
    /// The same without modifier and domain, which an explicit cast would make a value fit to without a word.
    pub base_type: String,
    /// ` COLLATE …`, where its collation is not its type's.
    pub collate: String,
}

/// How one table's rows are merged into those that are there: batch by batch, each by one statement, from where COPY put them.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of the table by itself")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merge {
    /// What becomes of a row whose key is there.
    pub action: Action,
    /// The target's columns for those that travel, in their order.
    pub columns: Vec<Column>,
    /// Whether a column is one that takes values only with OVERRIDING SYSTEM VALUE.
    pub overriding: bool,
    /// Whether the rows of a batch must go in the order in which they came.
    pub ordered: bool,
    /// Whether keys may repeat where other unique indexes count too, so that rows between two with the same key cannot be left
    /// out: then a batch is halved until no key repeats.
    pub halved: bool,
    /// Whether the table refers to itself, so that all its rows have to be one batch.
    pub one_batch: bool,
    /// A trigger of the target that may drop rows, which then cannot be told from those that stay as they are.
    pub trigger: Option<String>,
    /// Whether rows that are refused are set aside; then all columns are brought as text, so that no row fails before it can be
    /// told from the others.
    pub rejects: bool,
}

impl Merge {
    /// Whether the same rows may be merged once more: rows that are there already stay as they are, or get the values they have.
    /// Rows that are added anew each time, or written to a file, would be there twice.
    #[must_use]
    pub fn is_repeatable(&self) -> bool {
        self.action != Action::Insert && !self.rejects
    }

    /// For people, behind the format: `update by t_pkey`.
    #[must_use]
    pub fn words(&self) -> String {
        let mut words = match &self.action {
            Action::Insert => "insert".to_owned(),
            Action::Nothing => "on conflict nothing".to_owned(),
            Action::Update { arbiter, .. } => {
                format!("on conflict update by {}", readable(&arbiter.name))
            }
        };
        if self.one_batch {
            words.push_str(", one batch because the table refers to itself");
        }
        if let Some(trigger) = &self.trigger {
            words.push_str(&format!(", unchanged also where trigger {} drops rows", readable(trigger)));
        }
        words
    }
}
