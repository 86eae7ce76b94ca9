//! `pg_catalog` → plain structs: one SQL file, one struct and one query for each kind of object.

pub mod about;
pub mod aggregate;
pub mod collation;
pub mod constraint;
pub mod database;
pub mod foreign;
mod fresh;
pub mod language;
pub mod lookup;
pub mod object;
pub mod operator;
pub mod provided;
pub mod query;
mod read;
mod record;
pub mod relation;
pub mod replication;
pub mod role;
pub mod routine;
pub mod schema;
pub mod size;
pub mod text_search;
pub mod types;

pub use about::{Comment, DefaultAcl, Dependency, GivenObject, Privilege, SecurityLabel};
pub use aggregate::Aggregate;
pub use collation::Collation;
pub use constraint::{Constraint, Index, Statistics, UniqueIndex};
pub use database::{Database, DatabaseDefinition, DatabaseSettings};
pub use foreign::{ForeignColumn, ForeignDataWrapper, ForeignServer, ForeignTable, UserMapping};
pub use language::{AccessMethod, Language, Transform};
pub use lookup::Lookup;
pub use object::{ObjectId, class};
pub use operator::{Cast, Conversion, FamilyFunction, FamilyOperator, Operator, OperatorClass, OperatorFamily};
pub use provided::{AvailableExtension, CollationUse, ProvidedName};
pub use read::{
    Error, Sessions, Still, read, read_definition, read_key_spreads, read_provided, read_roles, read_sizes, read_still,
    read_subscriptions, read_unique_indexes,
};
pub use relation::{Attribute, Inheritance, Relation, RelationKind, Sequence};
pub use replication::{Publication, PublicationSchema, PublicationTable, Subscription, SubscriptionDefinition};
pub use role::{Role, RoleMember, RoleUse, RoleVerifier, Verifier};
pub use routine::{EventTrigger, Function, Policy, Rule, Trigger};
pub use schema::{Extension, ExtensionConfiguration, Namespace};
pub use size::{BinaryUnsafeColumn, HashPartitioned, KeyColumn, KeySpread, TableSize};
pub use text_search::{
    TextSearchConfiguration, TextSearchDictionary, TextSearchMapping, TextSearchParser, TextSearchTemplate,
};
pub use types::{BaseType, Composite, Domain, Enum, Range, ShellType};

