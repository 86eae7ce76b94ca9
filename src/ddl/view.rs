//! Views and materialized views.

use super::about;
use super::relation::{self, address};
use super::sql::{ident, join};
use super::statement::{Action, Statement};
use super::types;
use crate::catalog::{Lookup, ObjectId, Relation};

/// A view with its query.
#[must_use]
pub fn create(lookup: &Lookup<'_>, view: &Relation) -> Vec<Statement> {
    let mut statements = vec![Statement::new(Action::Create, &address(view), view_query(view, "CREATE VIEW"))];
    statements.extend(about_view(lookup, view));
    statements
}

/// A stand-in with the view's columns and no query, for a view in a dependency loop; [`replace`] gives it its query.
#[must_use]
pub fn stand_in(lookup: &Lookup<'_>, view: &Relation) -> Vec<Statement> {
    let address = address(view);
    let columns = join(lookup.attributes(view.oid).iter().map(|column| {
        let collate = types::collate(column.collation_schema.as_deref(), column.collation_name.as_deref());
        format!("NULL::{}{collate} AS {}", column.type_name, ident(&column.name))
    }));
    let mut statements =
        vec![Statement::new(Action::Create, &address, format!("CREATE VIEW {} AS SELECT {columns}", address.sql))];
    statements.extend(about_view(lookup, view));
    statements
}

/// Gives a stand-in its query and options.
#[must_use]
pub fn replace(view: &Relation) -> Statement {
    Statement::new(Action::Create, &address(view), view_query(view, "CREATE OR REPLACE VIEW"))
}

fn view_query(view: &Relation, words: &str) -> String {
    let check_option = view.options.iter().find_map(|option| option.strip_prefix("check_option="));
    let options = view.options.iter().filter(|option| !option.starts_with("check_option="));
    let mut sql = format!("{words} {}{} AS\n{}", address(view).sql, relation::with_options(options, []), query(view));
    if let Some(check_option) = check_option {
        sql.push_str(&format!("\n WITH {} CHECK OPTION", check_option.to_uppercase()));
    }
    sql
}

fn about_view(lookup: &Lookup<'_>, view: &Relation) -> Vec<Statement> {
    let address = address(view);
    let mut statements = vec![about::owner(&address, &view.owner)];
    statements.extend(about::comment(lookup, ObjectId::relation(view.oid), &address));
    statements.extend(about::column_comments(lookup, view.oid, &address));
    statements
}

/// A materialized view without its rows.
#[must_use]
pub fn create_materialized(lookup: &Lookup<'_>, view: &Relation) -> Vec<Statement> {
    let address = address(view);
    let sql = format!(
        "CREATE MATERIALIZED VIEW {}{}{} AS\n{}\n  WITH NO DATA",
        address.sql,
        relation::using_method(view),
        relation::with_options(&view.options, &view.toast_options),
        query(view)
    );
    let mut statements = vec![Statement::new(Action::Create, &address, sql)];
    statements.extend(relation::tablespace(view, &address));
    for column in lookup.attributes(view.oid) {
        statements.extend(relation::column_settings(&address, column));
    }
    statements.extend(about::dropped_with(lookup, ObjectId::relation(view.oid), &address));
    statements.extend(about_view(lookup, view));
    statements
}

/// Fills a materialized view.
#[must_use]
pub fn refresh(view: &Relation) -> Statement {
    let address = address(view);
    Statement::new(Action::Refresh, &address, format!("REFRESH MATERIALIZED VIEW {}", address.sql))
}

/// The query without the semicolon `pg_get_viewdef` ends it with.
fn query(view: &Relation) -> &str {
    view.definition.as_deref().unwrap_or_default().trim_end().trim_end_matches(';')
}
