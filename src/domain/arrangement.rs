//! What the office arranges while the lobby runs: next year's calendar, the month's duty turns, swaps,
//! leave, and what one turn tells the next. Each is decided, written to the journal and taken on; replaying
//! them from the files gives the same office.
//!
//! Nothing that has passed is changed: who was on duty is history.

use std::sync::Arc;

use chrono::{NaiveDate, NaiveDateTime};

use crate::domain::calendar::CalendarYear;
use crate::domain::ids::{MatterIndex, StaffId, TicketNumber, VisitId};
use crate::domain::office::{Office, Role, Staff};
use crate::domain::refusal::Refusal;
use crate::domain::roster::{Absence, Swap, Turn};
use crate::domain::sensitive::Sensitive;
use crate::domain::time::{ServiceDay, Timestamp, local};

/// Notes of handed-over turns kept at hand: about a month of three a day. The journal keeps all.
const NOTES_MAX: usize = 100;

/// Turns in one table: more than a year of three a day is no month's table.
pub const TURNS_MAX: usize = 1200;

/// Days of leave noted at once; longer ones are a change of posts.
const LEAVE_DAYS_MAX: i64 = 400;

/// Something arranged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arrangement {
    /// A year's table of the working calendar, in place of the one there was.
    Calendar(CalendarYear),
    /// The duty turns that begin in a run of days, in place of those there were.
    Turns {
        /// The first day.
        from: NaiveDate,
        /// The last day, included.
        until: NaiveDate,
        /// In order.
        turns: Vec<Turn>,
    },
    /// 调班
    Swap(Swap),
    /// 请假、外出
    Leave(Absence),
    /// Leave taken back.
    Return(Absence),
    /// 交接班
    Handover(Box<TurnNote>),
}

/// What one turn of duty tells the next (交接班记录).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TurnNote {
    /// Its own key; what is written in it is encrypted under a key of its own, like a visit's.
    pub id: VisitId,
    /// Whose turn ends.
    pub from: StaffId,
    /// Whose begins.
    pub to: StaffId,
    /// Visits that were open then.
    pub open: u16,
    /// What goes along: whoever comes on answers for it from here (RULES §2 d).
    pub matters: Vec<Taken>,
    /// What there is to know; may name people.
    pub note: Option<Sensitive<String>>,
}

/// One matter that goes along with a handover note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Of which visit.
    pub visit: VisitId,
    /// Which of its matters.
    pub matter: MatterIndex,
    /// The visit's number, for people, also after the lobby has forgotten the visit.
    pub number: TicketNumber,
    /// The day that number is of.
    pub day: ServiceDay,
}

/// A note in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noted {
    /// When.
    pub at: Timestamp,
    /// What.
    pub note: Arc<TurnNote>,
}

