//! Reads single values: numbers, sizes, durations, yes or no, one of several words.
//!
//! Each reader returns what it expected where it cannot read the text; the caller knows where the text came from.

use std::net::{Ipv4Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::time::Duration;

/// What would have been right, in words that follow "needs".
pub type Expected = String;

/// A whole number within a range.
///
/// # Errors
///
/// The range, in words.
pub fn number(text: &str, range: RangeInclusive<u64>) -> Result<u64, Expected> {
    let number = text.trim().parse().ok().filter(|number| range.contains(number));
    number.ok_or_else(|| match *range.end() {
        u64::MAX => format!("a whole number from {} on", range.start()),
        end => format!("a whole number from {} to {end}", range.start()),
    })
}

/// An address to listen at: `HOST:PORT`, or a port of this machine alone. A host is an IP address or `localhost`.
///
/// # Errors
///
/// Some examples.
pub fn listen_address(text: &str) -> Result<SocketAddr, Expected> {
    let text = text.trim();
    let port = |text: &str| text.parse::<u16>().ok().map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    let alone = text.strip_prefix(':').or_else(|| text.strip_prefix("localhost:")).unwrap_or(text);
    let address = port(alone).or_else(|| text.parse().ok());
    address.ok_or_else(|| "a port or an IP address with one such as 9187, 127.0.0.1:9187 or [::1]:9187".to_owned())
}

/// A size in bytes, from `bytes_min` on: a number alone, or with `B`, `kB`, `MB`, `GB` or `TB` in steps of 1024 as
/// `postgresql.conf` has them. Upper and lower case, `k`, `KiB` and the like mean the same.
///
/// # Errors
///
/// Some examples, and the smallest size.
pub fn size_bytes(text: &str, bytes_min: u64) -> Result<u64, Expected> {
    let expected = || format!("a size of at least {bytes_min} bytes such as 512kB, 64MB or 1GB");
    let text = text.trim();
    let unit_at = text.find(|c: char| c.is_ascii_alphabetic() || c.is_whitespace()).unwrap_or(text.len());
    let (digits, unit) = text.split_at(unit_at);
    let shift = match unit.trim_start().to_ascii_lowercase().as_str() {
        "" | "b" => 0,
        "k" | "kb" | "kib" => 10,
        "m" | "mb" | "mib" => 20,
        "g" | "gb" | "gib" => 30,
        "t" | "tb" | "tib" => 40,
        _ => return Err(expected()),
    };
    let bytes = digits.parse::<u64>().ok().and_then(|number| number.checked_mul(1 << shift));
    bytes.filter(|bytes| *bytes >= bytes_min).ok_or_else(expected)
}

/// A duration of more than zero with its unit, such as `5s`, `1m30s` or `500ms`.
///
/// # Errors
///
/// Some examples.
pub fn duration(text: &str) -> Result<Duration, Expected> {
    let duration = humantime::parse_duration(text.trim()).ok().filter(|duration| !duration.is_zero());
    duration.ok_or_else(|| "a duration with its unit such as 500ms, 5s or 1m30s".to_owned())
}

/// The same, or `0`.
///
/// # Errors
///
/// Some examples.
pub fn duration_or_zero(text: &str) -> Result<Duration, Expected> {
    let duration = if text.trim() == "0" { Some(Duration::ZERO) } else { humantime::parse_duration(text.trim()).ok() };
    duration.ok_or_else(|| "0, or a duration with its unit such as 500ms, 5s or 1m30s".to_owned())
}

/// Yes or no, in any of the ways `postgresql.conf` and Go's `ParseBool` take: true, on, yes, t, y, 1 and their opposites.
///
/// # Errors
///
/// The two usual words.
pub fn boolean(text: &str) -> Result<bool, Expected> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "on" | "yes" | "t" | "y" | "1" => Ok(true),
        "false" | "off" | "no" | "f" | "n" | "0" => Ok(false),
        _ => Err("true or false".to_owned()),
    }
}

/// `name=value` pairs, separated by spaces.
///
/// # Errors
///
/// An example.
pub fn assignments(text: &str) -> Result<Vec<(String, String)>, Expected> {
    let pair = |word: &str| {
        let (name, value) = word.split_once('=').filter(|(name, _)| !name.is_empty())?;
        Some((name.to_owned(), value.to_owned()))
    };
    let pairs: Option<Vec<_>> = text.split_whitespace().map(pair).collect();
    pairs.ok_or_else(|| "NAME=VALUE pairs such as maintenance_work_mem=4GB, separated by spaces".to_owned())
}

/// One of several words, in upper or lower case.
///
/// # Errors
///
/// All the words.
pub fn choice<T: Copy>(text: &str, choices: &[(&str, T)]) -> Result<T, Expected> {
    let chosen = choices.iter().find(|(word, _)| word.eq_ignore_ascii_case(text.trim()));
    chosen.map(|(_, value)| *value).ok_or_else(|| {
        let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
        format!("one of {}", words.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_to_their_range() {
        assert_eq!(number(" 4 ", 1..=8), Ok(4));
        assert_eq!(number("0", 1..=8), Err("a whole number from 1 to 8".to_owned()));
        assert_eq!(number("-1", 1..=u64::MAX), Err("a whole number from 1 on".to_owned()));
        assert_eq!(number("99999999999999999999", 1..=u64::MAX).ok(), None);
        assert_eq!(number("4.0", 1..=8).ok(), None);
    }

    #[test]
    fn sizes_are_written_as_postgresql_writes_them() {
        let sizes = [("8192", 8192), ("512kB", 512 << 10), ("64MB", 64 << 20), ("1 GB", 1 << 30), ("2TiB", 2 << 40)];
        for (text, bytes) in sizes {
            assert_eq!(size_bytes(text, 8192), Ok(bytes), "{text}");
        }
        for text in ["", "MB", "8191", "-1GB", "1.5GB", "64 megs", "99999999999TB", "1é"] {
            assert!(size_bytes(text, 8192).unwrap_err().contains("8192 bytes"), "{text}");
        }
    }

    #[test]
    fn durations_need_a_unit() {
        assert_eq!(duration("5s"), Ok(Duration::from_secs(5)));
        assert_eq!(duration("1m30s"), Ok(Duration::from_secs(90)));
        for text in ["5", "", "0s", "-5s", "5 parsecs"] {
            assert!(duration(text).is_err(), "{text}");
        }
        assert_eq!(duration_or_zero("0"), Ok(Duration::ZERO));
        assert_eq!(duration_or_zero("1ms"), Ok(Duration::from_millis(1)));
        assert!(duration_or_zero("5").is_err());
    }

    #[test]
    fn assignments_are_separated_by_spaces() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(assignments(" a=1  b.c=x=y d= "), Ok(vec![pair("a", "1"), pair("b.c", "x=y"), pair("d", "")]));
        assert_eq!(assignments(""), Ok(Vec::new()));
        for text in ["a", "=1", "a=1 b"] {
            assert!(assignments(text).is_err(), "{text}");
        }
    }

    #[test]
    fn words_are_read_in_any_case() {
        assert_eq!(boolean("ON"), Ok(true));
        assert_eq!(boolean("F"), Ok(false));
        assert!(boolean("maybe").is_err());
        assert_eq!(choice("Full", &[("full", 1), ("data", 2)]), Ok(1));
        assert_eq!(choice("x", &[("full", 1), ("data", 2)]), Err("one of full, data".to_owned()));
    }
}
