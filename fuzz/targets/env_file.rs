//! No env file makes the reader panic.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = pgsluice::settings::env_file::parse_bytes(bytes);
});
