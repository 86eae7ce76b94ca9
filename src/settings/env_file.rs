//! Reads a dotenv file: `NAME=value` lines, as shells and container tools write them.
//!
//! - Empty lines and lines that begin with `#` are skipped; `export ` before a name is allowed; white space around `=` is.
//! - Inside single quotes everything is literal. Inside double quotes `\n`, `\r`, `\t`, `\"`, `\\` and `\$` are escapes; any
//!   other backslash stays as it is. Both kinds of quotes may go over several lines.
//! - A value without quotes ends at the line's end or at white space followed by `#`.
//! - Nothing is expanded: passwords hold `$`. Where a name comes twice, the later line counts, as in a shell.
//!
//! An error never shows a value, because it could be a password.

use std::iter::Peekable;
use std::str::Chars;

use crate::error::Explain;

/// One `NAME=value`.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    /// The name, left of `=`.
    pub name: String,
    /// The value without its quotes.
    pub value: String,
    /// The line the name is on, counted from 1.
    pub line: usize,
}

/// Shows the name and the line, never the value.
impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Entry").field("name", &self.name).field("line", &self.line).finish_non_exhaustive()
    }
}

/// What is wrong with a dotenv file, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct Error {
    /// The line, counted from 1; for quotes the line on which they open.
    pub line: usize,
    /// What is wrong there.
    pub problem: Problem,
}

/// The ways in which a line can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// No `=` after the name.
    #[error("there is no = after the name")]
    EqualsMissing,
    /// The text before `=` is no name.
    #[error("a name must begin with a letter or an underscore and hold only letters, digits and underscores")]
    NameInvalid,
    /// Single quotes without an end.
    #[error("the single quote is not closed")]
    SingleQuoteNotClosed,
    /// Double quotes without an end.
    #[error("the double quote is not closed")]
    DoubleQuoteNotClosed,
    /// Something follows the closing quote.
    #[error("there is text after the closing quote")]
    TextAfterQuote,
    /// The file is not UTF-8.
    #[error("the bytes are not UTF-8 text")]
    NotUtf8,
}

impl Explain for Error {
    fn hint(&self) -> Option<String> {
        Some(
            match self.problem {
                Problem::EqualsMissing | Problem::NameInvalid => "write NAME=value, or begin a comment with #",
                Problem::SingleQuoteNotClosed => {
                    "close it; a value that holds a single quote goes inside double quotes"
                }
                Problem::DoubleQuoteNotClosed => "close it; a double quote inside double quotes is written \\\"",
                Problem::TextAfterQuote => "put the whole value inside one pair of quotes",
                Problem::NotUtf8 => "save the file as UTF-8",
            }
            .to_owned(),
        )
    }
}

/// Reads a whole file's bytes. A byte order mark at the start is skipped.
///
/// # Errors
///
/// The first line that is wrong.
pub fn parse_bytes(bytes: &[u8]) -> Result<Vec<Entry>, Error> {
    match std::str::from_utf8(bytes) {
        Ok(text) => parse(text),
        Err(error) => {
            let line = bytes[..error.valid_up_to()].split(|byte| *byte == b'\n').count();
            Err(Error { line, problem: Problem::NotUtf8 })
        }
    }
}

/// Reads a whole file's text, in the order of its lines. A byte order mark at the start is skipped.
///
/// # Errors
///
/// The first line that is wrong.
pub fn parse(text: &str) -> Result<Vec<Entry>, Error> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader { characters: text.chars().peekable(), line: 1 };
    let mut entries = Vec::new();
    while reader.characters.peek().is_some() {
        if let Some(entry) = reader.entry()? {
            entries.push(entry);
        }
    }
    Ok(entries)
}

/// Walks through the text and counts its lines.
struct Reader<'a> {
    characters: Peekable<Chars<'a>>,
    line: usize,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<char> {
        let character = self.characters.next();
        if character == Some('\n') {
            self.line += 1;
        }
        character
    }

    fn error(&self, problem: Problem) -> Error {
        Error { line: self.line, problem }
    }

    /// White space within the line.
    fn skip_blanks(&mut self) -> bool {
        let mut skipped = false;
        while self.characters.next_if(|c| *c != '\n' && c.is_whitespace()).is_some() {
            skipped = true;
        }
        skipped
    }

    /// The line's rest, without its line break.
    fn rest_of_line(&mut self) -> String {
        let mut rest = String::new();
        while let Some(character) = self.next() {
            if character == '\n' {
                break;
            }
            rest.push(character);
        }
        rest
    }

    /// One line, or the several lines of a quoted value. None for an empty line or a comment.
    fn entry(&mut self) -> Result<Option<Entry>, Error> {
        self.skip_blanks();
        if matches!(self.characters.peek(), None | Some('#' | '\n')) {
            self.rest_of_line();
            return Ok(None);
        }
        let line = self.line;
        let name = self.name()?;
        let blank = self.skip_blanks();
        let value = match self.characters.peek() {
            Some('\'') => self.single_quoted()?,
            Some('"') => self.double_quoted()?,
            _ => unquoted(&self.rest_of_line(), blank),
        };
        Ok(Some(Entry { name, value, line }))
    }

    /// The name and the `=` behind it.
    fn name(&mut self) -> Result<String, Error> {
        let mut text = String::new();
        while let Some(character) = self.characters.next_if(|c| *c != '=' && *c != '\n') {
            text.push(character);
        }
        if self.characters.next_if_eq(&'=').is_none() {
            return Err(self.error(Problem::EqualsMissing));
        }
        let text = text.trim();
        let name = match text.strip_prefix("export") {
            Some(rest) if rest.starts_with(char::is_whitespace) => rest.trim_start(),
            _ => text,
        };
        let valid = !name.starts_with(|c: char| c.is_ascii_digit())
            && !name.is_empty()
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if valid { Ok(name.to_owned()) } else { Err(self.error(Problem::NameInvalid)) }
    }

    fn single_quoted(&mut self) -> Result<String, Error> {
        let not_closed = self.error(Problem::SingleQuoteNotClosed);
        self.next();
        let mut value = String::new();
        loop {
            match self.next().ok_or_else(|| not_closed.clone())? {
                '\'' => break,
                '\r' if self.characters.peek() == Some(&'\n') => {}
                character => value.push(character),
            }
        }
        self.end_of_quoted()?;
        Ok(value)
    }

    fn double_quoted(&mut self) -> Result<String, Error> {
        let not_closed = self.error(Problem::DoubleQuoteNotClosed);
        self.next();
        let mut value = String::new();
        loop {
            match self.next().ok_or_else(|| not_closed.clone())? {
                '"' => break,
                '\r' if self.characters.peek() == Some(&'\n') => {}
                '\\' => match self.next().ok_or_else(|| not_closed.clone())? {
                    'n' => value.push('\n'),
                    'r' => value.push('\r'),
                    't' => value.push('\t'),
                    escaped @ ('"' | '\\' | '$') => value.push(escaped),
                    other => value.extend(['\\', other]),
                },
                character => value.push(character),
            }
        }
        self.end_of_quoted()?;
        Ok(value)
    }

    /// Only a comment may follow a quoted value.
    fn end_of_quoted(&mut self) -> Result<(), Error> {
        self.skip_blanks();
        if !matches!(self.characters.peek(), None | Some('#' | '\n')) {
            return Err(self.error(Problem::TextAfterQuote));
        }
        self.rest_of_line();
        Ok(())
    }
}

