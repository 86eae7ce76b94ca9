//! Finds the ends of rows in what a server sends during COPY, without looking at their values.
//!
//! PostgreSQL sends one `CopyData` message a row. The header of a binary COPY stands in front of the first row, in the same
//! message; its trailer is a message of its own, or follows the header directly where there is no row.

use crate::plan::load::CopyFormat;

/// The tag and the length in front of every message.
const HEADER_BYTES: usize = 5;

/// The tag of `CopyData`, the same in both directions.
const COPY_DATA: u8 = b'd';

/// The longest `CopyData` a server sends: what its own allocator allows in one piece (`MaxAllocSize`).
const FRAME_BYTES_MAX: u32 = 0x3fff_ffff;

/// Signature, flags and extension length in front of a binary COPY.
const BINARY_HEADER: &[u8; 19] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";

/// What stands in the place of a row's number of columns behind the last one.
const BINARY_TRAILER: [u8; 2] = [0xff, 0xff];

/// How much a batch still takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Room {
    pub(super) rows: u64,
    pub(super) bytes: u64,
}

/// What a scan of some bytes found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Scan {
    /// So many bytes, from the start, belong to rows and can be forwarded as they are.
    pub(super) forward_bytes: usize,
    /// So many rows end in them.
    pub(super) rows: u64,
    /// What stands behind them.
    pub(super) then: Then,
}

/// What stands behind the rows of a scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    /// Nothing, or too little to tell: read more, and scan again from there.
    More,
    /// Whatever it is, the batch is full.
    Full,
    /// The trailer of a binary COPY, so many bytes long, header and all.
    Trailer(usize),
    /// Another kind of message.
    Message,
    /// Something that is no row in one message. The scanner cannot go on.
    Malformed(&'static str),
}

/// Walks the messages of one COPY. It keeps nothing but how much of a row is still to come, so a row may be larger than any
/// buffer.
#[derive(Debug)]
pub(super) struct RowScanner {
    format: CopyFormat,
    columns: [u8; 2],
    /// Of the binary COPY's header, which stands inside the next message.
    header_bytes: usize,
    row_bytes_left: usize,
}

impl RowScanner {
    /// A scanner in front of a COPY of so many columns, at least one.
    pub(super) fn new(format: CopyFormat, columns: usize) -> Self {
        let header_bytes = if format == CopyFormat::Binary { BINARY_HEADER.len() } else { 0 };
        // A table has 1600 columns at most.
        let columns = u16::try_from(columns).unwrap_or(u16::MAX).to_be_bytes();
        Self { format, columns, header_bytes, row_bytes_left: 0 }
    }

    /// How many bytes of the last row are still to come; 0 between rows.
    pub(super) fn row_bytes_left(&self) -> usize {
        self.row_bytes_left
    }

    /// Scans bytes that follow directly on those that were forwarded before.
    pub(super) fn scan(&mut self, bytes: &[u8], room: Room) -> Scan {
        let (mut at, mut rows) = (0, 0);
        loop {
            if self.row_bytes_left > 0 {
                let body = self.row_bytes_left.min(bytes.len() - at);
                at += body;
                self.row_bytes_left -= body;
                if self.row_bytes_left > 0 {
                    return Scan { forward_bytes: at, rows, then: Then::More };
                }
                if self.format == CopyFormat::Text && bytes[..at].last() != Some(&b'\n') {
                    return Scan { forward_bytes: at, rows, then: Then::Malformed("a message that is not one row") };
                }
                rows += 1;
            }
            if rows >= room.rows || at as u64 >= room.bytes {
                return Scan { forward_bytes: at, rows, then: Then::Full };
            }
            match self.begin(&bytes[at..]) {
                Ok(()) => at += HEADER_BYTES,
                Err(then) => return Scan { forward_bytes: at, rows, then },
            }
        }
    }

    /// Looks at the beginning of a message, and is inside it afterwards where it is a row.
    fn begin(&mut self, bytes: &[u8]) -> Result<(), Then> {
        let Some((&[tag, l0, l1, l2, l3], rest)) = bytes.split_first_chunk::<HEADER_BYTES>() else {
            return Err(Then::More);
        };
        if tag != COPY_DATA {
            return Err(Then::Message);
        }
        // The length counts itself, not the tag.
        let length = u32::from_be_bytes([l0, l1, l2, l3]);
        if !(5..=FRAME_BYTES_MAX).contains(&length) {
            return Err(Then::Malformed("a message of an impossible length"));
        }
        let body_bytes = length as usize - 4;
        if self.format == CopyFormat::Binary {
            self.begin_binary(rest, body_bytes)?;
        }
        self.row_bytes_left = body_bytes;
        Ok(())
    }

    fn begin_binary(&mut self, body: &[u8], body_bytes: usize) -> Result<(), Then> {
        let count_end = self.header_bytes + BINARY_TRAILER.len();
        if body_bytes < count_end {
            return Err(Then::Malformed("a message that is not one row"));
        }
        let Some(front) = body.get(..count_end) else { return Err(Then::More) };
        let (header, count) = front.split_at(self.header_bytes);
        if !BINARY_HEADER.starts_with(header) {
            return Err(Then::Malformed("a header of another binary format"));
        }
        if count == BINARY_TRAILER && body_bytes == count_end {
            return Err(Then::Trailer(HEADER_BYTES + body_bytes));
        }
        if count != self.columns {
            return Err(Then::Malformed("a message that is not one row"));
        }
        self.header_bytes = 0;
        Ok(())
    }
}

