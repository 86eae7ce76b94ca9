//! The settings reference of the README, made from the table.

use std::fmt::Write as _;

use super::pgstream::{OTHERS, Verdict};
use super::table::{Setting, TABLE, Takes};

/// The reference as Markdown: one entry per setting, then pgstream's other settings.
#[must_use]
pub fn reference() -> String {
    let mut text = String::new();
    for setting in TABLE {
        entry(&mut text, setting);
    }
    text.push_str(
        "\nThese settings of pgstream are understood and refused, because they would change what is copied:\n\n",
    );
    for other in OTHERS {
        if let Verdict::Refused { instead, .. } = other.verdict {
            line(&mut text, format_args!("- `{}`: {instead}.", other.name));
        }
    }
    text.push_str("\nThese have no meaning here and are ignored with a warning:\n\n");
    for other in OTHERS {
        if let Verdict::Ignored(why) = other.verdict {
            line(&mut text, format_args!("- `{}`: {why}.", other.name));
        }
    }
    text
}

fn entry(text: &mut String, setting: &Setting) {
    let short = setting.short.map_or_else(String::new, |short| format!("-{short}, "));
    let value = match setting.takes {
        Takes::One(value) | Takes::Many(value) | Takes::Lines(value) => format!(" {value}"),
        Takes::Switch => String::new(),
    };
    let also = setting.also.map_or_else(String::new, |(flag, _)| format!(", `--{flag}{value}`"));
    line(text, format_args!("- **`{short}--{}{value}`**{also}: {}.", setting.flag, literal(setting.help)));
    if !setting.unit.is_empty() {
        line(text, format_args!("  Unit: {}.", setting.unit));
    }
    line(text, format_args!("  Default: {}.", setting.default));
    let names: Vec<String> = setting.names().map(|name| format!("`{name}`")).collect();
    if !names.is_empty() {
        line(text, format_args!("  Environment: {}.", names.join(", ")));
    }
}

/// Text in which a star is a star.
fn literal(text: &str) -> String {
    text.replace('*', r"\*")
}

fn line(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{arguments}");
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEGIN: &str = "<!-- settings -->\n";
    const END: &str = "<!-- /settings -->\n";

    #[test]
    fn the_readme_has_the_reference_as_it_is() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
        let readme = std::fs::read_to_string(path).unwrap();
        let (before, rest) = readme.split_once(BEGIN).expect("README.md has the beginning of the settings reference");
        let (present, after) = rest.split_once(END).expect("README.md has the end of the settings reference");
        if std::env::var_os("UPDATE_README").is_some() {
            std::fs::write(path, format!("{before}{BEGIN}\n{}\n{END}{after}", reference())).unwrap();
            return;
        }
        assert!(
            present == format!("\n{}\n", reference()),
            "README.md's settings reference is not that of the table; write it anew with\n\n    \
             UPDATE_README=1 cargo test --lib the_readme_has_the_reference"
        );
    }
}
