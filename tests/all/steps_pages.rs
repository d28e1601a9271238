//! The steps beside settling a matter, as staff take them in the browser: the order of several matters, a turn of
//! duty with what goes along, working together, progress told, objections, who answered from when to when.

use lobby::domain::ids::VisitId;

use crate::browser::Browser;
use crate::console_live::{Office, PASSWORD};

/// The visit as the desk has it.
fn visit(office: &Office, id: &str) -> lobby::domain::visit::Visit {
    let id = VisitId(id.parse().unwrap());
    let snapshot = office.desk.snapshot();
    let found = snapshot.visits.iter().find(|it| it.visit.id == id);
    found.unwrap().visit.as_ref().clone()
}

#[test]
fn the_order_of_matters_is_changed_with_keys_and_each_keeps_its_own_officer() {
    let office = Office::open(&["sun", "zheng"]);
    let id = office.visitor("low-income", 1);
    let sun = office.logged_in("sun");
    let page = sun.get(&format!("/visit/{id}")).1;
    assert!(!page.contains("/sequence"), "one matter has no order: {page}");
    assert_eq!(
        sun.form(&format!("/visit/{id}/add"), &[("code", "card-reissue")])
            .0,
        200
    );
    assert!(
        sun.get(&format!("/visit/{id}"))
            .1
            .contains(&format!("/visit/{id}/sequence"))
    );
    let (status, page) = sun.get(&format!("/visit/{id}/sequence"));
    assert_eq!(status, 200);
    for words in [
        "最低生活保障申请",
        "社保卡补办",
        "张𬭎",
        "郑洁",
        "第 1 件",
        "第 2 件",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    // The first cannot go up, the last not down: those keys are dead, and say no to whoever presses them anyway.
    assert_eq!(page.matches(" disabled").count(), 2, "{page}");
    let path = format!("/visit/{id}/sequence");
    assert_eq!(
        sun.form(&path, &[("up", "0"), ("back", "sequence")]).1["code"],
        "out-of-turn"
    );
    let (status, said) = sun.form(&path, &[("up", "1"), ("back", "sequence")]);
    assert_eq!(
        (status, said["go"].as_str()),
        (200, Some(path.as_str())),
        "{said}"
    );
    let turned = visit(&office, &id);
    let order: Vec<u8> = turned.stops.iter().map(|it| it.0).collect();
    assert_eq!(order, [1, 0]);
    assert_eq!(
        turned.ticket.department.as_str(),
        "labour",
        "the visitor waits for the first stop"
    );
    let officers: Vec<&str> = turned.matters.iter().map(|it| it.responsible.as_str()).collect();
    assert_eq!(officers, ["zhang", "zheng"]);
    assert_eq!(sun.form(&path, &[("down", "7")]).1["code"], "not-found");
    // Two matters are two stories of who answered.
    let zheng = office.logged_in("zheng");
    assert_eq!(zheng.form(&format!("/visit/{id}/receive"), &[]).0, 200);
    let page = zheng.get(&format!("/visit/{id}")).1;
    assert_eq!(page.matches("class=\"periods\"").count(), 2, "{page}");
    assert!(
        page.contains("首问责任人") && page.contains("调整了办理顺序"),
        "{page}"
    );
}

#[test]
fn a_turn_of_duty_hands_on_what_is_ticked_and_the_log_says_what() {
    let office = Office::open(&["zhang", "li"]);
    let (first, second) = (office.visitor("low-income", 1), office.visitor("low-income", 2));
    let zhang = office.logged_in("zhang");
    let page = zhang.get("/duty").1;
    let key = |id: &str| format!("take-{id}-0");
    for id in [&first, &second] {
        assert!(page.contains(&key(id)), "{page}");
    }
    let ticked = key(&first);
    let fields = [("to", "li"), ("note", "王大爷明早再来𠅤"), (ticked.as_str(), "1")];
    assert_eq!(zhang.form("/duty/handover", &fields).0, 200);
    assert_eq!(visit(&office, &first).responsible().as_str(), "li");
    assert_eq!(visit(&office, &second).responsible().as_str(), "zhang");
    let li = office.logged_in("li");
    let page = li.get("/duty").1;
    assert!(
        page.contains("交接 A001 2026-03-02") && page.contains("王大爷明早再来𠅤"),
        "{page}"
    );
    assert!(page.contains(&key(&first)), "what li answers for now");
    let page = li.get(&format!("/visit/{first}")).1;
    for words in ["张𬭎", "李娜", "交接班", "首问责任人"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    // Nobody hands on what somebody else answers for.
    let fields = [("to", "li"), ("note", ""), (ticked.as_str(), "1")];
    assert_eq!(zhang.form("/duty/handover", &fields).0, 200);
    assert_eq!(visit(&office, &first).responsible().as_str(), "li");
}

#[test]
fn who_is_away_with_nothing_handed_over_is_shown_so() {
    let office = Office::open(&["zhang", "sun"]);
    let id = office.visitor("low-income", 1);
    let away = "外出，未交接";
    let sun = office.logged_in("sun");
    assert!(!sun.get(&format!("/visit/{id}")).1.contains(away));
    assert_eq!(
        office.logged_in("zhang").form("/presence", &[("at", "out")]).0,
        200
    );
    assert!(sun.get(&format!("/visit/{id}")).1.contains(away));
}

#[test]
fn an_empty_lobby_has_no_call_so_the_officers_screen_says_that_a_visitor_is_here() {
    let office = Office::open(&["zhang", "li"]);
    let id = office.visitor("low-income", 1);
    let zhang = office.logged_in("zhang");
    assert!(zhang.get("/").1.contains("有群众到访"));
    assert!(
        !office.logged_in("li").get("/").1.contains("有群众到访"),
        "zhang answers"
    );
    assert_eq!(zhang.form(&format!("/visit/{id}/receive"), &[]).0, 200);
    assert!(!zhang.get("/").1.contains("有群众到访"));
}

#[test]
fn who_came_back_with_the_papers_rings_at_the_same_officers_screen_and_the_queue_says_for_whom() {
    let office = Office::open(&["zhang", "li", "sun"]);
    let id = office.visitor("low-income", 1);
    let page = |it: &crate::console_live::Browser<'_>| it.get("/").1;
    let (zhang, li, sun) = (
        office.logged_in("zhang"),
        office.logged_in("li"),
        office.logged_in("sun"),
    );
    assert_eq!(zhang.form(&format!("/visit/{id}/receive"), &[]).0, 200);
    let notice = [("matter", "0"), ("told", "writing"), ("note", "户口簿")];
    assert_eq!(zhang.form(&format!("/visit/{id}/notice"), &notice).0, 200);
    assert_eq!(sun.form(&format!("/visit/{id}/return"), &[]).0, 200);
    let (here, waits) = ("补齐材料回来了，等您接待", "补材料回来 · 由张𬭎接待");
    assert!(page(&zhang).contains(here) && page(&zhang).contains(waits));
    assert!(
        !page(&li).contains(here) && page(&li).contains(waits),
        "{}",
        page(&li)
    );
    // Neither of the keys by which another officer would take the visitor is there, nor does it work.
    let receive = format!("/visit/{id}/receive");
    assert!(!li.get(&format!("/visit/{id}")).1.contains(&receive));
    assert_eq!(li.form(&receive, &[]).1["code"], "same-officer");
    // The officer goes out: B post's screen rings instead, and the queue says why.
    assert_eq!(zhang.form("/presence", &[("at", "out")]).0, 200);
    assert!(page(&li).contains(here) && page(&li).contains("补材料回来 · 张𬭎不在，由李娜接待"));
    assert!(!page(&zhang).contains(here));
    assert!(li.get(&format!("/visit/{id}")).1.contains(&receive));
    assert_eq!(li.form(&receive, &[]).0, 200);
    assert!(!page(&li).contains("补材料回来"), "taken is no news");
}

#[test]
fn working_together_and_progress_have_their_forms_and_stand_in_the_story() {
    let office = Office::open(&["zhang", "zheng"]);
    let id = office.visitor("low-income", 1);
    let (zhang, zheng) = (office.logged_in("zhang"), office.logged_in("zheng"));
    assert_eq!(zhang.form(&format!("/visit/{id}/receive"), &[]).0, 200);
    assert_eq!(zheng.get(&format!("/visit/{id}")).0, 403, "not theirs yet");
    let page = zhang.get(&format!("/visit/{id}/join?matter=0")).1;
    assert!(
        page.contains("郑洁") && !page.contains(">李娜"),
        "only of other departments: {page}"
    );
    assert_eq!(
        zhang
            .form(
                &format!("/visit/{id}/join"),
                &[("staff", "zheng"), ("matter", "0")]
            )
            .0,
        200
    );
    assert_eq!(zheng.get(&format!("/visit/{id}")).0, 200);
    assert!(zheng.get("/").1.contains("协办"));
    let path = format!("/visit/{id}/undertake");
    assert_eq!(
        zhang.form(&path, &[("basis", "information"), ("matter", "0")]).0,
        200
    );
    for (verb, field, value) in [
        ("progress", "told", "phone"),
        ("clock", "step", "third-party"),
        ("clock", "step", "heard"),
    ] {
        let (status, page) = zhang.get(&format!("/visit/{id}/{verb}?matter=0"));
        assert!(
            status == 200 && page.contains(&format!("value=\"{value}\"")),
            "{verb}: {page}"
        );
        let fields = [("matter", "0"), (field, value), ("note", "已联系")];
        let (status, said) = zhang.form(&format!("/visit/{id}/{verb}"), &fields);
        assert_eq!(status, 200, "{verb}: {said}");
    }
    let page = zhang.get(&format!("/visit/{id}")).1;
    for words in [
        "请 郑洁 协办",
        "已告知进展（电话）",
        "征求第三方意见，时限暂停",
        "第三方已答复，时限继续",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
}

#[test]
fn what_was_passed_down_is_objected_to_on_its_own_form() {
    let office = Office::open(&["sun"]);
    let sun = office.logged_in("sun");
    let tap = "00000000-0000-0000-0000-000000000077";
    let fields = [
        ("tap", tap),
        ("matter", "card-reissue"),
        ("class", "ordinary"),
        ("language", "zh"),
        ("people", "1"),
        ("form", "assigned"),
        ("received", "1"),
    ];
    let (status, said) = sun.form("/register", &fields);
    assert_eq!(status, 200, "{said}");
    let here = said["go"].as_str().unwrap().to_owned();
    let page = sun.get(&here).1;
    assert!(
        page.contains("提出异议") && page.contains("3月9日前答复"),
        "{page}"
    );
    let (_, said) = sun.form(&format!("{here}/object"), &[("matter", "0"), ("note", "")]);
    assert_eq!(said["code"], "reason-needed");
    let reason = [("matter", "0"), ("note", "应由区人社局办理")];
    assert_eq!(sun.form(&format!("{here}/object"), &reason).0, 200);
    let answer = [("matter", "0"), ("consented", "yes"), ("note", "")];
    assert_eq!(sun.form(&format!("{here}/answer-objection"), &answer).0, 200);
    let page = sun.get(&format!("{here}/close?matter=0")).1;
    assert!(page.contains("已退回交办单位"), "{page}");
}

#[test]
fn of_two_asked_together_the_higher_one_answers_whoever_types() {
    let office = Office::open(&["zhang"]);
    let zhang = office.logged_in("zhang");
    let fields = [
        ("tap", "00000000-0000-0000-0000-000000000078"),
        ("matter", "low-income"),
        ("class", "ordinary"),
        ("language", "zh"),
        ("people", "1"),
        ("form", "visit"),
        ("received", "1"),
        ("asked-wu", "1"),
    ];
    let (status, said) = zhang.form("/register", &fields);
    assert_eq!(status, 200, "{said}");
    let id = said["go"]
        .as_str()
        .unwrap()
        .rsplit('/')
        .next()
        .unwrap()
        .to_owned();
    assert_eq!(visit(&office, &id).responsible().as_str(), "wu");
}

#[test]
fn the_order_is_changed_without_a_mouse() {
    let office = Office::open(&["sun"]);
    let id = office.visitor("low-income", 1);
    let sun = office.logged_in("sun");
    assert_eq!(
        sun.form(&format!("/visit/{id}/add"), &[("code", "card-reissue")])
            .0,
        200
    );
    let browser = Browser::open(1280, 900);
    let (enter, tab) = ("\u{e007}", "\u{e004}");
    browser.goes(&office.url("/login"));
    browser.types("[name=staff]", "sun");
    browser.types("[name=password]", &format!("{PASSWORD}{enter}"));
    browser.sees(".board");
    browser.goes(&office.url(&format!("/visit/{id}")));
    browser.sees(".periods");
    browser.types("body", "o");
    browser.sees(".stops");
    let at = || {
        let script = "return document.activeElement.name + ' ' + document.activeElement.value";
        let focused = browser.runs(script, Vec::new()).unwrap();
        focused.as_str().unwrap().to_owned()
    };
    browser.types("body", tab);
    for _ in 0..40 {
        if at() == "down 0" {
            break;
        }
        browser.types(":focus", tab);
    }
    assert_eq!(at(), "down 0", "the key is reached with Tab alone");
    browser.types(":focus", enter);
    browser.sees_such(".stops li:first-child b", "社保卡补办");
    let order: Vec<u8> = visit(&office, &id).stops.iter().map(|it| it.0).collect();
    assert_eq!(order, [1, 0]);
}

#[test]
fn an_extension_is_approved_in_time_and_told_with_its_reason_on_paper_and_its_delivery_written_down() {
    let office = Office::open(&["sun"]);
    let sun = office.logged_in("sun");
    let here = format!("/visit/{}", office.visitor("low-income", 1));
    let does = |sun: &crate::console_live::Browser<'_>, verb: &str, fields: &[(&str, &str)]| {
        let fields = [&[("matter", "0")], fields].concat();
        let (status, said) = sun.form(&format!("{here}/{verb}"), &fields);
        (status, said["code"].as_str().unwrap_or_default().to_owned())
    };
    let done = (200, String::new());
    assert_eq!(does(&sun, "take-over", &[]), done);
    assert_eq!(does(&sun, "receive", &[]), done);
    let petition = [
        ("category", "appeal"),
        ("item", "6"),
        ("content", "construction"),
        ("people", "1"),
        ("name", "王秀英"),
        ("address", "人民路 1 号"),
        ("claim", "房子漏水𠅤"),
        ("accepted", "2026-03-02"),
    ];
    assert_eq!(does(&sun, "petition", &petition), done);
    assert_eq!(does(&sun, "undertake", &[("basis", "petition-opinion")]), done);
    let document = |sun: &crate::console_live::Browser<'_>| {
        let form = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("x-lobby-csrf", sun.csrf.as_str()),
        ];
        sun.raw(
            "POST",
            &format!("{here}/document"),
            &form,
            b"document=extension&matter=0",
        )
    };
    assert!(!sun.get(&here).1.contains("延期告知书"), "there is none yet");

    // Sixty days end on 1 May, a day off: what was told is 30 April.
    office.until("2026-04-20T09:00:00+08:00");
    let sun = office.logged_in("sun");
    let form = sun.get(&format!("{here}/extend?matter=0")).1;
    assert!(
        form.contains("赵敏") && !form.contains("value=\"li\""),
        "the head or a leader: {form}"
    );
    let extend = |days: &'static str, by: &'static str, note: &'static str| {
        [("days", days), ("approved_by", by), ("note", note)]
    };
    assert_eq!(
        does(&sun, "extend", &extend("30", "li", "情况复杂")).1,
        "not-allowed"
    );
    assert_eq!(
        does(&sun, "extend", &extend("31", "zhao", "情况复杂")).1,
        "extension-too-long"
    );
    assert_eq!(does(&sun, "extend", &extend("30", "zhao", "")).1, "reason-needed");
    assert_eq!(
        does(&sun, "extend", &extend("30", "zhao", "需要鉴定𬭎村的房屋")),
        done
    );
    assert!(sun.get(&here).1.contains("延期告知书"));
    let (status, paper) = document(&sun);
    assert_eq!(status, 200);
    for words in [
        "信访事项延期告知书",
        "王秀英",
        "房子漏水𠅤",
        "经批准，该事项的办理期限延长至2026年5月29日",
        "延期理由：需要鉴定𬭎村的房屋",
        "联系人：孙丽",
        "《信访工作条例》第三十四条",
        "送达回证",
        "2026年4月20日",
    ] {
        assert!(paper.contains(words), "{words}: {paper}");
    }
    let served = [("document", "extension"), ("on", "2026-04-20"), ("way", "hand")];
    assert_eq!(does(&sun, "deliver", &served), done);
    let id = here.rsplit('/').next().unwrap();
    let delivered = visit(&office, id).matters[0].delivered.clone();
    assert_eq!(delivered.len(), 1);
    assert_eq!(delivered[0].document.code(), "extension");
    assert_eq!(
        does(&sun, "extend", &extend("10", "zhao", "还不够")).1,
        "not-extendable"
    );
}

