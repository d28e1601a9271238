//! The visitor's walk through the pages: a state machine without screen, desk or clock.
//!
//! Taps and seconds go in; what comes out is where the visitor stands, what they have typed, and now and then
//! an [`Ask`] for the desk. Everything of a visitor lives in [`Walk`], so that leaving is dropping it.

use std::fmt;

use uuid::Uuid;

use crate::domain::event::{Class, Origin};
use crate::domain::find::{Clue, LAST_DIGITS};
use crate::domain::ids::{MatterCode, TapKey, TicketNumber};
use crate::domain::office::{Language, MatterKind};
use crate::domain::sensitive::{self, PHONE_DIGITS, Personal, Sensitive};
use crate::domain::visit::{Arrival, How};
use crate::kiosk::fonts;
use crate::screen::Volume;

/// How long before the end the countdown shows, seconds.
const WARNING_SECONDS: u32 = 20;

/// How long the number stands on the screen, seconds; twice that in large print.
const TICKET_SECONDS: u32 = 30;

/// How long the screen waits for a word of the printer before it tells the visitor not to, seconds.
const SLIP_SECONDS: u32 = 15;

/// How long a page that refuses stays, seconds.
const PAUSED_SECONDS: u32 = 20;

/// How long before the end the number's page says so over its head, seconds.
const TICKET_WARNING_SECONDS: u32 = 10;

/// How many times longer the page waits while somebody is on the way to help.
const HELP_PATIENCE: u32 = 3;

/// How long the screen waits for the desk to answer a registration, seconds: a hundred times what it takes.
const BUSY_SECONDS: u32 = 30;

/// What one may search for, characters.
const QUERY_CHARS: usize = 24;

/// Digits of a ticket's number.
const NUMBER_DIGITS: usize = 4;

/// People who may come together.
const PEOPLE_MAX: u16 = 99;

/// Stands in a name for a character the visitor could not write: staff fill it in.
pub const LEFT_OUT: char = '〓';

/// Characters of a name one may write: names in letters are long.
const WRITTEN_CHARS: usize = 40;

/// Digits of a Chinese mobile number.
const MOBILE_DIGITS: usize = 11;

/// Where the visitor stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// 首页
    Home,
    /// The matters of one kind.
    Matters(MatterKind),
    /// Finding a matter by what people call it.
    Search,
    /// What to bring, and where to.
    Bring,
    /// 反映干部作风、举报问题
    Report,
    /// Who you are.
    Who(Step),
    /// The number.
    Ticket,
    /// 查办理进度
    Progress,
    /// 大厅公示
    Posted,
    /// No number can be given.
    Paused(Pause),
}

impl Page {
    /// How far on the way to a number it stands; what one turns aside to stands behind all of it.
    pub(super) fn place(self) -> u8 {
        match self {
            Self::Home => 0,
            Self::Matters(_) | Self::Report => 1,
            Self::Search => 2,
            Self::Bring => 3,
            Self::Who(Step::Notice) => 4,
            Self::Who(Step::Name) => 5,
            Self::Who(Step::Write) => 6,
            Self::Who(Step::Phone) => 7,
            Self::Ticket | Self::Paused(_) => 8,
            Self::Progress | Self::Posted => 9,
        }
    }
}

/// The questions of the who page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// What becomes of the answers; comes first.
    Notice,
    /// 称呼
    Name,
    /// 姓名, written.
    Write,
    /// 电话
    Phone,
}

/// What lies over the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialog {
    /// How loud.
    Voice,
    /// Staff are being called.
    Help,
}

/// Why no number can be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pause {
    /// The register cannot be written.
    Storage,
    /// The desk has stopped, or said something a visitor cannot mend.
    Machine,
    /// Today's numbers are used up.
    UsedUp,
}

/// 先生 or 女士.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Title {
    /// 先生
    Mister,
    /// 女士
    Madam,
}

/// What a finger meant.
#[derive(Clone, PartialEq, Eq)]
pub enum Tap {
    /// The screen was touched, wherever.
    Touched,
    /// 返回
    Back,
    /// 首页
    Home,
    /// 中文 / English
    Language,
    /// 语音
    VoiceAsked,
    /// How loud it shall be.
    Volume(Volume),
    /// 叫工作人员来帮我
    HelpAsked,
    /// 不用叫了
    HelpWithdrawn,
    /// The dialog is read.
    DialogClosed,
    /// 大厅公示
    Posted,
    /// 大字
    LargePrint,
    /// 我还在看，请稍等
    StillHere,
    /// A tile; `only` is the matter where the kind has a single one.
    Kind {
        /// Which.
        kind: MatterKind,
        /// Its only matter.
        only: Option<MatterCode>,
    },
    /// 我不知道该找谁
    Unsure,
    /// 搜一搜
    Search,
    /// A letter of what is searched for.
    Letter(char),
    /// 反映干部作风、举报问题
    Report,
    /// 查办理进度
    Progress,
    /// The letter a number begins with.
    QueueLetter(char),
    /// 查一查
    Look,
    /// 再查一个号
    LookAgain,
    /// 号票丢了
    Lost,
    /// A matter of the list.
    Matter(MatterCode),
    /// 下一步
    Next,
    /// 不填，继续
    Skip,
    /// 不刷身份证，直接取号
    NoCard,
    /// 我需要优先照顾
    Priority,
    /// Another one has come along.
    MorePeople,
    /// One fewer.
    FewerPeople,
    /// A surname.
    Surname(String),
    /// 先生, 女士
    Title(Title),
    /// 请工作人员填写
    LeftToClerk,
    /// 写姓名
    Write,
    /// A character or word of the name, as picked.
    Written(String),
    /// A digit of the phone number.
    Digit(char),
    /// 退格
    Erase,
    /// 重写
    Clear,
    /// 完成
    Done,
}

/// What the walk asks of the desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// Register this visitor.
    Register(Box<Arrival>),
    /// Fetch somebody.
    Help,
    /// Nobody needs to come.
    NoHelp,
    /// Where the visit of a lost slip stands.
    Find(Clue),
}

