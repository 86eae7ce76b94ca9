//! The catalog queries: which SQL file on which server version.

/// One query in its forms for different servers, newest first.
#[derive(Debug, Clone, Copy)]
pub struct Query {
    /// The name of the newest form's file, without its ending.
    pub name: &'static str,
    /// The newest form.
    newest: &'static str,
    /// Forms for servers before a major version; the lowest version that is still above the server's applies.
    before: &'static [(u32, &'static str)],
}

impl Query {
    /// The form for a server of this major version.
    #[must_use]
    pub fn text(&self, major: u32) -> &'static str {
        self.before
            .iter()
            .filter(|(limit, _)| major < *limit)
            .min_by_key(|(limit, _)| *limit)
            .map_or(self.newest, |(_, text)| text)
    }
}

/// Rows: `description`. Not of [`ALL`], for it is asked only about an object that is missing.
pub(super) const DEPENDENTS: &str = include_str!("../../sql/session/dependents.sql");

/// Declares every query once: a constant for each, and the list of them all.
macro_rules! queries {
    ($($(#[$about:meta])* $constant:ident = $name:literal $(, before $major:literal)*;)*) => {
        $($(#[$about])*
        pub const $constant: Query = Query {
            name: $name,
            newest: include_str!(concat!("../../sql/catalog/", $name, ".sql")),
            before: &[$(($major, include_str!(concat!("../../sql/catalog/", $name, "_before_", $major, ".sql")))),*],
        };)*

        /// Every query.
        pub const ALL: &[Query] = &[$($constant),*];
    };
}

queries! {
    /// Schemas.
    NAMESPACES = "namespaces";
    /// Extensions.
    EXTENSIONS = "extensions";
    /// Enum types.
    ENUMS = "enums";
    /// Composite types.
    COMPOSITES = "composites";
    /// Domains.
    DOMAINS = "domains";
    /// Range types.
    RANGES = "ranges", before 14;
    /// Relations.
    RELATIONS = "relations";
    /// Columns.
    ATTRIBUTES = "attributes", before 14;
    /// Parents of tables and indexes.
    INHERITS = "inherits", before 14;
    /// Constraints.
    CONSTRAINTS = "constraints", before 18;
    /// Indexes.
    INDEXES = "indexes";
    /// Parameters of sequences.
    SEQUENCES = "sequences";
    /// Functions and procedures.
    FUNCTIONS = "functions";
    /// Aggregate functions.
    AGGREGATES = "aggregates";
    /// Triggers.
    TRIGGERS = "triggers", before 15, before 13;
    /// Rules.
    RULES = "rules";
    /// Policies.
    POLICIES = "policies";
    /// Extended statistics.
    STATISTICS = "statistics", before 13;
    /// Comments.
    COMMENTS = "comments";
    /// Privileges.
    PRIVILEGES = "privileges";
    /// Dependencies.
    DEPENDS = "depends";
    /// Security labels.
    SECURITY_LABELS = "security_labels";
    /// What is needed to choose how each table's rows travel.
    TABLE_SIZES = "table_sizes";
    /// Columns whose binary form cannot be trusted.
    BINARY_UNSAFE = "binary_unsafe";
    /// What says that a row is in a table already.
    UNIQUE_INDEXES = "unique_indexes", before 15;
    /// Integer columns that number the rows of a table.
    KEY_COLUMNS = "key_columns";
    /// Tables partitioned by hash.
    HASH_PARTITIONED = "hash_partitioned";
    /// Objects of the server and of extensions that have privileges of their own.
    GIVEN_OBJECTS = "given_objects";
    /// Default privileges.
    DEFAULT_ACLS = "default_acls";
    /// The database itself.
    DATABASE = "database";
    /// What CREATE DATABASE says of the database.
    DATABASE_DEFINITION = "database_definition", before 17, before 16, before 15;
    /// Settings of the database and of roles in it.
    DATABASE_SETTINGS = "database_settings";
    /// Roles.
    ROLES = "roles";
    /// Which role is a member of which.
    ROLE_MEMBERS = "role_members", before 16;
    /// Which objects name which role.
    ROLE_USES = "role_uses";
    /// What is stored of roles' passwords.
    ROLE_VERIFIERS = "role_verifiers";
    /// Configuration tables and sequences of extensions.
    EXTENSION_CONFIGURATION = "extension_configuration";
    /// Event triggers.
    EVENT_TRIGGERS = "event_triggers";
    /// Publications.
    PUBLICATIONS = "publications", before 18, before 13;
    /// Tables of publications.
    PUBLICATION_TABLES = "publication_tables", before 15;
    /// Schemas of publications.
    PUBLICATION_SCHEMAS = "publication_schemas", before 15;
    /// Subscriptions.
    SUBSCRIPTIONS = "subscriptions";
    /// What subscriptions are.
    SUBSCRIPTION_DEFINITIONS = "subscription_definitions", before 17, before 16, before 15, before 14;
    /// Foreign data wrappers.
    FOREIGN_DATA_WRAPPERS = "foreign_data_wrappers";
    /// Foreign servers.
    FOREIGN_SERVERS = "foreign_servers";
    /// User mappings.
    USER_MAPPINGS = "user_mappings";
    /// Where foreign tables' rows are.
    FOREIGN_TABLES = "foreign_tables";
    /// Columns of foreign tables that have options.
    FOREIGN_COLUMNS = "foreign_columns";
    /// Collations.
    COLLATIONS = "collations", before 17, before 16, before 15;
    /// Which objects use which collation of the server itself.
    COLLATION_USES = "collation_uses";
    /// Versions of extensions that can be created.
    AVAILABLE_EXTENSIONS = "available_extensions";
    /// What the server has beside databases.
    PROVIDED_NAMES = "provided_names";
    /// Base types.
    BASE_TYPES = "base_types", before 14;
    /// Shell types.
    SHELL_TYPES = "shell_types";
    /// Operators.
    OPERATORS = "operators";
    /// Operator families.
    OPERATOR_FAMILIES = "operator_families";
    /// Operator classes.
    OPERATOR_CLASSES = "operator_classes";
    /// Operators of operator families and classes.
    FAMILY_OPERATORS = "family_operators";
    /// Support functions of operator families and classes.
    FAMILY_FUNCTIONS = "family_functions";
    /// Casts.
    CASTS = "casts";
    /// Conversions.
    CONVERSIONS = "conversions";
    /// Languages.
    LANGUAGES = "languages";
    /// Transforms.
    TRANSFORMS = "transforms";
    /// Access methods.
    ACCESS_METHODS = "access_methods";
    /// Text search parsers.
    TEXT_SEARCH_PARSERS = "text_search_parsers";
    /// Text search templates.
    TEXT_SEARCH_TEMPLATES = "text_search_templates";
    /// Text search dictionaries.
    TEXT_SEARCH_DICTIONARIES = "text_search_dictionaries";
    /// Text search configurations.
    TEXT_SEARCH_CONFIGURATIONS = "text_search_configurations";
    /// What text search configurations do with tokens.
    TEXT_SEARCH_MAPPINGS = "text_search_mappings";
}