#[test]
fn a_group_of_nine_names_its_representatives_and_gets_its_receipt_and_its_paper() {
    let office = Office::open(&["sun"]);
    let sun = office.logged_in("sun");
    let fields = [
        ("tap", "00000000-0000-0000-0000-000000000079"),
        ("matter", "none"),
        ("class", "ordinary"),
        ("language", "zh"),
        ("people", "9"),
        ("form", "visit"),
        ("received", "1"),
    ];
    let here = sun.form("/register", &fields).1["go"]
        .as_str()
        .unwrap()
        .to_owned();
    let petition = |names: &str| {
        let fields = [
            ("matter", "0"),
            ("category", "appeal"),
            ("item", "6"),
            ("content", "construction"),
            ("people", "9"),
            ("name", "王秀英等九人"),
            ("address", "人民路 1 号"),
            ("representatives", names),
            ("claim", "房子漏水𠅤"),
        ];
        sun.form(&format!("{here}/petition"), &fields)
    };
    assert_eq!(petition("").1["code"], "representatives");
    assert_eq!(petition("一\n二\n三\n四\n五\n六").1["code"], "representatives");
    assert_eq!(petition("王秀英\n李国华").0, 200);
    let id = here.rsplit('/').next().unwrap();
    let taken = visit(&office, id);
    let papers: Vec<&str> = taken.slips.iter().map(|it| it.paper.code()).collect();
    assert_eq!(papers, ["slip", "petition"], "登记凭条 at once");
    let page = sun.get(&here).1;
    assert!(
        page.contains("3月17日前答复") && page.contains("A4 告知书"),
        "{page}"
    );
    // The paper on A4 with its keys; then how and when it reached them, and the clock has stopped.
    let form = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("x-lobby-csrf", sun.csrf.as_str()),
    ];
    let (status, paper) = sun.raw(
        "POST",
        &format!("{here}/document"),
        &form,
        b"document=information&matter=0",
    );
    assert_eq!(status, 200);
    for words in [
        "王秀英等九人",
        "房子漏水𠅤",
        "信访工作条例》第二十三条",
        "送达回证",
        "data-hotkey=\"p\"",
    ] {
        assert!(paper.contains(words), "{words}: {paper}");
    }
    let page = sun
        .get(&format!("{here}/deliver?matter=0&document=information"))
        .1;
    assert!(page.contains("value=\"information\" checked"), "{page}");
    let fields = [
        ("matter", "0"),
        ("document", "information"),
        ("way", "hand"),
        ("on", "2026-03-02"),
    ];
    assert_eq!(sun.form(&format!("{here}/deliver"), &fields).0, 200);
    let page = sun.get(&here).1;
    assert!(
        !page.contains("3月17日前答复") && page.contains("直接送达"),
        "{page}"
    );
}
