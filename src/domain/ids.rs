//! Names of things. Each kind of id is its own type, so they cannot be swapped.

use std::fmt;
use std::sync::Arc;

use uuid::Uuid;

macro_rules! text_id {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Takes the text as it is; what may stand in it is checked where it is read.
            pub fn new(text: impl AsRef<str>) -> Self {
                Self(Arc::from(text.as_ref()))
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self::new(text)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }
    )*};
}

text_id!(
    /// The office (本单位) as the office database knows it; first in every key there.
    SiteId,
    /// One box of that office.
    KioskId,
    /// A section of the office (科室).
    DepartmentCode,
    /// A matter of the catalogue (事项).
    MatterCode,
    /// Somebody who works here (工作人员).
    StaffId,
    /// What a petition is about (内容分类).
    ContentCode,
    /// A routing rule; a ticket keeps it, so that "why here?" has an answer.
    RuleId,
);

macro_rules! uuid_id {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

uuid_id!(
    /// One arrival (来访), made by the desk: UUIDv7.
    VisitId,
    /// One paper to be printed.
    JobId,
    /// One entry of the journal (台账), also across offices.
    EntryId,
    /// One walk of a visitor through the screen; a second tap with the same key makes no second ticket.
    TapKey,
    /// One start of the machine, as the kernel names it.
    BootId,
);

/// A numbered place where tickets are called (窗口).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CounterId(pub u8);

impl fmt::Display for CounterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The how-manieth matter of a visit, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MatterIndex(pub u8);

/// The how-manieth offer (转办单) of a visit, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OfferIndex(pub u16);

/// The number a visitor holds (号码): a queue letter and a count that restarts each service day.
/// A label for people, never a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TicketNumber {
    /// The department's letter.
    pub queue: char,
    /// From 1.
    pub count: u16,
}

impl fmt::Display for TicketNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Those of the night (夜01) have a character of their own and are few.
        let width = if self.queue.is_ascii() { 3 } else { 2 };
        write!(f, "{}{:0width$}", self.queue, self.count)
    }
}

impl std::str::FromStr for TicketNumber {
    type Err = NotATicketNumber;

    fn from_str(text: &str) -> Result<Self, NotATicketNumber> {
        let mut characters = text.trim().chars();
        let queue = characters
            .next()
            .filter(|it| it.is_ascii_alphabetic() || *it == crate::domain::order::NIGHT_QUEUE)
            .ok_or(NotATicketNumber)?;
        let digits = characters.as_str();
        if digits.is_empty() || !digits.bytes().all(|it| it.is_ascii_digit()) {
            return Err(NotATicketNumber);
        }
        let count = digits.parse().map_err(|_| NotATicketNumber)?;
        Ok(Self {
            queue: queue.to_ascii_uppercase(),
            count,
        })
    }
}

/// The text is no ticket number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a ticket number is a letter and digits, such as A023")]
pub struct NotATicketNumber;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_reads_as_it_is_written() {
        let number: TicketNumber = "a023".parse().unwrap();
        assert_eq!(number.to_string(), "A023");
        assert_eq!("A1000".parse::<TicketNumber>().unwrap().to_string(), "A1000");
        assert_eq!("夜01".parse::<TicketNumber>().unwrap().to_string(), "夜01");
        for rubbish in ["", "A", "023", "A-1", "Ａ023", "A99999", "𠅤01", "A+1"] {
            assert!(rubbish.parse::<TicketNumber>().is_err(), "{rubbish}");
        }
    }
}