impl Office {
    /// Whether `actor` may arrange this at `at`; none is the administrator at the box's own command line.
    ///
    /// # Errors
    /// The [`Refusal`].
    pub fn may_arrange(
        &self,
        actor: Option<&Staff>,
        arrangement: &Arrangement,
        at: Timestamp,
    ) -> Result<(), Refusal> {
        let known = |it: &StaffId| self.staff(it).map(drop).ok_or(Refusal::UnknownStaff);
        let general = actor.is_none_or(|it| it.sees_all() || it.is(Role::Administrator));
        let now = local(at);
        match arrangement {
            Arrangement::Handover(note) => {
                known(&note.from)?;
                known(&note.to)?;
                if note.from == note.to {
                    return Err(Refusal::SamePerson);
                }
                if !general && actor.is_some_and(|it| it.id != note.from) {
                    return Err(Refusal::NotYours);
                }
            }
            // Everybody notes their own leave; others' is the general office's.
            Arrangement::Leave(leave) | Arrangement::Return(leave) => {
                known(&leave.staff)?;
                if !general && actor.is_some_and(|it| it.id != leave.staff) {
                    return Err(Refusal::NotYours);
                }
                let long = LEAVE_DAYS_MAX < (leave.until - leave.from).num_days();
                if leave.until <= leave.from || long {
                    return Err(Refusal::BadDates);
                }
                if leave.until <= now {
                    return Err(Refusal::InThePast);
                }
                let noted = self.roster.absences.contains(leave);
                if noted == matches!(arrangement, Arrangement::Leave(_)) {
                    return Err(if noted {
                        Refusal::AlreadyNoted
                    } else {
                        Refusal::NotFound
                    });
                }
            }
            _ if !general => return Err(Refusal::NotAllowed),
            Arrangement::Calendar(_) => {}
            Arrangement::Turns { from, until, turns } => {
                let within = |it: &Turn| (*from..=*until).contains(&it.date);
                if until < from || TURNS_MAX < turns.len() || !turns.iter().all(within) {
                    return Err(Refusal::BadDates);
                }
                if *from < now.date() {
                    return Err(Refusal::InThePast);
                }
                for turn in turns {
                    turn.staff.iter().chain(&turn.leader).try_for_each(known)?;
                    if turn.staff.is_empty() {
                        return Err(Refusal::NobodyInTurn);
                    }
                }
            }
            Arrangement::Swap(swap) => {
                known(&swap.stand_in)?;
                let turns = self.roster.turns_on(&self.calendar, swap.date);
                let mut begins = turns.iter().filter(|it| it.span.from == swap.from);
                let on = |it: &&Turn| it.staff.contains(&swap.out) || it.leader.as_ref() == Some(&swap.out);
                let turn = begins.find(on).ok_or(Refusal::NotInTurn)?;
                if turn.ends() <= now {
                    return Err(Refusal::InThePast);
                }
                if turn.staff.contains(&swap.stand_in) || swap.out == swap.stand_in {
                    return Err(Refusal::SamePerson);
                }
            }
        }
        Ok(())
    }

    /// The office once this was arranged at `at`. Never fails: an entry that fits nothing changes nothing.
    pub fn arranged(&self, arrangement: &Arrangement, at: Timestamp) -> Self {
        let mut office = self.clone();
        let roster = &mut office.roster;
        match arrangement {
            Arrangement::Calendar(year) => office.calendar.set(year.clone()),
            Arrangement::Turns { from, until, turns } => {
                roster.turns.retain(|it| !(*from..=*until).contains(&it.date));
                // Whoever works here no longer is left out; the turn stays, so that a gap is seen as one.
                let known = |it: &StaffId| self.staff(it).is_some();
                roster.turns.extend(turns.iter().cloned().map(|mut turn| {
                    turn.staff.retain(known);
                    turn.leader = turn.leader.filter(known);
                    turn
                }));
                roster.turns.sort_by_key(Turn::begins);
                // A new table already knows who stands in for whom.
                roster.swaps.retain(|it| !(*from..=*until).contains(&it.date));
            }
            Arrangement::Swap(swap) if self.staff(&swap.stand_in).is_none() => {}
            Arrangement::Swap(swap) => roster.swaps.push(swap.clone()),
            Arrangement::Leave(leave) => roster.absences.push(leave.clone()),
            Arrangement::Return(leave) => {
                // Whoever has come back already was away until then.
                let now = local(at).max(leave.from);
                for it in roster.absences.iter_mut().filter(|it| *it == leave) {
                    it.until = now;
                }
                roster.absences.retain(|it| it.from < it.until);
            }
            Arrangement::Handover(note) => {
                let note = Arc::new(note.as_ref().clone());
                office.notes.push(Noted { at, note });
                let over = office.notes.len().saturating_sub(NOTES_MAX);
                office.notes.drain(..over);
            }
        }
        office
    }

    /// The turns of duty that begin from `from` to `until`, swaps made.
    pub fn turns_between(&self, from: NaiveDate, until: NaiveDate) -> Vec<Turn> {
        let days = from.iter_days().take_while(|it| *it <= until);
        days.flat_map(|it| self.roster.turns_on(&self.calendar, it))
            .collect()
    }

    /// When the office next opens after `at`, within a month; none if it does not.
    pub fn next_opening(&self, at: Timestamp) -> Option<NaiveDateTime> {
        /// No holiday is longer.
        const DAYS: usize = 31;
        let now = local(at);
        let days = now.date().iter_days().take(DAYS);
        days.filter(|it| self.hours.open_on(&self.calendar, *it))
            .flat_map(|date| self.hours.spans.iter().map(move |it| date.and_time(it.from)))
            .find(|it| now < *it)
    }
}
