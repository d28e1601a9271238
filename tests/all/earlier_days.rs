//! What was done on an earlier day, as staff reach it in the browser: found by what somebody has in hand or says, read with
//! its story and papers, and offered where the same people come again.

use lobby::desk::{Reply, Request};
use lobby::domain::ids::VisitId;
use lobby::domain::sensitive::{name, phone};
use serde_json::json;

use crate::console_live::{Browser, Office};
use crate::program::soon;
use crate::support::arrival;

/// Somebody who leaves name and telephone: the visit, and the code of its slip.
fn comes(office: &Office, matter: Option<&str>, tap: u128, (who, number): (&str, &str)) -> (String, String) {
    let mut somebody = arrival(matter, tap);
    somebody.personal.name = name(who).unwrap();
    somebody.personal.phone = phone(number).unwrap();
    match office.desk.ask_blocking(Request::Arrive(somebody)).unwrap() {
        Reply::Given(given) => (given.visit.to_string(), given.slip.code.text().to_owned()),
        other => panic!("{other:?}"),
    }
}

/// The desk has the visit in mind no more.
fn forgotten(office: &Office, id: &str) {
    let id = VisitId(id.parse().unwrap());
    soon("a new day begins", || {
        let snapshot = office.desk.snapshot();
        snapshot.visits.iter().all(|it| it.visit.id != id).then_some(())
    });
}

fn finds(browser: &Browser<'_>, clue: &str) -> (u16, String) {
    let (status, said) = browser.form("/find", &[("clue", clue)]);
    let told = said["go"].as_str().or_else(|| said["code"].as_str());
    (status, told.unwrap_or_default().to_owned())
}

fn does(browser: &Browser<'_>, id: &str, verb: &str, fields: &[(&str, &str)]) {
    let (status, said) = browser.form(&format!("/visit/{id}/{verb}"), fields);
    assert_eq!(status, 200, "{verb}: {said}");
}

const CLOSE: [(&str, &str); 4] = [
    ("matter", "0"),
    ("outcome", "answered"),
    ("told", "in-person"),
    ("note", "已解释政策𠅤"),
];

fn petition<'a>(who: &'a str, address: &'a str, claim: &'a str) -> [(&'a str, &'a str); 8] {
    [
        ("matter", "0"),
        ("category", "appeal"),
        ("item", "6"),
        ("content", "construction"),
        ("people", "1"),
        ("name", who),
        ("address", address),
        ("claim", claim),
    ]
}

#[test]
fn r17_a_visit_closed_on_an_earlier_day_is_found_and_read_with_its_story_and_its_papers() {
    let office = Office::open(&["zhang", "sun", "zheng"]);
    let (id, code) = comes(&office, Some("low-income"), 1, ("王秀英𠅤", "138 0013 8000"));
    let zhang = office.logged_in("zhang");
    does(&zhang, &id, "receive", &[]);
    does(&zhang, &id, "close", &CLOSE);
    // A petition beside it, its paper delivered.
    let (asked, _) = comes(&office, None, 2, ("李国华", ""));
    let sun = office.logged_in("sun");
    does(&sun, &asked, "receive", &[]);
    does(
        &sun,
        &asked,
        "petition",
        &petition("李国华", "人民路 1 号", "房子漏水𠅤"),
    );
    does(
        &sun,
        &asked,
        "close",
        &[("matter", "0"), ("outcome", "left"), ("why", "went")],
    );
    // The next morning the numbers begin anew, and the desk has neither in mind any more.
    office.passes(24 * 60);
    let today = office.visitor("low-income", 3);
    forgotten(&office, &id);
    let (zhang, sun, zheng) = (
        office.logged_in("zhang"),
        office.logged_in("sun"),
        office.logged_in("zheng"),
    );
    let here = format!("/visit/{id}");
    assert_eq!(
        finds(&zhang, "A001"),
        (200, format!("/visit/{today}")),
        "today's goes first"
    );
    for clue in [
        code.as_str(),
        "A001 2026-03-02",
        "A001 3月2日",
        "A001 8000",
        "王秀英𠅤",
        "138-0013-8000",
    ] {
        assert_eq!(finds(&zhang, clue), (200, here.clone()), "{clue}");
    }
    let (status, page) = zhang.get(&here);
    assert_eq!(status, 200);
    for words in [
        "王秀英𠅤",
        "张𬭎 直接接待",
        "张𬭎",
        "当场答复",
        "已解释政策𠅤",
        "03-02 08:30",
        "首问责任人",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    // Read only: nothing is called, offered or closed any more; papers may be wanted again.
    for verb in ["call", "begin", "offer", "close", "receive"] {
        assert!(!page.contains(&format!("{here}/{verb}")), "{verb}: {page}");
    }
    assert_eq!(
        zhang.form(&format!("{here}/close"), &CLOSE).1["code"],
        "already-closed"
    );
    assert!(page.contains(&format!("{here}/print")), "{page}");
    does(&zhang, &id, "print", &[("matter", "0"), ("paper", "referral")]);
    assert!(
        zhang.get(&here).1.contains("打印告知单"),
        "it stands in the story"
    );
    // Another department neither sees nor finds it, by whatever it knows.
    assert_eq!(zheng.get(&here).0, 403);
    assert_eq!(finds(&zheng, "王秀英𠅤"), (404, "not-found".to_owned()));
    assert_eq!(finds(&zheng, "A001 2026-03-02"), (403, "not-yours".to_owned()));
    // The paper on A4, a day later.
    let form = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("x-lobby-csrf", sun.csrf.as_str()),
    ];
    let body = b"document=information&matter=0";
    let (status, paper) = sun.raw("POST", &format!("/visit/{asked}/document"), &form, body);
    assert!(status == 200 && paper.contains("房子漏水𠅤"), "{paper}");
    // Two of one name are listed, the newest first.
    let (again, _) = comes(&office, Some("low-income"), 4, ("王秀英𠅤", ""));
    assert_eq!(finds(&sun, "王秀英𠅤"), (200, "/found".to_owned()));
    let page = sun.get("/found").1;
    let at = |id: &str| page.find(id).unwrap_or_else(|| panic!("{id}: {page}"));
    assert!(
        at(&again) < at(&id) && page.contains("当场答复 2026-03-02"),
        "{page}"
    );
    assert!(!page.contains("王秀英"), "names stay masked in a list: {page}");
}

