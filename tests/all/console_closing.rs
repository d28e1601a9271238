//! The end of a day and the morning after, walked by a clerk in a real browser: who still waits is told, goes on
//! with the place kept, or is closed with a reason; those of the night are called back.

use lobby::desk::Request;
use lobby::domain::event::Outcome;
use lobby::domain::ids::VisitId;
use lobby::domain::matter::MatterState;
use lobby::domain::sensitive;
use lobby::domain::visit::Visit;
use serde_json::json;

use crate::browser::Browser;
use crate::console_live::{Office, PASSWORD};
use crate::program::soon;
use crate::support::arrival;

const ENTER: &str = "\u{e007}";

/// A login lasts an hour of doing nothing: the next morning wants a new one.
fn logs_in(office: &Office, browser: &Browser) {
    browser.goes(&office.url("/login"));
    browser.types("[name=staff]", "sun");
    browser.types("[name=password]", PASSWORD);
    browser.types("[name=password]", ENTER);
    browser.sees("body[data-connected]");
}

fn gone(browser: &Browser, selector: &str) {
    let script = "return !document.querySelector(arguments[0])";
    soon(&format!("{selector} is gone"), || {
        let gone = browser.runs(script, vec![json!(selector)]).ok()?;
        gone.as_bool().unwrap().then_some(())
    });
}

fn visit(office: &Office, id: &str) -> Visit {
    let id = VisitId(id.parse().unwrap());
    soon("the visit is known", || {
        let snapshot = office.desk.snapshot();
        let found = snapshot.visits.iter().find(|it| it.visit.id == id);
        found.map(|it| it.visit.as_ref().clone())
    })
}

/// Somebody outside hours; with a telephone they are called back.
fn at_night(office: &Office, tap: u128, phone: &str) -> String {
    let mut somebody = arrival(Some("low-income"), tap);
    somebody.personal.phone = sensitive::phone(phone).unwrap();
    match office.desk.ask_blocking(Request::Arrive(somebody)).unwrap() {
        lobby::desk::Reply::Given(given) => given.visit.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn at_closing_a_clerk_tells_who_waits_and_in_the_morning_calls_those_of_the_night() {
    let office = Office::open(&["sun"]);
    let [told, leaves, stays] = [("low-income", 1), ("low-income", 2), ("card-reissue", 3)]
        .map(|(matter, tap)| office.visitor(matter, tap));
    let browser = Browser::open(1280, 1400);

    office.until("2026-03-02T17:05:00+08:00");
    logs_in(&office, &browser);
    for waits in [&told, &leaves, &stays] {
        browser.sees(&format!("#roll-{waits}"));
    }
    // Told in person: it goes on another day, and the page of the visit says since when that is known.
    browser.types(&format!("#roll-{told}"), ENTER);
    gone(&browser, &format!("#roll-{told}"));
    // Gone home: closed by a person, with a reason.
    browser.types(&format!("#close-{leaves}"), ENTER);
    browser.types("[name=outcome][value=left]", " ");
    browser.types("[name=outcome][value=left]", ENTER);
    browser.sees_such("[data-table=closed]", "群众已离开");
    gone(&browser, &format!("#close-{leaves}"));
    browser.sees(&format!("#roll-{stays}"));
    browser.goes(&office.url(&format!("/visit/{told}")));
    browser.sees_such("main", "03-02 17:05");

    office.until("2026-03-02T20:00:00+08:00");
    let calls = at_night(&office, 4, "13800138000");
    let walks = at_night(&office, 5, "");
    assert_eq!(visit(&office, &calls).ticket.number.to_string(), "夜01");

    office.until("2026-03-03T08:31:00+08:00");
    let today = office.visitor("low-income", 6);
    assert_eq!(
        visit(&office, &today).ticket.number.to_string(),
        "A001",
        "a new day"
    );
    logs_in(&office, &browser);
    for waits in [&told, &stays] {
        browser.sees_such(
            &format!("[data-table=waiting] [data-key='{waits}'] .rolled"),
            "03-02 的号",
        );
    }
    // Nobody answers, then somebody does; whoever left no number comes with the slip.
    browser.sees_such("section.offers", "夜01");
    browser.types(&format!("#unreached-{calls}"), ENTER);
    browser.sees_such("section.offers", "已拨 1 次");
    browser.types(&format!("#reached-{calls}"), ENTER);
    gone(&browser, &format!("#reached-{calls}"));
    browser.types(&format!("#here-{walks}"), ENTER);
    gone(&browser, &format!("#here-{walks}"));

    let night = visit(&office, &calls).ticket.night.unwrap();
    assert_eq!((night.tries, night.reached), (2, true));
    assert!(visit(&office, &walks).queues() && visit(&office, &stays).queues());
    let rolled = visit(&office, &told);
    assert!(rolled.queues() && rolled.ticket.rolled.is_some());
    let snapshot = office.desk.snapshot();
    let ahead = |id: &str| {
        snapshot
            .visits
            .iter()
            .find(|it| it.visit.id.to_string() == id)
            .unwrap()
            .ahead
    };
    assert!(
        ahead(&told) < ahead(&walks) && ahead(&walks) < ahead(&today),
        "nobody loses a place"
    );
    let story = Request::Story(VisitId(leaves.parse().unwrap()));
    let lobby::desk::Reply::Story(story) = office.desk.ask_blocking(story).unwrap() else {
        panic!("a story")
    };
    let closed = story.iter().any(|(_, it)| {
        matches!(it, lobby::domain::event::Event::Closed { outcome: Outcome::Left, by, .. } if by.as_str() == "sun")
    });
    assert!(closed, "{story:?}");
    assert!(!matches!(rolled.matters[0].state, MatterState::Closed { .. }));
}
