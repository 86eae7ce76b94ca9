//! A plan on stdout, for people or as JSON.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::summary::aligned;
use super::{quantity, script};
use crate::ddl::sql::QualifiedName;

/// The version of the JSON form; it grows when a key changes its meaning or goes.
const JSON_VERSION: u32 = 1;

/// A table whose rows would be copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedTable {
    /// Its name, the same on both sides.
    pub table: QualifiedName,
    /// What the source's statistics say; None where they say nothing.
    pub rows_estimate: Option<u64>,
    /// Heap and TOAST on the source, in bytes.
    pub bytes: u64,
    /// In how many pieces it travels.
    pub chunks: usize,
    /// How it travels, such as `binary, frozen`.
    pub route: String,
    /// Why it is divided, or is not.
    pub reason: String,
}

/// Sessions that a run opens at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Connections {
    /// On the source.
    pub source: usize,
    /// On the target.
    pub target: usize,
    /// On the store.
    pub store: usize,
}

/// What a run would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanReport {
    /// Statements that clear the way.
    pub drops: usize,
    /// Statements that make what takes the rows.
    pub pre_data: usize,
    /// The tables, by schema and name.
    pub tables: Vec<PlannedTable>,
    /// Sequences whose values are set.
    pub sequences: usize,
    /// What is made behind the rows: the stage and how many tasks it has.
    pub post_data: Vec<(&'static str, usize)>,
    /// The most sessions there are at one time.
    pub connections: Connections,
    /// What would stay behind: the object, why, and whether that is by request or design.
    pub left_out: Vec<(String, String, bool)>,
    /// The statements, where they were asked for.
    pub ddl: Option<String>,
}

impl PlanReport {
    /// Prints the plan on stdout, as one JSON object or for people.
    pub fn print(&self, as_json: bool) {
        script(&if as_json { format!("{}\n", self.json()) } else { self.text() });
    }