#[test]
fn xf_23_and_44_a_repeat_is_offered_by_name_telephone_or_address_open_or_answered_long_ago() {
    let office = Office::open(&["sun", "zhao"]);
    let sun = office.logged_in("sun");
    let nobody = ("", "");
    // Two visits that left no name and know no matter: nothing in common.
    let (first, _) = comes(&office, None, 1, nobody);
    let (other, _) = comes(&office, None, 2, nobody);
    let page = sun.get(&format!("/visit/{other}/merge?matter=0")).1;
    assert!(!page.contains(&first), "none is not the same as none: {page}");
    // The name stands in the register alone.
    does(&sun, &first, "receive", &[]);
    does(
        &sun,
        &first,
        "petition",
        &petition("王秀英𠅤", "人民路 1 号", "房子漏水"),
    );
    does(&sun, &other, "receive", &[]);
    let page = sun.get(&format!("/visit/{other}/petition?matter=0")).1;
    assert!(!page.contains(&first), "{page}");
    // Typed, it is offered at once, also while the form is not in order yet.
    let typed = sun
        .get(&format!(
            "/visit/{other}/petition?matter=0&name=%E7%8E%8B%E7%A7%80%E8%8B%B1%F0%A0%85%A4"
        ))
        .1;
    assert!(typed.contains(&first) && typed.contains("以前来过"), "{typed}");
    // Written into the second register too: it may be linked to, by a person.
    does(&sun, &other, "petition", &petition("王 秀英𠅤", "", "房子漏水"));
    let page = sun.get(&format!("/visit/{other}/merge?matter=0")).1;
    assert!(
        page.contains(&format!("value=\"{first}\"")) && page.contains("孙丽"),
        "{page}"
    );
    // The first is answered; a month later the same household comes again, by another name.
    let delivered = [
        ("matter", "0"),
        ("document", "information"),
        ("way", "hand"),
        ("on", "2026-03-02"),
    ];
    does(&sun, &first, "deliver", &delivered);
    let left = [("matter", "0"), ("outcome", "left"), ("why", "went")];
    does(&sun, &first, "close", &left);
    does(&sun, &other, "close", &left);
    office.passes(30 * 24 * 60);
    let sun = office.logged_in("sun");
    let (again, _) = comes(&office, None, 3, nobody);
    forgotten(&office, &first);
    does(&sun, &again, "receive", &[]);
    does(
        &sun,
        &again,
        "petition",
        &petition("王小明", "人民路1号", "房子还漏水"),
    );
    for verb in ["petition", "merge"] {
        let page = sun.get(&format!("/visit/{again}/{verb}?matter=0")).1;
        assert!(
            page.contains(&format!("/visit/{first}")) && page.contains("2026-03-02"),
            "{verb}: {page}"
        );
        assert!(
            !page.contains(&format!("value=\"{first}\"")),
            "what is closed is read, not linked to"
        );
    }
    // What is sealed is offered to nobody.
    let (sealed, _) = comes(&office, None, 4, ("王秀英𠅤", ""));
    let seal = office
        .logged_in("zhao")
        .form(&format!("/visit/{sealed}/seal"), &[]);
    assert_eq!(seal.1["code"], json!("no-contact"), "this office seals nothing");
}

