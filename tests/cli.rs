//! What the binary says of itself: help pages, version, bad usage. Exit code, stdout and stderr together.

use crate::support::run::{Outcome, Run};

fn shown(arguments: &[&str]) -> String {
    let Outcome { exit_code, stdout, stderr } = Run::new(arguments).outcome();
    format!("exit code: {}\n--- stdout\n{stdout}\n--- stderr\n{stderr}", exit_code.unwrap())
}

#[test]
fn help_pages_open_with_one_sentence_and_an_example() {
    insta::assert_snapshot!("help", shown(&["--help"]));
    insta::assert_snapshot!("help_of_snapshot", shown(&["snapshot", "--help"]));
    insta::assert_snapshot!("short_help_of_snapshot", shown(&["run", "-h"]));
    insta::assert_snapshot!("help_of_plan", shown(&["plan", "-h"]));
    insta::assert_snapshot!("help_of_schema", shown(&["schema", "--help"]));
    insta::assert_snapshot!("help_of_verify", shown(&["verify", "-h"]));
}

#[test]
fn no_command_shows_the_help_page_as_an_error() {
    let outcome = Run::new([""; 0]).outcome();
    assert_eq!((outcome.exit_code, outcome.stdout.as_str()), (Some(2), ""));
    assert!(outcome.stderr.contains("Example: pgsluice snapshot"), "{}", outcome.stderr);
}

#[test]
fn the_version_is_that_of_the_package() {
    let version = concat!("pgsluice ", env!("CARGO_PKG_VERSION"), "\n");
    assert_eq!(shown(&["--version"]), format!("exit code: 0\n--- stdout\n{version}\n--- stderr\n"));
}

#[test]
fn a_misspelt_flag_or_command_gets_the_nearest_one() {
    insta::assert_snapshot!(shown(&["snapshot", "--sorce", "x"]), @r"
    exit code: 2
    --- stdout

    --- stderr
    error: unexpected argument '--sorce' found

      tip: a similar argument exists: '--source'

    Usage: pgsluice snapshot --source <URL>

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(shown(&["snapshto"]), @r"
    exit code: 2
    --- stdout

    --- stderr
    error: unrecognized subcommand 'snapshto'

      tip: a similar subcommand exists: 'snapshot'

    Usage: pgsluice <COMMAND>

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(shown(&["snapshot", "postgres"]), @r"
    exit code: 2
    --- stdout

    --- stderr
    error: unexpected argument 'postgres' found

    Usage: pgsluice snapshot [OPTIONS]

    For more information, try '--help'.
    ");
}
