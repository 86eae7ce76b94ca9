//! A statement with what it is for, so that a failure can be told in words.

use std::fmt;

use super::sql::{ident, readable};

/// How SQL and people refer to an object: `TABLE "public"."orders"`, `TRIGGER "t" ON "public"."orders"`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Address {
    /// The words SQL has for the kind of object, as in `COMMENT ON … IS`.
    pub kind: &'static str,
    /// The reference behind the kind, quoted.
    pub sql: String,
    /// The reference for people.
    pub readable: String,
}

impl Address {
    /// An object in a schema.
    #[must_use]
    pub fn in_schema(kind: &'static str, schema: &str, name: &str) -> Self {
        let sql = format!("{}.{}", ident(schema), ident(name));
        Self { kind, sql, readable: format!("{}.{}", readable(schema), readable(name)) }
    }

    /// An object that is in no schema.
    #[must_use]
    pub fn global(kind: &'static str, name: &str) -> Self {
        Self { kind, sql: ident(name), readable: readable(name) }
    }

    /// A function or procedure with the arguments that identify it.
    #[must_use]
    pub fn routine(kind: &'static str, schema: &str, name: &str, identity_arguments: &str) -> Self {
        let mut address = Self::in_schema(kind, schema, name);
        for text in [&mut address.sql, &mut address.readable] {
            text.push('(');
            text.push_str(identity_arguments);
            text.push(')');
        }
        address
    }

    /// An object that belongs to another: a trigger, rule, policy or constraint.
    #[must_use]
    pub fn on(kind: &'static str, name: &str, owner: &Address) -> Self {
        let domain = if owner.kind == "DOMAIN" { "DOMAIN " } else { "" };
        Self {
            kind,
            sql: format!("{} ON {domain}{}", ident(name), owner.sql),
            readable: format!("{} on {}", readable(name), owner.readable),
        }
    }

    /// A column of a relation or composite type.
    #[must_use]
    pub fn column(name: &str, owner: &Address) -> Self {
        Self {
            kind: "COLUMN",
            sql: format!("{}.{}", owner.sql, ident(name)),
            readable: format!("{}.{}", owner.readable, readable(name)),
        }
    }
}

impl Address {
    /// The kind in the middle of a sentence: `materialized view`.
    #[must_use]
    pub fn kind_words(&self) -> String {
        self.kind.to_lowercase()
    }
}

/// `table public.orders`
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind_words(), self.readable)
    }
}

/// What a statement does to its object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// Makes the object.
    Create,
    /// Sets something about it that its rows or other objects rest on.
    Alter,
    /// Attaches it to its parent.
    Attach,
    /// Fills it: REFRESH MATERIALIZED VIEW.
    Refresh,
    /// Gathers its statistics.
    Analyze,
    /// Sets its owner.
    Owner,
    /// Grants or revokes.
    Privilege,
    /// Comments on it.
    Comment,
    /// Sets its security label.
    SecurityLabel,
    /// Puts it into its tablespace.
    Tablespace,
    /// Sets something that neither rows nor other objects rest on, such as a column's compression.
    Tune,
    /// Makes a role. Without it, what it owns falls to whoever connects, and what it is granted to nobody.
    Role,
    /// Removes it.
    Drop,
}

impl Action {
    /// Whether later statements can go on when this one failed. The run fails in either case.
    #[must_use]
    pub fn is_optional(self) -> bool {
        matches!(
            self,
            Self::Owner
                | Self::Privilege
                | Self::Comment
                | Self::SecurityLabel
                | Self::Tablespace
                | Self::Tune
                | Self::Role
                | Self::Analyze
        )
    }

    /// The words between "could not" and the object.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Create | Self::Role => "create",
            Self::Alter | Self::Tune => "alter",
            Self::Attach => "attach",
            Self::Refresh => "refresh",
            Self::Analyze => "analyze",
            Self::Owner => "set the owner of",
            Self::Privilege => "set the privileges of",
            Self::Comment => "comment on",
            Self::SecurityLabel => "set the security label of",
            Self::Tablespace => "set the tablespace of",
            Self::Drop => "drop",
        }
    }
}

/// One SQL statement, complete, without a closing semicolon.
#[derive(Clone, PartialEq, Eq)]
pub struct Statement {
    /// The statement's text.
    pub sql: String,
    /// Whether the text may hold secrets and is not to be shown.
    pub is_hidden: bool,
    /// What it does.
    pub action: Action,
    /// To which object.
    pub object: Address,
    /// The role whose member one must be to run it, where that is known.
    pub role: Option<String>,
    /// Every role it names, as far as it is known; the target must have them.
    pub names_roles: Vec<String>,
    /// The tablespace it names.
    pub names_tablespace: Option<String>,
}

impl Statement {
    /// A statement about an object.
    pub fn new(action: Action, object: &Address, sql: impl Into<String>) -> Self {
        Self {
            sql: sql.into(),
            is_hidden: false,
            action,
            object: object.clone(),
            role: None,
            names_roles: Vec::new(),
            names_tablespace: None,
        }
    }

    /// The same statement, which takes membership in a role.
    #[must_use]
    pub fn as_member_of(self, role: &str) -> Self {
        Self { role: Some(role.to_owned()), ..self }
    }

    /// The same statement, which names roles. PUBLIC, an empty name, is none.
    #[must_use]
    pub fn naming_roles<'a>(mut self, roles: impl IntoIterator<Item = &'a String>) -> Self {
        self.names_roles.extend(roles.into_iter().filter(|role| !role.is_empty()).cloned());
        self
    }

    /// The same statement, which names a tablespace.
    #[must_use]
    pub fn naming_tablespace(self, name: &str) -> Self {
        Self { names_tablespace: Some(name.to_owned()), ..self }
    }

    /// The same statement, whose text is never shown.
    #[must_use]
    pub fn hidden(self) -> Self {
        Self { is_hidden: true, ..self }
    }

    /// The text for logs and messages.
    #[must_use]
    pub fn shown(&self) -> &str {
        if self.is_hidden { "(not shown: it may hold secrets)" } else { &self.sql }
    }
}

impl fmt::Debug for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { action, object, .. } = self;
        f.debug_struct("Statement").field("sql", &self.shown()).field("action", action).field("object", object).finish()
    }
}
