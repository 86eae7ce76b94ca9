//! Settings that cannot be used, as the user of the binary sees it. Exit code, stdout and stderr together.

use std::fs;
use std::path::PathBuf;

use crate::support::run::{Outcome, Run};

/// A directory of one test with a settings file in it, removed with the value.
struct Directory(PathBuf);

impl Directory {
    fn with_file(name: &str, text: &[u8]) -> Self {
        let path = std::env::temp_dir().join(format!("pgsluice-settings-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        fs::write(path.join("a.env"), text).unwrap();
        Self(path)
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn shown(run: Run) -> String {
    let Outcome { exit_code, stdout, stderr } = run.outcome();
    format!("exit code: {}\n--- stdout\n{stdout}\n--- stderr\n{stderr}", exit_code.unwrap())
}

fn shown_with_file(name: &str, text: &[u8], arguments: &[&str]) -> String {
    let directory = Directory::with_file(name, text);
    shown(Run::new(["run", "-c", "a.env"].iter().chain(arguments)).directory(&directory.0))
}

#[test]
fn a_missing_source_names_every_way_to_give_it() {
    insta::assert_snapshot!(shown(Run::new(["snapshot"])), @r"
    exit code: 2
    --- stdout

    --- stderr
    error: no source given
    hint: give --source URL, or set PGSLUICE_SOURCE or PGSTREAM_POSTGRES_SNAPSHOT_LISTENER_URL or PGSTREAM_POSTGRES_LISTENER_URL
    ");
    let target = Run::new(["snapshot"]).env("PGSTREAM_POSTGRES_LISTENER_URL", "postgres://u:hunter2@h");
    insta::assert_snapshot!(shown(target), @r"
    exit code: 2
    --- stdout

    --- stderr
    error: no target given
    hint: give --target URL, or set PGSLUICE_TARGET or PGSTREAM_POSTGRES_WRITER_TARGET_URL
    ");
}

#[test]
fn a_bad_value_is_named_by_its_place() {
    insta::assert_snapshot!(shown(Run::new(["run", "--jobs", "many", "--source=s", "--target=t"])), @r"
    exit code: 2
    --- stdout

    --- stderr
    error: --jobs needs a whole number from 1 to 10000
    ");
    let run = Run::new(["run", "--source=s", "--target=t"]).env("PGSLUICE_CHUNK_BYTES", "big");
    insta::assert_snapshot!(shown(run), @r"
    exit code: 2
    --- stdout

    --- stderr
    error: PGSLUICE_CHUNK_BYTES in the environment needs a size of at least 8192 bytes such as 512kB, 64MB or 1GB
    ");
    insta::assert_snapshot!(shown_with_file("value", b"\nPGSTREAM_POSTGRES_WRITER_BATCH_TIMEOUT=5\n", &["--source=s", "--target=t"]), @r"
    exit code: 2
    --- stdout

    --- stderr
    error: PGSTREAM_POSTGRES_WRITER_BATCH_TIMEOUT (a.env:2) needs a duration with its unit such as 500ms, 5s or 1m30s
    ");
}

#[test]
fn a_bad_pattern_is_named_with_its_character() {
    insta::assert_snapshot!(shown(Run::new(["run", "--source=s", "--target=t", "--tables", "a b.\"c"])), @r#"
    exit code: 2
    --- stdout

    --- stderr
    error: --tables has a pattern that cannot be read
    detail: the pattern b."c has a double quote that is not closed (character 3)
    hint: close it; a double quote inside a quoted name is written twice
    "#);
}

#[test]
fn a_file_that_is_not_there_or_malformed_is_an_error() {
    insta::assert_snapshot!(shown(Run::new(["run", "-c", "/nonexistent/a.env"])), @r"
    exit code: 2
    --- stdout

    --- stderr
    error: could not read the settings file /nonexistent/a.env
    detail: No such file or directory (os error 2)
    hint: -c takes the path of a file of NAME=value lines
    ");
    insta::assert_snapshot!(shown_with_file("quote", b"PGSLUICE_JOBS=1\nPGSLUICE_SOURCE='hunter2\n", &[]), @r"
    exit code: 2
    --- stdout

    --- stderr
    error: the settings file a.env is malformed
    detail: line 2: the single quote is not closed
    hint: close it; a value that holds a single quote goes inside double quotes
    ");
    insta::assert_snapshot!(shown_with_file("bytes", b"A=1\nB=\xff\xfe\n", &[]), @r"
    exit code: 2
    --- stdout

    --- stderr
    error: the settings file a.env is malformed
    detail: line 2: the bytes are not UTF-8 text
    hint: save the file as UTF-8
    ");
}

#[test]
fn an_unknown_name_in_the_file_gets_the_nearest_one() {
    insta::assert_snapshot!(shown_with_file("name", b"PGSTREAM_POSTGRES_SNAPSHOT_TABLEWORKERS=4", &[]), @r"
    exit code: 2
    --- stdout

    --- stderr
    error: PGSTREAM_POSTGRES_SNAPSHOT_TABLEWORKERS (a.env:1) is not a setting
    hint: did you mean PGSTREAM_POSTGRES_SNAPSHOT_TABLE_WORKERS?
    ");
}

#[test]
fn a_setting_that_would_change_what_is_copied_is_refused() {
    insta::assert_snapshot!(shown_with_file("refused", b"PGSTREAM_TRANSFORMER_RULES_FILE=rules.yaml", &[]), @r"
    exit code: 2
    --- stdout

    --- stderr
    error: PGSTREAM_TRANSFORMER_RULES_FILE (a.env:1) is not supported yet
    hint: remove it only if the target may hold the values as they are on the source; they are copied unchanged
    ");
}

#[test]
fn rejected_rows_need_a_file_and_tables_with_constraints() {
    let run = |arguments: &[&str]| {
        shown(Run::new(["run", "--source=s", "--target=t", "--on-row-error=reject"]).args(arguments))
    };
    insta::assert_snapshot!(run(&["--reject-file=f"]), @r"
    exit code: 2
    --- stdout
    
    --- stderr
    error: --on-row-error needs stop unless --mode is data: the other modes load rows before there are constraints
    ");
    insta::assert_snapshot!(run(&["--mode=data"]), @r"
    exit code: 2
    --- stdout
    
    --- stderr
    error: --on-row-error needs --reject-file to say where such rows go
    ");
}

#[test]
fn two_settings_that_exclude_each_other_are_both_named() {
    let run = Run::new(["run", "--source=s", "--target=t", "--chunk-pages=1", "--chunk-bytes=1MB"]);
    insta::assert_snapshot!(shown(run), @r"
    exit code: 2
    --- stdout

    --- stderr
    error: --chunk-pages and --chunk-bytes exclude each other
    hint: give one of the two
    ");
}

#[test]
fn ignored_names_are_warnings_and_json_stays_json() {
    let file =
        b"PGSTREAM_KAFKA_TOPIC_NAME=x\nPGSTREAM_LOG_FORMAT=json\nPGSLUICE_JOBS=x\nPGSLUICE_SOURCE=s\nPGSLUICE_TARGET=t";
    let directory = Directory::with_file("json", file);
    let run = |jobs: &str| {
        Run::new(["run", "-c", "a.env", "--jobs", jobs]).env("PGSLUICE_X", "1").directory(&directory.0).outcome()
    };
    let unusable = run("none");
    assert_eq!((unusable.exit_code, unusable.stdout.as_str()), (Some(2), ""));
    insta::assert_snapshot!(unusable.stderr, @r#"{"level":"ERROR","message":"--jobs needs a whole number from 1 to 10000","version":1}"#);
    let warned = run("1").stderr;
    let messages: Vec<String> = warned
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .filter(|event| event["level"] == "WARN")
        .map(|event| event["message"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        messages,
        [
            "PGSTREAM_KAFKA_TOPIC_NAME (a.env:1) is ignored: pgsluice copies from PostgreSQL to PostgreSQL only",
            "PGSLUICE_X in the environment is not a setting and is ignored"
        ]
    );
}
