//! No list of table patterns makes the parser panic.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    let _ = pgsluice::plan::pattern::PatternList::parse(text);
});
