//! What a comparison found, on stdout, for people or as JSON. The one place where values of rows are shown: those of keys.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{quantity, script};
use crate::plan::LeftOut;
use crate::verify::{
    DefinitionDifference, Definitions, LargeObjects, Narrowed, RowDifference, Sequence, Standing, Table, Verdict,
    Verification, Why,
};

/// The version of the JSON form; it grows when a key changes its meaning or goes.
const JSON_VERSION: u32 = 1;

/// Characters of a statement that are shown to people.
const EXCERPT_CHARACTERS: usize = 160;

/// Characters of it before the first one that differs.
const EXCERPT_BEFORE: usize = 40;

/// Prints what a comparison found for people, or as one JSON object.
pub fn verification(of: &Verification, as_json: bool) {
    script(&if as_json { format!("{}\n", object(of, true)) } else { text(of) });
}

/// The text for people, with a line break at its end.
#[must_use]
pub(super) fn text(of: &Verification) -> String {
    let mut text = String::new();
    if let Some(definitions) = &of.definitions {
        write_definitions(&mut text, definitions);
    }
    write_tables(&mut text, &of.tables);
    write_sequences(&mut text, of.sequences.as_deref().unwrap_or_default());
    if let Some(large_objects) = &of.large_objects {
        write_large_objects(&mut text, large_objects);
    }
    if !of.left_out.is_empty() {
        begin_section(&mut text);
        text.push_str("not compared, by request or by design:\n");
    }
    for LeftOut { object, reason, .. } in &of.left_out {
        line(&mut text, format_args!("  {object}: {}", indented(reason)));
    }
    begin_section(&mut text);
    line(&mut text, format_args!("{}", totals(of)));
    text
}

/// An empty line behind what is there.
fn begin_section(text: &mut String) {
    if !text.is_empty() {
        text.push('\n');
    }
}

/// `120 definitions, 12 tables with 1,234 rows in 1.2 s: no difference`.
fn totals(of: &Verification) -> String {
    let definitions = of.definitions.as_ref().map(|of| quantity::counted(number(of.compared), "definition"));
    let rows = of.tables.iter().filter_map(|of| of.rows).map(|(source, _)| source).sum();
    let how = if of.counts { " (counted only)" } else { "" };
    let tables =
        format!("{} with {}{how}", quantity::counted(number(of.tables.len()), "table"), quantity::counted(rows, "row"));
    let tables = of.sequences.is_some().then_some(tables);
    let compared: Vec<_> = definitions.into_iter().chain(tables).collect();
    let outcome = match of.agreement() {
        Ok(()) => "no difference".to_owned(),
        Err(disagreement) => disagreement.to_string(),
    };
    format!("{} in {}: {outcome}", compared.join(", "), quantity::duration(of.elapsed))
}

fn write_definitions(text: &mut String, of: &Definitions) {
    let (accepted, open): (Vec<_>, Vec<_>) = of.differences.iter().partition(|difference| difference.is_accepted);
    for (heading, differences) in
        [("definitions that differ:", open), ("definitions that differ, as --allow-omissions accepts:", accepted)]
    {
        if !differences.is_empty() {
            line(text, format_args!("{heading}"));
        }
        for DefinitionDifference { object, kind, source, target, .. } in differences {
            line(text, format_args!("  {}: {object}", kind.words()));
            for (side, own, other) in [("source", source, target), ("target", target, source)] {
                for (place, statement) in own.iter().enumerate() {
                    let excerpt = excerpt(statement, other.get(place).map_or("", String::as_str));
                    line(text, format_args!("    {side}: {excerpt}"));
                }
            }
        }
    }
    if !of.not_verified.is_empty() {
        line(text, format_args!("definitions that could not be compared:"));
    }
    for LeftOut { object, reason, .. } in &of.not_verified {
        line(text, format_args!("  {object}: {}", indented(reason)));
    }
}