#[test]
fn a_handover_proposes_a_post_and_b_post_if_a_is_away_and_says_who_they_are() {
    let office = Office::open(&["sun", "zheng"]);
    let (id, _) = comes(&office, Some("card-reissue"), 1, ("", ""));
    let sun = office.logged_in("sun");
    // Reception has taken it on; by the catalogue it is labour's, whose A post is 郑洁 and B post 钱进.
    does(&sun, &id, "take-over", &[]);
    let chosen = |page: &str| {
        let input = page
            .split("<input")
            .find(|it| it.contains("name=\"to\"") && it.contains(" checked"));
        input.map(|it| it.split('"').nth(5).unwrap_or_default().to_owned())
    };
    let page = sun.get(&format!("/visit/{id}/offer?matter=0")).1;
    assert_eq!(chosen(&page).as_deref(), Some("zheng"), "{page}");
    assert!(page.contains("A岗") && page.contains("B岗"), "{page}");
    assert_eq!(
        office.logged_in("zheng").form("/presence", &[("at", "out")]).0,
        200
    );
    let page = sun.get(&format!("/visit/{id}/offer?matter=0")).1;
    assert_eq!(chosen(&page).as_deref(), Some("qian"), "{page}");
}

#[test]
fn reception_takes_over_the_matter_at_hand_and_not_always_the_first() {
    let office = Office::open(&["sun", "zhang"]);
    let id = office.visitor("low-income", 1);
    let (sun, zhang) = (office.logged_in("sun"), office.logged_in("zhang"));
    does(&sun, &id, "add", &[("code", "card-reissue")]);
    does(&zhang, &id, "receive", &[]);
    does(&zhang, &id, "close", &CLOSE);
    // The first is settled; the second waits for labour, and reception takes it on.
    does(&sun, &id, "take-over", &[]);
    let id = VisitId(id.parse().unwrap());
    let snapshot = office.desk.snapshot();
    let visit = &snapshot.visits.iter().find(|it| it.visit.id == id).unwrap().visit;
    let answers: Vec<&str> = visit.matters.iter().map(|it| it.responsible.as_str()).collect();
    assert_eq!(answers, ["zhang", "sun"]);
}

#[test]
fn closing_elsewhere_takes_a_body_of_the_catalogue_or_all_three_parts_by_hand() {
    let mut of = crate::support::office();
    let body = |code: &str, procedure| lobby::domain::elsewhere::Body {
        code: code.to_owned(),
        name: lobby::domain::office::Words::same(if procedure { "区仲裁院" } else { "区人社局" }),
        matters: lobby::domain::office::Words::same(if procedure { "劳动仲裁" } else { "社保" }),
        address: lobby::domain::office::Words::same("人民路 1 号"),
        phone: "12333".to_owned(),
        procedure,
    };
    of.elsewhere.bodies = vec![body("rsj", false), body("zcy", true)];
    let office = Office::of(of, &["zhang"]);
    let zhang = office.logged_in("zhang");
    let visit = |tap| {
        let id = office.visitor("low-income", tap);
        does(&zhang, &id, "receive", &[]);
        id
    };
    let (first, second) = (visit(1), visit(2));
    let page = zhang.get(&format!("/visit/{first}/close?matter=0")).1;
    let ways = page
        .split("name=\"way_body\"")
        .nth(1)
        .unwrap()
        .split("</select>")
        .next()
        .unwrap();
    assert!(
        ways.contains("zcy") && !ways.contains("rsj"),
        "procedures stand apart: {page}"
    );
    let close = |id: &str, outcome: &str, more: &[(&str, &str)]| {
        let fields = [("matter", "0"), ("outcome", outcome), ("told", "in-person")];
        zhang.form(&format!("/visit/{id}/close"), &[&fields[..], more].concat())
    };
    assert_eq!(
        close(&first, "outside-told", &[("note", "x")]).1["code"],
        "note-needed"
    );
    let part = [("to_body", "区水务局"), ("to_address", "河滨路 9 号")];
    assert_eq!(close(&first, "outside-told", &part).1["code"], "note-needed");
    // A procedure is no body for what another office does.
    assert_eq!(
        close(&first, "outside-told", &[("way_body", "zcy")]).1["code"],
        "note-needed"
    );
    assert_eq!(close(&first, "outside-told", &[("body", "rsj")]).0, 200);
    let page = zhang.get(&format!("/visit/{first}")).1;
    assert!(page.contains("区人社局，人民路 1 号，电话 12333"), "{page}");
    let way = [("way_body", "zcy")];
    assert_eq!(
        close(&second, "procedure-told", &way).1["code"],
        "procedure-needed"
    );
    let until = [("way_body", "zcy"), ("to_until", "一年内")];
    assert_eq!(close(&second, "procedure-told", &until).0, 200);
    let page = zhang.get(&format!("/visit/{second}")).1;
    assert!(
        page.contains("区仲裁院，人民路 1 号，电话 12333，劳动仲裁，期限 一年内"),
        "{page}"
    );
}
