//! Takes cell values out of what a server says about rows.
//!
//! The server quotes rows in its messages: `Key (id)=(5) already exists`, `Failing row contains (…)`, `invalid input syntax
//! for type integer: "x"`, `COPY t, line 3, column c: "value"`. Such text must not reach logs, reports or the store. What is
//! kept says where the trouble is: SQLSTATE, constraint, column and line.

use super::server_error::ServerError;

/// Classes of SQLSTATE whose messages speak of the server, the session or the catalog, never of a row. Source: PostgreSQL
/// manual, "PostgreSQL Error Codes".
const CLASSES_WITHOUT_VALUES: &[&str] = &[
    "00", "01", "02", "08", "0A", "0L", "0P", "25", "26", "28", "2B", "2D", "34", "3B", "3D", "3F", "40", "42", "53",
    "54", "55", "57", "58", "72", "F0", "XX",
];

/// Codes of class 22 whose message names a column, a length or an encoding, but quotes no value.
const CODES_WITHOUT_QUOTES: &[&str] = &["22001", "22004", "22P03", "22P04", "22021", "22P05"];

/// Quotation marks, as the languages of PostgreSQL's messages have them.
const QUOTES: &[char] = &['"', '\'', '«', '»', '„', '“', '”', '‘', '’', '‚', '‹', '›', '「', '」'];

impl ServerError {
    /// The same error without anything that may be the content of a cell.
    #[must_use]
    pub fn without_values(self) -> Self {
        let class = self.code.get(..2).unwrap_or_default();
        if CLASSES_WITHOUT_VALUES.contains(&class) {
            // A row may still be quoted in the context, of a statement that failed while it was at that row.
            return Self { context: self.context.as_deref().and_then(position), ..self };
        }
        let message = match class {
            "22" if CODES_WITHOUT_QUOTES.contains(&self.code.as_str()) => without_bytes(&self.message),
            "22" => without_quoted(&self.message),
            // Integrity violations name relation, column and constraint in the message, and the row in the detail.
            "23" | "44" => self.message,
            _ => "a function raised this error; its words may hold row values, see the server's log".to_owned(),
        };
        Self {
            severity: self.severity,
            code: self.code,
            message,
            detail: self.detail.as_deref().and_then(key_columns),
            hint: None,
            constraint: self.constraint,
            context: self.context.as_deref().and_then(position),
        }
    }
}

/// `Key (a, b)=(1, 2) already exists.` → `Key (a, b)`. Nothing of any other detail.
fn key_columns(detail: &str) -> Option<String> {
    let (columns, _) = detail.split_once(")=(")?;
    columns.contains('(').then(|| format!("{columns})"))
}

/// The line of a context that says where in the COPY it was, without what was there.
fn position(context: &str) -> Option<String> {
    let line = context.lines().find(|line| line.starts_with("COPY "))?;
    Some(line.split_once(": ").map_or(line, |(position, _)| position).to_owned())
}

/// Everything between the first and the last quotation mark becomes `…`: a value may hold quotation marks itself.
fn without_quoted(message: &str) -> String {
    let Some((first, mark)) = message.char_indices().find(|(_, c)| QUOTES.contains(c)) else {
        return without_bytes(message);
    };
    let start = first + mark.len_utf8();
    match message.rfind(QUOTES) {
        Some(last) if last >= start => format!("{}…{}", &message[..start], &message[last..]),
        _ => format!("{}…", &message[..start]),
    }
}

/// `0xe2 0x82` → `…`: the bytes that an encoding does not have.
fn without_bytes(message: &str) -> String {
    let mut words: Vec<&str> = Vec::new();
    for word in message.split(' ') {
        let word = if word.starts_with("0x") { "…" } else { word };
        if word != "…" || words.last() != Some(&"…") {
            words.push(word);
        }
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(code: &str, message: &str, detail: Option<&str>, context: Option<&str>) -> ServerError {
        ServerError {
            severity: "ERROR".into(),
            code: code.into(),
            message: message.into(),
            detail: detail.map(Into::into),
            hint: None,
            constraint: None,
            context: context.map(Into::into),
        }
        .without_values()
    }

    #[test]
    fn constraints_keep_their_names_and_lose_the_row() {
        let unique = error(
            "23505",
            r#"duplicate key value violates unique constraint "t_pkey""#,
            Some("Key (id, lower(email))=(5, secret) already exists."),
            Some("COPY t, line 3"),
        );
        assert_eq!(unique.message, r#"duplicate key value violates unique constraint "t_pkey""#);
        assert_eq!(unique.detail.as_deref(), Some("Key (id, lower(email))"));
        assert_eq!(unique.context.as_deref(), Some("COPY t, line 3"));

        let check = error(
            "23514",
            r#"new row for relation "t" violates check constraint "c""#,
            Some("Failing row contains (5, secret)."),
            Some("COPY t, line 1: \"5\tsecret\""),
        );
        assert_eq!(check.message, r#"new row for relation "t" violates check constraint "c""#);
        assert_eq!((check.detail, check.context.as_deref()), (None, Some("COPY t, line 1")));
    }

    #[test]
    fn input_errors_lose_what_was_put_in() {
        let integer = error(
            "22P02",
            r#"invalid input syntax for type integer: "se"cr"et""#,
            None,
            Some("COPY t, line 3, column c: \"se\"cr\"et\""),
        );
        assert_eq!(integer.message, r#"invalid input syntax for type integer: "…""#);
        assert_eq!(integer.context.as_deref(), Some("COPY t, line 3, column c"));
        let range = error("22003", r#"value "99999" is out of range for type smallint"#, None, None);
        assert_eq!(range.message, r#"value "…" is out of range for type smallint"#);
        let german = error("22P02", "ungültige Eingabesyntax für Typ integer: »secret«", None, None);
        assert_eq!(german.message, "ungültige Eingabesyntax für Typ integer: »…«");
        let unclosed = error("22P02", "broken: \"", None, None);
        assert_eq!(unclosed.message, "broken: \"…");
    }

    #[test]
    fn encoding_errors_lose_the_bytes_and_keep_the_encodings() {
        let error = error(
            "22P05",
            r#"character with byte sequence 0xe2 0x82 0xac in encoding "UTF8" has no equivalent in encoding "LATIN1""#,
            None,
            None,
        );
        assert_eq!(
            error.message,
            r#"character with byte sequence … in encoding "UTF8" has no equivalent in encoding "LATIN1""#
        );
    }

    #[test]
    fn json_lines_and_raised_messages_are_withheld() {
        let json = error(
            "22P02",
            "invalid input syntax for type json",
            Some(r#"Token "secret" is invalid."#),
            Some("JSON data, line 1: {\"a\": secret...\nCOPY t, line 1, column j: \"{\"a\": secret}\""),
        );
        assert_eq!(json.message, "invalid input syntax for type json");
        assert_eq!((json.detail, json.context.as_deref()), (None, Some("COPY t, line 1, column j")));
        let raised =
            error("P0001", "bad email secret@example.org", Some("secret"), Some("PL/pgSQL function f() line 3"));
        assert!(!format!("{raised:?}").contains("secret"));
    }

    #[test]
    fn errors_about_the_server_stay_as_they_are() {
        let full = error(
            "53100",
            r#"could not extend file "base/1/2": No space left"#,
            None,
            Some("COPY t, line 7: \"secret\""),
        );
        assert_eq!(full.message, r#"could not extend file "base/1/2": No space left"#);
        assert_eq!(full.context.as_deref(), Some("COPY t, line 7"));
    }
}
