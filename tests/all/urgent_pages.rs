//! What the browser shows of what is urgent and of the order of the hall: the leader's key 已知悉, the sentence on the
//! hall display, and the office's own list of what petitions are about.

use lobby::desk::{Action, Request};
use lobby::domain::content::Content;
use lobby::domain::ids::VisitId;
use lobby::domain::office::Words;

use crate::console_live::Office;
use crate::support;

#[test]
fn the_leader_says_that_they_know_with_one_key_and_the_bell_is_silent() {
    let office = Office::open(&["zhang", "zhao"]);
    let id = office.visitor("low-income", 1);
    let (here, key) = (format!("/visit/{id}"), format!("/visit/{id}/known"));
    let (zhang, zhao) = (office.logged_in("zhang"), office.logged_in("zhao"));
    assert!(!zhao.get("/").1.contains(&key), "nothing is urgent");
    let urgent = [("class", "urgent"), ("reason", "孩子高烧𠅤")];
    assert_eq!(zhang.form(&format!("{here}/class"), &urgent).0, 200);
    let page = zhao.get("/").1;
    assert!(
        page.contains("有来访被标为紧急或危急") && page.contains(&key) && page.contains("已知悉"),
        "{page}"
    );
    assert!(zhao.get(&here).1.contains(&key), "and on its own page");
    assert!(
        !zhang.get(&here).1.contains(&key),
        "an officer of the counter is not asked"
    );
    assert_eq!(zhang.form(&key, &[]).1["code"], "not-allowed");
    assert_eq!(zhao.form(&key, &[]).0, 200);
    let page = zhao.get("/").1;
    assert!(
        !page.contains("有来访被标为紧急或危急") && !page.contains(&key),
        "{page}"
    );
    let page = zhang.get(&here).1;
    assert!(
        page.contains("赵敏 已知悉") && page.contains("<dt>已知悉</dt>"),
        "{page}"
    );
    assert_eq!(zhao.form(&key, &[]).1["code"], "already-noted");
    office.passes(30);
    assert!(!zhao.get("/").1.contains("还没有点"), "no next level");
}

#[test]
fn who_was_being_served_by_somebody_recused_is_told_to_the_leader_and_waits_on_every_page() {
    let office = Office::open(&["zhang", "li", "zhao"]);
    let id = office.visitor("low-income", 1);
    let (zhang, li, zhao) = (
        office.logged_in("zhang"),
        office.logged_in("li"),
        office.logged_in("zhao"),
    );
    assert_eq!(zhang.form("/next", &[]).0, 200);
    assert_eq!(zhang.form(&format!("/visit/{id}/begin"), &[]).0, 200);
    let recuse = Request::Act {
        by: "li".into(),
        visit: VisitId(id.parse().unwrap()),
        action: Action::Recuse("zhang".into()),
    };
    office.desk.ask_blocking(recuse).unwrap();
    let page = zhao.get("/").1;
    assert!(page.contains("正在接待的人员需回避，群众又在等候"), "{page}");
    let page = li.get(&format!("/visit/{id}")).1;
    assert!(
        page.contains("张𬭎 回避，号码回到队列等候") && page.contains("等候"),
        "{page}"
    );
    // The counter is free, and 李 goes on with whoever is first.
    assert_eq!(zhang.form("/next", &[]).1["code"], "nobody-waits");
    assert_eq!(li.form("/next", &[]).0, 200);
    assert!(!zhao.get("/").1.contains("正在接待的人员需回避"));
}

#[test]
fn the_hall_display_says_by_which_rule_people_queue_with_the_minutes_the_office_has_set() {
    let shown = |minutes: u16| {
        let mut of = support::office();
        of.settings.priority_minutes = minutes;
        let office = Office::of(of, &["sun"]);
        let sun = office.logged_in("sun");
        (
            sun.get("/display").1,
            sun.json("GET", "/api/v1/display", &serde_json::Value::Null).1,
        )
    };
    let (page, now) = shown(7);
    let (zh, en) = (
        "优先照顾的群众，按早到 7 分钟排队",
        "Visitors with priority queue as if they had come 7 minutes earlier",
    );
    assert!(page.contains(zh) && page.contains(en), "{page}");
    assert_eq!(
        (now["priority"]["zh"].as_str(), now["priority"]["en"].as_str()),
        (Some(zh), Some(en))
    );
    // An office that gives none promises none.
    let (page, now) = shown(0);
    assert!(
        !page.contains("优先照顾的群众") && page.contains("id=\"rule\" hidden"),
        "{page}"
    );
    assert!(now["priority"].is_null());
}

#[test]
fn a_petition_is_registered_under_the_offices_own_list_and_called_by_its_name() {
    let mut of = support::office();
    let own = |code: &str, zh: &str, en: &str| Content {
        code: code.into(),
        name: Words {
            zh: zh.into(),
            en: en.into(),
        },
    };
    of.contents = vec![
        own("river", "河道治理𠅤", "river works"),
        own("other", "其他", "other"),
    ];
    let office = Office::of(of, &["sun"]);
    let given = support::arrival(None, 1);
    office.desk.ask_blocking(Request::Arrive(given)).unwrap();
    let id = office.desk.snapshot().visits[0].visit.id.to_string();
    let sun = office.logged_in("sun");
    assert_eq!(sun.form(&format!("/visit/{id}/receive"), &[]).0, 200);
    let path = format!("/visit/{id}/petition");
    let page = sun.get(&path).1;
    assert!(
        page.contains("河道治理𠅤") && !page.contains("农村农业"),
        "{page}"
    );
    assert!(
        page.contains("value=\"other\" selected"),
        "until somebody says more: {page}"
    );
    let register = |content: &str| {
        let fields = [
            ("matter", "0"),
            ("category", "appeal"),
            ("item", "6"),
            ("content", content),
            ("name", "王㛃"),
            ("address", "人民路 1 号"),
            ("people", "1"),
        ];
        sun.form(&path, &fields)
    };
    assert_eq!(register("rural").1["code"], "unknown-content");
    assert_eq!(register("river").0, 200);
    let page = sun.get(&format!("/visit/{id}")).1;
    assert!(page.contains("申诉求决 · 河道治理𠅤"), "{page}");
    assert!(sun.get(&path).1.contains("value=\"river\" selected"));
}
