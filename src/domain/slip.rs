//! What stands on a slip (号票): the words, not yet the paper.

use chrono::NaiveDateTime;

use crate::domain::ids::{MatterCode, TicketNumber};
use crate::domain::office::{Language, Office, Words};
use crate::domain::time::local;
use crate::domain::visit::Visit;
use crate::domain::wait::Wait;

/// All a slip says, in the visitor's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slip {
    /// What it is written in.
    pub language: Language,
    /// The office.
    pub office: String,
    /// The number.
    pub number: TicketNumber,
    /// What they came about.
    pub matter: String,
    /// The department that receives.
    pub department: String,
    /// Its room.
    pub room: String,
    /// 接待责任人: name and post (R4).
    pub responder: String,
    /// Their office telephone.
    pub responder_phone: String,
    /// How many are called before; none if no longer waiting.
    pub ahead: Option<usize>,
    /// How long they will wait; none where that is not known.
    pub wait: Option<Wait>,
    /// 顺延, 夜-number: when to come, Asia/Shanghai.
    pub come: Option<Come>,
    /// When they came, Asia/Shanghai.
    pub arrived: NaiveDateTime,
    /// What to bring.
    pub bring: Vec<String>,
    /// What the QR holds.
    pub code: Code,
    /// The telephone to ask at.
    pub phone: String,
    /// Who stands above us, where the visit is sealed (RULES §5).
    pub higher: Option<String>,
    /// 补打
    pub reprint: bool,
}

/// What a visitor is told who will not be served today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Come {
    /// Told at closing: the place is kept; come then.
    Again(NaiveDateTime),
    /// Came outside hours and left a telephone number: is called back until then.
    WeCall(NaiveDateTime),
    /// Came outside hours: with this paper to the general counter, received first, from then on.
    First(NaiveDateTime),
    /// The same where it is sealed: to the room the slip names, and to no counter.
    ToRoom(NaiveDateTime),
}

/// What the QR of a slip holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Code {
    /// A page for the visitor's own phone, where the office has one.
    Page(String),
    /// Text one can read, signed: for the lobby's own screen and the desk.
    Text(String),
}

impl Code {
    /// The bytes of the QR.
    pub fn text(&self) -> &str {
        match self {
            Self::Page(text) | Self::Text(text) => text,
        }
    }
}

/// What the visit is about as people read it: all its matters, in the order they are gone through. What is
/// sealed is about nothing.
pub fn matter_name(office: &Office, visit: &Visit) -> Words {
    if visit.sealed.is_some() {
        return Words::default();
    }
    let names: Vec<Words> = visit
        .stops
        .iter()
        .map(|it| matter_words(office, visit.matter(*it).matter.as_ref()))
        .collect();
    let joined =
        |of: fn(&Words) -> &str, between: &str| names.iter().map(of).collect::<Vec<_>>().join(between);
    Words {
        zh: joined(|it| &it.zh, "、"),
        en: joined(|it| &it.en, "; "),
    }
}

/// What people call `matter`; without one the visitor wants to be shown the way.
pub fn matter_words(office: &Office, matter: Option<&MatterCode>) -> Words {
    match matter {
        Some(code) => office
            .matter(code)
            .map_or_else(|| Words::same(code.as_str()), |it| it.name.clone()),
        None => Words {
            zh: "咨询引导".into(),
            en: "Help me find the right desk".into(),
        },
    }
}

/// What the QR of `visit` holds; `short` is its signed short code.
pub fn code(office: &Office, visit: &Visit, short: &str) -> Code {
    let identity = &office.identity;
    match &identity.public_url {
        Some(url) => Code::Page(format!("{url}/v/{short}")),
        None => Code::Text(format!(
            "{} {} {} {} {short}",
            identity.name.get(visit.language),
            visit.ticket.number,
            visit.day,
            identity.phone
        )),
    }
}

impl Slip {
    /// The slip of `visit`. It names the first responder, and who answers now where that has moved.
    pub fn of(office: &Office, visit: &Visit, ahead: Option<usize>, short: &str, reprint: bool) -> Self {
        let language = visit.language;
        if visit.sealed.is_some() {
            return Self::sealed(office, visit, short, reprint);
        }
        let staff = office.staff(visit.responsible());
        let department = office.department(&visit.ticket.department);
        let bring = visit
            .matter(visit.current())
            .matter
            .as_ref()
            .and_then(|it| office.matter(it));
        Self {
            language,
            office: office.identity.name.get(language).to_owned(),
            number: visit.ticket.number,
            matter: matter_name(office, visit).get(language).to_owned(),
            department: department.map_or_else(String::new, |it| it.name.get(language).to_owned()),
            room: department.map_or_else(String::new, |it| it.room.clone()),
            responder: staff.map_or_else(String::new, |it| it.named(language)),
            responder_phone: staff.map_or_else(|| office.identity.phone.clone(), |it| it.phone.clone()),
            ahead,
            wait: visit.wait.filter(|_| ahead.is_some()),
            come: come(office, visit),
            arrived: local(visit.arrived_at),
            bring: bring.map_or_else(Vec::new, |it| {
                it.bring
                    .iter()
                    .map(|line| line.get(language).to_owned())
                    .collect()
            }),
            code: code(office, visit, short),
            phone: office.identity.phone.clone(),
            higher: None,
            reprint,
        }
    }

    /// A number and a neutral room, and nothing else.
    fn sealed(office: &Office, visit: &Visit, short: &str, reprint: bool) -> Self {
        let language = visit.language;
        let discipline = office.elsewhere.discipline.as_ref();
        Self {
            language,
            office: office.identity.name.get(language).to_owned(),
            number: visit.ticket.number,
            matter: String::new(),
            department: String::new(),
            room: discipline.map_or_else(String::new, |it| it.room.get(language).to_owned()),
            responder: String::new(),
            responder_phone: office.identity.phone.clone(),
            ahead: None,
            wait: None,
            come: come(office, visit),
            arrived: local(visit.arrived_at),
            bring: Vec::new(),
            code: code(office, visit, short),
            phone: office.identity.phone.clone(),
            higher: office.elsewhere.higher(language),
            reprint,
        }
    }
}

/// What a visitor is told who will not be served on the day they came.
pub fn come(office: &Office, visit: &Visit) -> Option<Come> {
    if let Some(told) = visit.ticket.rolled.filter(|_| visit.queues()) {
        return office.next_opening_at(told).map(local).map(Come::Again);
    }
    let opens = office.next_opening_at(visit.arrived_at).map(local)?;
    visit.ticket.night.filter(|it| !it.reached)?;
    Some(match &visit.personal.phone {
        _ if visit.sealed.is_some() => Come::ToRoom(opens),
        Some(_) => Come::WeCall(local(office.call_back_due(visit.arrived_at)?)),
        None => Come::First(opens),
    })
}

/// Letters of a short code: no I, L, O or U, which are read for something else.
pub const CODE_LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The short code of a visit: eight letters only this box can make (40 bits of HMAC-SHA256 under its own
/// key), so that a code made up at home opens nothing.
pub fn short_code(key: &[u8], visit: crate::domain::ids::VisitId) -> String {
    use hmac::{Hmac, Mac};
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(key).expect("a key of any length will do");
    mac.update(visit.0.as_bytes());
    let bytes = mac.finalize().into_bytes();
    let bits = bytes[..5]
        .iter()
        .fold(0_u64, |bits, it| bits << 8 | u64::from(*it));
    (0..8)
        .rev()
        .map(|at| char::from(CODE_LETTERS[(bits >> (5 * at) & 31) as usize]))
        .collect()
}
