//! What the lobby knows and decides. No I/O, no clock, no framework.
//!
//! Read [`visit`] first: it holds the rules of one visit; [`lobby`] holds what only all visits together
//! decide; [`office`], [`routing`], [`roster`] and [`posted`] hold what the office's files say.
pub mod agenda;
pub mod answer;
pub mod arrangement;
pub mod bell;
pub mod calendar;
pub mod check;
pub mod content;
pub mod elsewhere;
pub mod event;
pub mod find;
pub mod ids;
pub mod journal;
pub mod limit;
pub mod lobby;
pub mod matter;
pub mod offer;
pub mod office;
pub mod order;
pub mod petition;
pub mod posted;
pub mod presence;
pub mod reception;
pub mod refusal;
pub mod repeat;
pub mod returned;
pub mod roll;
pub mod roster;
pub mod routing;
pub mod sensitive;
pub mod sheet;
pub mod slip;
mod steps;
pub mod summary;
pub mod taking;
pub mod ticket;
pub mod time;
pub mod timeline;
pub mod visit;
pub mod wait;