/// What came of asking for a lost slip's telephone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lost {
    /// It is being typed.
    Asked,
    /// No visit of that number has it.
    Wrong,
    /// It was tried too often; at the counter they know more.
    Enough,
}

/// How the phone number looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhoneLook {
    /// Nothing typed.
    Empty,
    /// Too short for any number yet.
    Incomplete,
    /// Could be one.
    Plausible,
    /// Was said to be finished, and cannot be one.
    Wrong,
}

/// All that belongs to one visitor.
#[derive(Clone, PartialEq, Eq)]
pub struct Walk {
    /// What makes a second tap harmless.
    pub tap: TapKey,
    /// The kind chosen.
    pub kind: Option<MatterKind>,
    /// Whether the kind has a list to go back to.
    pub listed: bool,
    /// The matter chosen; none if they do not know whom to ask.
    pub matter: Option<MatterCode>,
    /// What they search for, as typed.
    pub query: String,
    /// The number they ask about, as typed.
    pub number: String,
    /// The number was called finished.
    pub looked: bool,
    /// It was not typed but scanned, or found by telephone.
    pub scanned: bool,
    /// The slip is lost: its telephone is asked for.
    pub lost: Option<Lost>,
    /// The last digits of that telephone, as typed.
    pub last_four: String,
    /// 反映干部作风、举报问题: nothing is asked, nothing kept.
    pub sealed: bool,
    /// 优先照顾
    pub priority: bool,
    /// How many have come together.
    pub people: u16,
    /// Their surname, as picked.
    pub surname: String,
    /// 先生 or 女士.
    pub title: Option<Title>,
    /// Their name, as written; then the surname picked counts for nothing.
    pub written: String,
    /// The name is left to the clerk.
    pub left_to_clerk: bool,
    /// Digits typed.
    pub phone: String,
    /// The number was called finished and is none.
    pub phone_wrong: bool,
    /// The field asked for was filled in before: it shows masked until it is written into again.
    pub masked: bool,
}

impl fmt::Debug for Walk {
    /// Without what names a person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Walk")
            .field("tap", &self.tap)
            .field("kind", &self.kind)
            .field("matter", &self.matter)
            .finish_non_exhaustive()
    }
}

impl Walk {
    fn new(tap: TapKey) -> Self {
        Self {
            tap,
            kind: None,
            listed: false,
            matter: None,
            query: String::new(),
            number: String::new(),
            looked: false,
            scanned: false,
            lost: None,
            last_four: String::new(),
            sealed: false,
            priority: false,
            people: 1,
            surname: String::new(),
            title: None,
            written: String::new(),
            left_to_clerk: false,
            phone: String::new(),
            phone_wrong: false,
            masked: false,
        }
    }

    /// Whether the clerk is to fill in the name or a character of it.
    pub fn to_be_filled(&self) -> bool {
        self.left_to_clerk
            || self
                .written
                .chars()
                .any(|it| it == LEFT_OUT || !fonts::covers(it))
    }

    /// What they are called: 张先生, or the name as written.
    pub fn name(&self) -> String {
        if !self.written.is_empty() {
            return self.written.clone();
        }
        let title = match self.title {
            Some(Title::Mister) if !self.surname.is_empty() => "先生",
            Some(Title::Madam) if !self.surname.is_empty() => "女士",
            _ => "",
        };
        format!("{}{title}", self.surname)
    }

    fn forget_name(&mut self) {
        self.surname.clear();
        self.title = None;
        self.written.clear();
        self.left_to_clerk = false;
    }

    /// The phone number in groups as people say it.
    pub fn phone_grouped(&self) -> String {
        let mobile = self.phone.starts_with('1');
        let mut grouped = String::new();
        for (at, digit) in self.phone.chars().enumerate() {
            if mobile && (at == 3 || at == 7) {
                grouped.push(' ');
            }
            grouped.push(digit);
        }
        grouped
    }

    /// How the phone number looks.
    pub fn phone_look(&self) -> PhoneLook {
        if self.phone_wrong {
            PhoneLook::Wrong
        } else if self.phone.is_empty() {
            PhoneLook::Empty
        } else if self.phone_plausible() {
            PhoneLook::Plausible
        } else {
            PhoneLook::Incomplete
        }
    }

    fn phone_plausible(&self) -> bool {
        let digits = self.phone.len();
        // 1xx are mobiles of 11 digits, or the short numbers of public services.
        if self.phone.starts_with('1') {
            digits == MOBILE_DIGITS || digits == 5
        } else {
            PHONE_DIGITS.contains(&digits)
        }
    }

    fn arrival(&self, language: Language) -> Arrival {
        Arrival {
            tap: self.tap,
            matter: self.matter.clone(),
            class: if self.priority {
                Class::Priority
            } else {
                Class::Ordinary
            },
            reason: None,
            booked: None,
            language,
            people: self.people,
            personal: Personal {
                name: sensitive::name(&self.name()).expect("a surname and a title are a name"),
                phone: sensitive::phone(&self.phone).unwrap_or_default(),
                name_by_clerk: self.to_be_filled(),
            },
            origin: Origin::Kiosk,
            how: How {
                sealed: self.sealed,
                ..How::default()
            },
        }
    }
}

/// Where the visitor stands, and since when nothing was touched.
#[derive(Debug, Clone)]
pub struct Flow {
    page: Page,
    walk: Walk,
    /// 0 is Chinese; the others are those the pages carry, in their order.
    tongue: usize,
    tongues: usize,
    large: bool,
    volume: Volume,
    dialog: Option<Dialog>,
    busy: bool,
    /// Seconds since the desk was asked for a number or has given one, whatever was touched since.
    waited: u32,
    /// Its paper is known not to have come out.
    unprinted: bool,
    /// Nobody has touched the screen for long while help was on its way: nothing personal shows.
    blanked: bool,
    /// What keeps the desk from giving numbers, for as long as it does.
    hindrance: Option<Pause>,
    /// The walk help was called on.
    called_on: Option<TapKey>,
    /// The first page does not show its first tiles.
    leafed: bool,
    /// How many have left the screen.
    visitors: u32,
    seconds: u32,
    idle_seconds: u32,
    idle_seconds_large: u32,
}

