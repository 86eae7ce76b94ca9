//! No connection string makes the parser panic.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    let _ = pgsluice::connect::Conninfo::parse(text, &pgsluice::connect::Environment::default());
});
