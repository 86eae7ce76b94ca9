//! Patterns that choose tables: `*`, `orders`, `sales.*`, `sales."Order lines"`, `*.audit_?`.
//!
//! The language is psql's, as its manual page describes it under "Patterns", without regular expressions: unquoted
//! letters are folded to lower case (ASCII only, as the server folds identifiers in UTF-8), `*` and `?` stand for any
//! characters and for any one character, and double quotes make everything inside them literal. A pattern without a
//! schema means schema `public`.

use std::fmt;

use crate::ddl::sql::ident;
use crate::error::Explain;

/// What is wrong with a pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the pattern {pattern} {problem} (character {position})")]
pub struct Error {
    /// The pattern as it was typed.
    pub pattern: String,
    /// Where, in characters, counted from 1.
    pub position: usize,
    /// What is wrong there.
    pub problem: Problem,
}

/// The ways in which a pattern can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// A double quote is opened and not closed.
    #[error("has a double quote that is not closed")]
    QuoteNotClosed,
    /// A schema or table name without a character.
    #[error("has an empty name")]
    NameEmpty,
    /// More than `schema.table`, or than a schema's name where only that is expected.
    #[error("has too many names")]
    NamesTooMany,
    /// A space or comma outside quotes, where one pattern is expected.
    #[error("has a space or a comma outside double quotes")]
    Separator,
}

impl Explain for Error {
    fn hint(&self) -> Option<String> {
        Some(
            match self.problem {
                Problem::QuoteNotClosed => "close it; a double quote inside a quoted name is written twice",
                Problem::NameEmpty => "write table, schema.table or schema.*",
                Problem::NamesTooMany => {
                    "write schema.table; a dot that belongs to a name goes inside double quotes: \"a.b\""
                }
                Problem::Separator => "put a name that holds one inside double quotes",
            }
            .to_owned(),
        )
    }
}

/// One character of a name's pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    /// Exactly this character.
    Literal(char),
    /// `?`: any one character.
    One,
    /// `*`: any characters, or none.
    Any,
}

/// One table pattern. Displays as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    typed: String,
    /// Whether the schema was typed, and is not `public` by default.
    has_schema: bool,
    schema: Vec<Token>,
    name: Vec<Token>,
}

impl Pattern {
    /// Reads one pattern; there must be nothing around it.
    ///
    /// # Errors
    ///
    /// [`Error`] says which character of the pattern is wrong and why.
    pub fn parse(typed: &str) -> Result<Self, Error> {
        let error = |position, problem| Error { pattern: typed.to_owned(), position, problem };
        let mut parts = vec![Vec::new()];
        let mut opened_at = None;
        let mut characters = typed.chars().zip(1..).peekable();
        while let Some((character, position)) = characters.next() {
            let token = match (character, opened_at) {
                ('"', Some(_)) if characters.next_if(|(next, _)| *next == '"').is_some() => Token::Literal('"'),
                ('"', Some(_)) => {
                    opened_at = None;
                    continue;
                }
                (_, Some(_)) => Token::Literal(character),
                ('"', None) => {
                    opened_at = Some(position);
                    continue;
                }
                ('.', None) if parts.last().is_some_and(Vec::is_empty) => {
                    return Err(error(position, Problem::NameEmpty));
                }
                ('.', None) if parts.len() == 2 => return Err(error(position, Problem::NamesTooMany)),
                ('.', None) => {
                    parts.push(Vec::new());
                    continue;
                }
                ('*', None) => Token::Any,
                ('?', None) => Token::One,
                (_, None) if is_separator(character) => return Err(error(position, Problem::Separator)),
                (_, None) => Token::Literal(character.to_ascii_lowercase()),
            };
            if let Some(part) = parts.last_mut() {
                part.push(token);
            }
        }
        if let Some(position) = opened_at {
            return Err(error(position, Problem::QuoteNotClosed));
        }
        let name = parts.pop().unwrap_or_default();
        if name.is_empty() {
            return Err(error(typed.chars().count().max(1), Problem::NameEmpty));
        }
        let has_schema = !parts.is_empty();
        let schema = parts.pop().unwrap_or_else(|| "public".chars().map(Token::Literal).collect());
        Ok(Self { typed: typed.to_owned(), has_schema, schema, name })
    }

    /// Whether the pattern chooses the table `schema.name`; both as the catalog stores them.
    #[must_use]
    pub fn matches(&self, schema: &str, name: &str) -> bool {
        self.matches_schema(schema) && glob(&self.name, name)
    }

    /// Whether the schema's half of the pattern fits, whatever the table.
    #[must_use]
    pub fn matches_schema(&self, schema: &str) -> bool {
        glob(&self.schema, schema)
    }