impl Flow {
    /// A screen nobody stands before. The limits are those of the office's settings, in seconds.
    pub fn new(idle_seconds: u16, idle_seconds_large: u16) -> Self {
        Self {
            page: Page::Home,
            walk: Walk::new(new_tap()),
            tongue: 0,
            tongues: 2,
            large: false,
            volume: Volume::Medium,
            dialog: None,
            busy: false,
            waited: 0,
            unprinted: false,
            blanked: false,
            hindrance: None,
            called_on: None,
            leafed: false,
            visitors: 0,
            seconds: 0,
            idle_seconds: idle_seconds.into(),
            idle_seconds_large: idle_seconds_large.into(),
        }
    }

    /// The same, where the pages carry `others` languages besides Chinese.
    pub fn speaking(mut self, others: usize) -> Self {
        self.tongues = others + 1;
        self
    }

    /// Where the visitor stands.
    pub fn page(&self) -> Page {
        self.page
    }

    /// What they have said so far.
    pub fn walk(&self) -> &Walk {
        &self.walk
    }

    /// What they read, of the languages the office's own words are in.
    pub fn language(&self) -> Language {
        if self.tongue == 0 {
            Language::Chinese
        } else {
            Language::English
        }
    }

    /// Which of the pages' languages besides Chinese; none: Chinese.
    pub fn tongue(&self) -> Option<usize> {
        self.tongue.checked_sub(1)
    }

    /// The one the language key leads to.
    pub fn next_tongue(&self) -> Option<usize> {
        ((self.tongue + 1) % self.tongues).checked_sub(1)
    }

    /// How loud the guidance is for this visitor.
    pub fn volume(&self) -> Volume {
        self.volume
    }

    /// What lies over the page.
    pub fn dialog(&self) -> Option<Dialog> {
        self.dialog
    }

    /// 长辈版
    pub fn large(&self) -> bool {
        self.large
    }

    /// Whether the desk has been asked and has not answered.
    pub fn busy(&self) -> bool {
        self.busy
    }

    /// Seconds until the screen clears itself, where that is soon.
    pub fn countdown(&self) -> Option<u32> {
        let refuses = matches!(self.page, Page::Paused(_)) && self.dialog.is_none();
        if !self.ends() || self.busy || refuses {
            return None;
        }
        let warning = if self.page == Page::Ticket {
            TICKET_WARNING_SECONDS
        } else {
            WARNING_SECONDS
        };
        let left = self.limit().saturating_sub(self.seconds);
        (left <= warning).then_some(left)
    }

    /// Whether fields show nothing: whoever called for help may have gone, and others stand there now.
    pub fn blanked(&self) -> bool {
        self.blanked
    }

    /// Seconds the number still stands on the screen.
    pub fn ticket_seconds(&self) -> u32 {
        self.limit().saturating_sub(self.seconds)
    }

    /// The printer has had its time: the number is what counts now.
    pub fn slip_is_late(&self) -> bool {
        self.page == Page::Ticket && SLIP_SECONDS <= self.waited
    }

    /// Whether the number's paper is known not to have come out. From then on the number is all there is, and the
    /// time to remember it begins anew.
    pub fn paper_failed(&mut self, failed: bool) {
        if failed && !self.unprinted {
            self.seconds = 0;
        }
        self.unprinted = failed;
    }

    /// A finger.
    pub fn tap(&mut self, tap: Tap) -> Option<Ask> {
        self.seconds = 0;
        match tap {
            Tap::Touched | Tap::StillHere => {}
            Tap::Language => self.tongue = (self.tongue + 1) % self.tongues,
            Tap::LargePrint => self.large = !self.large,
            Tap::VoiceAsked => self.dialog = Some(Dialog::Voice),
            Tap::Volume(volume) => {
                self.volume = volume;
                self.close_dialog();
            }
            Tap::HelpAsked => {
                self.dialog = Some(Dialog::Help);
                self.called_on = Some(self.walk.tap);
                return Some(Ask::Help);
            }
            Tap::HelpWithdrawn => {
                self.close_dialog();
                return Some(Ask::NoHelp);
            }
            Tap::DialogClosed => self.close_dialog(),
            // The desk is writing: whatever else was meant, it comes too late or too early.
            _ if self.busy => {}
            // Whoever begins anew still stands there, and reads as before.
            Tap::Home => self.leave_to_home(),
            Tap::Done => self.leave(),
            Tap::Back => self.back(),
            Tap::Kind { kind, only } if self.page == Page::Home => {
                self.walk = Walk::new(new_tap());
                self.walk.kind = Some(kind);
                self.walk.listed = only.is_none();
                self.page = if only.is_none() {
                    Page::Matters(kind)
                } else {
                    Page::Bring
                };
                self.walk.matter = only;
            }
            Tap::Unsure
                if matches!(
                    self.page,
                    Page::Home | Page::Matters(_) | Page::Search | Page::Bring | Page::Report
                ) =>
            {
                self.walk = Walk::new(new_tap());
                self.page = Page::Bring;
            }
            Tap::Search if matches!(self.page, Page::Home | Page::Matters(_)) => self.page = Page::Search,
            Tap::Posted if self.page == Page::Home => self.page = Page::Posted,
            Tap::Progress if self.page == Page::Home => self.page = Page::Progress,
            Tap::Report if self.page == Page::Home => self.page = Page::Report,
            Tap::Matter(code) if matches!(self.page, Page::Matters(_)) => {
                self.walk.matter = Some(code);
                self.page = Page::Bring;
            }
            Tap::Matter(code) if self.page == Page::Search => {
                self.walk.matter = Some(code);
                // Back leads to what was searched for, not into a list never seen.
                self.walk.kind = None;
                self.page = Page::Bring;
            }
            Tap::Next => return self.next(),
            Tap::Skip => return self.skip(),
            Tap::NoCard if self.page == Page::Who(Step::Name) => return Some(self.take_number()),
            Tap::Look if self.page == Page::Progress && self.walk.lost.is_some() => return self.find(),
            tap => self.write(tap),
        }
        None
    }

