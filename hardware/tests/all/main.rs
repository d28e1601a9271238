//! The hardware crate from outside: slips, stories of faults, random faults, rubbish, and a real pty.

mod port;
mod rubbish;
mod slips;
mod stories;
mod support;
mod weather;
