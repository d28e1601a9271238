//! 大厅公示: today's receiving leader, where and when people are received, and what the office posts besides.

use chrono::Weekday;
use slint::ComponentHandle;
use ui::{KioskWindow, PostedAdapter, Posting, PostingKind, PostingLine};

use crate::domain::office::Hours;
use crate::kiosk::flow::Page;
use crate::kiosk::{View, fonts, model, unbroken};

pub(super) fn show(window: &KioskWindow, view: &View<'_>, turned: bool) {
    let posted = window.global::<PostedAdapter>();
    if turned {
        posted.set_page(0);
    }
    if view.flow.page() != Page::Posted {
        return;
    }
    let (office, language) = (view.office, view.language());
    let mut postings = Vec::new();
    if let Some(today) = office.posted.today(view.snapshot.at)
        && let Some(leader) = office.staff(&today.staff)
    {
        let (from, until) = (today.span.from.format("%H:%M"), today.span.until.format("%H:%M"));
        let lines = vec![
            line(format!(
                "{}  {}",
                fonts::named(leader.name.get(language)),
                leader.post.get(language)
            )),
            line(format!("{}  {from}–{until}", office.room_of(today))),
        ];
        postings.push(posting(PostingKind::Leader, "", lines));
    }
    let identity = &office.identity;
    let mut lines = week(&office.hours);
    lines.push(line(identity.address.get(language).to_owned()));
    lines.push(line(unbroken(&identity.phone).into()));
    postings.push(posting(PostingKind::Hours, "", lines));
    postings.extend(office.posted.postings.iter().map(|it| {
        let lines = it.lines.iter().map(|of| line(of.get(language).to_owned()));
        posting(PostingKind::Other, it.title.get(language), lines.collect())
    }));
    posted.set_postings(model(postings));
}

fn posting(kind: PostingKind, title: &str, lines: Vec<PostingLine>) -> Posting {
    Posting {
        kind,
        title: title.into(),
        lines: model(lines),
    }
}

fn line(text: String) -> PostingLine {
    PostingLine {
        first_day: 0,
        last_day: 0,
        text: ui::lines::posted(&text).into(),
    }
}

/// The usual week: one line where its days follow each other, else a line a day.
fn week(hours: &Hours) -> Vec<PostingLine> {
    let spans: Vec<_> = hours
        .spans
        .iter()
        .map(|it| format!("{}–{}", it.from.format("%H:%M"), it.until.format("%H:%M")))
        .collect();
    let on = |first: &Weekday, last: &Weekday| PostingLine {
        first_day: first.number_from_monday() as i32,
        last_day: last.number_from_monday() as i32,
        text: ui::lines::posted(&spans.join("  ")).into(),
    };
    let in_a_row = hours.days.windows(2).all(|it| it[0].succ() == it[1]);
    match (hours.days.first(), hours.days.last()) {
        (Some(first), Some(last)) if in_a_row => vec![on(first, last)],
        _ => hours.days.iter().map(|it| on(it, it)).collect(),
    }
}