    fn write(&mut self, tap: Tap) {
        match self.page {
            Page::Who(_) => self.write_who(tap),
            Page::Search => self.write_query(tap),
            Page::Progress if self.walk.lost.is_some() && tap != Tap::LookAgain => self.write_last_four(tap),
            Page::Progress => self.write_number(tap),
            _ => {}
        }
    }

    fn write_query(&mut self, tap: Tap) {
        let query = &mut self.walk.query;
        match tap {
            Tap::Letter(letter) if query.chars().count() < QUERY_CHARS => query.push(letter),
            Tap::Written(text) if query.chars().count() + text.chars().count() <= QUERY_CHARS => {
                query.push_str(&text);
            }
            Tap::Erase => {
                query.pop();
            }
            Tap::Clear => query.clear(),
            _ => {}
        }
    }

    fn write_number(&mut self, tap: Tap) {
        let walk = &mut self.walk;
        walk.scanned = false;
        let digits = walk.number.chars().filter(char::is_ascii_digit).count();
        match tap {
            Tap::QueueLetter(letter) => {
                // A letter begins the number, whenever it is touched.
                let rest: String = walk.number.chars().filter(char::is_ascii_digit).collect();
                walk.number = format!("{letter}{rest}");
            }
            Tap::Digit(digit) if digit.is_ascii_digit() && digits < NUMBER_DIGITS => walk.number.push(digit),
            Tap::Erase => {
                walk.number.pop();
            }
            Tap::Clear => walk.number.clear(),
            Tap::LookAgain => {
                walk.number.clear();
                walk.lost = None;
                walk.last_four.clear();
            }
            Tap::Lost if walk.number.parse::<TicketNumber>().is_ok() => walk.lost = Some(Lost::Asked),
            Tap::Look => {
                walk.looked = !walk.number.is_empty();
                return;
            }
            _ => return,
        }
        walk.looked = false;
    }

    fn write_last_four(&mut self, tap: Tap) {
        let walk = &mut self.walk;
        match tap {
            Tap::Digit(digit) if digit.is_ascii_digit() && walk.last_four.len() < LAST_DIGITS => {
                walk.last_four.push(digit);
            }
            Tap::Erase => {
                walk.last_four.pop();
            }
            Tap::Clear => walk.last_four.clear(),
            _ => return,
        }
        walk.lost = Some(Lost::Asked);
    }

    fn find(&mut self) -> Option<Ask> {
        let walk = &mut self.walk;
        if walk.last_four.len() < LAST_DIGITS {
            return None;
        }
        let number = walk.number.parse().ok()?;
        let last_four = Sensitive::new(std::mem::take(&mut walk.last_four));
        Some(Ask::Find(Clue::Lost { number, last_four }))
    }

    /// The desk knows no such visit, or wants no more tries.
    pub fn not_found(&mut self, why: Lost) {
        if self.page == Page::Progress && self.walk.lost.is_some() {
            self.walk.lost = Some(why);
        }
    }

    fn write_who(&mut self, tap: Tap) {
        let walk = &mut self.walk;
        if !matches!(tap, Tap::MorePeople | Tap::FewerPeople | Tap::Priority) {
            walk.masked = false;
        }
        match tap {
            Tap::MorePeople => walk.people = (walk.people + 1).min(PEOPLE_MAX),
            Tap::FewerPeople => walk.people = walk.people.saturating_sub(1).max(1),
            Tap::Priority => walk.priority = !walk.priority,
            Tap::Written(text)
                if self.page == Page::Who(Step::Write)
                    && walk.written.chars().count() + text.chars().count() <= WRITTEN_CHARS =>
            {
                walk.written.push_str(&text);
                walk.left_to_clerk = false;
            }
            Tap::Erase if self.page == Page::Who(Step::Write) => {
                walk.written.pop();
            }
            Tap::Write if self.page == Page::Who(Step::Name) => {
                // What was picked is where the writing begins.
                if walk.written.is_empty() {
                    walk.written = std::mem::take(&mut walk.surname);
                }
                walk.title = None;
                walk.left_to_clerk = false;
                self.page = Page::Who(Step::Write);
            }
            Tap::LeftToClerk if self.page == Page::Who(Step::Write) => {
                walk.forget_name();
                walk.left_to_clerk = true;
                self.ask(Step::Phone);
            }
            Tap::Surname(surname) => {
                walk.written.clear();
                walk.surname = surname;
                walk.left_to_clerk = false;
            }
            Tap::Title(title) => walk.title = Some(title),
            Tap::LeftToClerk => {
                let left = walk.left_to_clerk;
                walk.forget_name();
                walk.left_to_clerk = !left;
            }
            Tap::Digit(digit) if walk.phone.len() < *PHONE_DIGITS.end() && digit.is_ascii_digit() => {
                walk.phone.push(digit);
                walk.phone_wrong = false;
            }
            Tap::Erase => {
                walk.phone.pop();
                walk.phone_wrong = false;
            }
            Tap::Clear => {
                walk.phone.clear();
                walk.phone_wrong = false;
            }
            _ => {}
        }
    }

    /// Turns to a question. What was answered before shows masked.
    fn ask(&mut self, step: Step) {
        self.walk.masked = true;
        self.page = Page::Who(step);
    }

    fn next(&mut self) -> Option<Ask> {
        match self.page {
            Page::Bring => self.ask(Step::Notice),
            Page::Report => {
                self.walk = Walk::new(new_tap());
                self.walk.sealed = true;
                return Some(self.register());
            }
            Page::Who(Step::Notice) => self.ask(Step::Name),
            Page::Who(Step::Name | Step::Write) => self.ask(Step::Phone),
            Page::Who(Step::Phone) if self.walk.phone.is_empty() || self.walk.phone_plausible() => {
                return Some(self.register());
            }
            Page::Who(Step::Phone) => self.walk.phone_wrong = true,
            _ => {}
        }
        None
    }

