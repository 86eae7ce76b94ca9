//! What the binary says of itself: help pages, version, bad usage. Exit code, stdout and stderr together.

use std::io::Write as _;
use std::process::{Command, Stdio};

use pgsluice::settings::table::TABLE;

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
    insta::assert_snapshot!("help_of_completions", shown(&["completions", "--help"]));
    insta::assert_snapshot!("help_of_man", shown(&["man", "--help"]));
    insta::assert_snapshot!("help_of_check", shown(&["check", "-h"]));
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
    insta::assert_snapshot!(shown(&["check", "--on-conflit=update"]), @r"
    exit code: 2
    --- stdout

    --- stderr
    error: unexpected argument '--on-conflit' found

      tip: a similar argument exists: '--on-conflict'

    Usage: pgsluice check --on-conflict <ACTION>

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

/// What a program makes of a text on its standard input; None where the program is not on this machine.
fn through(program: &str, arguments: &[&str], text: &str) -> Option<String> {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let Ok(mut child) = command.spawn() else {
        eprintln!("skipped: there is no {program} on this machine");
        return None;
    };
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn bash_completes_commands_flags_and_shells() {
    let script = Run::new(["completions", "bash"]).outcome().expect_done().stdout;
    let complete = |words: &[&str]| {
        let ask = format!(
            "{script}\nCOMP_WORDS=({}); COMP_CWORD={}; _pgsluice pgsluice {:?} {:?}; echo \"${{COMPREPLY[@]}}\"\n",
            words.join(" "),
            words.len() - 1,
            words[words.len() - 1],
            words[words.len() - 2],
        );
        through("bash", &["--norc", "-s"], &ask).unwrap().trim().to_owned()
    };
    through("bash", &["-n"], &script);
    assert_eq!(complete(&["pgsluice", "sna"]), "snapshot");
    assert_eq!(complete(&["pgsluice", "snapshot", "--exclude-ta"]), "--exclude-tables --exclude-table-data");
    assert_eq!(complete(&["pgsluice", "check", "--create"]), "--create-target");
    assert_eq!(complete(&["pgsluice", "completions", "z"]), "zsh");
}

#[test]
fn other_shells_get_scripts_that_they_can_read() {
    for (shell, arguments) in [("zsh", &["-n"][..]), ("fish", &["--no-execute"])] {
        let script = Run::new(["completions", shell]).outcome().expect_done().stdout;
        assert!(script.contains("exclude-tables") && script.contains("status"), "{script}");
        through(shell, arguments, &script);
    }
    insta::assert_snapshot!(shown(&["completions", "csh"]), @r"
    exit code: 2
    --- stdout

    --- stderr
    error: invalid value 'csh' for '<SHELL>'
      [possible values: bash, zsh, fish]

      tip: a similar value exists: 'zsh'

    For more information, try '--help'.
    ");
}

#[test]
fn the_manual_page_has_every_flag_and_man_renders_it() {
    let page = Run::new(["man"]).outcome().expect_done().stdout;
    assert!(page.contains(".TH pgsluice 1"), "{page}");
    for setting in TABLE {
        let flag = format!("\\-\\-{}\\fR", setting.flag.replace('-', "\\-"));
        assert!(page.contains(&flag), "{} is not in the manual page", setting.flag);
    }
    let Some(rendered) = through("man", &["-l", "-"], &page) else { return };
    for words in ["SNAPSHOT", "CHECK", "Looks for what stands in the way", "--exclude-tables <LIST>"] {
        assert!(rendered.contains(words), "{words}: {rendered}");
    }
}
