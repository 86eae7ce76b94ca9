//! What the store knows of requests, on stdout.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{quantity, script};
use crate::ddl::QualifiedName;
use crate::store::{RequestStatus, TableStatus};

/// Prints requests for people, or as one JSON object.
pub fn status(requests: &[RequestStatus], as_json: bool) {
    script(&if as_json { format!("{}\n", object(requests)) } else { text(requests) });
}

fn text(requests: &[RequestStatus]) -> String {
    let mut text = String::new();
    for request in requests {
        if !text.is_empty() {
            text.push('\n');
        }
        one(&mut text, request);
    }
    if requests.is_empty() {
        text.push_str("no requests\n");
    }
    text
}

fn one(text: &mut String, request: &RequestStatus) {
    let RequestStatus { source, target, mode, selection, status, started_at, ended_at, seen_at, .. } = request;
    let gone = if status == "in progress" && !request.is_alive { ", but its run is gone" } else { "" };
    line(text, format_args!("{source} to {target}: {status}{gone}"));
    line(text, format_args!("  selection: {selection} (mode {mode})"));
    let host = request.host.as_ref().map_or_else(String::new, |host| format!(" on {host}"));
    let process = request.process_id.map_or_else(String::new, |process| format!(", process {process}"));
    match ended_at {
        Some(ended_at) => line(text, format_args!("  run: from {started_at} to {ended_at}{host}{process}")),
        None => line(text, format_args!("  run: since {started_at}, last seen {seen_at}{host}{process}")),
    }
    let (tables, rows) = (to_u64(request.tables.len()), request.rows.unsigned_abs());
    line(
        text,
        format_args!(
            "  loaded: {} of {}, {}, {} (about {} on the source)",
            request.tables_loaded,
            quantity::counted(tables, "table"),
            quantity::counted(rows, "row"),
            quantity::bytes(request.bytes.unsigned_abs()),
            quantity::bytes(request.bytes_estimate.unsigned_abs()),
        ),
    );
    for table in &request.tables {
        let TableStatus { status, snapshot_at, chunks, chunks_loaded, rows, bytes, .. } = table;
        let name = QualifiedName::new(&table.schema, &table.name);
        let pieces = if *chunks > 1 { format!(", {chunks_loaded} of {chunks} pieces") } else { String::new() };
        line(
            text,
            format_args!(
                "    {name}: {status}{pieces}, {}, {}, as of {snapshot_at}",
                quantity::counted(rows.unsigned_abs(), "row"),
                quantity::bytes(bytes.unsigned_abs())
            ),
        );
    }
    let errors = request.errors.as_ref().and_then(Value::as_array);
    for error in errors.into_iter().flatten() {
        let message = error.get("message").and_then(Value::as_str).unwrap_or_default();
        line(text, format_args!("  error: {}", message.trim_end().replace('\n', "\n    ")));
    }
}

fn object(requests: &[RequestStatus]) -> Value {
    let requests = requests.iter().map(|of| {
        let tables = of.tables.iter().map(|table| {
            json!({
                "schema": table.schema, "table": table.name, "status": table.status, "snapshot": table.snapshot,
                "snapshot_at": table.snapshot_at, "chunks": table.chunks, "chunks_loaded": table.chunks_loaded,
                "rows": table.rows, "bytes": table.bytes, "bytes_estimate": table.bytes_estimate,
            })
        });
        json!({
            "request": of.key, "req_ids": of.req_ids, "source": of.source, "target": of.target, "mode": of.mode,
            "selection": of.selection, "status": of.status, "is_alive": of.is_alive, "host": of.host,
            "application_name": of.application_name, "process_id": of.process_id, "started_at": of.started_at,
            "seen_at": of.seen_at, "ended_at": of.ended_at, "snapshot": of.snapshot, "snapshot_at": of.snapshot_at,
            "tables_loaded": of.tables_loaded, "rows": of.rows, "bytes": of.bytes,
            "bytes_estimate": of.bytes_estimate, "errors": of.errors, "tables": tables.collect::<Vec<_>>(),
        })
    });
    json!({"requests": requests.collect::<Vec<_>>()})
}

fn to_u64(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

fn line(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{arguments}");
}
