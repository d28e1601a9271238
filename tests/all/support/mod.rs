//! A small office for stories, and a desk to tell them at.

use std::sync::Arc;

use chrono::{NaiveTime, Weekday};
use lobby::clock::Clock;
use lobby::desk::{Action, Desk, Given, Place, Reply, Request, Setup, Trouble, Waker};
use lobby::domain::event::{Class, Origin};
use lobby::domain::ids::{CounterId, TapKey, VisitId};
use lobby::domain::office::{
    Counter, Department, Hours, Identity, Language, Matter, MatterKind, Office, OfficeParts, Role, Settings,
    Staff, Term, Words,
};
use lobby::domain::posted::{Posted, Posting, Receiving};
use lobby::domain::roster::{Roster, Shift};
use lobby::domain::routing::{Condition, Routing, RoutingRule};
use lobby::domain::sensitive::Personal;
use lobby::domain::time::{Span, Timestamp};
use lobby::domain::visit::{Arrival, How, Visit};
use uuid::Uuid;

/// A Monday, 08:30 in Shanghai.
pub const MONDAY: &str = "2026-03-02T08:30:00+08:00";

/// Two departments and reception: 民政 (A…, counter 3), 社保 (B…, counter 4), 综合 (Z…, counter 1).
pub fn office() -> Office {
    let time = |hour, minute| NaiveTime::from_hms_opt(hour, minute, 0).unwrap();
    let words = |zh: &str, en: &str| Words {
        zh: zh.into(),
        en: en.into(),
    };
    let week = vec![
        Weekday::Mon,
        Weekday::Tue,
        Weekday::Wed,
        Weekday::Thu,
        Weekday::Fri,
    ];
    let department = |code: &str, name, queue, a: &str, b: &str, head: &str, room: &str| Department {
        code: code.into(),
        name,
        room: room.into(),
        phone: "0571-8600-0000".into(),
        queue,
        a_post: a.into(),
        b_post: b.into(),
        head: head.into(),
        term: Term::default(),
    };
    let staff = |id: &str, name: &str, of: &str, counter: u8, roles: &[Role]| Staff {
        id: id.into(),
        name: Words::same(name),
        post: words("科员", "Officer"),
        department: of.into(),
        phone: "0571-8600-0203".into(),
        roles: roles.to_vec(),
        counter: Some(CounterId(counter)),
    };
    let counter = |id: u8, of: &str| Counter {
        id: CounterId(id),
        name: Words {
            zh: format!("{id}号窗口"),
            en: format!("Counter {id}"),
        },
        room: "一楼大厅".into(),
        departments: vec![of.into()],
    };
    let matter = |code: &str, name, kind| Matter {
        code: code.into(),
        name,
        kind,
        synonyms: Vec::new(),
        bring: vec![
            words("身份证", "Identity card"),
            words("户口簿", "Household register"),
        ],
        limit: words("5 个工作日", "5 working days"),
        minutes: 10,
        due: None,
        materials: None,
        information: false,
        notice: lobby::domain::office::NoticeWords::default(),
        a_post: None,
        b_post: None,
        taking: lobby::domain::taking::Taking::default(),
    };
    let shift = |from, until, who: &[&str], duty| Shift {
        days: week.clone(),
        holidays: false,
        leader: None,
        span: Span { from, until },
        staff: who.iter().map(|it| (*it).into()).collect(),
        duty,
    };
    let everybody = ["zhang", "li", "wu", "zheng", "qian", "sun", "zhao"];
    let rule = |id: &str, matter: Option<&str>, to: &str| RoutingRule {
        id: id.into(),
        when: matter.map(|it| Condition {
            matters: vec![it.into()],
            kinds: Vec::new(),
        }),
        to: to.into(),
    };
    Office::new(OfficeParts {
        identity: Identity {
            site: "330100-01".into(),
            kiosk: "hall-1".into(),
            name: words("临河街道办事处", "Linhe Sub-district Office"),
            address: words("河滨路 1 号", "1 Riverside Road"),
            phone: "0571-86001234".into(),
            public_url: None,
        },
        hours: Hours {
            days: week.clone(),
            spans: vec![
                Span {
                    from: time(8, 30),
                    until: time(12, 0),
                },
                Span {
                    from: time(14, 30),
                    until: time(17, 30),
                },
            ],
            holidays: false,
        },
        settings: Settings::default(),
        reception: "general".into(),
        departments: vec![
            department(
                "civil",
                words("社会事务办公室", "Civil Affairs"),
                'A',
                "zhang",
                "li",
                "wu",
                "203",
            ),
            department(
                "labour",
                words("社会保障办公室", "Social Security"),
                'B',
                "zheng",
                "qian",
                "qian",
                "205",
            ),
            department(
                "general",
                words("党政综合办公室", "General Office"),
                'Z',
                "sun",
                "zhao",
                "zhao",
                "101",
            ),
        ],
        counters: vec![
            counter(1, "general"),
            counter(3, "civil"),
            counter(4, "labour"),
            counter(5, "civil"),
        ],
        matters: vec![
            matter(
                "low-income",
                words("最低生活保障申请", "Minimum living allowance"),
                MatterKind::Service,
            ),
            matter(
                "card-reissue",
                words("社保卡补办", "Social security card"),
                MatterKind::Service,
            ),
        ],
        staff: vec![
            staff("zhang", "张𬭎", "civil", 3, &[Role::Officer]),
            staff("li", "李娜", "civil", 5, &[Role::Officer]),
            staff("wu", "吴强", "civil", 3, &[Role::Officer]),
            staff("zheng", "郑洁", "labour", 4, &[Role::Officer]),
            staff("qian", "钱进", "labour", 4, &[Role::Officer]),
            staff("sun", "孙丽", "general", 1, &[Role::Reception]),
            staff("zhao", "赵敏", "general", 1, &[Role::Leader, Role::Administrator]),
        ],
        routing: Routing::new(vec![
            rule("low-income", Some("low-income"), "civil"),
            rule("card", Some("card-reissue"), "labour"),
            rule("otherwise", None, "general"),
        ])
        .unwrap(),
        roster: Roster {
            shifts: vec![
                shift(time(8, 0), time(18, 0), &everybody, false),
                shift(time(17, 30), time(8, 30), &["zhao"], true),
            ],
            absences: Vec::new(),
            presence: std::collections::BTreeMap::new(),
            otherwise: "zhao".into(),
            turns: Vec::new(),
            swaps: Vec::new(),
        },
        posted: Posted {
            postings: vec![Posting {
                title: words("怎么办理", "How it goes"),
                lines: vec![words("当场登记，给登记凭条", "Registered at once, with a slip")],
            }],
            receiving: vec![Receiving {
                days: vec![Weekday::Mon],
                span: Span {
                    from: time(8, 30),
                    until: time(12, 0),
                },
                staff: "zhao".into(),
                room: "接待室".into(),
            }],
        },
    })
}

