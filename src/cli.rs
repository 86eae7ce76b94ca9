//! The command line: commands and their flags, made from the table of settings. No IO.

use std::ffi::OsString;
use std::io::Write;

use clap::{Arg, ArgAction, ArgMatches};
use clap_complete::Shell;
use clap_mangen::Man;

use crate::settings::table::{Command, Setting, Takes};

/// What a command is called and what its help page opens with.
struct CommandWords {
    command: Command,
    name: &'static str,
    /// Another word for it; empty where there is none.
    alias: &'static str,
    /// One sentence.
    about: &'static str,
    example: &'static str,
}

/// Every command.
const COMMANDS: &[CommandWords] = &[
    CommandWords {
        command: Command::Snapshot,
        name: "snapshot",
        alias: "run",
        about: "Copies a PostgreSQL database, definitions and rows as of one moment, into another PostgreSQL server.",
        example: "pgsluice snapshot --source postgres://app@db1/shop --target postgres://app@db2/shop",
    },
    CommandWords {
        command: Command::Plan,
        name: "plan",
        alias: "",
        about: "Shows what copying a PostgreSQL database would do, without changing anything.",
        example: "pgsluice plan --source postgres://app@db1/shop --target postgres://app@db2/shop",
    },
    CommandWords {
        command: Command::Check,
        name: "check",
        alias: "",
        about: "Looks for what stands in the way of copying a PostgreSQL database, without changing anything.",
        example: "pgsluice check --source postgres://app@db1/shop --target postgres://app@db2/shop",
    },
    CommandWords {
        command: Command::Schema,
        name: "schema",
        alias: "",
        about: "Prints a PostgreSQL database's schema as a script that psql loads.",
        example: "pgsluice schema --source postgres://app@db1/shop > schema.sql",
    },
    CommandWords {
        command: Command::Verify,
        name: "verify",
        alias: "",
        about: "Compares a target with its source: definitions, rows, values of sequences, large objects. Changes nothing.",
        example: "pgsluice verify --source postgres://app@db1/shop --target postgres://app@db2/shop",
    },
    CommandWords {
        command: Command::Status,
        name: "status",
        alias: "",
        about: "Shows what a store knows of requests: which tables are loaded, and what went wrong.",
        example: "pgsluice status --store postgres://app@db2/shop",
    },
    CommandWords {
        command: Command::Completions,
        name: "completions",
        alias: "",
        about: "Prints completions of commands and flags for a shell.",
        example: "pgsluice completions bash > /etc/bash_completion.d/pgsluice",
    },
    CommandWords {
        command: Command::Man,
        name: "man",
        alias: "",
        about: "Prints the manual page.",
        example: "pgsluice man | man -l -",
    },
];

/// The argument that names a shell.
const SHELL: &str = "shell";

/// A command line that was understood.
#[derive(Debug)]
pub struct Invocation {
    /// The command.
    pub command: Command,
    /// Its flags.
    pub matches: ArgMatches,
}

impl Invocation {
    /// The settings file named by `-c`.
    #[must_use]
    pub fn config(&self) -> Option<&str> {
        let file = self.matches.try_get_one::<String>(crate::settings::table::CONFIG.flag);
        file.ok().flatten().map(String::as_str)
    }
}

/// Takes a command line apart, the program's name first.
///
/// # Errors
///
/// clap's: bad usage, but also a request for help or the version; `report::usage` tells them apart.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Invocation, clap::Error> {
    let matches = program().try_get_matches_from(arguments)?;
    let chosen = matches.subcommand().and_then(|(name, matches)| {
        let words = COMMANDS.iter().find(|words| words.name == name)?;
        Some(Invocation { command: words.command, matches: matches.clone() })
    });
    chosen.ok_or_else(|| program().error(clap::error::ErrorKind::MissingSubcommand, "no command given"))
}

/// The whole command line as clap knows it.
#[must_use]
pub fn program() -> clap::Command {
    let example = "pgsluice snapshot --source postgres://app@db1/shop --target postgres://app@db2/shop";
    clap::Command::new("pgsluice")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Copies PostgreSQL databases over the Postgres protocol alone.")
        .help_template(template(example))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .max_term_width(100)
        .subcommands(COMMANDS.iter().map(subcommand))
}

fn template(example: &str) -> String {
    format!("{{about}}\n\nExample: {example}\n\n{{usage-heading}} {{usage}}\n\n{{all-args}}{{after-help}}\n")
}

