//! What makes two requests the same one.

use std::fmt::Write as _;

use serde_json::json;
use sha2::{Digest, Sha256};

/// What was asked for, in words that are the same however it was typed, and hold no password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Where rows come from: `host:port/database`.
    pub source: String,
    /// Where they go.
    pub target: String,
    /// `full`, `schema` or `data`.
    pub mode: &'static str,
    /// Which objects.
    pub selection: String,
}

impl Identity {
    /// The key of the request's row.
    #[must_use]
    pub fn key(&self) -> String {
        let digest = digest(&[&self.source, &self.target, self.mode, &self.selection]);
        digest.iter().fold(String::new(), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    }

    /// The key of the lock that a run on this request holds on the store: for one target and selection, from wherever the rows
    /// come.
    #[must_use]
    pub fn store_lock(&self) -> i64 {
        lock(&["store", &self.target, &self.selection])
    }

    /// The key of the lock that it holds on the target's database itself, however that is reached.
    #[must_use]
    pub fn target_lock(&self) -> i64 {
        lock(&["target", &self.selection])
    }
}

fn lock(words: &[&str]) -> i64 {
    let mut first = [0; 8];
    for (byte, digest) in first.iter_mut().zip(digest(words)) {
        *byte = digest;
    }
    i64::from_be_bytes(first)
}

fn digest(words: &[&str]) -> Vec<u8> {
    Sha256::digest(json!(["pgsluice", words]).to_string()).to_vec()
}

/// A digest of texts, in order.
#[must_use]
pub fn digest_of<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let mut all = Sha256::new();
    for text in texts {
        all.update(text);
        all.update([0]);
    }
    all.finalize().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_sources_and_modes_are_other_requests_and_do_not_run_at_once() {
        let of = |source: &str, target: &str, mode, selection: &str| Identity {
            source: source.to_owned(),
            target: target.to_owned(),
            mode,
            selection: selection.to_owned(),
        };
        let one = of("a", "b", "full", "*");
        assert_eq!(one.key().len(), 64);
        for other in [of("c", "b", "full", "*"), of("a", "b", "data", "*")] {
            assert_ne!(other.key(), one.key());
            assert_eq!(other.store_lock(), one.store_lock());
        }
        assert_ne!(of("a", "b", "full", "t").store_lock(), one.store_lock());
        assert_ne!(of("a", "c", "full", "*").store_lock(), one.store_lock());
        assert_eq!(of("a", "c", "full", "*").target_lock(), one.target_lock());
    }

    #[test]
    fn texts_do_not_run_into_each_other() {
        assert_ne!(digest_of(["ab", "c"].into_iter()), digest_of(["a", "bc"].into_iter()));
    }
}
