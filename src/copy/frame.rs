//! Finds the message boundaries in what a server sends during COPY, without looking at the rows.

/// The tag and the length in front of every message.
const HEADER_BYTES: usize = 5;

/// The tag of `CopyData`, the same in both directions.
const COPY_DATA: u8 = b'd';

/// The longest `CopyData` a server sends: what its own allocator allows in one piece (`MaxAllocSize`).
const FRAME_BYTES_MAX: u32 = 0x3fff_ffff;

/// What a scan of some bytes found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scan {
    /// So many bytes, from the start, belong to `CopyData` messages (whole ones, or parts of one) and can be forwarded as
    /// they are.
    pub forward_bytes: usize,
    /// What stands behind those bytes.
    pub then: Then,
}

/// What stands behind the `CopyData` bytes of a scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// Nothing, or a header that is not complete yet: read more, and scan again from there.
    More,
    /// Another kind of message. The scanner stays in front of it, and goes on behind it when it is fed from there.
    Message,
    /// A length no server sends, so the stream is not what we take it for. The scanner cannot go on.
    Malformed,
}

/// Walks the five-byte headers of a stream of messages and tells `CopyData` from everything else.
///
/// It keeps nothing but how much of a `CopyData` message is still to come, so a message may be larger than any buffer, and
/// however the stream is cut into reads, the same bytes are forwarded.
///
/// Source: PostgreSQL manual, "Message Formats".
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FrameScanner {
    body_bytes_left: usize,
}

impl FrameScanner {
    /// A scanner in front of a header.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many bytes of the last `CopyData` are still to come; 0 between messages.
    #[must_use]
    pub fn body_bytes_left(&self) -> usize {
        self.body_bytes_left
    }

    /// Scans bytes that follow directly on those that were forwarded (or taken as another message) before. What is not
    /// forwarded must be fed again, with more behind it.
    #[must_use]
    pub fn scan(&mut self, bytes: &[u8]) -> Scan {
        let mut at = 0;
        loop {
            let body = self.body_bytes_left.min(bytes.len() - at);
            at += body;
            self.body_bytes_left -= body;
            let Some(&[tag, l0, l1, l2, l3]) = bytes[at..].first_chunk::<HEADER_BYTES>() else {
                return Scan { forward_bytes: at, then: Then::More };
            };
            if tag != COPY_DATA {
                return Scan { forward_bytes: at, then: Then::Message };
            }
            // The length counts itself, not the tag.
            let length = u32::from_be_bytes([l0, l1, l2, l3]);
            if !(4..=FRAME_BYTES_MAX).contains(&length) {
                return Scan { forward_bytes: at, then: Then::Malformed };
            }
            at += HEADER_BYTES;
            self.body_bytes_left = length as usize - 4;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn frame(tag: u8, body: &[u8]) -> Vec<u8> {
        let mut bytes = vec![tag];
        bytes.extend_from_slice(&u32::try_from(body.len() + 4).unwrap().to_be_bytes());
        bytes.extend_from_slice(body);
        bytes
    }

    /// Feeds `stream` in reads of the given sizes; answers the forwarded bytes and what ended the stream.
    fn walk(stream: &[u8], reads: &[usize]) -> (Vec<u8>, Then) {
        let mut scanner = FrameScanner::new();
        let (mut forwarded, mut buffer) = (Vec::new(), Vec::new());
        let (mut rest, mut reads) = (stream, reads.iter().copied().cycle());
        loop {
            let scan = scanner.scan(&buffer);
            forwarded.extend(buffer.drain(..scan.forward_bytes));
            if scan.then != Then::More || rest.is_empty() {
                return (forwarded, scan.then);
            }
            let (read, later) = rest.split_at(reads.next().unwrap_or(1).clamp(1, rest.len()));
            buffer.extend_from_slice(read);
            rest = later;
        }
    }

    #[test]
    fn copy_data_is_forwarded_up_to_the_next_message() {
        let mut stream = [frame(b'd', b"one"), frame(b'd', b""), frame(b'd', b"two")].concat();
        let data_bytes = stream.len();
        stream.extend(frame(b'c', b""));
        let mut scanner = FrameScanner::new();
        assert_eq!(scanner.scan(&stream), Scan { forward_bytes: data_bytes, then: Then::Message });
        assert_eq!(scanner.body_bytes_left(), 0);
    }

    #[test]
    fn a_part_of_a_message_is_forwarded_and_remembered() {
        let stream = frame(b'd', &[7; 100]);
        let mut scanner = FrameScanner::new();
        assert_eq!(scanner.scan(&stream[..4]), Scan { forward_bytes: 0, then: Then::More });
        assert_eq!(scanner.scan(&stream[..25]), Scan { forward_bytes: 25, then: Then::More });
        assert_eq!(scanner.body_bytes_left(), 80);
        assert_eq!(scanner.scan(&stream[25..]), Scan { forward_bytes: 80, then: Then::More });
    }

    #[test]
    fn impossible_lengths_are_refused() {
        for length in [0_u32, 3, FRAME_BYTES_MAX + 1, u32::MAX] {
            let mut stream = vec![COPY_DATA];
            stream.extend(length.to_be_bytes());
            assert_eq!(FrameScanner::new().scan(&stream), Scan { forward_bytes: 0, then: Then::Malformed });
        }
    }

    proptest! {
        #[test]
        fn reads_may_cut_the_stream_anywhere(
            bodies in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..20),
            last in prop::sample::select(vec![b'c', b'E', b'N', b'S']),
            reads in prop::collection::vec(1_usize..50, 1..20),
        ) {
            let data: Vec<u8> = bodies.iter().flat_map(|body| frame(b'd', body)).collect();
            let stream = [data.clone(), frame(last, b"ddddd")].concat();
            prop_assert_eq!(walk(&stream, &reads), (data, Then::Message));
        }

        #[test]
        fn any_bytes_give_the_same_result_in_any_reads(
            stream in prop::collection::vec(prop::sample::select(vec![b'd', 0_u8, 0, 0, 4, 9, 64, 255]), 0..200),
            reads in prop::collection::vec(1_usize..50, 1..20),
        ) {
            prop_assert_eq!(walk(&stream, &reads), walk(&stream, &[usize::MAX]));
        }
    }
}
