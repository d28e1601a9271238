//! Finding a visit at the desk: a slip is scanned, or its number said, of today or of a day; a lost one's number and the
//! last four digits of the telephone; or a name or a telephone, of whoever may be seen. What was typed goes by POST and
//! is repeated nowhere.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{Datelike, NaiveDate};

use super::App;
use super::guard::{Form, No, Who};
use super::pages::{Frame, both, html, tell};
use super::{visit_pages, wire};
use crate::desk::Trouble;
use crate::domain::find::{Clue, LAST_DIGITS, code_in};
use crate::domain::ids::{TicketNumber, VisitId};
use crate::domain::office::Words;
use crate::domain::refusal::Refusal;
use crate::domain::repeat::KnownBy;
use crate::domain::sensitive::{NAME_CHARS_MAX, Sensitive};
use crate::domain::time::{ServiceDay, local};
use crate::domain::visit::Visit;

/// Characters of what may be typed or scanned.
const CLUE_CHARACTERS_MAX: usize = 600;

/// Characters of a name that is looked for, at least: one character is half the office.
const NAME_CHARS_MIN: usize = 2;

/// `POST /find`
pub async fn find(State(app): State<App>, form: Form) -> Response {
    let who = &form.who;
    let done = look(&app, who, form.fields.get("clue")).await;
    let done = done.map(|found| match found.as_slice() {
        [(id, number)] => {
            let said = both("done.found", &[("number", Words::same(number))]);
            (said, format!("/visit/{}", id.0))
        }
        several => {
            let ids = several.iter().map(|it| it.0).collect();
            who.session(&app, |it| it.found = ids);
            let count = Words::same(&several.len().to_string());
            (both("done.found-several", &[("n", count)]), "/found".to_owned())
        }
    });
    tell(&app, who, done, "/")
}

/// The visits a clue leads to, and their numbers.
async fn look(app: &App, who: &Who, typed: &str) -> Result<Vec<(VisitId, String)>, No> {
    let unclear = || No::new("find-unclear", StatusCode::UNPROCESSABLE_ENTITY);
    let today = local(app.clock.now().at).date();
    let known_by = match clue(typed, today).ok_or_else(unclear)? {
        Typed::Clue(clue) => {
            let scanned = matches!(clue, Clue::Scan(_));
            match app.desk.find(clue).await {
                Ok(seen) if wire::may_see(&who.staff, &seen.visit) => return Ok(vec![named(&seen.visit)]),
                Ok(_) => return Err(Refusal::NotYours.into()),
                // Eight letters may be a name as well.
                Err(Trouble::Refused(Refusal::NotFound)) if scanned => {
                    name(typed).ok_or(Refusal::NotFound)?
                }
                Err(trouble) => return Err(trouble.into()),
            }
        }
        Typed::People(known_by) => known_by,
    };
    let mut found = app.desk.of_people(known_by, None).await?;
    found.retain(|it| wire::may_see(&who.staff, it));
    if found.is_empty() {
        return Err(Refusal::NotFound.into());
    }
    Ok(found.iter().map(|it| named(it)).collect())
}

fn named(visit: &Visit) -> (VisitId, String) {
    (visit.id, visit.ticket.number.to_string())
}

/// What somebody has typed or scanned.
#[derive(Debug, PartialEq, Eq)]
enum Typed {
    Clue(Clue),
    People(KnownBy),
}

fn clue(typed: &str, today: NaiveDate) -> Option<Typed> {
    let typed = typed.trim();
    if typed.chars().count() > CLUE_CHARACTERS_MAX {
        return None;
    }
    if let Ok(number) = typed.parse() {
        return Some(Typed::Clue(Clue::Number { number, day: None }));
    }
    if let Some((number, more)) = typed.split_once(char::is_whitespace)
        && let Ok(number) = number.parse::<TicketNumber>()
    {
        let more = more.trim();
        if more.len() == LAST_DIGITS && more.bytes().all(|it| it.is_ascii_digit()) {
            let last_four = Sensitive::new(more.to_owned());
            return Some(Typed::Clue(Clue::Lost { number, last_four }));
        }
        if let Some(day) = day(more, today) {
            let day = Some(ServiceDay(day));
            return Some(Typed::Clue(Clue::Number { number, day }));
        }
    }
    let scanned = code_in(typed).map(|it| Typed::Clue(Clue::Scan(it)));
    scanned.or_else(|| name(typed).map(Typed::People))
}

