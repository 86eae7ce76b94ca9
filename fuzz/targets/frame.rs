//! However a stream of messages is cut into reads, the same bytes are forwarded, and the scanner never goes past what it got.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pgsluice::copy::{FrameScanner, Then};

fuzz_target!(|input: (u8, &[u8])| {
    let (read_bytes, stream) = input;
    assert_eq!(forwarded(stream, usize::from(read_bytes) + 1), forwarded(stream, stream.len().max(1)));
});

/// How many bytes are forwarded when the stream comes in reads of this size, and what stands behind them.
fn forwarded(stream: &[u8], read_bytes: usize) -> (usize, Then) {
    let mut scanner = FrameScanner::new();
    let (mut start, mut end) = (0, 0);
    loop {
        let scan = scanner.scan(&stream[start..end]);
        start += scan.forward_bytes;
        assert!(start <= end, "forwarded more than there was");
        if scan.then != Then::More || end == stream.len() {
            return (start, scan.then);
        }
        end = stream.len().min(end + read_bytes);
    }
}