/// A statement on one line, from shortly before the first character that the other one has not.
fn excerpt(statement: &str, other: &str) -> String {
    let [statement, other] = [statement, other].map(|of| of.split_whitespace().collect::<Vec<_>>().join(" "));
    let same = statement.chars().zip(other.chars()).take_while(|(one, other)| one == other).count();
    let skipped = if statement.chars().count() > EXCERPT_CHARACTERS { same.saturating_sub(EXCERPT_BEFORE) } else { 0 };
    let rest: String = statement.chars().skip(skipped).take(EXCERPT_CHARACTERS).collect();
    let before = if skipped > 0 { "… " } else { "" };
    let behind = if statement.chars().count() > skipped + EXCERPT_CHARACTERS { " …" } else { "" };
    format!("{before}{rest}{behind}")
}

fn write_tables(text: &mut String, tables: &[Table]) {
    let count = |rows: Option<u64>| rows.map_or_else(|| "?".to_owned(), quantity::count);
    let cells = |of: &Table| {
        let (source, target) = of.rows.unzip();
        [of.table.to_string(), count(source), count(target), standing(of)]
    };
    let heading = ["table", "source rows", "target rows", "result"].map(str::to_owned);
    let rows: Vec<_> = std::iter::once(heading).chain(tables.iter().map(cells)).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let (first, second, third) = (width(0), width(1), width(2));
    if tables.is_empty() {
        return;
    }
    begin_section(text);
    for (place, [table, source, target, result]) in rows.iter().enumerate() {
        line(text, format_args!("{table:first$}  {source:>second$}  {target:>third$}  {result}"));
        let narrowed = place.checked_sub(1).and_then(|place| tables[place].narrowed.as_ref());
        if let Some(narrowed) = narrowed {
            write_rows(text, narrowed);
        }
    }
}

/// `ok`, `differs`, and what is derived is said to be so.
fn standing(of: &Table) -> String {
    let words = match &of.standing {
        Standing::Same => "ok".to_owned(),
        Standing::Differs(Why::Content) => "differs".to_owned(),
        Standing::Differs(_) => format!("differs: {}", of.standing.words("")),
        Standing::NotVerified(_) => of.standing.words(""),
    };
    match (of.is_derived, &of.standing) {
        (false, _) => words,
        (true, Standing::Differs(_)) if of.verdict() == Verdict::Same => {
            format!("derived, {words} (a materialized view: no difference of the databases, REFRESH computes it again)")
        }
        (true, _) => format!("derived, {words}"),
    }
}

/// `  missing: (id) = (5)`.
fn write_rows(text: &mut String, of: &Narrowed) {
    for difference in &of.found {
        let RowDifference { kind, rows, .. } = difference;
        let times = if *rows > 1 { format!(", {} times", quantity::count(*rows)) } else { String::new() };
        line(text, format_args!("  {}: {}{times}", kind.words(), key(of, difference)));
    }
    if !of.is_all {
        line(text, format_args!("  and more"));
    }
}

fn key(of: &Narrowed, difference: &RowDifference) -> String {
    let values = difference.key.iter().map(|value| value.as_deref().unwrap_or("NULL").replace('\n', "\\n"));
    let values = values.collect::<Vec<_>>().join(", ");
    if of.key_columns.is_empty() {
        let side = if difference.kind == crate::verify::DifferenceKind::Extra { "target" } else { "source" };
        return format!("row like that at ctid {values} of the {side}");
    }
    format!("({}) = ({values})", of.key_columns.join(", "))
}

fn write_sequences(text: &mut String, sequences: &[Sequence]) {
    let mut differing = sequences.iter().filter(|of| of.standing != Standing::Same).peekable();
    if differing.peek().is_some() {
        begin_section(text);
        text.push_str("sequences:\n");
    }
    for Sequence { sequence, next, standing } in differing {
        let words = match next {
            Some((source, target)) => format!("its next value is {source} on the source and {target} on the target"),
            None => String::new(),
        };
        line(text, format_args!("  {sequence}: {}", standing.words(&words)));
    }
}