    /// The schema's half and the table's half, folded and without quotes.
    #[must_use]
    pub fn halves(&self) -> (String, String) {
        let text = |tokens: &[Token]| {
            let character = |token: &Token| match token {
                Token::Literal(character) => *character,
                Token::One => '?',
                Token::Any => '*',
            };
            tokens.iter().map(character).collect()
        };
        (text(&self.schema), text(&self.name))
    }

    /// The pattern in the one form that all ways to type it share: what is literal is in quotes.
    #[must_use]
    pub fn canonical(&self) -> String {
        let text = |tokens: &[Token]| {
            let is_literal = |token: &Token| matches!(token, Token::Literal(_));
            let runs = tokens.chunk_by(|one, other| is_literal(one) && is_literal(other));
            let run = |tokens: &[Token]| match tokens {
                [Token::One] => "?".to_owned(),
                [Token::Any] => "*".to_owned(),
                literal => {
                    let characters = literal.iter().filter_map(|token| match token {
                        Token::Literal(character) => Some(*character),
                        Token::One | Token::Any => None,
                    });
                    ident(&characters.collect::<String>())
                }
            };
            runs.map(run).collect::<String>()
        };
        format!("{}.{}", text(&self.schema), text(&self.name))
    }

    /// Whether the schema's half is exactly `*`.
    #[must_use]
    pub fn matches_every_schema(&self) -> bool {
        self.schema == [Token::Any]
    }

    /// Whether the table's half is exactly `*`, so that everything in the schema is meant and not only some tables.
    #[must_use]
    pub fn is_whole_schema(&self) -> bool {
        self.name == [Token::Any]
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.typed)
    }
}

/// Patterns, in the order they were typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PatternList {
    patterns: Vec<Pattern>,
}

impl PatternList {
    /// Reads patterns separated by white space or commas, or both; separators inside double quotes belong to the name.
    ///
    /// # Errors
    ///
    /// The first pattern that is wrong; see [`Pattern::parse`].
    pub fn parse(list: &str) -> Result<Self, Error> {
        let mut in_quotes = false;
        let parts = list.split(|character: char| {
            in_quotes ^= character == '"';
            !in_quotes && is_separator(character)
        });
        let patterns = parts.filter(|part| !part.is_empty()).map(Pattern::parse).collect::<Result<_, _>>()?;
        Ok(Self { patterns })
    }

    /// Reads patterns of schemas, each standing for everything in them, written like the schema's half of a pattern.
    ///
    /// # Errors
    ///
    /// The first pattern that is wrong, as in [`PatternList::parse`], or has two names.
    pub fn parse_schemas(list: &str) -> Result<Self, Error> {
        let mut schemas = Self::parse(list)?;
        for pattern in &mut schemas.patterns {
            if pattern.has_schema {
                let (typed, position) = (pattern.typed.clone(), pattern.typed.chars().count());
                return Err(Error { pattern: typed, position, problem: Problem::NamesTooMany });
            }
            pattern.schema = std::mem::replace(&mut pattern.name, vec![Token::Any]);
        }
        Ok(schemas)
    }

    /// Whether any of the patterns chooses the table `schema.name`.
    #[must_use]
    pub fn matches(&self, schema: &str, name: &str) -> bool {
        self.patterns.iter().any(|pattern| pattern.matches(schema, name))
    }

    /// The patterns, in the order they were typed.
    #[must_use]
    pub fn patterns(&self) -> &[Pattern] {
        &self.patterns
    }

    /// Whether there is no pattern at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }
}

fn is_separator(character: char) -> bool {
    character.is_whitespace() || character == ','
}

