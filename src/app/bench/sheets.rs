//! The papers beside the slip, of a visit to the demonstration office in which each has its reason, for `lobby bench slip`.

use std::path::Path;

use anyhow::{Context, Result};

use crate::app::bench::arrival;
use crate::app::demo;
use crate::clock::Clock;
use crate::desk::{Desk, Place, Reply, Request, Setup, Waker};
use crate::devices::Doc;
use crate::domain::elsewhere::Referral;
use crate::domain::event::{MaterialsReceived, NoticeGiven, PaperKind, Promised, Told};
use crate::domain::ids::MatterIndex;
use crate::domain::limit::{Count, Due, Limit, LimitKind};
use crate::domain::matter::MatterState;
use crate::domain::office::Language;
use crate::domain::sensitive::{self, Personal, Sensitive};
use crate::domain::sheet::Sheet;
use crate::domain::time::ServiceDay;
use crate::domain::visit::Arrival;
use crate::print;

/// Each paper in both languages, once more as a reprint where the name says so.
///
/// # Errors
/// When the desk of the demonstration office cannot be opened.
pub fn kinds(folder: &Path) -> Result<Vec<(&'static str, Doc)>> {
    let office = demo::config(folder).office;
    let catalogued = office
        .matters
        .iter()
        .max_by_key(|it| it.bring.len())
        .context("the office has matters")?;
    let setup = Setup {
        place: Place::Memory,
        office: office.clone(),
        clock: Clock::system(),
        print: Waker::nobody(),
    };
    let (mut desk, _) = Desk::open(setup)?;
    let arrived = desk.answer(Request::Arrive(Arrival {
        personal: Personal::default(),
        ..arrival(Some(&catalogued.code))
    }))?;
    let Reply::Given(given) = arrived else {
        anyhow::bail!("the desk answered something else")
    };
    let visit = desk.lobby().visit(given.visit).context("it was just given")?;
    let (mut visit, at, index) = (visit.as_ref().clone(), visit.arrived_at, MatterIndex(0));
    let matter = &mut visit.matters[0];
    let by = matter.responsible.clone();
    let note = |text: &str| sensitive::note(text).expect("a note");
    let lines = catalogued.bring.iter().map(|it| it.zh.clone());
    matter.notice = Some(NoticeGiven {
        matter: index,
        missing: lines.clone().take(2).collect(),
        told: Told::Writing,
        by: by.clone(),
        note: note("复印件请用A4纸。"),
    });
    let received = MaterialsReceived {
        matter: index,
        items: lines.collect(),
        by,
        note: None,
    };
    matter.materials = Some((received, at));
    let elsewhere = Referral {
        body: "上城区人力资源和社会保障局".to_owned(),
        address: "河滨路99号二楼".to_owned(),
        phone: "0571-86001203".to_owned(),
        ..Referral::default()
    };
    matter.referral = Some(Sensitive::new(Box::new(elsewhere)));
    let last = ServiceDay::of(at).0 + chrono::Days::new(15);
    let limit = Limit {
        kind: LimitKind::Matter,
        started: ServiceDay::of(at).0,
        count: Count::Natural(15),
        extension: 0,
        pauses: Vec::new(),
    };
    let due = Due {
        last,
        told: last,
        legal: last,
        provisional: false,
    };
    let promised = Promised { limit, due };
    matter.state = MatterState::InProgress { promised };
    let mut english = visit.clone();
    english.language = Language::English;
    let mut kinds = Vec::new();
    for (kind, [zh, zh_again, en, en_again]) in [
        (
            PaperKind::Notice,
            ["notice zh", "notice zh reprint", "notice en", "notice en reprint"],
        ),
        (
            PaperKind::Materials,
            [
                "materials zh",
                "materials zh reprint",
                "materials en",
                "materials en reprint",
            ],
        ),
        (
            PaperKind::Petition,
            [
                "petition zh",
                "petition zh reprint",
                "petition en",
                "petition en reprint",
            ],
        ),
        (
            PaperKind::Transfer,
            [
                "transfer zh",
                "transfer zh reprint",
                "transfer en",
                "transfer en reprint",
            ],
        ),
        (
            PaperKind::Promise,
            [
                "promise zh",
                "promise zh reprint",
                "promise en",
                "promise en reprint",
            ],
        ),
        (
            PaperKind::Referral,
            [
                "referral zh",
                "referral zh reprint",
                "referral en",
                "referral en reprint",
            ],
        ),
    ] {
        for (visit, once, again) in [(&visit, zh, zh_again), (&english, en, en_again)] {
            let sheet = Sheet::of(&office, visit, (kind, index), at);
            kinds.push((once, print::sheet(&sheet)));
            kinds.push((again, print::sheet(&sheet.again(true))));
        }
    }
    Ok(kinds)
}