fn write_large_objects(text: &mut String, of: &LargeObjects) {
    let (source, target) = of.count;
    if of.count == (0, 0) && of.standing == Standing::Same {
        return;
    }
    let words = of.standing.words("they differ");
    begin_section(text);
    line(
        text,
        format_args!(
            "large objects: {} on the source, {} on the target: {words}",
            quantity::count(source),
            quantity::count(target)
        ),
    );
    for (kind, oid) in &of.found {
        line(text, format_args!("  {}: OID {oid}", kind.words()));
    }
    if !of.is_all {
        line(text, format_args!("  and more"));
    }
}

/// The same for programs. Without `with_keys` the rows that differ are not shown.
pub(super) fn object(of: &Verification, with_keys: bool) -> Value {
    let verdict = |verdict: Verdict| match verdict {
        Verdict::Same => "same",
        Verdict::NotVerified => "not_verified",
        Verdict::Different => "different",
    };
    let left_out = |of: &LeftOut| json!({ "object": of.object, "reason": of.reason });
    let definition = |of: &DefinitionDifference| {
        json!({
            "object": of.object,
            "kind": of.kind.words(),
            "omission": of.omission,
            "accepted": of.is_accepted,
            "source": of.source,
            "target": of.target,
        })
    };
    let definitions = |of: &Definitions| {
        json!({
            "compared": of.compared,
            "differences": of.differences.iter().map(definition).collect::<Vec<_>>(),
            "not_verified": of.not_verified.iter().map(left_out).collect::<Vec<_>>(),
        })
    };
    let table = |of: &Table| {
        json!({
            "schema": of.table.schema,
            "table": of.table.name,
            "derived": of.is_derived,
            "source_rows": of.rows.map(|(source, _)| source),
            "target_rows": of.rows.map(|(_, target)| target),
            "result": verdict(of.standing.verdict()),
            "reason": reason(&of.standing),
            "rows": of.narrowed.as_ref().filter(|_| with_keys).map(narrowed),
        })
    };
    let sequence = |of: &Sequence| {
        json!({
            "schema": of.sequence.schema,
            "sequence": of.sequence.name,
            // As text, for they may be larger than a JSON reader's numbers.
            "source_next": of.next.map(|(source, _)| source.to_string()),
            "target_next": of.next.map(|(_, target)| target.to_string()),
            "result": verdict(of.standing.verdict()),
            "reason": reason(&of.standing),
        })
    };
    let large_objects = |of: &LargeObjects| {
        let found = |(kind, oid): &(crate::verify::DifferenceKind, u32)| json!({ "kind": kind.words(), "oid": oid });
        json!({
            "source": of.count.0,
            "target": of.count.1,
            "differences": of.found.iter().map(found).collect::<Vec<_>>(),
            "all": of.is_all,
            "result": verdict(of.standing.verdict()),
            "reason": reason(&of.standing),
        })
    };
    json!({
        "version": JSON_VERSION,
        "result": verdict(of.verdict()),
        "counts_only": of.counts,
        "definitions": of.definitions.as_ref().map(definitions),
        "tables": of.tables.iter().map(table).collect::<Vec<_>>(),
        "sequences": of.sequences.as_ref().map(|all| all.iter().map(sequence).collect::<Vec<_>>()),
        "large_objects": of.large_objects.as_ref().map(large_objects),
        "not_compared": of.left_out.iter().map(left_out).collect::<Vec<_>>(),
        "seconds": of.elapsed.as_secs_f64(),
    })
}

/// Why, beyond what the rows say.
fn reason(of: &Standing) -> Option<String> {
    match of {
        Standing::Same | Standing::Differs(Why::Content) => None,
        Standing::NotVerified(reason) => Some(reason.clone()),
        Standing::Differs(_) => Some(of.words("")),
    }
}

fn narrowed(of: &Narrowed) -> Value {
    let row = |of: &RowDifference| json!({ "kind": of.kind.words(), "key": of.key, "rows": of.rows });
    json!({
        "key_columns": of.key_columns,
        "differences": of.found.iter().map(row).collect::<Vec<_>>(),
        "all": of.is_all,
    })
}

fn number(of: usize) -> u64 {
    of.try_into().unwrap_or(u64::MAX)
}

fn indented(text: &str) -> String {
    text.trim_end().replace('\n', "\n    ")
}

fn line(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{arguments}");
}
