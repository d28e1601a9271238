//! An office played through the real core: visitors who come, wait, are called, miss their call, are handed
//! over and go home; officers who fall ill; clocks that jump and boxes that restart. Everything follows from
//! a seed. No disk, no clock, no printer: what is decided is `domain`'s, what happens is ours.

pub mod chance;
pub mod compare;
pub mod hall;
pub mod play;
pub mod report;

pub use chance::Chance;
pub use compare::{Comparison, Estimator, compare};
pub use hall::Hall;
pub use play::{Discipline, Plan, play};
pub use report::{Report, Waits};
