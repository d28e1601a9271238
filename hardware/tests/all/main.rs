//! The hardware crate from outside: slips, stories of faults, random faults, rubbish, and a real pty.

mod entries;
mod entries_read;
mod gusts;
mod independent;
mod network;
mod photo;
mod port;
mod probe;
mod readers;
mod rubbish;
mod rubbish_read;
mod slips;
mod stories;
mod support;
mod voices;
mod weather;