/// Matches a whole name. After a mismatch only the latest `*` takes one character more, so the time is bounded by the
/// product of the two lengths.
fn glob(pattern: &[Token], name: &str) -> bool {
    let name: Vec<char> = name.chars().collect();
    let (mut at_token, mut at_character) = (0, 0);
    let mut latest_any: Option<(usize, usize)> = None;
    while at_character < name.len() {
        match pattern.get(at_token) {
            Some(Token::Any) => {
                latest_any = Some((at_token, at_character));
                at_token += 1;
            }
            Some(token) if *token == Token::One || *token == Token::Literal(name[at_character]) => {
                at_token += 1;
                at_character += 1;
            }
            _ => {
                let Some((any, taken)) = latest_any else { return false };
                latest_any = Some((any, taken + 1));
                (at_token, at_character) = (any + 1, taken + 1);
            }
        }
    }
    pattern[at_token..].iter().all(|token| *token == Token::Any)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn matches(pattern: &str, schema: &str, name: &str) -> bool {
        Pattern::parse(pattern).unwrap().matches(schema, name)
    }

    #[test]
    fn a_name_alone_is_in_public() {
        assert!(matches("orders", "public", "orders"));
        assert!(!matches("orders", "sales", "orders"));
        assert!(matches("*", "public", "anything"));
        assert!(!matches("*", "sales", "anything"));
    }

    #[test]
    fn schemas_are_matched_like_names() {
        assert!(matches("sales.*", "sales", "Orders"));
        assert!(!matches("sales.*", "sale", "orders"));
        assert!(matches("*.*", "any", "thing"));
        assert!(matches("s?les*.o*s", "sales_2024", "orders"));
        assert!(!matches("s?les*.o*s", "sales_2024", "order"));
        assert!(matches("*.a*b*c", "s", "abxbc"));
        assert!(!matches("*.?", "s", ""));
        assert!(matches("*.ä?", "s", "äö"));
    }

    #[test]
    fn quotes_make_everything_literal() {
        assert!(matches(r#""Quoted.Name""#, "public", "Quoted.Name"));
        assert!(matches(r#""My Schema"."a,b""#, "My Schema", "a,b"));
        assert!(matches(r#""say ""hi""""#, "public", r#"say "hi""#));
        assert!(matches(r#""*""#, "public", "*"));
        assert!(!matches(r#""*""#, "public", "x"));
        assert!(matches(r#"Foo"Bar"*"#, "public", "fooBarBaz"));
    }

    #[test]
    fn unquoted_letters_are_folded_as_the_server_folds_them() {
        assert!(matches("Sales.ORDERS", "sales", "orders"));
        assert!(!matches("Orders", "public", "Orders"));
        assert!(matches("Ä", "public", "Ä"));
    }

    #[test]
    fn the_whole_schema_is_an_unquoted_star() {
        assert!(Pattern::parse("sales.*").unwrap().is_whole_schema());
        assert!(Pattern::parse("*.*").unwrap().is_whole_schema());
        assert!(!Pattern::parse(r#"sales."*""#).unwrap().is_whole_schema());
        assert!(!Pattern::parse("sales.o*").unwrap().is_whole_schema());
    }

    #[test]
    fn errors_name_the_pattern_and_the_place() {
        let error = |pattern: &str| Pattern::parse(pattern).unwrap_err();
        assert_eq!(
            error(r#"a."bc"#).to_string(),
            r#"the pattern a."bc has a double quote that is not closed (character 3)"#
        );
        assert_eq!((error("").problem, error("").position), (Problem::NameEmpty, 1));
        assert_eq!((error(".t").problem, error(".t").position), (Problem::NameEmpty, 1));
        assert_eq!((error("s.").problem, error("s.").position), (Problem::NameEmpty, 2));
        assert_eq!(error(r#""""#).problem, Problem::NameEmpty);
        assert_eq!((error("d.s.t").problem, error("d.s.t").position), (Problem::NamesTooMany, 4));
        assert_eq!(error("a b").problem, Problem::Separator);
        assert!(error("d.s.t").hint().is_some());
    }

    #[test]
    fn lists_are_separated_by_spaces_and_commas() {
        let list = PatternList::parse(" a, s.*\t\"x, y\",,*.z\n").unwrap();
        let typed: Vec<String> = list.patterns().iter().map(Pattern::to_string).collect();
        assert_eq!(typed, ["a", "s.*", "\"x, y\"", "*.z"]);
        assert!(list.matches("public", "x, y") && list.matches("q", "z") && !list.matches("q", "a"));
        assert!(PatternList::parse(" , ").unwrap().is_empty());
        assert_eq!(PatternList::parse("a \"b c").unwrap_err().pattern, "\"b c");
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".*", name in ".*") {
            if let Ok(list) = PatternList::parse(&text) {
                let _ = list.matches("public", &name);
            }
            let _ = Pattern::parse(&text);
        }

        #[test]
        fn any_name_matches_itself_when_quoted(schema in ".+", name in ".+") {
            let quote = ident;
            let pattern = Pattern::parse(&format!("{}.{}", quote(&schema), quote(&name))).unwrap();
            prop_assert!(pattern.matches(&schema, &name));
            let tail = format!("{name}x");
            prop_assert!(!pattern.matches(&schema, &tail));
        }

        #[test]
        fn stars_match_as_a_plain_search_does(pattern in "[ab*?]{1,6}", name in "[ab]{0,8}") {
            fn slow(pattern: &[u8], name: &[u8]) -> bool {
                match pattern.split_first() {
                    None => name.is_empty(),
                    Some((b'*', rest)) => (0..=name.len()).any(|n| slow(rest, &name[n..])),
                    Some((c, rest)) => name.split_first().is_some_and(|(n, tail)| (*c == b'?' || c == n) && slow(rest, tail)),
                }
            }
            prop_assert_eq!(matches(&format!("s.{pattern}"), "s", &name), slow(pattern.as_bytes(), name.as_bytes()));
        }
    }
}
