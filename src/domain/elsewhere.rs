//! Where people are sent that is no department of ours: competent bodies with address and telephone (R8),
//! courts and reviews (XF 31), and the discipline contact, who alone reads 检举控告 (RULES §5).

use crate::domain::event::Outcome;
use crate::domain::ids::StaffId;
use crate::domain::office::{Language, Words};
use crate::domain::refusal::Refusal;
use crate::domain::sensitive::BadPersonal;

/// All of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Elsewhere {
    /// In the order of the file.
    pub bodies: Vec<Body>,
    /// None where the office takes no 检举控告 at this box.
    pub discipline: Option<Discipline>,
    /// The body a visitor may ask for 复查 (XF 35).
    pub review: Option<Body>,
}

/// A body that is competent where we are not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// Its key.
    pub code: String,
    /// Its name.
    pub name: Words,
    /// What it is asked for.
    pub matters: Words,
    /// Where it is.
    pub address: Words,
    /// Its telephone.
    pub phone: String,
    /// Whether it is a procedure of the law (court, review, arbitration: XF 31(1)–(4)) and no office.
    pub procedure: bool,
}

impl Body {
    /// Being sent there, as the visitor reads it; until when is for a person to say.
    pub fn referral(&self, language: Language) -> Referral {
        let way = if self.procedure {
            self.matters.get(language).to_owned()
        } else {
            String::new()
        };
        Referral {
            body: self.name.get(language).to_owned(),
            address: self.address.get(language).to_owned(),
            phone: self.phone.clone(),
            way,
            until: String::new(),
        }
    }

    /// As it is told on paper: name, address, telephone.
    pub fn told(&self, language: Language) -> String {
        let (name, address) = (self.name.get(language), self.address.get(language));
        match language {
            Language::Chinese => format!("{name}，{address}，电话 {}", self.phone),
            Language::English => format!("{name}, {address}, phone {}", self.phone),
        }
    }
}

/// Where a visitor was sent (R8, XF 31): which body, where it is and how it is reached; for a procedure of the law also
/// which, and until when. It stands on the paper they are handed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Referral {
    /// The body's name.
    pub body: String,
    /// Its address.
    pub address: String,
    /// Its telephone.
    pub phone: String,
    /// Which way of the law, such as 劳动仲裁; empty for another body.
    pub way: String,
    /// Until when it may be gone, as a date or in words (收到决定之日起六十日内).
    pub until: String,
}

/// Characters of each part of a [`Referral`].
pub const REFERRAL_CHARS_MAX: usize = 120;

/// Digits that make a telephone number one can call: 12345 is the shortest.
const PHONE_DIGITS_MIN: usize = 5;

impl Referral {
    /// Whether it says all that `outcome` owes the visitor.
    ///
    /// # Errors
    /// [`Refusal::NoteNeeded`] without a body, an address and a telephone; [`Refusal::ProcedureNeeded`] for a procedure
    /// of the law without its name and its limit; [`Refusal::Personal`] for what is too long or unreadable.
    pub fn check(&self, outcome: Outcome) -> Result<(), Refusal> {
        let parts = [&self.body, &self.address, &self.phone, &self.way, &self.until];
        let strange =
            |it: &&String| REFERRAL_CHARS_MAX < it.chars().count() || it.chars().any(char::is_control);
        if parts.iter().any(strange) {
            return Err(BadPersonal::Note.into());
        }
        // One character is no name and no address.
        let says = |it: &str| 2 <= it.chars().filter(|it| !it.is_whitespace()).count();
        let digits = self.phone.chars().filter(char::is_ascii_digit).count();
        if !says(&self.body) || !says(&self.address) || digits < PHONE_DIGITS_MIN {
            return Err(Refusal::NoteNeeded);
        }
        if outcome == Outcome::ProcedureTold && !(says(&self.way) && says(&self.until)) {
            return Err(Refusal::ProcedureNeeded);
        }
        Ok(())
    }

    /// In one line: name, address, telephone; which way and until when.
    pub fn told(&self, language: Language) -> String {
        let (comma, phone, until) = match language {
            Language::Chinese => ("，", "电话 ", "期限 "),
            Language::English => (", ", "phone ", "until "),
        };
        let mut parts = vec![self.body.clone(), self.address.clone()];
        let mut add = |label: &str, it: &str| {
            if !it.is_empty() {
                parts.push(format!("{label}{it}"));
            }
        };
        add(phone, &self.phone);
        add("", &self.way);
        add(until, &self.until);
        parts.join(comma)
    }
}

/// The discipline contact (纪检联络员), and who stands above them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discipline {
    /// Who.
    pub contact: StaffId,
    /// What is sealed for them: an X25519 key whose other half only they hold.
    pub public_key: [u8; 32],
    /// The neutral room on slip and display, such as 接待室.
    pub room: Words,
    /// The higher 纪委监委, for accusations against the contact, the leader or this office.
    pub higher: Words,
    /// Its telephone; 12388 unless the office says otherwise.
    pub higher_phone: String,
}