/// A desk in memory, its clock held at `at`.
pub fn desk(at: &str) -> (Desk, Clock) {
    desk_at(Place::Memory, at)
}

/// A desk at `place`, its clock held at `at`.
pub fn desk_at(place: Place, at: &str) -> (Desk, Clock) {
    desk_of(Arc::new(office()), place, at)
}

/// The same in another office.
pub fn desk_of(office: Arc<Office>, place: Place, at: &str) -> (Desk, Clock) {
    let clock = Clock::held(at.parse::<Timestamp>().unwrap());
    let setup = Setup {
        place,
        office,
        clock: clock.clone(),
        print: Waker::nobody(),
    };
    (Desk::open(setup).unwrap().0, clock)
}

/// Somebody for `matter`.
pub fn arrival(matter: Option<&str>, tap: u128) -> Arrival {
    Arrival {
        tap: TapKey(Uuid::from_u128(tap)),
        matter: matter.map(Into::into),
        class: Class::Ordinary,
        reason: None,
        booked: None,
        language: Language::Chinese,
        people: 1,
        personal: Personal::default(),
        origin: Origin::Kiosk,
        how: How::default(),
    }
}

/// Registers somebody.
pub fn arrive(desk: &mut Desk, arrival: Arrival) -> Result<Given, Trouble> {
    match desk.answer(Request::Arrive(arrival))? {
        Reply::Given(given) => Ok(*given),
        other => panic!("{other:?}"),
    }
}

/// Lets `by` do something with a visit.
pub fn act(desk: &mut Desk, by: &str, visit: VisitId, action: Action) -> Result<Reply, Trouble> {
    desk.answer(Request::Act {
        by: by.into(),
        visit,
        action,
    })
}

/// The visit with that number.
pub fn numbered(desk: &Desk, number: &str) -> Arc<Visit> {
    let number = number.parse().unwrap();
    let mut found: Vec<_> = desk
        .lobby()
        .visits()
        .filter(|it| it.ticket.number == number)
        .collect();
    found.sort_by_key(|it| std::cmp::Reverse(it.day));
    found
        .first()
        .map(|it| (*it).clone())
        .unwrap_or_else(|| panic!("nobody holds {number}"))
}
