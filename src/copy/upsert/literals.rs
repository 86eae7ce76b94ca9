//! Rows of a COPY in text format as one array literal for each column, for targets that give us no temporary table.

/// Columns of a batch under construction.
#[derive(Debug)]
pub(super) struct Literals {
    /// `{"a","b"` of each column, without the closing brace.
    columns: Vec<Vec<u8>>,
    /// The message that is not complete yet, header and all.
    message: Vec<u8>,
}

/// The tag and the length in front of every message.
const HEADER_BYTES: usize = 5;

impl Literals {
    /// Nothing yet, of so many columns.
    pub(super) fn new(columns: usize) -> Self {
        Self { columns: vec![Vec::new(); columns], message: Vec::new() }
    }

    /// Takes bytes of `CopyData` messages that hold one row each. They may begin and end in the middle of one.
    ///
    /// # Errors
    ///
    /// When a row has not as many columns.
    pub(super) fn feed(&mut self, mut bytes: &[u8]) -> Result<(), &'static str> {
        while !bytes.is_empty() {
            let wanted = self.message_bytes().saturating_sub(self.message.len()).clamp(1, bytes.len());
            self.message.extend_from_slice(&bytes[..wanted]);
            bytes = &bytes[wanted..];
            if self.message.len() >= HEADER_BYTES && self.message.len() == self.message_bytes() {
                let message = std::mem::take(&mut self.message);
                self.row(&message[HEADER_BYTES..])?;
            }
        }
        Ok(())
    }

    /// The finished literals; a new batch begins.
    pub(super) fn take(&mut self) -> Vec<Vec<u8>> {
        let finished = |column: &mut Vec<u8>| {
            let mut literal = std::mem::take(column);
            literal.push(if literal.is_empty() { b'{' } else { b'}' });
            if literal == b"{" {
                literal.push(b'}');
            }
            literal
        };
        self.columns.iter_mut().map(finished).collect()
    }

    /// How long the message is, as far as its header tells.
    fn message_bytes(&self) -> usize {
        match self.message.first_chunk::<HEADER_BYTES>() {
            Some(&[_, l0, l1, l2, l3]) => u32::from_be_bytes([l0, l1, l2, l3]) as usize + 1,
            None => HEADER_BYTES,
        }
    }

    /// One line of COPY's text format. Source: PostgreSQL manual, "COPY", "Text Format".
    fn row(&mut self, line: &[u8]) -> Result<(), &'static str> {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let mut fields = line.split(|byte| *byte == b'\t');
        for column in &mut self.columns {
            let field = fields.next().ok_or("a row with too few columns")?;
            column.push(if column.is_empty() { b'{' } else { b',' });
            if field == br"\N" {
                column.extend_from_slice(b"NULL");
            } else {
                quote(field, column);
            }
        }
        if fields.next().is_some() { Err("a row with too many columns") } else { Ok(()) }
    }
}

/// Appends a field as an element of an array: what COPY escaped is what it was, and what an array needs escaped is.
fn quote(field: &[u8], literal: &mut Vec<u8>) {
    literal.push(b'"');
    let mut bytes = field.iter();
    while let Some(&byte) = bytes.next() {
        let value = match byte {
            b'\\' => match bytes.next() {
                Some(b'b') => 8,
                Some(b'f') => 12,
                Some(b'n') => b'\n',
                Some(b'r') => b'\r',
                Some(b't') => b'\t',
                Some(b'v') => 11,
                Some(&other) => other,
                None => b'\\',
            },
            byte => byte,
        };
        if value == b'"' || value == b'\\' {
            literal.push(b'\\');
        }
        literal.push(value);
    }
    literal.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(line: &str) -> Vec<u8> {
        [&[b'd'][..], &u32::try_from(line.len() + 4).unwrap().to_be_bytes(), line.as_bytes()].concat()
    }

    #[test]
    fn fields_become_elements_however_they_are_cut() {
        let bytes = [message("1\ta\\tb\\\\\"\n"), message("\\N\t\n"), message("3\t\\N\n")].concat();
        for size in 1..bytes.len() {
            let mut literals = Literals::new(2);
            for part in bytes.chunks(size) {
                literals.feed(part).unwrap();
            }
            let taken: Vec<_> = literals.take().into_iter().map(|column| String::from_utf8(column).unwrap()).collect();
            assert_eq!(taken, [r#"{"1",NULL,"3"}"#, "{\"a\tb\\\\\\\"\",\"\",NULL}"]);
        }
    }

    #[test]
    fn a_row_of_another_width_is_refused() {
        assert!(Literals::new(2).feed(&message("1\n")).is_err());
        assert!(Literals::new(1).feed(&message("1\t2\n")).is_err());
        assert_eq!(Literals::new(1).take(), [b"{}".to_vec()]);
    }
}