    fn skip(&mut self) -> Option<Ask> {
        match self.page {
            Page::Who(Step::Name | Step::Write) => {
                self.walk.forget_name();
                self.ask(Step::Phone);
                None
            }
            Page::Who(Step::Notice) => Some(self.take_number()),
            Page::Who(Step::Phone) => {
                self.walk.phone.clear();
                self.walk.phone_wrong = false;
                Some(self.register())
            }
            _ => None,
        }
    }

    /// The number, without name and telephone.
    fn take_number(&mut self) -> Ask {
        self.walk.forget_name();
        self.walk.phone.clear();
        self.walk.phone_wrong = false;
        self.register()
    }

    fn register(&mut self) -> Ask {
        self.busy = true;
        self.waited = 0;
        Ask::Register(Box::new(self.walk.arrival(self.language())))
    }

    fn back(&mut self) {
        self.page = match self.page {
            Page::Bring => match self.walk.kind {
                Some(kind) if self.walk.listed => Page::Matters(kind),
                None if self.walk.matter.is_some() => Page::Search,
                _ => return self.leave_to_home(),
            },
            Page::Search => match self.walk.kind {
                Some(kind) if self.walk.listed => Page::Matters(kind),
                _ => return self.leave_to_home(),
            },
            Page::Who(Step::Notice) => Page::Bring,
            Page::Who(Step::Name) => return self.ask(Step::Notice),
            Page::Who(Step::Write) => return self.ask(Step::Name),
            Page::Who(Step::Phone) if !self.walk.written.is_empty() => return self.ask(Step::Write),
            Page::Who(Step::Phone) => return self.ask(Step::Name),
            _ => return self.leave_to_home(),
        };
    }

    /// The desk gave a number.
    pub fn given(&mut self) {
        self.busy = false;
        self.seconds = 0;
        self.waited = 0;
        self.unprinted = false;
        // From here on the number is all there is: what was typed has gone to the desk.
        self.walk = Walk::new(new_tap());
        self.page = Page::Ticket;
    }

    /// The desk gave none.
    pub fn paused(&mut self, why: Pause) {
        self.busy = false;
        self.seconds = 0;
        self.walk = Walk::new(new_tap());
        self.page = Page::Paused(why);
    }

    /// A slip was held before the scanner: where `number` stands; none for a code that is no slip of ours. True if
    /// the page turns to it: not away from a number just given, nor while the desk writes.
    pub fn scanned(&mut self, number: Option<String>) -> bool {
        if self.busy || matches!(self.page, Page::Ticket | Page::Paused(_)) {
            return false;
        }
        self.seconds = 0;
        self.close_dialog();
        self.walk = Walk::new(new_tap());
        self.walk.looked = true;
        self.walk.scanned = number.is_some();
        self.walk.number = number.unwrap_or_default();
        self.page = Page::Progress;
        true
    }

    /// The name on a card, where the name is asked for.
    pub fn card(&mut self, name: &str) {
        if matches!(self.page, Page::Who(Step::Name | Step::Write)) && !self.busy {
            self.seconds = 0;
            self.walk.forget_name();
            self.walk.masked = false;
            self.walk.written = name.to_owned();
        }
    }

    /// A card that gives no name: a clerk writes it.
    pub fn card_unusable(&mut self) {
        if matches!(self.page, Page::Who(Step::Name | Step::Write)) && !self.busy {
            self.seconds = 0;
            self.walk.forget_name();
            self.walk.left_to_clerk = true;
        }
    }

    /// The desk says the phone number cannot be one.
    pub fn phone_refused(&mut self) {
        self.busy = false;
        self.walk.phone_wrong = true;
        self.page = Page::Who(Step::Phone);
    }

    /// The desk says the matter is not taken any more: its page says until when.
    pub fn not_taken(&mut self) {
        self.busy = false;
        self.page = Page::Bring;
    }

    /// What keeps the desk from giving numbers, from now on until this is said again; none: it can. A number on
    /// the screen stays, and so does a question the desk has not answered.
    pub fn hindered(&mut self, by: Option<Pause>) {
        let before = std::mem::replace(&mut self.hindrance, by);
        match by {
            None if before.is_some() && matches!(self.page, Page::Paused(_)) => self.leave(),
            Some(why) if self.page != Page::Ticket && self.page != Page::Paused(why) && !self.busy => {
                self.paused(why);
            }
            _ => {}
        }
    }

    /// Reception's answer to a call for help: nobody calls any more, or `registered` there and then, so that
    /// the screen is free for the next. Whoever has begun anew since then is somebody else, and goes on.
    pub fn helped(&mut self, registered: bool) {
        if self.dialog == Some(Dialog::Help) {
            self.close_dialog();
        }
        let theirs = self.called_on.take() == Some(self.walk.tap);
        if registered && theirs && self.page != Page::Ticket && !self.busy {
            self.leave();
        }
    }

    /// Whether the first page shows others than its first tiles: it goes back to them by itself, for whoever comes next.
    pub fn leafed(&mut self, away: bool) {
        self.leafed = away && self.page == Page::Home;
    }

    /// How many have left the screen, or were given up: who comes now is another.
    pub fn visitors(&self) -> u32 {
        self.visitors
    }

    /// A second has passed; true if something on the screen changes by it.
    pub fn second(&mut self) -> bool {
        if !self.ends() {
            return false;
        }
        self.seconds += 1;
        self.waited = self.waited.saturating_add(1);
        if self.busy {
            // Nobody is left standing before 正在登记… for ever; if the desk has registered them after all, the
            // paper comes out and says so.
            let given_up = BUSY_SECONDS <= self.waited;
            if given_up {
                self.paused(Pause::Machine);
            }
            return given_up;
        }
        if self.limit() <= self.seconds {
            self.leave();
            return true;
        }
        let blanked = self.dialog == Some(Dialog::Help) && self.idle_limit() <= self.seconds;
        let turned = blanked && !self.blanked;
        self.blanked |= blanked;
        turned || self.page == Page::Ticket || self.countdown().is_some()
    }