fn subcommand(words: &CommandWords) -> clap::Command {
    let command = clap::Command::new(words.name);
    let command = if words.alias.is_empty() { command } else { command.visible_alias(words.alias) };
    let command = command.about(words.about).help_template(template(words.example));
    let command = command.args(Setting::of(words.command).map(argument));
    if words.command != Command::Completions {
        return command;
    }
    let shell = Arg::new(SHELL).value_name("SHELL").help("The shell").required(true);
    command.arg(shell.value_parser(["bash", "zsh", "fish"]))
}

/// What a shell has to know to complete commands and flags.
#[must_use]
pub fn completions(matches: &ArgMatches) -> String {
    let shell = match matches.get_one::<String>(SHELL).map(String::as_str) {
        Some("zsh") => Shell::Zsh,
        Some("fish") => Shell::Fish,
        _ => Shell::Bash,
    };
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut program(), "pgsluice", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

/// The manual page, in roff, with the flags of every command.
#[must_use]
pub fn manual() -> String {
    let whole = Man::new(program());
    // Writing to memory cannot fail.
    let part = |render: &dyn Fn(&mut dyn Write) -> std::io::Result<()>| {
        let mut text = Vec::new();
        let _ = render(&mut text);
        String::from_utf8_lossy(&text).into_owned()
    };
    let mut page = part(&|out| whole.render_title(out)) + &part(&|out| whole.render_name_section(out));
    page.push_str(&part(&|out| whole.render_synopsis_section(out)));
    for (words, command) in COMMANDS.iter().zip(program().get_subcommands()) {
        let options = part(&|out| Man::new(command.clone()).render_options_section(out));
        // Behind the heading, which every one of them would have.
        let options = options.split_once(".SH OPTIONS\n").map_or("", |(_, options)| options);
        let (name, about, example) = (words.name.to_uppercase(), escaped(words.about), escaped(words.example));
        page.push_str(&format!(".SH \"{name}\"\n{about}\n.PP\nExample: \\fB{example}\\fR\n{options}"));
    }
    page + &part(&|out| whole.render_version_section(out))
}

/// Text in which roff takes every character for itself.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('-', "\\-")
}

/// A setting's flag. Values stay text here: the resolver reads them, wherever they came from.
fn argument(setting: &'static Setting) -> Arg {
    let arg = Arg::new(setting.flag).long(setting.flag).help(setting.help).long_help(long_help(setting));
    let arg = match setting.takes {
        Takes::One(value) => arg.value_name(value).action(ArgAction::Set),
        Takes::Many(value) | Takes::Lines(value) => arg.value_name(value).action(ArgAction::Append),
        Takes::Switch => arg
            .value_name("true|false")
            .action(ArgAction::Set)
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("true"),
    };
    let arg = match setting.also {
        Some((flag, _)) => arg.visible_alias(flag),
        None => arg,
    };
    match setting.short {
        Some(short) => arg.short(short),
        None => arg,
    }
}

/// The help text with unit, default and environment names.
fn long_help(setting: &Setting) -> String {
    let mut help = format!("{}\n[default: {}]", setting.help, setting.default);
    if !setting.unit.is_empty() {
        help.push_str("\n[unit: ");
        help.push_str(setting.unit);
        help.push(']');
    }
    for (kind, name) in setting
        .env
        .iter()
        .map(|name| ("env", name))
        .chain(setting.pgstream.iter().map(|name| ("env of pgstream", name)))
    {
        help.push_str("\n[");
        help.push_str(kind);
        help.push_str(": ");
        help.push_str(name);
        help.push(']');
    }
    help
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_words(words: &str) -> Result<Invocation, clap::Error> {
        parse(words.split(' ').map(OsString::from))
    }

    #[test]
    fn clap_finds_no_fault_with_it() {
        program().debug_assert();
    }

    #[test]
    fn run_is_another_word_for_snapshot() {
        let invocation = parse_words("pgsluice run -c a.env --clean --tables a --tables b").unwrap();
        assert_eq!(invocation.command, Command::Snapshot);
        assert_eq!(invocation.config(), Some("a.env"));
    }

    #[test]
    fn switches_take_a_value_only_behind_an_equals_sign() {
        let value = |words| {
            let invocation = parse_words(words).unwrap();
            invocation.matches.get_one::<String>("clean").cloned()
        };
        assert_eq!(value("pgsluice run --clean"), Some("true".to_owned()));
        assert_eq!(value("pgsluice run --clean=false"), Some("false".to_owned()));
        assert_eq!(value("pgsluice run"), None);
        assert!(parse_words("pgsluice run --clean false").is_err());
    }
}
