//! What a terminal shows of a run: lines that are drawn again and again in one place, and those that scroll by. Pure.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{Finished, Progress, Running, line};
use crate::report::quantity;

/// Lines beside the last one, however high the terminal is.
const RUNNING_MAX: usize = 10;

/// Tables that scroll by one by one at a look; more of them are told by schema.
const FINISHED_MAX: usize = 5;

/// The lines in one place, from the top: one for each table and index at work, as many as fit, and one for all. The numbers come
/// first, so that names of any length move nothing.
pub(super) fn block(progress: &Progress, elapsed: Duration, height: usize) -> Vec<String> {
    let room = RUNNING_MAX.min(height.saturating_sub(2));
    let shown = progress.running.len().min(if progress.running.len() > room { room.saturating_sub(1) } else { room });
    let mut lines: Vec<String> = progress.running[..shown].iter().map(running).collect();
    if shown < progress.running.len() {
        let more = u64::try_from(progress.running.len() - shown).unwrap_or(u64::MAX);
        if room > 0 {
            lines.push(format!("       and {more} more"));
        }
    }
    lines.push(line(progress, elapsed));
    lines.iter().map(|text| printable(text)).collect()
}

fn running(of: &Running) -> String {
    let percent = (u128::from(of.done) * 100).checked_div(u128::from(of.total)).filter(|percent| *percent <= 100);
    let percent = percent.map_or_else(|| "     ".to_owned(), |percent| format!("{percent:>3} %"));
    if of.detail.is_empty() {
        format!("{percent}  {}", of.what)
    } else {
        format!("{percent}  {}: {}", of.what, of.detail)
    }
}

/// The lines that scroll by for tables that have arrived.
pub(super) fn finished(tables: &[Finished]) -> String {
    let words = |what: &str, rows: u64, bytes: u64, took: &str| {
        printable(&format!("copied {what}: {}, {}{took}", quantity::counted(rows, "row"), quantity::bytes(bytes)))
            + "\n"
    };
    if tables.len() <= FINISHED_MAX {
        let took = |of: &Finished| format!(" in {}", quantity::duration(of.took));
        return tables.iter().map(|of| words(&of.table.to_string(), of.rows, of.bytes, &took(of))).collect();
    }
    let mut schemas: BTreeMap<&str, (u64, u64, u64)> = BTreeMap::new();
    for of in tables {
        let (count, rows, bytes) = schemas.entry(&of.table.schema).or_default();
        (*count, *rows, *bytes) = (*count + 1, *rows + of.rows, *bytes + of.bytes);
    }
    let schemas = schemas.into_iter();
    schemas
        .map(|(schema, (count, rows, bytes))| {
            words(&format!("{} of schema {schema}", quantity::counted(count, "table")), rows, bytes, "")
        })
        .collect()
}

/// Names may hold what a terminal would obey, and marks that turn the direction of what follows them.
fn printable(text: &str) -> String {
    let turns = |c| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().map(|c| if c.is_control() || turns(c) { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ddl::sql::QualifiedName;

    fn at_work(what: &str, detail: &str, done: u64, total: u64) -> Running {
        Running { what: what.to_owned(), detail: detail.to_owned(), done, total }
    }

    fn progress(running: Vec<Running>) -> Progress {
        Progress {
            phase: "copying",
            bytes_done: 300 << 20,
            bytes_total: 1 << 30,
            rows_done: 1234,
            tables_done: 3,
            tables_total: 12,
            tasks_done: 4,
            tasks_total: 30,
            time_left: Some(Duration::from_secs(190)),
            running,
            ..Progress::default()
        }
    }

    #[test]
    fn a_block_has_a_line_for_everything_at_work_and_one_for_all() {
        let running = vec![
            at_work("public.orders", "210 MB of about 930 MB", 210, 930),
            at_work("public.new\u{1b}[2J\u{202e}", "", 7, 0),
            at_work("index public.item_idx", "building index: loading tuples in tree", 72, 100),
        ];
        insta::assert_snapshot!(block(&progress(running), Duration::from_secs(12), 40).join("\n"), @"
         22 %  public.orders: 210 MB of about 930 MB
               public.new�[2J�
         72 %  index public.item_idx: building index: loading tuples in tree
        copying: about 4 min left, 3 of 12 tables, 4 of 30 tasks, 1,234 rows, 300 MB of about 1.0 GB (29 %), 25.0 MB/s, 12.0 s
        ");
    }

    #[test]
    fn a_block_fits_the_terminal() {
        let many = || progress((0..50).map(|n| at_work(&format!("public.t{n}"), "", n, 50)).collect());
        let lines = |height| block(&many(), Duration::from_secs(12), height).len();
        assert_eq!([1, 2, 3, 5, 12, 100].map(lines), [1, 1, 2, 4, 11, 11]);
        assert!(block(&many(), Duration::from_secs(12), 100)[9].contains("and 41 more"));
    }

    #[test]
    fn many_finished_tables_are_told_by_schema() {
        let of = |schema: &str, name: &str| Finished {
            table: QualifiedName::new(schema, name),
            rows: 10,
            bytes: 2048,
            took: Duration::from_millis(1234),
        };
        assert_eq!(finished(&[of("public", "a")]), "copied public.a: 10 rows, 2.0 kB in 1.23 s\n");
        let many: Vec<_> = (0..6).map(|n| of(if n < 4 { "one" } else { "two" }, "t")).collect();
        assert_eq!(
            finished(&many),
            "copied 4 tables of schema one: 40 rows, 8.0 kB\ncopied 2 tables of schema two: 20 rows, 4.0 kB\n"
        );
    }
}