/// Everything pgsluice knows of a source database, in the order the queries return it: the same database gives the same
/// value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Catalog {
    /// The server's major version.
    pub major: u32,
    /// Schemas.
    pub namespaces: Vec<Namespace>,
    /// Extensions.
    pub extensions: Vec<Extension>,
    /// Enum types.
    pub enums: Vec<Enum>,
    /// Composite types.
    pub composites: Vec<Composite>,
    /// Domains.
    pub domains: Vec<Domain>,
    /// Range types.
    pub ranges: Vec<Range>,
    /// Tables, views, materialized views, sequences and foreign tables.
    pub relations: Vec<Relation>,
    /// Columns and attributes, by relation and number.
    pub attributes: Vec<Attribute>,
    /// Parents of tables and indexes.
    pub inherits: Vec<Inheritance>,
    /// Constraints of tables and domains.
    pub constraints: Vec<Constraint>,
    /// Indexes.
    pub indexes: Vec<Index>,
    /// Parameters of sequences.
    pub sequences: Vec<Sequence>,
    /// Functions and procedures.
    pub functions: Vec<Function>,
    /// Aggregate functions.
    pub aggregates: Vec<Aggregate>,
    /// Collations.
    pub collations: Vec<Collation>,
    /// Base types.
    pub base_types: Vec<BaseType>,
    /// Shell types.
    pub shell_types: Vec<ShellType>,
    /// Operators.
    pub operators: Vec<Operator>,
    /// Operator families.
    pub operator_families: Vec<OperatorFamily>,
    /// Operator classes.
    pub operator_classes: Vec<OperatorClass>,
    /// Operators of operator families and classes.
    pub family_operators: Vec<FamilyOperator>,
    /// Support functions of operator families and classes.
    pub family_functions: Vec<FamilyFunction>,
    /// Casts.
    pub casts: Vec<Cast>,
    /// Conversions.
    pub conversions: Vec<Conversion>,
    /// Languages.
    pub languages: Vec<Language>,
    /// Transforms.
    pub transforms: Vec<Transform>,
    /// Access methods.
    pub access_methods: Vec<AccessMethod>,
    /// Text search parsers.
    pub text_search_parsers: Vec<TextSearchParser>,
    /// Text search templates.
    pub text_search_templates: Vec<TextSearchTemplate>,
    /// Text search dictionaries.
    pub text_search_dictionaries: Vec<TextSearchDictionary>,
    /// Text search configurations.
    pub text_search_configurations: Vec<TextSearchConfiguration>,
    /// What text search configurations do with tokens.
    pub text_search_mappings: Vec<TextSearchMapping>,
    /// Triggers.
    pub triggers: Vec<Trigger>,
    /// Rules.
    pub rules: Vec<Rule>,
    /// Policies.
    pub policies: Vec<Policy>,
    /// Extended statistics.
    pub statistics: Vec<Statistics>,
    /// Comments.
    pub comments: Vec<Comment>,
    /// Privileges.
    pub privileges: Vec<Privilege>,
    /// Dependencies.
    pub depends: Vec<Dependency>,
    /// Security labels.
    pub security_labels: Vec<SecurityLabel>,
    /// Sizes of tables; empty where rows are not copied.
    pub table_sizes: Vec<TableSize>,
    /// Columns that cannot travel as binary; empty where rows are not copied.
    pub binary_unsafe: Vec<BinaryUnsafeColumn>,
    /// Indexes that keep rows apart; empty where rows are not merged.
    pub unique_indexes: Vec<UniqueIndex>,
    /// What is in the key columns of tables that may be divided by them.
    pub key_spreads: Vec<KeySpread>,
    /// Tables partitioned by hash; empty where rows are not copied.
    pub hash_partitioned: Vec<HashPartitioned>,
    /// Objects of the server and of extensions that have privileges of their own.
    pub given_objects: Vec<GivenObject>,
    /// Default privileges.
    pub default_acls: Vec<DefaultAcl>,
    /// Foreign data wrappers.
    pub foreign_data_wrappers: Vec<ForeignDataWrapper>,
    /// Foreign servers.
    pub foreign_servers: Vec<ForeignServer>,
    /// User mappings.
    pub user_mappings: Vec<UserMapping>,
    /// Where foreign tables' rows are.
    pub foreign_tables: Vec<ForeignTable>,
    /// Columns of foreign tables that have options.
    pub foreign_columns: Vec<ForeignColumn>,
    /// The database itself; empty where it is not known.
    pub database: Vec<Database>,
    /// Settings of the database and of roles in it.
    pub database_settings: Vec<DatabaseSettings>,
    /// Roles of the server; empty where they are not copied.
    pub roles: Vec<Role>,
    /// Which role is a member of which; empty where roles are not copied.
    pub role_members: Vec<RoleMember>,
    /// Which objects name which role; empty where roles are not copied.
    pub role_uses: Vec<RoleUse>,
    /// What is stored of roles' passwords; empty where that is not copied.
    pub role_verifiers: Vec<RoleVerifier>,
    /// Configuration tables and sequences of extensions.
    pub extension_configuration: Vec<ExtensionConfiguration>,
    /// Event triggers.
    pub event_triggers: Vec<EventTrigger>,
    /// Publications.
    pub publications: Vec<Publication>,
    /// Tables of publications.
    pub publication_tables: Vec<PublicationTable>,
    /// Schemas of publications.
    pub publication_schemas: Vec<PublicationSchema>,
    /// Subscriptions.
    pub subscriptions: Vec<Subscription>,
    /// What subscriptions are; empty where they are not copied.
    pub subscription_definitions: Vec<SubscriptionDefinition>,
    /// Which objects use which collation of the server itself.
    pub collation_uses: Vec<CollationUse>,
    /// The versions of extensions that can be created; empty where it is not known.
    pub available_extensions: Vec<AvailableExtension>,
    /// What the server has beside databases; empty where it is not known.
    pub provided_names: Vec<ProvidedName>,
}
