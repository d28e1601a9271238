//! What an unknown printer answers, to the probe.
#![no_main]

#[path = "../../tests/all/entries.rs"]
#[allow(dead_code, reason = "each target is one entry")]
mod entries;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| entries::to_a_probe(bytes));
