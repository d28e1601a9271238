//! The papers beside the slip: which there are and what they say, in the visitor's language (RULES §2, §5, R20).
//!
//! A sheet is words in order, not yet a layout: `print` sets it for the thermal printer. A petitioner's name
//! stands on none of them.

use chrono::NaiveDateTime;

use crate::domain::elsewhere::Elsewhere;
use crate::domain::event::{Document, Outcome, PaperKind, Promised};
use crate::domain::ids::{MatterIndex, StaffId, TicketNumber};
use crate::domain::limit::{Due, LimitKind};
use crate::domain::matter::{MatterState, VisitMatter};
use crate::domain::office::{Language, Matter, Office, Words};
use crate::domain::slip::matter_words;
use crate::domain::time::{ServiceDay, Timestamp, local};
use crate::domain::visit::Visit;

/// All a paper says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Which paper.
    pub kind: PaperKind,
    /// What it is written in.
    pub language: Language,
    /// The office.
    pub office: String,
    /// What it is called.
    pub title: String,
    /// The visitor's number.
    pub number: TicketNumber,
    /// From top to bottom.
    pub lines: Vec<SheetLine>,
    /// When it was written, Asia/Shanghai.
    pub written: NaiveDateTime,
    /// 补打
    pub reprint: bool,
}

/// One thing on a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SheetLine {
    /// A label and what it is.
    Field(String, String),
    /// A heading and numbered lines below it.
    List(String, Vec<String>),
    /// A sentence.
    Text(String),
    /// What matters most, large.
    Large(String),
}

/// A date as people read it: 3月9日.
pub fn day_words(language: Language, day: ServiceDay) -> String {
    match language {
        Language::Chinese => day.0.format("%-m月%-d日").to_string(),
        Language::English => day.0.format("%-d %B %Y").to_string(),
    }
}

struct Writer<'a> {
    office: &'a Office,
    visit: &'a Visit,
    matter: &'a VisitMatter,
    language: Language,
    lines: Vec<SheetLine>,
}

impl Sheet {
    /// The paper of `kind` for one matter of `visit`, as things stand at `at`.
    pub fn of(
        office: &Office,
        visit: &Visit,
        (kind, matter): (PaperKind, MatterIndex),
        at: Timestamp,
    ) -> Self {
        let language = visit.language;
        let mut writer = Writer {
            office,
            visit,
            matter: visit.matter(matter),
            language,
            lines: Vec::new(),
        };
        let title = match kind {
            PaperKind::Notice => {
                writer.notice();
                ("一次性告知单", "What is still needed")
            }
            PaperKind::Materials => {
                writer.materials();
                ("材料收据", "Receipt for your papers")
            }
            PaperKind::Petition => {
                writer.petition();
                ("登记凭条", "Registration receipt")
            }
            PaperKind::Transfer => {
                writer.transfer();
                ("转办单", "Handed over")
            }
            PaperKind::Referral if writer.refused() => {
                writer.declined();
                ("不予办理告知单", "Why it cannot be done")
            }
            PaperKind::Referral => {
                writer.referral();
                ("告知单", "Where to turn to")
            }
            PaperKind::Promise | PaperKind::Slip => {
                writer.promise();
                ("办理凭条", "What we promised")
            }
        };
        let title = match language {
            Language::Chinese => title.0,
            Language::English => title.1,
        };
        Self {
            kind,
            language,
            office: office.identity.name.get(language).to_owned(),
            title: title.to_owned(),
            number: visit.ticket.number,
            lines: writer.lines,
            written: local(at),
            reprint: false,
        }
    }

    /// The same paper once more, where `reprint`: it must not be taken for a second one.
    pub fn again(self, reprint: bool) -> Self {
        Self { reprint, ..self }
    }
}