    /// Nothing of the last visitor stays.
    fn leave(&mut self) {
        self.leave_to_home();
        self.tongue = 0;
        self.large = false;
        self.volume = Volume::Medium;
        self.leafed = false;
        self.visitors = self.visitors.wrapping_add(1);
    }

    /// Home, but still the same person before the screen. A page that refuses stays for as long as it is true.
    fn leave_to_home(&mut self) {
        self.page = self.hindrance.map_or(Page::Home, Page::Paused);
        self.walk = Walk::new(new_tap());
        self.close_dialog();
        self.seconds = 0;
    }

    fn close_dialog(&mut self) {
        self.dialog = None;
        self.blanked = false;
    }

    fn ends(&self) -> bool {
        let untouched = !self.large && self.tongue == 0 && self.volume == Volume::Medium;
        self.page != Page::Home || !untouched || self.leafed || self.dialog.is_some()
    }

    fn limit(&self) -> u32 {
        match self.page {
            // Whoever has called for help waits for it, and finds the page as it was.
            _ if self.dialog == Some(Dialog::Help) => HELP_PATIENCE * self.idle_seconds_large,
            // Without paper the number stands nowhere else.
            Page::Ticket if self.unprinted => self.idle_limit().max(TICKET_SECONDS),
            Page::Ticket if self.large => 2 * TICKET_SECONDS,
            Page::Ticket => TICKET_SECONDS,
            Page::Paused(_) => PAUSED_SECONDS,
            // What is posted is read, not answered.
            Page::Posted => 2 * self.idle_seconds_large,
            _ => self.idle_limit(),
        }
    }

    fn idle_limit(&self) -> u32 {
        if self.large {
            self.idle_seconds_large
        } else {
            self.idle_seconds
        }
    }
}

