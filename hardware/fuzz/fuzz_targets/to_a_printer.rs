//! What a printer is sent, to the simulated one.
#![no_main]

#[path = "../../tests/all/entries.rs"]
#[allow(dead_code, reason = "each target is one entry")]
mod entries;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| entries::to_a_printer(bytes));
