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

macro_rules! query {
    ($name:literal $(, before $major:literal)*) => {
        Query {
            name: $name,
            newest: include_str!(concat!("../../sql/catalog/", $name, ".sql")),
            before: &[$(($major, include_str!(concat!("../../sql/catalog/", $name, "_before_", $major, ".sql")))),*],
        }
    };
}

/// Schemas.
pub const NAMESPACES: Query = query!("namespaces");
/// Extensions.
pub const EXTENSIONS: Query = query!("extensions");
/// Enum types.
pub const ENUMS: Query = query!("enums");
/// Composite types.
pub const COMPOSITES: Query = query!("composites");
/// Domains.
pub const DOMAINS: Query = query!("domains");
/// Range types.
pub const RANGES: Query = query!("ranges", before 14);
/// Relations.
pub const RELATIONS: Query = query!("relations");
/// Columns.
pub const ATTRIBUTES: Query = query!("attributes", before 14);
/// Parents of tables and indexes.
pub const INHERITS: Query = query!("inherits", before 14);
/// Constraints.
pub const CONSTRAINTS: Query = query!("constraints", before 18);
/// Indexes.
pub const INDEXES: Query = query!("indexes");
/// Parameters of sequences.
pub const SEQUENCES: Query = query!("sequences");
/// Functions and procedures.
pub const FUNCTIONS: Query = query!("functions");
/// Aggregate functions.
pub const AGGREGATES: Query = query!("aggregates");
/// Collations.
pub const COLLATIONS: Query = query!("collations", before 17, before 16, before 15);
/// Base types.
pub const BASE_TYPES: Query = query!("base_types", before 14);
/// Shell types.
pub const SHELL_TYPES: Query = query!("shell_types");
/// Operators.
pub const OPERATORS: Query = query!("operators");
/// Operator families.
pub const OPERATOR_FAMILIES: Query = query!("operator_families");
/// Operator classes.
pub const OPERATOR_CLASSES: Query = query!("operator_classes");
/// Operators of operator families and classes.
pub const FAMILY_OPERATORS: Query = query!("family_operators");
/// Support functions of operator families and classes.
pub const FAMILY_FUNCTIONS: Query = query!("family_functions");
/// Casts.
pub const CASTS: Query = query!("casts");
/// Conversions.
pub const CONVERSIONS: Query = query!("conversions");
/// Languages.
pub const LANGUAGES: Query = query!("languages");
/// Transforms.
pub const TRANSFORMS: Query = query!("transforms");
/// Access methods.
pub const ACCESS_METHODS: Query = query!("access_methods");
/// Text search parsers.
pub const TEXT_SEARCH_PARSERS: Query = query!("text_search_parsers");
/// Text search templates.
pub const TEXT_SEARCH_TEMPLATES: Query = query!("text_search_templates");
/// Text search dictionaries.
pub const TEXT_SEARCH_DICTIONARIES: Query = query!("text_search_dictionaries");
/// Text search configurations.
pub const TEXT_SEARCH_CONFIGURATIONS: Query = query!("text_search_configurations");
/// What text search configurations do with tokens.
pub const TEXT_SEARCH_MAPPINGS: Query = query!("text_search_mappings");
/// Triggers.
pub const TRIGGERS: Query = query!("triggers", before 15, before 13);
/// Rules.
pub const RULES: Query = query!("rules");
/// Policies.
pub const POLICIES: Query = query!("policies");
/// Extended statistics.
pub const STATISTICS: Query = query!("statistics", before 13);
/// Comments.
pub const COMMENTS: Query = query!("comments");
/// Privileges.
pub const PRIVILEGES: Query = query!("privileges");
/// Dependencies.
pub const DEPENDS: Query = query!("depends");
/// Objects of kinds that are not regenerated.
pub const UNSUPPORTED: Query = query!("unsupported");
/// What is needed to choose how each table's rows travel.
pub const TABLE_SIZES: Query = query!("table_sizes");
/// Columns whose binary form cannot be trusted.
pub const BINARY_UNSAFE: Query = query!("binary_unsafe");