fn new_tap() -> TapKey {
    TapKey(Uuid::new_v4())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind() -> Tap {
        Tap::Kind {
            kind: MatterKind::Service,
            only: None,
        }
    }

    fn at_the_notice() -> Flow {
        let mut flow = Flow::new(60, 120);
        for tap in [kind(), Tap::Matter("low-income".into()), Tap::Next] {
            assert_eq!(flow.tap(tap), None);
        }
        assert_eq!(flow.page(), Page::Who(Step::Notice));
        flow
    }

    fn arrival(ask: Option<Ask>) -> Arrival {
        let Some(Ask::Register(arrival)) = ask else {
            panic!("nothing was asked: {ask:?}")
        };
        *arrival
    }

    #[test]
    fn four_taps_ask_for_a_number_and_a_fifth_changes_nothing() {
        let mut flow = at_the_notice();
        let asked = arrival(flow.tap(Tap::Skip));
        assert_eq!(asked.matter, Some("low-income".into()));
        assert!(asked.personal.is_empty());
        assert_eq!(flow.tap(Tap::Skip), None);
        assert_eq!(flow.tap(Tap::Home), None);
        assert!(flow.busy());
        flow.given();
        assert_eq!(flow.page(), Page::Ticket);
    }

    #[test]
    fn a_visitor_without_a_keyboard_leaves_a_name_and_a_phone() {
        let mut flow = at_the_notice();
        flow.tap(Tap::Priority);
        flow.tap(Tap::Next);
        flow.tap(Tap::Surname("欧阳".into()));
        flow.tap(Tap::Title(Title::Madam));
        assert_eq!(flow.walk().name(), "欧阳女士");
        flow.tap(Tap::Next);
        for digit in "13800138000".chars() {
            flow.tap(Tap::Digit(digit));
        }
        assert_eq!(flow.walk().phone_grouped(), "138 0013 8000");
        let asked = arrival(flow.tap(Tap::Next));
        assert_eq!(asked.class, Class::Priority);
        assert_eq!(asked.personal.name, sensitive::name("欧阳女士").unwrap());
        assert_eq!(asked.personal.phone, sensitive::phone("13800138000").unwrap());
        assert!(!format!("{flow:?}").contains("138") && !format!("{flow:?}").contains('欧'));
    }

    #[test]
    fn a_name_is_written_and_what_cannot_be_written_is_marked_for_the_clerk() {
        let mut flow = at_the_notice();
        for tap in [Tap::Next, Tap::Surname("王".into()), Tap::Write] {
            flow.tap(tap);
        }
        assert_eq!(
            (flow.page(), flow.walk().name().as_str()),
            (Page::Who(Step::Write), "王")
        );
        for text in ["小", "明", "明"] {
            flow.tap(Tap::Written(text.into()));
        }
        flow.tap(Tap::Erase);
        assert!(!flow.walk().to_be_filled());
        flow.tap(Tap::Written(LEFT_OUT.to_string()));
        assert!(flow.walk().to_be_filled());
        flow.tap(Tap::Next);
        let asked = arrival(flow.tap(Tap::Skip));
        assert_eq!(asked.personal.name, sensitive::name("王小明〓").unwrap());
        assert!(asked.personal.name_by_clerk);
    }

    #[test]
    fn a_character_no_font_can_draw_is_taken_and_marked_for_the_clerk() {
        let mut flow = at_the_notice();
        flow.tap(Tap::Next);
        flow.tap(Tap::Write);
        flow.tap(Tap::Written("王\u{10fffd}".into()));
        assert!(flow.walk().to_be_filled());
        flow.tap(Tap::Next);
        let personal = arrival(flow.tap(Tap::Skip)).personal;
        assert!(personal.name_by_clerk);
        assert_eq!(personal.name, sensitive::name("王\u{10fffd}").unwrap());
    }

    #[test]
    fn a_name_left_to_the_clerk_is_marked_and_a_name_left_out_is_not() {
        for (tap, marked) in [(Tap::LeftToClerk, true), (Tap::Skip, false)] {
            let mut flow = at_the_notice();
            for tap in [Tap::Next, Tap::Write, Tap::Written("王".into()), tap] {
                flow.tap(tap);
            }
            assert_eq!(flow.page(), Page::Who(Step::Phone));
            let asked = arrival(flow.tap(Tap::Skip));
            assert_eq!(
                (asked.personal.name, asked.personal.name_by_clerk),
                (None, marked)
            );
        }
    }

    #[test]
    fn a_card_gives_its_name_where_the_name_is_asked_and_nowhere_else() {
        let mut flow = at_the_notice();
        flow.card("阿依努尔·买买提");
        assert_eq!(flow.walk().name(), "");
        flow.tap(Tap::Next);
        flow.card("阿依努尔·买买提");
        assert_eq!(flow.walk().name(), "阿依努尔·买买提");
        // 不填，继续 forgets it again, as it forgets what was typed.
        let mut other = flow.clone();
        other.tap(Tap::Skip);
        assert_eq!(other.walk().name(), "");
        flow.tap(Tap::Next);
        let asked = arrival(flow.tap(Tap::Next));
        assert_eq!(asked.personal.name, sensitive::name("阿依努尔·买买提").unwrap());
        assert!(!format!("{flow:?}").contains("阿依"));
    }

    #[test]
    fn a_foreign_card_leaves_the_name_to_a_clerk() {
        let mut flow = at_the_notice();
        flow.tap(Tap::Next);
        flow.card_unusable();
        assert!(flow.walk().left_to_clerk && flow.walk().name().is_empty());
        assert_eq!(flow.page(), Page::Who(Step::Name));
    }

    #[test]
    fn a_scanned_slip_turns_every_page_but_a_number_just_given() {
        let mut flow = at_the_notice();
        assert!(flow.scanned(Some("A023".into())));
        assert_eq!(
            (flow.page(), flow.walk().number.as_str()),
            (Page::Progress, "A023")
        );
        assert!(flow.walk().looked && flow.walk().scanned);
        flow.tap(Tap::LookAgain);
        assert!(!flow.walk().scanned && flow.walk().number.is_empty());
        assert!(flow.scanned(None));
        assert!(flow.walk().looked && !flow.walk().scanned);
        flow.given();
        assert!(!flow.scanned(Some("A023".into())));
        assert_eq!(flow.page(), Page::Ticket);
    }

    #[test]
    fn a_lost_slip_is_asked_for_by_four_digits_and_nothing_of_them_stays() {
        let mut flow = Flow::new(90, 180);
        flow.tap(Tap::Progress);
        flow.tap(Tap::Lost);
        assert_eq!(flow.walk().lost, None, "first the number");
        for tap in [Tap::QueueLetter('A'), Tap::Digit('2'), Tap::Digit('3'), Tap::Lost] {
            flow.tap(tap);
        }
        assert_eq!(flow.walk().lost, Some(Lost::Asked));
        for digit in "13800".chars() {
            flow.tap(Tap::Digit(digit));
        }
        flow.tap(Tap::Erase);
        assert_eq!(
            (flow.walk().number.as_str(), flow.walk().last_four.as_str()),
            ("A23", "138")
        );
        assert_eq!(flow.tap(Tap::Look), None, "three digits are too few");
        flow.tap(Tap::Digit('0'));
        assert!(!format!("{flow:?}").contains("1380"));
        let asked = Clue::Lost {
            number: "A023".parse().unwrap(),
            last_four: Sensitive::new("1380".into()),
        };
        assert_eq!(flow.tap(Tap::Look), Some(Ask::Find(asked)));
        assert_eq!(flow.walk().last_four, "", "the desk has them now");
        flow.not_found(Lost::Wrong);
        assert_eq!(flow.walk().lost, Some(Lost::Wrong));
        flow.tap(Tap::Digit('1'));
        assert_eq!(flow.walk().lost, Some(Lost::Asked));
        flow.tap(Tap::LookAgain);
        assert_eq!((flow.walk().lost, flow.walk().last_four.as_str()), (None, ""));
        flow.not_found(Lost::Enough);
        assert_eq!(flow.walk().lost, None, "whoever has gone on is not told");
        flow.tap(Tap::Home);
        assert!(flow.walk().number.is_empty());
    }

    #[test]
    fn half_a_phone_number_is_asked_about_and_may_be_left_out() {
        let mut flow = at_the_notice();
        flow.tap(Tap::Next);
        flow.tap(Tap::Next);
        for digit in "138001".chars() {
            flow.tap(Tap::Digit(digit));
        }
        assert_eq!(flow.tap(Tap::Next), None);
        assert_eq!(flow.walk().phone_look(), PhoneLook::Wrong);
        assert_eq!(arrival(flow.tap(Tap::Skip)).personal.phone, None);
    }

    #[test]
    fn whoever_walks_away_leaves_nothing_behind() {
        let mut flow = at_the_notice();
        flow.tap(Tap::Language);
        flow.tap(Tap::Next);
        flow.tap(Tap::Surname("张".into()));
        for second in 1..60 {
            flow.second();
            assert_eq!(flow.countdown(), (40 <= second).then(|| 60 - second));
        }
        flow.second();
        assert_eq!((flow.page(), flow.language()), (Page::Home, Language::Chinese));
        assert_eq!(flow.walk().name(), "");
    }

    #[test]
    fn the_language_key_goes_through_every_language_and_back_to_chinese() {
        let mut flow = Flow::new(60, 120).speaking(3);
        let mut read = Vec::new();
        for _ in 0..4 {
            flow.tap(Tap::Language);
            read.push((flow.tongue(), flow.next_tongue(), flow.language()));
        }
        let (zh, en) = (Language::Chinese, Language::English);
        let expected = [
            (Some(0), Some(1), en),
            (Some(1), Some(2), en),
            (Some(2), None, en),
            (None, Some(0), zh),
        ];
        assert_eq!(read, expected);
    }

    #[test]
    fn whoever_begins_anew_still_reads_as_before_and_whoever_is_done_does_not() {
        let mut flow = at_the_notice();
        flow.tap(Tap::LargePrint);
        flow.tap(Tap::Language);
        flow.tap(Tap::Volume(Volume::Loud));
        flow.tap(Tap::Home);
        assert_eq!(flow.page(), Page::Home);
        assert!(flow.large() && flow.tongue().is_some() && flow.volume() == Volume::Loud);
        flow.tap(Tap::Done);
        assert!(!flow.large() && flow.tongue().is_none() && flow.volume() == Volume::Medium);
        // Nor does the next visitor find it, when this one has walked away.
        flow.tap(Tap::LargePrint);
        flow.tap(Tap::Home);
        (0..120).for_each(|_| _ = flow.second());
        assert!(!flow.large());
    }

    #[test]
    fn a_desk_that_never_answers_leaves_nobody_standing() {
        let mut flow = at_the_notice();
        assert!(flow.tap(Tap::Skip).is_some() && flow.busy());
        (1..BUSY_SECONDS).for_each(|_| assert!(!flow.second()));
        assert!(flow.second());
        assert_eq!((flow.page(), flow.busy()), (Page::Paused(Pause::Machine), false));
        (0..PAUSED_SECONDS).for_each(|_| _ = flow.second());
        assert_eq!(flow.page(), Page::Home);
    }

    #[test]
    fn a_number_without_paper_stands_its_whole_time_from_then_on_and_each_touch_prolongs_it() {
        let mut flow = at_the_notice();
        flow.tap(Tap::Skip);
        flow.given();
        (0..SLIP_SECONDS).for_each(|_| _ = flow.second());
        assert!(flow.slip_is_late());
        flow.paper_failed(true);
        // As long as any page waits: the number stands nowhere else.
        assert_eq!((flow.ticket_seconds(), flow.countdown()), (60, None));
        (0..50).for_each(|_| _ = flow.second());
        assert_eq!(flow.countdown(), Some(10));
        // Said once: the time does not begin anew with every look at the printer.
        flow.paper_failed(true);
        assert_eq!(flow.countdown(), Some(10));
        flow.tap(Tap::StillHere);
        assert_eq!(flow.ticket_seconds(), 60);
        assert!(flow.slip_is_late(), "a touch prints nothing");
    }

    #[test]
    fn whoever_waits_long_for_help_shows_nobody_what_was_filled_in() {
        let mut flow = at_the_notice();
        flow.tap(Tap::Next);
        flow.tap(Tap::Surname("张".into()));
        flow.tap(Tap::HelpAsked);
        (0..60).for_each(|_| _ = flow.second());
        assert!(flow.blanked());
        flow.tap(Tap::Touched);
        assert!(flow.blanked(), "whoever touches the glass need not be the same");
        flow.tap(Tap::DialogClosed);
        assert!(!flow.blanked());
        assert_eq!(flow.page(), Page::Who(Step::Name));
        // And the end is counted down, dialog or not.
        flow.tap(Tap::HelpAsked);
        (0..345).for_each(|_| _ = flow.second());
        assert_eq!(flow.countdown(), Some(15));
        flow.tap(Tap::StillHere);
        assert_eq!((flow.countdown(), flow.dialog()), (None, Some(Dialog::Help)));
        flow.tap(Tap::VoiceAsked);
        (0..45).for_each(|_| _ = flow.second());
        assert_eq!(flow.countdown(), Some(15));
    }

    #[test]
    fn what_is_filled_in_is_masked_until_it_is_written_into_again() {
        let mut flow = at_the_notice();
        flow.tap(Tap::Next);
        flow.tap(Tap::Surname("张".into()));
        assert!(!flow.walk().masked);
        flow.tap(Tap::Next);
        flow.tap(Tap::Digit('1'));
        assert!(!flow.walk().masked);
        flow.tap(Tap::Back);
        assert!(flow.walk().masked);
        flow.tap(Tap::Title(Title::Madam));
        assert!(!flow.walk().masked);
        flow.tap(Tap::Write);
        assert!(!flow.walk().masked, "it is being written");
        flow.tap(Tap::Next);
        assert!(flow.walk().masked);
        flow.tap(Tap::Back);
        assert_eq!((flow.page(), flow.walk().masked), (Page::Who(Step::Write), true));
    }

    #[test]
    fn large_print_waits_twice_as_long() {
        let mut flow = at_the_notice();
        flow.tap(Tap::LargePrint);
        for _ in 0..119 {
            flow.second();
        }
        assert_eq!(
            (flow.page(), flow.countdown()),
            (Page::Who(Step::Notice), Some(1))
        );
        flow.tap(Tap::StillHere);
        assert_eq!(flow.countdown(), None);
    }

    #[test]
    fn two_visitors_never_share_a_tap() {
        let mut flow = at_the_notice();
        let first = arrival(flow.tap(Tap::Skip)).tap;
        flow.given();
        flow.tap(Tap::Done);
        for tap in [kind(), Tap::Matter("low-income".into()), Tap::Next] {
            flow.tap(tap);
        }
        assert_ne!(arrival(flow.tap(Tap::Skip)).tap, first);
    }

    #[test]
    fn a_failing_register_shuts_every_page_but_a_number() {
        let mut flow = at_the_notice();
        flow.hindered(Some(Pause::Storage));
        assert_eq!(flow.page(), Page::Paused(Pause::Storage));
        flow.tap(Tap::Home);
        assert_eq!(flow.page(), Page::Paused(Pause::Storage));
        flow.hindered(None);
        assert_eq!(flow.page(), Page::Home);
        flow.given();
        flow.hindered(Some(Pause::Storage));
        assert_eq!(flow.page(), Page::Ticket);
        flow.tap(Tap::Done);
        assert_eq!(flow.page(), Page::Paused(Pause::Storage));
    }
}
