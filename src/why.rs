//! Why a matter goes where it goes (为什么到这里), in words: the same on the console and at the command line.

use chrono::Datelike;

use crate::domain::answer::{Found, Route, Tried};
use crate::domain::ids::{DepartmentCode, MatterCode, RuleId, StaffId};
use crate::domain::office::{Department, Language, MatterKind, Office};
use crate::domain::roster::DutyPost;
use crate::domain::routing::Condition;
use crate::domain::slip::matter_words;
use crate::domain::time::{Timestamp, local};

/// One line: what it is about, and what there is to say of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Such as 负责.
    pub about: &'static str,
    /// Such as 张三（A 岗）.
    pub says: String,
}

/// The whole answer for `route` at `at`, a line each.
pub fn lines(office: &Office, route: &Route, at: Timestamp, language: Language) -> Vec<Line> {
    Words { office, language }.lines(route, at)
}

/// Why one matter of a visit came where it came: as registration wrote it down, not as it would go now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded<'a> {
    /// Of the catalogue; none if they did not know whom to ask.
    pub matter: Option<&'a MatterCode>,
    /// When it was registered.
    pub at: Timestamp,
    /// By which rule.
    pub rule: &'a RuleId,
    /// Where it was sent.
    pub department: &'a DepartmentCode,
    /// 首问责任人
    pub responder: &'a StaffId,
    /// In what capacity.
    pub post: DutyPost,
    /// Who stayed out of it from the first (XF 28).
    pub recused: &'a [StaffId],
    /// Who registered it, where that was one of the staff.
    pub by: Option<&'a StaffId>,
    /// Who answers now.
    pub responsible: &'a StaffId,
}

/// The recorded answer, a line each.
pub fn recorded(office: &Office, it: &Recorded<'_>, language: Language) -> Vec<Line> {
    Words { office, language }.recorded(it)
}

struct Words<'o> {
    office: &'o Office,
    language: Language,
}