impl Writer<'_> {
    fn say(&self, zh: &str, en: &str) -> String {
        match self.language {
            Language::Chinese => zh.to_owned(),
            Language::English => en.to_owned(),
        }
    }

    fn field(&mut self, zh: &str, en: &str, value: impl Into<String>) {
        let value = value.into();
        if !value.is_empty() {
            let label = match self.language {
                Language::Chinese => format!("{zh}："),
                Language::English => format!("{en}: "),
            };
            self.lines.push(SheetLine::Field(label, value));
        }
    }

    fn words(&mut self, zh: &str, en: &str, words: &Words) {
        let value = words.get(self.language).to_owned();
        self.field(zh, en, value);
    }

    fn text(&mut self, zh: &str, en: &str) {
        let text = self.say(zh, en);
        self.lines.push(SheetLine::Text(text));
    }

    fn catalogued(&self) -> Option<&Matter> {
        self.matter.matter.as_ref().and_then(|it| self.office.matter(it))
    }

    fn about(&mut self) {
        let matter = matter_words(self.office, self.matter.matter.as_ref());
        self.words("事项", "About", &matter);
    }

    fn room(&mut self) {
        let Some(department) = self.office.department(&self.matter.department) else {
            return;
        };
        let (name, room) = (department.name.get(self.language), department.room.as_str());
        let place = format!("{name} {room}");
        self.field("地点", "Place", place.trim());
    }

    /// Name, post and office telephone (R4).
    fn person(&mut self, id: &StaffId) {
        let Some(staff) = self.office.staff(id) else {
            return;
        };
        self.field("责任人", "Your contact", staff.named(self.language));
        self.field("电话", "Phone", staff.phone.clone());
    }

    /// Lines of the catalogue, which were written down in Chinese, as the visitor reads them.
    fn translated(&self, lines: &[String]) -> Vec<String> {
        let bring = self
            .catalogued()
            .map(|it| it.bring.as_slice())
            .unwrap_or_default();
        let known = |line: &String| bring.iter().find(|it| it.zh == *line);
        lines
            .iter()
            .map(|line| known(line).map_or_else(|| line.clone(), |it| it.get(self.language).to_owned()))
            .collect()
    }

    fn noted(&mut self, note: Option<&crate::domain::sensitive::Sensitive<String>>) {
        if let Some(note) = note {
            self.lines
                .extend(note.lines().map(|it| SheetLine::Text(it.to_owned())));
        }
    }

    fn notice(&mut self) {
        self.about();
        let Some(notice) = self.matter.notice.clone() else {
            return self.person(&self.matter.responsible);
        };
        if !notice.missing.is_empty() {
            let (heading, missing) = (
                self.say("还需要带来：", "Still needed:"),
                self.translated(&notice.missing),
            );
            self.lines.push(SheetLine::List(heading, missing));
        }
        self.noted(notice.note.as_ref());
        if let Some(matter) = self.catalogued().cloned() {
            self.words("办理依据", "By the rules of", &matter.notice.basis);
            self.words("受理条件", "Conditions", &matter.notice.conditions);
            self.words("办理流程", "Steps", &matter.notice.procedure);
            self.words("办理时限", "Time limit", &matter.limit);
            let free = matter.notice.fee == Words::default();
            let fee = Words {
                zh: "不收费".into(),
                en: "none".into(),
            };
            self.words("收费", "Fee", if free { &fee } else { &matter.notice.fee });
        }
        self.room();
        self.person(&notice.by);
        let (number, minutes) = (self.visit.ticket.number, self.office.settings.returning_minutes);
        self.text(
            &format!(
                "材料备齐后持本单回来，告诉窗口号码{number}，仍由同一位工作人员接待，按早到{minutes}分钟排队，不用重新登记。"
            ),
            &format!(
                "Come back with these papers and this sheet and say {number}: the same officer receives you, as if \
                 you had come {minutes} minutes earlier. You need not register again."
            ),
        );
    }

    fn materials(&mut self) {
        self.about();
        if let Some((taken, at)) = self.matter.materials.clone() {
            let (heading, items) = (self.say("已收到：", "Received:"), self.translated(&taken.items));
            self.lines.push(SheetLine::List(heading, items));
            self.noted(taken.note.as_ref());
            let day = day_words(self.language, ServiceDay::of(at));
            self.field("收件日期", "Received on", day);
            self.person(&taken.by);
        }
        self.text(
            "材料不齐的，我们会一次告知；请保管好本收据。",
            "If anything is missing we tell you once and whole. Please keep this receipt.",
        );
    }

    fn promise(&mut self) {
        self.about();
        self.person(&self.matter.responsible);
        if let Some(promised) = self.matter.state.promised().cloned() {
            if matches!(self.matter.state, MatterState::Escalated { .. }) {
                self.text(
                    "您的事项正由领导研究，以上工作人员会与您联系。",
                    "The leader is considering it; the person above will contact you.",
                );
            }
            self.until(&promised);
        }
        self.review();
        self.text(
            "有事请直接找责任人，不用再跑其他科室。",
            "Whatever it is, turn to your contact; you need not go anywhere else.",
        );
    }

    fn until(&mut self, promised: &Promised) {
        let day = day_words(self.language, ServiceDay(promised.due.told));
        let large = match self.language {
            Language::Chinese => format!("{day}前答复您"),
            Language::English => format!("Reply by {day}"),
        };
        self.lines.push(SheetLine::Large(large));
        self.provisional(&promised.due);
        if promised.limit.kind != LimitKind::Matter {
            self.field("依据", "By", promised.limit.kind.source());
        }
    }

    /// A year whose holidays nobody knows yet was counted.
    fn provisional(&mut self, due: &Due) {
        if due.provisional {
            self.text(
                "日期待节假日安排公布后确认。",
                "The date is confirmed when the year's holidays are announced.",
            );
        }
    }

    /// Whoever has the reply may ask for a review: until when, and of whom (XF 35).
    fn review(&mut self) {
        let Some(due) = self.visit.review(self.office, self.matter) else {
            return;
        };
        let day = day_words(self.language, ServiceDay(due.legal));
        let body = self.office.elsewhere.review.as_ref();
        let body = body.map_or_else(
            || self.say("上一级机关、单位", "the authority above"),
            |it| it.told(self.language),
        );
        self.text(
            &format!("处理意见已经送达。不服的，可以在{day}前（含当日）申请复查，复查机关：{body}。"),
            &format!("You have our reply. Until {day} you may ask for a review, of: {body}."),
        );
        self.provisional(&due);
    }

    fn petition(&mut self) {
        self.about();
        self.person(&self.matter.responsible);
        let limits = self.visit.limits(self.office, self.matter);
        let informs = limits.iter().find(|it| it.0.kind == LimitKind::PetitionNotice);
        match informs {
            Some((_, due)) => {
                let day = day_words(self.language, ServiceDay(due.told));
                self.text(
                    &format!(
                        "本凭条仅证明已登记，不是处理意见。我单位最迟于{day}前书面告知您接收情况、处理途径和程序。"
                    ),
                    &format!(
                        "This shows only that you are registered; it decides nothing. By {day} at the latest we tell \
                         you in writing that we have it, where it goes and how it is handled."
                    ),
                );
                let due = *due;
                self.provisional(&due);
            }
            None if self.matter.has_delivered(Document::Information) => self.text(
                "本凭条仅证明已登记，不是处理意见。接收情况、处理途径和程序已经书面告知您。",
                "This shows only that you are registered; it decides nothing. You have been told in writing that we \
                 have it, where it goes and how it is handled.",
            ),
            None => self.text(
                "本凭条仅证明已登记，不是处理意见。未留姓名或住址的，无法书面告知，可凭号码查询。",
                "This shows only that you are registered; it decides nothing. Without a name and address we cannot \
                 write to you; ask with your number.",
            ),
        }
        self.review();
        self.text(
            "热敏纸会褪色，建议拍照保存。",
            "This paper fades: better take a picture of it.",
        );
    }

    fn transfer(&mut self) {
        self.about();
        let Some(department) = self.office.department(&self.matter.department).cloned() else {
            return self.person(&self.matter.responsible);
        };
        let place = format!("{} {}", department.name.get(self.language), department.room);
        let large = match self.language {
            Language::Chinese => format!("请到 {}", department.room),
            Language::English => format!("Room {}", department.room),
        };
        self.lines.push(SheetLine::Large(large));
        self.field("科室", "Department", place);
        self.person(&self.matter.responsible);
        self.text(
            "号码不变，已由上面的工作人员接收，不用重新排队。",
            "Your number stays the same. The person above has taken it on; you need not queue again.",
        );
    }

    fn refused(&self) -> bool {
        matches!(
            self.matter.state,
            MatterState::Closed {
                outcome: Outcome::Declined | Outcome::NotAgain,
                ..
            }
        )
    }

    /// A refusal states its basis (R14), and where the visitor may turn to.
    fn declined(&mut self) {
        self.about();
        let again = matches!(
            self.matter.state,
            MatterState::Closed {
                outcome: Outcome::NotAgain,
                ..
            }
        );
        let review = self.matter.petition.as_ref().and_then(|it| it.not_again.clone());
        if again {
            self.text(
                "您反映的事项已有复核意见，以同一事实和理由提出的，依照《信访工作条例》第三十六条不再受理。",
                "A final review has been given on this. For the same facts and reasons it is not taken up again \
                 (Regulations on petitions, article 36).",
            );
            self.field("复核意见", "Final review", review.unwrap_or_default());
        } else {
            self.text(
                "您申请的事项不能办理，依据和理由如下：",
                "This cannot be done, on this ground:",
            );
        }
        let note = self.matter.note.clone();
        self.noted(note.as_ref());
        if let Some(matter) = self.catalogued().cloned().filter(|_| !again) {
            self.words("办理依据", "By the rules of", &matter.notice.basis);
        }
        let by = match &self.matter.state {
            MatterState::Closed { by, .. } => by.clone(),
            _ => self.matter.responsible.clone(),
        };
        self.person(&by);
    }

    fn referral(&mut self) {
        self.about();
        let procedure = matches!(
            self.matter.state,
            MatterState::Closed {
                outcome: Outcome::ProcedureTold,
                ..
            }
        );
        if procedure {
            self.text(
                "您反映的事项依照规定应当通过法定途径解决，请向以下机关提出：",
                "By law this has a procedure of its own. Please turn to:",
            );
        } else {
            self.text(
                "您反映的事项不属于本单位职责，主管单位是：",
                "This is not ours to settle. The competent body is:",
            );
        }
        if let Some(referral) = &self.matter.referral {
            let to = referral.on_paper().clone();
            self.field("途径", "Procedure", to.way);
            self.field("单位", "Body", to.body);
            self.field("地址", "Address", to.address);
            self.field("电话", "Phone", to.phone);
            self.field("期限", "Until", to.until);
        }
        let note = self.matter.note.clone();
        self.noted(note.as_ref());
        let first = self.matter.responsible.clone();
        self.person(&first);
    }
}

impl Elsewhere {
    /// Where an accusation against the contact, the leader or this office goes (RULES §5).
    pub fn higher(&self, language: Language) -> Option<String> {
        let it = self.discipline.as_ref()?;
        Some(match language {
            Language::Chinese => format!(
                "反映本单位、本单位领导或纪检人员的，也可以直接向{}反映，电话{}。",
                it.higher.get(language),
                it.higher_phone
            ),
            Language::English => format!(
                "About this office, its head or the contact, turn to {}, phone {}.",
                it.higher.get(language),
                it.higher_phone
            ),
        })
    }
}
