//! The parts a database is made of, as nodes of the dependency graph.

use std::collections::BTreeSet;

use crate::catalog::ObjectId;

/// What a node makes. The order is the order of creation among nodes that do not depend on each other; it is the priority
/// order of `pg_dump` (`dbObjectTypePriorities`), as far as the kinds are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A role.
    Role,
    /// A role's membership in another.
    RoleMember,
    /// What a role sets in every database.
    RoleSettings,
    /// A schema.
    Schema,
    /// A language.
    Language,
    /// A collation.
    Collation,
    /// A transform.
    Transform,
    /// An extension.
    Extension,
    /// The name of a type whose functions come before it.
    TypeShell,
    /// An enum, composite, domain, range, base or shell type.
    Type,
    /// A domain's constraint that is not part of CREATE DOMAIN, or is, while no loop runs through it.
    DomainConstraint,
    /// A cast.
    Cast,
    /// A function or procedure.
    Function,
    /// A foreign data wrapper.
    ForeignDataWrapper,
    /// A foreign server.
    ForeignServer,
    /// A user mapping.
    UserMapping,
    /// An aggregate function.
    Aggregate,
    /// An access method.
    AccessMethod,
    /// An operator.
    Operator,
    /// An operator family, without members.
    OperatorFamily,
    /// The members that are in an operator family alone.
    OperatorFamilyMembers,
    /// An operator class with its members.
    OperatorClass,
    /// A conversion.
    Conversion,
    /// A text search parser.
    TextSearchParser,
    /// A text search template.
    TextSearchTemplate,
    /// A text search dictionary.
    TextSearchDictionary,
    /// A text search configuration with its mappings.
    TextSearchConfiguration,
    /// A sequence, unless it belongs to an identity column.
    Sequence,
    /// A default or generation expression.
    Default,
    /// A table's CHECK, or NOT NULL with a name.
    Check,
    /// A table or foreign table with all its columns.
    Table,
    /// A partition's place under its parent.
    TableAttach,
    /// A sequence's owner column.
    SequenceOwner,
    /// A view.
    View,
    /// A materialized view, without rows.
    MaterializedView,
    /// The query of a view that was made as a stand-in.
    ViewQuery,
    /// The moment when rows are loaded: pre-data before it, post-data behind it.
    Rows,
    /// A primary key, unique or exclusion constraint.
    KeyConstraint,
    /// An index that backs no constraint.
    Index,
    /// A partition's index under its parent index.
    IndexAttach,
    /// Extended statistics.
    Statistics,
    /// A foreign key.
    ForeignKey,
    /// A rule.
    Rule,
    /// A trigger.
    Trigger,
    /// A policy.
    Policy,
    /// Row-level security switched on.
    RowSecurity,
    /// An object's privileges.
    Privileges,
    /// What objects that a role will make start with.
    DefaultPrivileges,
    /// A publication, without its tables.
    Publication,
    /// A table of a publication.
    PublicationTable,
    /// A schema of a publication.
    PublicationSchema,
    /// A subscription, disabled.
    Subscription,
    /// The rows of a materialized view.
    Refresh,
    /// Settings of the database for every role or for one.
    DatabaseSettings,
    /// An event trigger.
    EventTrigger,
}

impl Kind {
    /// Whether nodes of this kind come after the rows in any case.
    #[must_use]
    pub fn is_post_data(self) -> bool {
        matches!(
            self,
            Self::KeyConstraint
                | Self::Index
                | Self::IndexAttach
                | Self::Statistics
                | Self::ForeignKey
                | Self::Rule
                | Self::Trigger
                | Self::Policy
                | Self::RowSecurity
                | Self::Privileges
                | Self::DefaultPrivileges
                | Self::Refresh
                | Self::Publication
                | Self::PublicationTable
                | Self::PublicationSchema
                | Self::Subscription
                | Self::DatabaseSettings
                | Self::EventTrigger
        )
    }

    /// Whether a selection brings this along when something selected needs it.
    #[must_use]
    pub fn comes_along(self) -> bool {
        matches!(
            self,
            Self::Role
                | Self::RoleMember
                | Self::Schema
                | Self::Collation
                | Self::Extension
                | Self::TypeShell
                | Self::Type
                | Self::DomainConstraint
                | Self::Function
                | Self::ForeignDataWrapper
                | Self::ForeignServer
                | Self::Language
                | Self::Transform
                | Self::AccessMethod
                | Self::TextSearchParser
                | Self::TextSearchTemplate
                | Self::TextSearchDictionary
                | Self::TextSearchConfiguration
                | Self::Aggregate
                | Self::Cast
                | Self::Operator
                | Self::OperatorFamily
                | Self::OperatorFamilyMembers
                | Self::OperatorClass
                | Self::Conversion
                | Self::Sequence
        )
    }

    /// Whether this can be left out while every row that was asked for still has its place.
    #[must_use]
    pub fn can_be_left_out(self) -> bool {
        !matches!(self, Self::Sequence | Self::Table)
    }
}

/// Which part of which object a node is. The same object can have several: a table and its attachment to a parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeKey {
    /// What the node makes.
    pub kind: Kind,
    /// The object in the source's catalog.
    pub object: ObjectId,
}

/// A node's place in [`super::graph::Graph::nodes`].
pub type NodeId = usize;

/// One part of the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Which part of which object.
    pub key: NodeKey,
    /// The schema it is in, or its own name if it is one; empty for what is in none.
    pub schema: String,
    /// Its name, for order and for people.
    pub name: String,
    /// What tells it from others of the same name: a function's arguments, a trigger's table.
    pub detail: String,
    /// The relation it belongs to and goes with: an index's table, a default's table.
    pub part_of: Option<NodeId>,
    /// What must be there before it.
    pub needs: BTreeSet<NodeId>,
    /// For a view: what its query needs beside that.
    pub query_needs: BTreeSet<NodeId>,
    /// Whether it is made within another node's statement (a default within CREATE TABLE), which then needs it.
    pub within: Option<NodeId>,
    /// Whether it can only be made within that statement: a generation expression.
    pub inseparable: bool,
    /// Whether it must not be there while rows are loaded.
    pub after_rows: bool,
}

impl Node {
    /// What orders nodes that do not depend on each other.
    #[must_use]
    pub fn sort_key(&self) -> (Kind, &str, &str, &str, ObjectId) {
        (self.key.kind, &self.schema, &self.name, &self.detail, self.key.object)
    }
}
