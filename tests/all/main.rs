//! All.
#[test]
fn a() {}
