//! Text search: parsers, templates, dictionaries and configurations.

use super::about;
use super::sql::{ident, join, qualified};
use super::statement::{Action, Address, Statement};
use crate::catalog::{
    Lookup, ObjectId, TextSearchConfiguration, TextSearchDictionary, TextSearchParser, TextSearchTemplate, class,
};

/// How SQL refers to a text search parser.
#[must_use]
pub fn parser_address(of: &TextSearchParser) -> Address {
    Address::in_schema("TEXT SEARCH PARSER", &of.schema, &of.name)
}

/// A text search parser with its comment.
#[must_use]
pub fn parser(lookup: &Lookup<'_>, of: &TextSearchParser) -> Vec<Statement> {
    let headline = of.headline.as_ref().map(|function| format!("HEADLINE = {function}"));
    let parts = [
        format!("START = {}", of.start),
        format!("GETTOKEN = {}", of.token),
        format!("END = {}", of.end_function),
        format!("LEXTYPES = {}", of.lextypes),
    ];
    let id = ObjectId::new(class::TS_PARSER, of.oid);
    created(lookup, id, &parser_address(of), None, &join(parts.into_iter().chain(headline)))
}

/// How SQL refers to a text search template.
#[must_use]
pub fn template_address(of: &TextSearchTemplate) -> Address {
    Address::in_schema("TEXT SEARCH TEMPLATE", &of.schema, &of.name)
}

/// A text search template with its comment.
#[must_use]
pub fn template(lookup: &Lookup<'_>, of: &TextSearchTemplate) -> Vec<Statement> {
    let init = of.init.as_ref().map(|function| format!("INIT = {function}"));
    let parts = init.into_iter().chain([format!("LEXIZE = {}", of.lexize)]);
    let id = ObjectId::new(class::TS_TEMPLATE, of.oid);
    created(lookup, id, &template_address(of), None, &join(parts))
}

/// How SQL refers to a text search dictionary.
#[must_use]
pub fn dictionary_address(of: &TextSearchDictionary) -> Address {
    Address::in_schema("TEXT SEARCH DICTIONARY", &of.schema, &of.name)
}

/// A text search dictionary with its owner and comment. The files it reads must be on the target.
#[must_use]
pub fn dictionary(lookup: &Lookup<'_>, of: &TextSearchDictionary) -> Vec<Statement> {
    let template = format!("TEMPLATE = {}", qualified(&of.template_schema, &of.template_name));
    let parts = [template].into_iter().chain(of.options.clone());
    let id = ObjectId::new(class::TS_DICT, of.oid);
    created(lookup, id, &dictionary_address(of), Some(&of.owner), &join(parts))
}

/// How SQL refers to a text search configuration.
#[must_use]
pub fn configuration_address(of: &TextSearchConfiguration) -> Address {
    Address::in_schema("TEXT SEARCH CONFIGURATION", &of.schema, &of.name)
}

/// A text search configuration with its mappings, owner and comment.
#[must_use]
pub fn configuration(lookup: &Lookup<'_>, of: &TextSearchConfiguration) -> Vec<Statement> {
    let address = configuration_address(of);
    let parser = format!("PARSER = {}", qualified(&of.parser_schema, &of.parser_name));
    let id = ObjectId::new(class::TS_CONFIG, of.oid);
    let mut statements = created(lookup, id, &address, Some(&of.owner), &parser);
    statements.extend(lookup.text_search_mappings(of.oid).iter().map(|mapping| {
        let dictionaries = join(mapping.dictionaries.iter().cloned());
        let sql = format!(
            "ALTER {} {} ADD MAPPING FOR {} WITH {dictionaries}",
            address.kind,
            address.sql,
            ident(&mapping.token)
        );
        Statement::new(Action::Alter, &address, sql)
    }));
    statements
}

fn created(
    lookup: &Lookup<'_>,
    id: ObjectId,
    address: &Address,
    owner: Option<&String>,
    parts: &str,
) -> Vec<Statement> {
    let sql = format!("CREATE {} {} ({parts})", address.kind, address.sql);
    let mut statements = vec![Statement::new(Action::Create, address, sql)];
    statements.extend(owner.map(|role| about::owner(address, role)));
    statements.extend(about::comment(lookup, id, address));
    statements
}
