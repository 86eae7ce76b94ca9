//! What passes between a session and its server, as far as it tells whether an answer is still to come.

use std::sync::atomic::{AtomicU64, Ordering};

/// The tag and the length in front of every message but the first.
const HEADER_BYTES: usize = 5;

/// Stands for the tag that the first message of a client does not have.
const START_UP: u8 = 0;

/// What a client sends to be answered with `ReadyForQuery`: the start-up message, Query, Sync, `FunctionCall`.
const QUESTIONS: [u8; 4] = [START_UP, b'Q', b'S', b'F'];

/// `ReadyForQuery`.
const ANSWERS: [u8; 1] = [b'Z'];

/// Counts of a session.
#[derive(Debug, Default)]
pub(super) struct Traffic {
    bytes: AtomicU64,
    asked: AtomicU64,
    answered: AtomicU64,
}

impl Traffic {
    /// How many bytes have passed in either direction, where an answer is still to come.
    pub(super) fn bytes_of_open_question(&self) -> Option<u64> {
        let is_open = self.asked.load(Ordering::Relaxed) > self.answered.load(Ordering::Relaxed);
        is_open.then(|| self.bytes.load(Ordering::Relaxed))
    }
}

/// Walks over the messages of a session as they pass.
#[derive(Debug)]
pub(super) struct Walk {
    sent: Frames,
    got: Frames,
}

impl Walk {
    /// From the first byte of a connection on.
    pub(super) fn new() -> Self {
        Self {
            sent: Frames { header: vec![START_UP], body_bytes: 0 },
            got: Frames { header: Vec::new(), body_bytes: 0 },
        }
    }

    /// Bytes went to the server.
    pub(super) fn sent(&mut self, bytes: &[u8], traffic: &Traffic) {
        traffic.bytes.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        traffic.asked.fetch_add(self.sent.pass(bytes, &QUESTIONS), Ordering::Relaxed);
    }

    /// Bytes came from the server.
    pub(super) fn got(&mut self, bytes: &[u8], traffic: &Traffic) {
        traffic.bytes.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        traffic.answered.fetch_add(self.got.pass(bytes, &ANSWERS), Ordering::Relaxed);
    }
}

/// Messages that pass in one direction.
#[derive(Debug)]
struct Frames {
    /// The header of the next message, as far as it has passed.
    header: Vec<u8>,
    /// What is still to pass of the message before it.
    body_bytes: usize,
}

impl Frames {
    /// Goes on by so many bytes. How many messages of certain tags have begun.
    fn pass(&mut self, mut bytes: &[u8], counted: &[u8]) -> u64 {
        let mut begun = 0;
        loop {
            let body;
            (body, bytes) = bytes.split_at(self.body_bytes.min(bytes.len()));
            self.body_bytes -= body.len();
            let header;
            (header, bytes) = bytes.split_at((HEADER_BYTES - self.header.len()).min(bytes.len()));
            self.header.extend_from_slice(header);
            let &[tag, a, b, c, d] = self.header.as_slice() else { return begun };
            self.header.clear();
            begun += u64::from(counted.contains(&tag));
            // The length counts itself.
            let length = usize::try_from(u32::from_be_bytes([a, b, c, d])).unwrap_or(usize::MAX);
            self.body_bytes = length.saturating_sub(HEADER_BYTES - 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_open_until_its_answer_has_come_however_bytes_are_cut() {
        let question = [&b"\0\0\0\x09\0\x03\0\0\0"[..], b"Q\0\0\0\x06Z\0", b"P\0\0\0\x04", b"S\0\0\0\x04"].concat();
        let answer = [&b"R\0\0\0\x08\0\0\0\0"[..], b"Z\0\0\0\x05I"].concat();
        for cut in 1..question.len() {
            let (traffic, mut walk) = (Traffic::default(), Walk::new());
            assert_eq!(traffic.bytes_of_open_question(), None);
            question.chunks(cut).for_each(|bytes| walk.sent(bytes, &traffic));
            assert_eq!(traffic.asked.load(Ordering::Relaxed), 3);
            for _ in 0..3 {
                assert!(traffic.bytes_of_open_question().is_some());
                answer.chunks(cut).for_each(|bytes| walk.got(bytes, &traffic));
            }
            assert_eq!(traffic.bytes_of_open_question(), None);
        }
    }
}
