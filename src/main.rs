//! Lobby.
fn main() {}