    /// The plan for people, with a line break at its end.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        let mut line = |words: std::fmt::Arguments<'_>| {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{words}");
        };
        let (bytes, chunks) = self
            .tables
            .iter()
            .fold((0_u64, 0), |(bytes, chunks), table| (bytes.saturating_add(table.bytes), chunks + table.chunks));
        let number = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        if self.drops > 0 {
            line(format_args!("drop what is in the way: {}", quantity::counted(number(self.drops), "statement")));
        }
        line(format_args!("before the rows: {}", quantity::counted(number(self.pre_data), "statement")));
        line(format_args!(
            "rows: {}, {}, {}",
            quantity::counted(number(self.tables.len()), "table"),
            quantity::bytes(bytes),
            quantity::counted(number(chunks), "chunk")
        ));
        for row in aligned(&self.table_rows()).lines() {
            line(format_args!("  {row}"));
        }
        line(format_args!("sequence values: {}", quantity::count(number(self.sequences))));
        line(format_args!("behind the rows, as soon as they are there:"));
        for (stage, tasks) in &self.post_data {
            line(format_args!("  {stage}: {}", quantity::counted(number(*tasks), "task")));
        }
        let Connections { source, target, store } = self.connections;
        line(format_args!("connections at most: {source} on the source, {target} on the target, {store} on the store"));
        for (heading, by_request) in [("left out:", false), ("left out by request or by design:", true)] {
            let mut items = self.left_out.iter().filter(|(_, _, requested)| *requested == by_request).peekable();
            if items.peek().is_some() {
                line(format_args!("{heading}"));
            }
            for (object, reason, _) in items {
                line(format_args!("  {object}: {reason}"));
            }
        }
        if let Some(ddl) = &self.ddl {
            line(format_args!("\n{}", ddl.trim_end()));
        }
        text
    }

    /// The plan for programs.
    #[must_use]
    pub fn json(&self) -> Value {
        let table = |of: &PlannedTable| {
            json!({
                "schema": of.table.schema,
                "table": of.table.name,
                "rows_estimate": of.rows_estimate,
                "bytes": of.bytes,
                "chunks": of.chunks,
                "route": of.route,
                "reason": of.reason,
            })
        };
        let stage = |(stage, tasks): &(&str, usize)| json!({ "stage": stage, "tasks": tasks });
        let left_out = |(object, reason, by_request): &(String, String, bool)| json!({ "object": object, "reason": reason, "by_request": by_request });
        let Connections { source, target, store } = self.connections;
        json!({
            "version": JSON_VERSION,
            "drop_statements": self.drops,
            "pre_data_statements": self.pre_data,
            "tables": self.tables.iter().map(table).collect::<Vec<_>>(),
            "sequences": self.sequences,
            "post_data": self.post_data.iter().map(stage).collect::<Vec<_>>(),
            "connections_max": { "source": source, "target": target, "store": store },
            "left_out": self.left_out.iter().map(left_out).collect::<Vec<_>>(),
            "ddl": self.ddl,
        })
    }

    fn table_rows(&self) -> Vec<[String; 5]> {
        let heading = ["table", "rows", "size", "chunks", "route"].map(str::to_owned);
        let rows = self.tables.iter().map(|of| {
            let rows = of.rows_estimate.map_or_else(|| "?".to_owned(), |rows| format!("~{}", quantity::count(rows)));
            let route = format!("{}: {}", of.route, of.reason);
            [of.table.to_string(), rows, quantity::bytes(of.bytes), of.chunks.to_string(), route]
        });
        if self.tables.is_empty() { Vec::new() } else { std::iter::once(heading).chain(rows).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_names_tables_stages_connections_and_what_stays_behind() {
        let report = PlanReport {
            drops: 1,
            pre_data: 12,
            tables: vec![
                PlannedTable {
                    table: QualifiedName::new("public", "large"),
                    rows_estimate: Some(1_000_000),
                    bytes: 3 << 30,
                    chunks: 16,
                    route: "binary, 16 chunks".to_owned(),
                    reason: "a large share of the work".to_owned(),
                },
                PlannedTable {
                    table: QualifiedName::new("public", "new"),
                    rows_estimate: None,
                    bytes: 0,
                    chunks: 1,
                    route: "binary".to_owned(),
                    reason: "the table is empty".to_owned(),
                },
            ],
            sequences: 2,
            post_data: vec![("indexes and constraints", 3)],
            connections: Connections { source: 11, target: 17, store: 0 },
            left_out: vec![("rows of foreign table public.f".to_owned(), "by design".to_owned(), true)],
            ddl: None,
        };
        insta::assert_snapshot!(report.text(), @"
        drop what is in the way: 1 statement
        before the rows: 12 statements
        rows: 2 tables, 3.0 GB, 17 chunks
          table               rows     size  chunks  route
          public.large  ~1,000,000   3.0 GB      16  binary, 16 chunks: a large share of the work
          public.new             ?  0 bytes       1  binary: the table is empty
        sequence values: 2
        behind the rows, as soon as they are there:
          indexes and constraints: 3 tasks
        connections at most: 11 on the source, 17 on the target, 0 on the store
        left out by request or by design:
          rows of foreign table public.f: by design
        ");
        insta::assert_snapshot!(report.json(), @r#"{"connections_max":{"source":11,"store":0,"target":17},"ddl":null,"drop_statements":1,"left_out":[{"by_request":true,"object":"rows of foreign table public.f","reason":"by design"}],"post_data":[{"stage":"indexes and constraints","tasks":3}],"pre_data_statements":12,"sequences":2,"tables":[{"bytes":3221225472,"chunks":16,"reason":"a large share of the work","route":"binary, 16 chunks","rows_estimate":1000000,"schema":"public","table":"large"},{"bytes":0,"chunks":1,"reason":"the table is empty","route":"binary","rows_estimate":null,"schema":"public","table":"new"}],"version":1}"#);
    }
}
