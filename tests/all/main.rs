//! All.
#[test] fn a(){}
