//! Lobby (首问大厅): a tour of the modules in reading order.
pub mod domain;
pub mod store;