/// What goes in front of the rows of a COPY, but for the first one, which has the source's.
pub(super) fn header(format: CopyFormat) -> Vec<u8> {
    if format == CopyFormat::Binary { message(BINARY_HEADER) } else { Vec::new() }
}

/// What goes behind the rows of a COPY.
pub(super) fn trailer(format: CopyFormat) -> Vec<u8> {
    if format == CopyFormat::Binary { message(&BINARY_TRAILER) } else { Vec::new() }
}

fn message(body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 4).unwrap_or(u32::MAX);
    [&[COPY_DATA][..], &length.to_be_bytes(), body].concat()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ROOMY: Room = Room { rows: u64::MAX, bytes: u64::MAX };

    /// A binary row of one column.
    fn row(value: &[u8]) -> Vec<u8> {
        [&[0, 1][..], &u32::try_from(value.len()).unwrap().to_be_bytes(), value].concat()
    }

    /// What a server sends: the header in the first message, and `CopyDone` at the end.
    fn stream(values: &[Vec<u8>]) -> Vec<u8> {
        let mut stream = Vec::new();
        let mut front = BINARY_HEADER.to_vec();
        for value in values {
            stream.extend(message(&[std::mem::take(&mut front), row(value)].concat()));
        }
        stream.extend(message(&[std::mem::take(&mut front), BINARY_TRAILER.to_vec()].concat()));
        stream.extend([b'c', 0, 0, 0, 4]);
        stream
    }

    /// Cuts a stream into batches, however it comes in; answers the bytes and rows of each.
    fn batches(stream: &[u8], reads: &[usize], room: Room) -> Result<Vec<(Vec<u8>, u64)>, Then> {
        let mut scanner = RowScanner::new(CopyFormat::Binary, 1);
        let (mut batches, mut batch, mut rows) = (Vec::new(), Vec::new(), 0);
        let (mut buffer, mut rest, mut reads) = (Vec::new(), stream, reads.iter().copied().cycle());
        loop {
            let left = Room { rows: room.rows - rows, bytes: room.bytes.saturating_sub(batch.len() as u64) };
            let scan = scanner.scan(&buffer, left);
            batch.extend(buffer.drain(..scan.forward_bytes));
            rows += scan.rows;
            match scan.then {
                Then::More if rest.is_empty() => return Err(Then::More),
                Then::More => {
                    let (read, later) = rest.split_at(reads.next().unwrap_or(1).clamp(1, rest.len()));
                    buffer.extend_from_slice(read);
                    rest = later;
                }
                Then::Full => batches.push((std::mem::take(&mut batch), std::mem::take(&mut rows))),
                Then::Trailer(bytes) if buffer.len() >= bytes => drop(buffer.drain(..bytes)),
                Then::Message => {
                    if rows > 0 {
                        batches.push((batch, rows));
                    }
                    return Ok(batches);
                }
                then => return Err(then),
            }
        }
    }

    #[test]
    fn an_empty_table_is_a_trailer_behind_a_header() {
        assert_eq!(batches(&stream(&[]), &[1], ROOMY), Ok(Vec::new()));
    }

    #[test]
    fn a_batch_is_full_by_rows_or_by_bytes_and_takes_one_row_in_any_case() {
        let values = vec![vec![7; 100]; 10];
        let rows = |room| {
            batches(&stream(&values), &[1000], room).unwrap().into_iter().map(|(_, rows)| rows).collect::<Vec<_>>()
        };
        assert_eq!(rows(Room { rows: 4, bytes: u64::MAX }), [4, 4, 2]);
        assert_eq!(rows(Room { rows: u64::MAX, bytes: 1 }), [1; 10]);
        assert_eq!(rows(Room { rows: u64::MAX, bytes: 223 }), [2, 3, 3, 2]);
    }

    #[test]
    fn what_is_no_row_is_refused() {
        let mut of_two_columns = stream(&[vec![1]]);
        of_two_columns[5 + BINARY_HEADER.len() + 1] = 2;
        assert!(matches!(batches(&of_two_columns, &[1000], ROOMY), Err(Then::Malformed(_))));
        let mut scanner = RowScanner::new(CopyFormat::Text, 1);
        assert!(matches!(scanner.scan(&message(b"half a li"), ROOMY).then, Then::Malformed(_)));
        assert_eq!(
            RowScanner::new(CopyFormat::Text, 1).scan(&message(b"line\n"), ROOMY),
            Scan { forward_bytes: 10, rows: 1, then: Then::More }
        );
    }

    proptest! {
        #[test]
        fn batches_are_whole_rows_and_miss_none(
            values in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..20),
            reads in prop::collection::vec(1_usize..50, 1..20),
            rows in 1_u64..6,
            bytes in 1_u64..200,
        ) {
            let stream = stream(&values);
            let batches = batches(&stream, &reads, Room { rows, bytes }).unwrap();
            let sent: Vec<u8> = batches.iter().flat_map(|(bytes, _)| bytes.clone()).collect();
            prop_assert!(stream.starts_with(&sent));
            prop_assert_eq!(batches.iter().map(|(_, rows)| *rows).sum::<u64>(), values.len() as u64);
            prop_assert!(batches.iter().all(|(_, of)| (1..=rows).contains(of)));
        }
    }
}
