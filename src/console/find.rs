//! Finding a visit at the desk: a slip is scanned, or its number said; a lost one's number and the last four digits of the
//! telephone. What was typed goes by POST and is repeated nowhere.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::App;
use super::guard::{Form, No};
use super::pages::{both, tell};
use crate::desk::Trouble;
use crate::domain::find::{Clue, LAST_DIGITS, code_in};
use crate::domain::ids::{TicketNumber, VisitId};
use crate::domain::office::Words;
use crate::domain::refusal::Refusal;
use crate::domain::sensitive::Sensitive;

/// Characters of what may be typed or scanned.
const CLUE_CHARACTERS_MAX: usize = 600;

/// `POST /find`
pub async fn find(State(app): State<App>, form: Form) -> Response {
    let done = look(&app, form.fields.get("clue")).await;
    let done = done.map(|(visit, number)| {
        let said = both("done.found", &[("number", Words::same(&number))]);
        (said, format!("/visit/{}", visit.0))
    });
    tell(&app, &form.who, done, "/")
}

/// The visit a clue leads to, and its number.
async fn look(app: &App, typed: &str) -> Result<(VisitId, String), No> {
    let unclear = || No::new("find-unclear", StatusCode::UNPROCESSABLE_ENTITY);
    let clue = clue(typed).ok_or_else(unclear)?;
    if let Typed::Number(number) = clue {
        // Of several, the newest: an older one was left over from another day.
        let snapshot = app.desk.snapshot();
        let found = snapshot.visits.iter().map(|it| &it.visit);
        let newest = found
            .filter(|it| it.ticket.number == number)
            .max_by_key(|it| it.seq);
        let missing = || No::from(Trouble::Refused(Refusal::NotFound));
        return newest.map(|it| (it.id, number.to_string())).ok_or_else(missing);
    }
    let Typed::Clue(clue) = clue else {
        return Err(unclear());
    };
    let seen = app.desk.find(clue).await?;
    Ok((seen.visit.id, seen.visit.ticket.number.to_string()))
}

/// What somebody has typed or scanned.
#[derive(Debug, PartialEq, Eq)]
enum Typed {
    Number(TicketNumber),
    Clue(Clue),
}

fn clue(typed: &str) -> Option<Typed> {
    let typed = typed.trim();
    if typed.chars().count() > CLUE_CHARACTERS_MAX {
        return None;
    }
    if let Ok(number) = typed.parse() {
        return Some(Typed::Number(number));
    }
    if let Some((number, digits)) = typed.split_once(char::is_whitespace)
        && let Ok(number) = number.parse()
        && digits.trim().len() == LAST_DIGITS
        && digits.trim().bytes().all(|it| it.is_ascii_digit())
    {
        let last_four = Sensitive::new(digits.trim().to_owned());
        return Some(Typed::Clue(Clue::Lost { number, last_four }));
    }
    code_in(typed).map(|it| Typed::Clue(Clue::Scan(it)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_a_lost_slip_and_a_scan_are_told_apart() {
        let number: TicketNumber = "A023".parse().unwrap();
        assert_eq!(clue(" a023 "), Some(Typed::Number(number)));
        let last_four = Sensitive::new("4321".to_owned());
        let lost = Clue::Lost { number, last_four };
        assert_eq!(clue("A023 4321"), Some(Typed::Clue(lost)));
        let scanned = Some(Typed::Clue(Clue::Scan("7Q3ZK0XM".to_owned())));
        assert_eq!(
            clue("临河街道办事处 A023 2026-11-22 0500-8110101 7Q3ZK0XM"),
            scanned
        );
        assert_eq!(clue("https://lobby.example.gov.cn/v/7Q3ZK0XM"), scanned);
        for rubbish in ["", "A023 43211", "张三", "A023 12x4", "𠅤"] {
            assert_eq!(clue(rubbish), None, "{rubbish}");
        }
    }
}
