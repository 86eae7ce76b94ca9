//! The same result as INSERT … ON CONFLICT run row by row, on tables nobody thought of.

use std::fmt::Write as _;
use std::fs;

use super::{data, rows};
use crate::support::cluster::Cluster;
use crate::support::database::Database;

/// Numbers from a seed (`SplitMix64`).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % end as u64).unwrap()
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }
}

/// Types that have an order, with few values, so that keys meet. Some of their values are equal and look different.
const KEYS: &[(&str, &[&str])] = &[
    ("int", &["0", "1", "2", "3", "4", "5"]),
    ("text", &["", "a", "b", "A", "é"]),
    ("numeric", &["1", "1.0", "1.00", "2", "3.5"]),
    ("boolean", &["t", "f"]),
    ("date", &["2020-01-01", "1999-12-31", "infinity"]),
    ("int[]", &["{}", "{1}", "{1,2}"]),
];

/// Types of any kind.
const VALUES: &[(&str, &[&str])] = &[
    ("int", &["0", "1", "-1"]),
    ("json", &["{}", "{ }", "[1]"]),
    ("numeric", &["0", "0.0", "1.50", "1.5"]),
    ("float8", &["0", "-0", "NaN", "1e300"]),
    ("text", &["", "x", "tab\there", "back\\slash", "\"'"]),
    ("bytea", &["\\x", "\\x00ff"]),
    ("timestamptz", &["2020-01-01 00:00:00+00", "-infinity"]),
    ("text[]", &["{}", "{NULL,a}", "{\"b c\"}"]),
    ("point", &["(1,2)", "(0,0)"]),
];

/// A table with rows on both sides, and what to do with them.
struct Case {
    columns: Vec<(String, &'static (&'static str, &'static [&'static str]))>,
    keys: usize,
    /// Whether the source has the key as well, so that no key repeats.
    is_keyed: bool,
    /// Whether the target refuses some rows.
    refuses: bool,
    action: &'static str,
}

impl Case {
    fn new(random: &mut Random) -> Self {
        let keys = 1 + random.below(2);
        let values = random.below(4);
        let key = |number: usize, random: &mut Random| (format!("k{number}"), &KEYS[random.below(KEYS.len())]);
        let value = |number: usize, random: &mut Random| (format!("v {number}"), &VALUES[random.below(VALUES.len())]);
        let mut columns: Vec<_> = (0..keys).map(|number| key(number, random)).collect();
        columns.extend((0..values).map(|number| value(number, random)));
        Self {
            columns,
            keys,
            is_keyed: random.below(2) == 0,
            refuses: random.below(2) == 0,
            action: random.one(&["update", "update", "nothing"]),
        }
    }

    fn names(&self) -> Vec<String> {
        self.columns.iter().map(|(name, _)| format!("\"{name}\"")).collect()
    }

    fn create(&self, is_target: bool) -> String {
        let keys = self.names()[..self.keys].join(", ");
        let mut columns: Vec<_> = self.columns.iter().map(|(name, (kind, _))| format!("\"{name}\" {kind}")).collect();
        if is_target || self.is_keyed {
            columns.push(format!("PRIMARY KEY ({keys})"));
        }
        columns.push("extra int".to_owned());
        if is_target && self.refuses {
            columns.push("UNIQUE (extra), CHECK (extra <> 7)".to_owned());
        }
        format!("CREATE TABLE t ({});", columns.join(", "))
    }

    /// Statements that put random rows in, past those whose key is there.
    fn fill(&self, random: &mut Random, count: usize, extra_end: usize) -> String {
        let mut script = String::new();
        for _ in 0..count {
            let values = self.columns.iter().enumerate().map(|(number, (_, (_, values)))| {
                if number >= self.keys && random.below(5) == 0 {
                    "NULL".to_owned()
                } else {
                    literal(random.one(values))
                }
            });
            let mut values: Vec<String> = values.collect();
            values.push(random.below(extra_end).to_string());
            writeln!(script, "INSERT INTO t VALUES ({}) ON CONFLICT DO NOTHING;", values.join(", ")).unwrap();
        }
        script
    }

    /// What psql does with each row of the source.
    fn row_by_row(&self, source: &Database) -> String {
        let names = self.names();
        let conflict = if self.action == "update" {
            let set = names[self.keys..]
                .iter()
                .chain([&"extra".to_owned()])
                .map(|name| format!("{name} = EXCLUDED.{name}"))
                .collect::<Vec<_>>();
            format!("ON CONFLICT ({}) DO UPDATE SET {}", names[..self.keys].join(", "), set.join(", "))
        } else {
            "ON CONFLICT DO NOTHING".to_owned()
        };
        let places = vec!["%L"; names.len() + 1].join(", ");
        let query = format!(
            "SELECT format('INSERT INTO t VALUES ({places}) {conflict};', {}, extra) FROM t ORDER BY ctid",
            names.join(", ")
        );
        source.query(&query).concat().join("\n")
    }
}

fn literal(text: &str) -> String {
    format!("E'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}

#[test]
fn the_result_is_that_of_one_statement_a_row() {
    let cluster = Cluster::shared();
    let (source, target, oracle) = (cluster.database(), cluster.database(), cluster.database());
    let script = std::env::temp_dir().join(format!("pgsluice-upsert-{}.sql", std::process::id()));
    for seed in 0..40 {
        let random = &mut Random(seed);
        let case = Case::new(random);
        let there = case.create(true) + &case.fill(random, 15, 7);
        source.psql(&format!("DROP TABLE IF EXISTS t; {}{}", case.create(false), case.fill(random, 40, 12)));
        target.psql(&format!("DROP TABLE IF EXISTS t; {there}"));
        oracle.psql(&format!("DROP TABLE IF EXISTS t; {there}"));
        fs::write(&script, case.row_by_row(&source)).unwrap();
        let errors = oracle.psql_file_past_errors(&script);
        assert!(case.refuses || errors.is_empty(), "seed {seed}: {errors}");
        let reject_file = script.with_extension(seed.to_string());
        let reject_file = reject_file.to_str().unwrap();
        let mut arguments = vec!["--on-conflict", case.action, "--batch-rows", random.one(&["1", "2", "7", "1000"])];
        if case.refuses {
            arguments.extend(["--on-row-error", "reject", "--rejects-max", "1000", "--reject-file", reject_file]);
        }
        let outcome = data(&source, &target, &arguments).outcome();
        let _ = fs::remove_file(reject_file);
        assert_eq!(outcome.exit_code, Some(0), "seed {seed}, {arguments:?}: {}{}", case.create(true), outcome.stderr);
        assert_eq!(rows(&target, "t"), rows(&oracle, "t"), "seed {seed}, {arguments:?}: {}", case.create(true));
    }
    let _ = fs::remove_file(&script);
}