/// A date as it stands on a slip, or as people say it: the newest such day that is not to come.
fn day(text: &str, today: NaiveDate) -> Option<NaiveDate> {
    if let Ok(day) = text.parse() {
        return Some(day);
    }
    let text = text.replace(['月', '/', '.'], "-").replace('日', "");
    let (month, day) = text.split_once('-')?;
    let (month, day) = (month.trim().parse().ok()?, day.trim().parse().ok()?);
    let of = |year| NaiveDate::from_ymd_opt(year, month, day).filter(|it| *it <= today);
    of(today.year()).or_else(|| of(today.year() - 1))
}

/// A name or a telephone, if it may be one.
fn name(typed: &str) -> Option<KnownBy> {
    let characters = typed.trim().chars().count();
    let letters = typed.chars().filter(|it| it.is_alphabetic()).count();
    let digits = typed.chars().filter(char::is_ascii_digit).count();
    // A number of the queue that was mistyped is no name.
    let person = digits == 0 && NAME_CHARS_MIN <= letters || letters == 0 && 7 <= digits;
    let fits = person && characters <= NAME_CHARS_MAX;
    fits.then(|| KnownBy::either(&Sensitive::new(typed.trim().to_owned())))
}

#[derive(Template)]
#[template(path = "found.html")]
struct FoundPage<'a> {
    f: Frame<'a>,
    rows: Vec<FoundRow>,
}

struct FoundRow {
    id: String,
    number: String,
    day: String,
    matter: String,
    name: String,
    state: String,
    responsible: String,
}

/// `GET /found`: what was found last, where it was more than one.
pub async fn found(State(app): State<App>, who: Who) -> Response {
    let mut ids = Vec::new();
    who.session(&app, |it| ids.clone_from(&it.found));
    let f = Frame::of(&app, &who, "found.title", "queue");
    let mut rows = Vec::new();
    for id in ids {
        // Whoever may not see it any more does not.
        let Ok(seen) = visit_pages::find(&app, &who, &id.to_string()).await else {
            continue;
        };
        let visit = &seen.visit;
        rows.push(FoundRow {
            id: id.to_string(),
            number: visit.ticket.number.to_string(),
            day: visit.day.to_string(),
            matter: f.r.matter(visit),
            name: f.r.called(&visit.personal),
            state: visit_pages::stands(&f.r, visit),
            responsible: f.r.name(visit.responsible()),
        });
    }
    html(&FoundPage { f, rows })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str) -> Option<Typed> {
        clue(text, "2026-03-09".parse().unwrap())
    }

    #[test]
    fn a_number_a_day_a_lost_slip_a_scan_and_a_name_are_told_apart() {
        let number: TicketNumber = "A023".parse().unwrap();
        let of = |day: Option<&str>| {
            let day = day.map(|it| ServiceDay(it.parse().unwrap()));
            Some(Typed::Clue(Clue::Number { number, day }))
        };
        assert_eq!(typed(" a023 "), of(None));
        for text in ["A023 2026-03-02", "a023 3-2", "A023 3月2日", "A023 03/02"] {
            assert_eq!(typed(text), of(Some("2026-03-02")), "{text}");
        }
        assert_eq!(typed("A023 12-30"), of(Some("2025-12-30")), "not one to come");
        let last_four = Sensitive::new("4321".to_owned());
        let lost = Clue::Lost { number, last_four };
        assert_eq!(typed("A023 4321"), Some(Typed::Clue(lost)));
        let scanned = Some(Typed::Clue(Clue::Scan("7Q3ZK0XM".to_owned())));
        assert_eq!(
            typed("临河街道办事处 A023 2026-11-22 0500-8110101 7Q3ZK0XM"),
            scanned
        );
        assert_eq!(typed("https://lobby.example.gov.cn/v/7Q3ZK0XM"), scanned);
        for person in ["张三", "𠅤㛃", "138 0013 8000"] {
            assert!(matches!(typed(person), Some(Typed::People(_))), "{person}");
        }
        for rubbish in ["", "A023 43211", "A023 12x4", "𠅤", "A023 13-40"] {
            assert_eq!(typed(rubbish), None, "{rubbish}");
        }
    }
}
