//! Where people are sent that is no department of ours: competent bodies with address and telephone (R8),
//! courts and reviews (XF 31), and the discipline contact, who alone reads 检举控告 (RULES §5).

use crate::domain::ids::StaffId;
use crate::domain::office::{Language, Words};

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
    /// As it is told on paper: name, address, telephone.
    pub fn told(&self, language: Language) -> String {
        let (name, address) = (self.name.get(language), self.address.get(language));
        match language {
            Language::Chinese => format!("{name}，{address}，电话 {}", self.phone),
            Language::English => format!("{name}, {address}, phone {}", self.phone),
        }
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