impl Words<'_> {
    fn say(&self, zh: &'static str, en: &'static str) -> &'static str {
        match self.language {
            Language::Chinese => zh,
            Language::English => en,
        }
    }

    fn line(&self, zh: &'static str, en: &'static str, says: String) -> Line {
        Line {
            about: self.say(zh, en),
            says,
        }
    }

    fn lines(&self, route: &Route, at: Timestamp) -> Vec<Line> {
        let words = matter_words(self.office, route.matter.as_ref());
        let name = words.get(self.language);
        let matter = match &route.matter {
            Some(code) => format!("{name} ({code})"),
            None => name.to_owned(),
        };
        let mut lines = vec![
            self.line("事项", "matter", matter),
            self.line("时间", "time", self.time(route.open, at)),
        ];
        for (rule, to) in &route.passed_over {
            let department = self.office.department(to);
            let term = department.map(|it| self.term(it)).unwrap_or_default();
            let name = self.department(to.as_str());
            let passed = self.say("当日不在期限内，跳过", "not there on that day, passed over");
            lines.push(self.line("规则", "rule", format!("{rule} → {name}{term} {passed}")));
        }
        lines.push(self.line("规则", "rule", self.rule(&route.rule, Some(&route.routed))));
        lines.push(self.line("科室", "department", self.place(route)));
        for tried in &route.answer.tried {
            lines.push(self.line("查找", "looked for", self.tried(tried, at)));
        }
        lines.push(self.line("负责", "answers", self.answers(route)));
        let year = local(at).year();
        if self.office.calendar.year(year).is_none() {
            let says = match self.language {
                Language::Chinese => {
                    format!("{year} 年放假安排尚未公布，先按周末推算；公布并导入后，是否上班以通知为准")
                }
                Language::English => format!(
                    "the holidays of {year} are not announced yet: plain weekends are counted; whether the office is open \
                     is sure once the notice is imported"
                ),
            };
            lines.push(self.line("提醒", "warning", says));
        }
        if route.answer.duty.post == DutyPost::Otherwise {
            let says = self.say(
                "这个时间值班表上没有人，请补上班次；来访人会拿到总值班电话",
                "nobody is rostered at that time; fill the roster. Visitors are given the telephone that is always answered",
            );
            lines.push(self.line("提醒", "warning", says.to_owned()));
        }
        lines
    }

    fn recorded(&self, it: &Recorded<'_>) -> Vec<Line> {
        let words = matter_words(self.office, it.matter);
        let name = words.get(self.language);
        let matter = match it.matter {
            Some(code) => format!("{name} ({code})"),
            None => name.to_owned(),
        };
        let of = self.office.department(it.department);
        let place = of.map_or_else(
            || it.department.to_string(),
            |it| format!("{} {} {}", it.name.get(self.language), it.room, it.phone),
        );
        let mut lines = vec![
            self.line("事项", "matter", matter),
            self.line(
                "登记时间",
                "registered",
                self.time(self.office.open(it.at), it.at),
            ),
        ];
        if let Some(by) = it.by {
            lines.push(self.line("登记人", "registered by", self.person(by.as_str())));
        }
        if !it.recused.is_empty() {
            let people: Vec<String> = it.recused.iter().map(|it| self.person(it.as_str())).collect();
            lines.push(self.line("回避", "stay out", people.join(self.say("、", ", "))));
        }
        let rule = match it.post {
            DutyPost::Asked => self
                .say(
                    "没有按规则分派：首先被问到的人接待（直接接待）",
                    "no rule sent it: whoever was asked first receives",
                )
                .to_owned(),
            _ => self.rule(it.rule, None),
        };
        lines.push(self.line("规则", "rule", rule));
        lines.push(self.line("科室", "department", place));
        let staff = self.office.staff(it.responder);
        let post = staff.map_or("", |it| it.post.get(self.language));
        let phone = staff.map_or("", |it| it.phone.as_str());
        let (person, capacity) = (self.person(it.responder.as_str()), self.post(it.post));
        let first = match self.language {
            Language::Chinese => format!("{person} {post} {phone}（{capacity}）"),
            Language::English => format!("{person} {post} {phone} ({capacity})"),
        };
        lines.push(self.line("首问责任人", "first responder", first));
        if it.responsible != it.responder {
            let now = self.person(it.responsible.as_str());
            lines.push(self.line("现在负责", "answers now", now));
        }
        lines
    }

    fn time(&self, open: bool, at: Timestamp) -> String {
        let local = local(at);
        let zh = ["一", "二", "三", "四", "五", "六", "日"];
        let en = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
        let day = local.weekday().num_days_from_monday() as usize;
        let weekday = match self.language {
            Language::Chinese => format!("星期{}", zh[day]),
            Language::English => en[day].to_owned(),
        };
        let special = self.office.calendar.special(local.date());
        let special = special.map(|it| {
            let worked = if it.works {
                self.say("调休上班", "make-up day")
            } else {
                self.say("放假", "day off")
            };
            format!("{} {worked}{}", it.name, self.say("，", ", "))
        });
        let open = if open {
            self.say("上班时间", "office open")
        } else {
            self.say("非上班时间", "office closed")
        };
        let special = special.unwrap_or_default();
        let comma = self.say("，", ", ");
        format!(
            "{} {weekday}{comma}{special}{open}",
            local.format("%Y-%m-%d %H:%M")
        )
    }

    /// A rule in words; `routed` where it is known that it would send there now.
    fn rule(&self, rule: &RuleId, routed: Option<&DepartmentCode>) -> String {
        let mut rules = self.office.routing.rules().enumerate();
        let Some((at, (_, when, to))) = rules.find(|(_, it)| it.0 == rule) else {
            // Rules are edited; what was recorded stays.
            return format!(
                "{rule}{}",
                self.say("（现在没有这条规则）", " (there is no such rule any more)")
            );
        };
        let (number, to) = (at + 1, self.department(routed.unwrap_or(to).as_str()));
        let because = match when {
            None => self.say("没有其他规则认领", "no other rule takes it").to_owned(),
            Some(when) => self.because(when),
        };
        match self.language {
            Language::Chinese => format!("{rule}（第 {number} 条）：{because} → {to}"),
            Language::English => format!("{rule} (no. {number}): {because} → {to}"),
        }
    }

    fn because(&self, when: &Condition) -> String {
        let listed = (!when.matters.is_empty()).then(|| {
            self.say("事项在这条规则的清单里", "the matter is on its list")
                .to_owned()
        });
        let kinds: Vec<&str> = when.kinds.iter().map(|it| self.kind(*it)).collect();
        let of_kind = (!kinds.is_empty()).then(|| {
            let is = self.say("类别是", "the kind is ");
            format!("{is}{}", kinds.join("/"))
        });
        let parts: Vec<String> = [listed, of_kind].into_iter().flatten().collect();
        parts.join(self.say("，并且", ", and "))
    }

    fn place(&self, route: &Route) -> String {
        let duty = &route.answer.duty;
        let Some(of) = self.office.department(&duty.department) else {
            return duty.department.to_string();
        };
        let name = of.name.get(self.language);
        let moved = if duty.department == route.routed {
            self.term(of)
        } else {
            self.say(
                "（本科室无人在岗，由综合窗口接待）",
                "(nobody of the department is here: reception)",
            )
            .to_owned()
        };
        format!("{name} {} {}{moved}", of.room, of.phone)
    }

    fn term(&self, of: &Department) -> String {
        if !of.temporary() {
            return String::new();
        }
        let date = |it: Option<chrono::NaiveDate>| it.map_or("…".to_owned(), |it| it.to_string());
        let (from, until) = (date(of.term.from), date(of.term.until));
        match self.language {
            Language::Chinese => format!("（临时机构 {from} 至 {until}）"),
            Language::English => format!("(temporary, {from} to {until})"),
        }
    }

    fn tried(&self, tried: &Tried, at: Timestamp) -> String {
        let found = match tried.found {
            Found::Here => self.say("在岗", "here").to_owned(),
            Found::OffShift => self.say("这个时间没有班", "not on shift").to_owned(),
            Found::Away => {
                let absence = self.office.roster.absence(&tried.staff, at);
                let until = absence.map(|it| it.until.format("%m-%d %H:%M").to_string());
                match (until, self.language) {
                    (Some(until), Language::Chinese) => format!("外出到 {until}"),
                    (Some(until), Language::English) => format!("away until {until}"),
                    (None, _) => self.say("外出或开会", "out or in a meeting").to_owned(),
                }
            }
        };
        format!(
            "{} {}{}{found}",
            self.post(tried.post),
            self.person(tried.staff.as_str()),
            self.say("：", ": ")
        )
    }

    fn answers(&self, route: &Route) -> String {
        let answer = &route.answer;
        let person = self.person(answer.duty.responder.as_str());
        let staff = self.office.staff(&answer.duty.responder);
        let post = staff.map_or("", |it| it.post.get(self.language));
        let capacity = self.post(answer.duty.post);
        match self.language {
            Language::Chinese => format!("{person} {post} {}（{capacity}）", answer.phone),
            Language::English => format!("{person} {post} {} ({capacity})", answer.phone),
        }
    }

    fn department(&self, code: &str) -> String {
        let of = self.office.department(&code.into());
        of.map_or(code.to_owned(), |it| it.name.get(self.language).to_owned())
    }

    fn person(&self, id: &str) -> String {
        let staff = self.office.staff(&id.into());
        staff.map_or(id.to_owned(), |it| it.name.get(self.language).to_owned())
    }

    fn post(&self, post: DutyPost) -> &'static str {
        match post {
            DutyPost::A => self.say("A岗", "A post"),
            DutyPost::B => self.say("B岗", "B post"),
            DutyPost::Head => self.say("科室负责人", "head of department"),
            DutyPost::Reception => self.say("综合窗口", "reception"),
            DutyPost::DutyOfficer => self.say("值班人员", "duty officer"),
            DutyPost::Asked => self.say("首先被问到的人", "asked first"),
            DutyPost::Contact => self.say("指定联系人", "named contact"),
            DutyPost::Otherwise => self.say("无人值班时的负责人", "named for when nobody is rostered"),
        }
    }

    fn kind(&self, kind: MatterKind) -> &'static str {
        match kind {
            MatterKind::Service => self.say("办事", "service"),
            MatterKind::Enquiry => self.say("咨询", "enquiry"),
            MatterKind::Petition => self.say("反映诉求", "petition"),
            MatterKind::Archive => self.say("查档", "archive"),
            MatterKind::Seal => self.say("用印", "seal"),
            MatterKind::Meeting => self.say("会议", "meeting"),
            MatterKind::Official => self.say("公务", "official visit"),
            MatterKind::Delivery => self.say("送文送件", "delivery"),
        }
    }
}
