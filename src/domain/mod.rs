//! What the lobby knows and decides. No I/O, no clock, no framework.
pub mod ids;
pub mod journal;
pub mod office;
pub mod roster;
pub mod routing;
pub mod sensitive;
pub mod time;
