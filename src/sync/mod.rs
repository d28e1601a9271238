//! Sync (上报): takes the journal to the office database (PostgreSQL), in order and exactly once.
//!
//! [`push`] reads how far the office has the log, sends what comes next in batches and marks what was
//! acknowledged; [`plan`] decides, without a wire, how much, when and what after a failure. [`office`] is
//! the other end: our schema in the office's PostgreSQL, its roles, epochs and erasure. [`keys`] wraps the
//! keys of visits for the office. What makes this safe to repeat stands in `migrations/0002_push.sql`:
//! the server takes an entry only as the next one after the one it has.
//!
//! Reads the journal only through [`push::Source`], which [`source`] joins to the desk.

pub mod bench;
pub mod keys;
pub mod link;
pub mod office;
pub mod plan;
pub mod push;
pub mod source;
pub mod trouble;
mod wire;
