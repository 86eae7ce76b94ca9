//! Numbers for people: bytes, counts, durations.

use std::time::Duration;

/// Bytes in steps of 1024 with the units of `pg_size_pretty`; three digits at most behind a unit.
#[must_use]
pub fn bytes(bytes: u64) -> String {
    const UNITS: [&str; 6] = ["bytes", "kB", "MB", "GB", "TB", "PB"];
    let (mut whole, mut tenths, mut unit) = (bytes, 0, 0);
    while whole >= 1024 && unit + 1 < UNITS.len() {
        tenths = (whole % 1024) * 10 / 1024;
        whole /= 1024;
        unit += 1;
    }
    if unit > 0 && whole < 100 {
        format!("{whole}.{tenths} {}", UNITS[unit])
    } else {
        format!("{whole} {}", UNITS[unit])
    }
}

/// A count with commas between groups of three digits.
pub(super) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A count with its noun, in the plural where it must be.
pub(super) fn counted(number: u64, noun: &str) -> String {
    format!("{} {noun}{}", count(number), if number == 1 { "" } else { "s" })
}

/// A duration in the two units that matter: `0.42 s`, `12.3 s`, `4 min 05 s`, `2 h 03 min`.
pub(super) fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0..10 => format!("{:.2} s", duration.as_secs_f64()),
        10..60 => format!("{:.1} s", duration.as_secs_f64()),
        60..3600 => format!("{} min {:02} s", seconds / 60, seconds % 60),
        _ => format!("{} h {:02} min", seconds / 3600, seconds % 3600 / 60),
    }
}

/// A duration that is no more than a guess, rounded up: `20 s`, `4 min`, `2 h 10 min`.
pub(super) fn roughly(duration: Duration) -> String {
    let seconds = duration.as_secs().max(1);
    match seconds {
        0..10 => format!("{seconds} s"),
        10..56 => format!("{} s", seconds.div_ceil(5) * 5),
        56..3600 => format!("{} min", seconds.div_ceil(60)),
        _ => format!("{} h {:02} min", seconds / 3600, seconds % 3600 / 600 * 10),
    }
}

/// Bytes per second over a duration; None where there are none or it is too short to say.
pub(super) fn rate(total_bytes: u64, elapsed: Duration) -> Option<String> {
    let per_second = (u128::from(total_bytes) * 1000).checked_div(elapsed.as_millis()).filter(|rate| *rate > 0)?;
    Some(format!("{}/s", bytes(u64::try_from(per_second).unwrap_or(u64::MAX))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_short() {
        let sizes =
            [(0, "0 bytes"), (1023, "1023 bytes"), (1536, "1.5 kB"), (104_857_600, "100 MB"), (930 << 20, "930 MB")];
        for (number, text) in sizes {
            assert_eq!(bytes(number), text);
        }
        assert_eq!(bytes(u64::MAX), "16383 PB");
        assert_eq!([count(0), count(999), count(1000), count(12_345_678)], ["0", "999", "1,000", "12,345,678"]);
        assert_eq!([counted(1, "row"), counted(0, "row")], ["1 row", "0 rows"]);
        let durations = [(420, "0.42 s"), (12_340, "12.3 s"), (245_000, "4 min 05 s"), (7_380_000, "2 h 03 min")];
        for (millis, text) in durations {
            assert_eq!(duration(Duration::from_millis(millis)), text);
        }
        assert_eq!(rate(2048, Duration::from_secs(2)).unwrap(), "1.0 kB/s");
        assert_eq!(rate(2048, Duration::ZERO), None);
    }
}