/// A value without quotes, up to its comment. A `#` begins a comment where white space stands before it.
fn unquoted(rest: &str, mut after_blank: bool) -> String {
    let is_comment = |(_, character): &(usize, char)| {
        let comment = after_blank && *character == '#';
        after_blank = character.is_whitespace();
        comment
    };
    let end = rest.char_indices().find(is_comment).map_or(rest.len(), |(at, _)| at);
    rest[..end].trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn values(text: &str) -> Vec<(String, String)> {
        parse(text).unwrap().into_iter().map(|entry| (entry.name, entry.value)).collect()
    }

    fn value(text: &str) -> String {
        parse(text).unwrap().remove(0).value
    }

    fn error(text: &str) -> Error {
        parse(text).unwrap_err()
    }

    #[test]
    fn lines_comments_and_exports() {
        let text = "\u{feff}# comment\r\n\r\nA=1\r\n  export B = two # why\nexport\tC='3'\nexporter=4\nD=\nE";
        assert_eq!(error(text), Error { line: 8, problem: Problem::EqualsMissing });
        let pairs = values(text.strip_suffix("\nE").unwrap());
        let expected = [("A", "1"), ("B", "two"), ("C", "3"), ("exporter", "4"), ("D", "")];
        assert_eq!(pairs, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    #[test]
    fn single_quotes_are_literal() {
        assert_eq!(value(r"A='p$a\n\w#0rd' # comment"), r"p$a\n\w#0rd");
        assert_eq!(value("A='two\r\nlines'"), "two\nlines");
    }

    #[test]
    fn double_quotes_know_escapes_and_expand_nothing() {
        assert_eq!(value(r#"A="a\n\"b\" \\ $HOME ${X} \$5 \d""#), "a\n\"b\" \\ $HOME ${X} $5 \\d");
        assert_eq!(value("A=\"two\nlines # no comment\" # comment"), "two\nlines # no comment");
    }

    #[test]
    fn unquoted_values_end_at_a_comment() {
        assert_eq!(value("A=postgres://u:p#x@h/db?a=b # c"), "postgres://u:p#x@h/db?a=b");
        assert_eq!(value("A= # c"), "");
        assert_eq!(value("A=#c"), "#c");
        assert_eq!(value("A=host=h password='x y'  "), "host=h password='x y'");
    }

    #[test]
    fn lines_are_counted_through_quotes() {
        let entries = parse("A='1\n2'\n\nB=3\n").unwrap();
        assert_eq!(entries.iter().map(|entry| entry.line).collect::<Vec<_>>(), [1, 4]);
        assert_eq!(error("A=1\nB='\n\n").line, 2);
        assert_eq!(error("A=\"x\n\\").problem, Problem::DoubleQuoteNotClosed);
        assert_eq!(error("A='1\n2' x").line, 2);
    }

    #[test]
    fn errors_say_where_and_never_show_the_value() {
        assert_eq!(error("\nA='x' hunter2").to_string(), "line 2: there is text after the closing quote");
        assert_eq!(error("1A=hunter2").problem, Problem::NameInvalid);
        assert_eq!(error("=hunter2").problem, Problem::NameInvalid);
        assert_eq!(error("A B=hunter2").problem, Problem::NameInvalid);
        assert_eq!(error("hunter2").to_string(), "line 1: there is no = after the name");
        assert_eq!(parse_bytes(b"A=1\n\xff").unwrap_err(), Error { line: 2, problem: Problem::NotUtf8 });
        assert!(!format!("{:?}", parse("A=hunter2").unwrap()).contains("hunter2"));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in r#"([A-Z='"\\#\n\r $]|\PC)*"#) {
            let _ = parse(&text);
        }

        #[test]
        fn every_value_can_be_written_in_double_quotes(wanted in "(?s).*") {
            let escaped = wanted.replace('\\', "\\\\").replace('"', "\\\"").replace('\r', "\\r");
            prop_assert_eq!(value(&format!("A=\"{escaped}\"")), wanted);
        }
    }
}
