//! Text search: parsers, templates, dictionaries and configurations. Functions are as `regproc` writes them.

use super::record::record;

record! {
    /// A text search parser: `sql/catalog/text_search_parsers.sql`.
    TextSearchParser {
        /// OID in `pg_ts_parser`.
        oid: u32,
        /// The schema it is in.
        schema: String,
        /// Its name.
        name: String,
        /// START.
        start: String,
        /// GETTOKEN.
        token: String,
        /// END.
        end_function: String,
        /// HEADLINE.
        headline: Option<String>,
        /// LEXTYPES.
        lextypes: String,
    }
}

record! {
    /// A text search template: `sql/catalog/text_search_templates.sql`.
    TextSearchTemplate {
        /// OID in `pg_ts_template`.
        oid: u32,
        /// The schema it is in.
        schema: String,
        /// Its name.
        name: String,
        /// INIT.
        init: Option<String>,
        /// LEXIZE.
        lexize: String,
    }
}

record! {
    /// A text search dictionary: `sql/catalog/text_search_dictionaries.sql`.
    TextSearchDictionary {
        /// OID in `pg_ts_dict`.
        oid: u32,
        /// The schema it is in.
        schema: String,
        /// Its name.
        name: String,
        /// The role that owns it.
        owner: String,
        /// The schema of the template.
        template_schema: String,
        /// The name of the template.
        template_name: String,
        /// What the template is told, as SQL.
        options: Option<String>,
    }
}

record! {
    /// A text search configuration: `sql/catalog/text_search_configurations.sql`.
    TextSearchConfiguration {
        /// OID in `pg_ts_config`.
        oid: u32,
        /// The schema it is in.
        schema: String,
        /// Its name.
        name: String,
        /// The role that owns it.
        owner: String,
        /// The schema of the parser.
        parser_schema: String,
        /// The name of the parser.
        parser_name: String,
    }
}

record! {
    /// What a text search configuration does with one type of token: `sql/catalog/text_search_mappings.sql`.
    TextSearchMapping {
        /// The configuration, by OID.
        configuration: u32,
        /// The type of token, such as `asciiword`.
        token: String,
        /// The dictionaries that are asked, in order, as `regdictionary` writes them.
        dictionaries: Vec<String>,
    }
}
