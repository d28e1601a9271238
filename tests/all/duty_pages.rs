//! The duty roster, the calendar and 为什么到这里, as an administrator uses them: in the browser and at the
//! command line, with good tables and bad ones.

use std::path::Path;

use lobby::domain::presence::{Presence, Whereabouts};
use lobby::store::Store;
use serde_json::json;

use crate::console_live::Office;
use crate::program::run;

/// A form with a file, as browsers send it.
fn upload(office: &Office, staff: &str, path: &str, name: &str, bytes: &[u8]) -> (u16, String) {
    let browser = office.logged_in(staff);
    let head = format!(
        "--x\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{}\r\n--x\r\n\
         Content-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n",
        browser.csrf
    );
    let body = [head.as_bytes(), bytes, b"\r\n--x--\r\n"].concat();
    let headers = [("content-type", "multipart/form-data; boundary=x")];
    browser.raw("POST", path, &headers, &body)
}

#[test]
fn a_table_of_the_month_comes_in_through_the_browser() {
    let office = Office::open(&["sun", "zhang"]);
    let table = "日期,星期,班次,值班人员,带班领导\n2026-03-03,二,夜间,李娜,赵敏\n";
    let (gb, _, _) = encoding_rs::GB18030.encode(table);
    let (status, page) = upload(&office, "sun", "/duty/import/turns", "三月.csv", &gb);
    assert_eq!(status, 303, "{page}");
    let (_, page) = office.logged_in("zhang").get("/duty");
    assert!(page.contains("李娜") && page.contains("2026-03-03"), "{page}");
    // An officer may look and not import.
    let (status, page) = upload(&office, "zhang", "/duty/import/turns", "三月.csv", &gb);
    assert_eq!(status, 403, "{page}");
    let (status, file) = office
        .logged_in("zhang")
        .get("/duty/file/turns.csv?from=2026-03-03");
    assert!(
        status == 200 && file.contains("2026-03-03,星期二,夜间,17:30-次日08:30,李娜,赵敏"),
        "{file}"
    );
}

#[test]
fn a_bad_table_is_refused_with_each_line_and_its_remedy_and_changes_nothing() {
    let office = Office::open(&["sun"]);
    let before = office.desk.snapshot().office.clone();
    let bad = "日期,值班人员\n2026-03-03,李四\n三月四日,李娜\n";
    let (status, page) = upload(&office, "sun", "/duty/import/turns", "坏.csv", bad.as_bytes());
    assert_eq!(status, 422);
    for words in ["坏.csv:2", "没有叫“李四”的工作人员", "坏.csv:3", "不是日期"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let (status, page) = upload(
        &office,
        "sun",
        "/duty/import/calendar",
        "x.xlsx",
        b"PK\x03\x04nothing",
    );
    assert!(status == 422 && page.contains("工作簿打不开"), "{page}");
    let (status, _) = upload(&office, "sun", "/duty/import/turns", "x.csv", b"");
    assert_eq!(status, 422, "no file");
    assert_eq!(office.desk.snapshot().office, before);
}

#[test]
fn a_new_years_calendar_takes_hold_at_once() {
    let office = Office::open(&["sun"]);
    let table = "日期,名称,上班,文号\n2027-01-01,元旦,否,国办发明电〔2026〕9号\n";
    let (status, page) = upload(
        &office,
        "sun",
        "/duty/import/calendar",
        "2027.csv",
        table.as_bytes(),
    );
    // One day off is fewer than the law's: imported, and said.
    assert!(status == 200 && page.contains("少于法定的 13 天"), "{page}");
    assert!(office.desk.snapshot().office.calendar.year(2027).is_some());
    let (_, page) = office.logged_in("sun").get("/duty");
    assert!(page.contains("国办发明电〔2026〕9号"), "{page}");
}

#[test]
fn leave_swaps_and_the_handover_log_are_kept_by_forms() {
    let office = Office::open(&["sun", "zhang"]);
    let zhang = office.logged_in("zhang");
    let leave = [("from", "2026-03-03T08:30"), ("until", "2026-03-03T12:00")];
    let (status, said) = zhang.form("/duty/leave", &leave);
    assert_eq!((status, &said["go"]), (200, &json!("/duty")), "{said}");
    let (status, _) = zhang.form("/duty/leave", &[("staff", "li"), leave[0], leave[1]]);
    assert_eq!(status, 403, "others' leave is the general office's");
    let (status, said) = zhang.form(
        "/duty/leave",
        &[("from", "2026-02-02T08:30"), ("until", "2026-02-02T12:00")],
    );
    assert!(status >= 400 && said.to_string().contains("已经过去"), "{said}");
    let (_, page) = zhang.get("/route?matter=low-income&at=2026-03-03T09:00");
    assert!(
        page.contains("A岗 张𬭎：外出到 03-03 12:00") && page.contains("李娜"),
        "{page}"
    );
    let sun = office.logged_in("sun");
    let swap = [
        ("turn", "2026-03-02 17:30:00"),
        ("out", "zhao"),
        ("stand_in", "wu"),
    ];
    assert_eq!(sun.form("/duty/swap", &swap).0, 200);
    assert_eq!(zhang.form("/duty/swap", &swap).0, 403);
    let (status, _) = sun.form("/duty/handover", &[("to", "zhang"), ("note", "王大爷明早再来𠅤")]);
    assert_eq!(status, 200);
    let (_, page) = zhang.get("/duty");
    assert!(
        page.contains("吴强") && page.contains("王大爷明早再来𠅤"),
        "{page}"
    );
}

#[test]
fn a_visits_page_leads_to_why_it_came_here() {
    let office = Office::open(&["zhang"]);
    let visit = office.visitor("low-income", 1);
    let (_, page) = office.logged_in("zhang").get(&format!("/visit/{visit}"));
    let why = format!("/route?visit={visit}&#38;index=0");
    assert!(
        page.contains(&why) || page.contains(&why.replace("&#38;", "&amp;")),
        "{page}"
    );
    let why = format!("/route?visit={visit}&index=0");
    let zhang = office.logged_in("zhang");
    let (status, page) = zhang.get(&why);
    assert!(
        status == 200 && page.contains("张𬭎") && page.contains("A岗"),
        "{page}"
    );
    // He goes out a quarter of an hour later: for what was given to him before nothing changes, and last Monday he was
    // here too.
    office.passes(15);
    assert_eq!(zhang.form("/presence", &[("at", "out")]).0, 200);
    assert_eq!(zhang.get(&why).1, page);
    let (_, monday) = zhang.get("/route?matter=low-income&at=2026-02-09T09:00");
    assert!(
        !monday.contains("外出") && monday.contains("A岗 张𬭎：在岗"),
        "{monday}"
    );
    let (_, now) = zhang.get("/route?matter=low-income&at=2026-03-02T09:45");
    assert!(now.contains("A岗 张𬭎：外出"), "{now}");
    let (status, page) = office.logged_in("zhang").get("/route?matter=nothing");
    assert!(status >= 400 && !page.contains("panicked"), "{page}");
}

#[test]
fn why_a_visit_came_here_is_what_was_written_down_and_not_what_would_be_now() {
    let office = Office::open(&["zhang", "sun"]);
    let sun = office.logged_in("sun");
    let register = |tap: &str, more: &[(&str, &str)]| {
        let fields = [
            ("tap", tap),
            ("matter", "low-income"),
            ("class", "ordinary"),
            ("language", "zh"),
            ("people", "1"),
            ("form", "visit"),
        ];
        let (status, said) = sun.form("/register", &[&fields[..], more].concat());
        assert_eq!(status, 200, "{said}");
        let id = said["go"].as_str().unwrap().replace("/visit/", "");
        sun.get(&format!("/route?visit={id}&index=0")).1
    };
    // Received there and then: no rule sent it.
    let page = register("00000000-0000-0000-0000-000000000080", &[("received", "1")]);
    assert!(
        page.contains("孙丽") && page.contains("首先被问到的人") && !page.contains("张𬭎"),
        "{page}"
    );
    // 张 is complained about by name: 李 is first responder, and it says who stays out.
    let page = register("00000000-0000-0000-0000-000000000081", &[("against-zhang", "1")]);
    for words in ["回避", "张𬭎", "李娜", "B岗", "low-income（第 1 条）"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("A岗"), "{page}");
    let page = sun.get("/register").1;
    assert!(page.contains("against-zhang"), "{page}");
}

#[test]
fn the_command_line_routes_and_takes_tables_in_and_out() {
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join("data");
    std::fs::create_dir(&data).unwrap();
    let (data, table) = (data.to_str().unwrap(), home.path().join("t.xlsx"));
    let table = table.to_str().unwrap();
    let lobby = |arguments: &[&str]| {
        let output = run(&[arguments, &["--demo", data, "--lang", "zh"]].concat());
        let said = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8_lossy(&said).into_owned())
    };
    let (code, said) = lobby(&["route", "low-income", "--at", "2026-03-02T09:00"]);
    assert!(
        code == Some(0) && said.contains("张𬭎") && said.contains("civil-affairs（第 2 条）"),
        "{said}"
    );
    // A year whose notice is not out yet: it says so.
    let (code, said) = lobby(&["route", "low-income", "--at", "2027-01-01T10:00"]);
    assert!(
        code == Some(0) && said.contains("2027 年放假安排尚未公布"),
        "{said}"
    );
    let (_, said) = lobby(&["route", "low-income", "--at", "2026-03-02T09:00"]);
    assert!(!said.contains("尚未公布"), "{said}");
    let (code, said) = lobby(&["route", "没有这个事项"]);
    assert!(code == Some(1) && said.contains("事项目录里没有"), "{said}");
    let (code, said) = lobby(&["roster", "export", "--days", "7", "--out", table]);
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = lobby(&["roster", "import", table]);
    assert!(code == Some(0) && said.contains("已导入"), "{said}");
    // Who has said that they are out is out for the command line too, at that minute and not before it.
    let mut store = Store::open(&Path::new(data).join("lobby.db")).unwrap();
    let presence = Presence {
        at: Whereabouts::Out,
        since: "2026-03-02T10:00:00+08:00".parse().unwrap(),
        until: None,
    };
    let set = store.transact(|tx| lobby::store::set_presence(tx, &"zhanghong".into(), &presence));
    set.unwrap();
    drop(store);
    let (_, said) = lobby(&["route", "low-income", "--at", "2026-03-02T10:30"]);
    assert!(said.contains("A岗 张𬭎：外出") && said.contains("B岗"), "{said}");
    let (_, said) = lobby(&["route", "low-income", "--at", "2026-03-02T09:30"]);
    assert!(said.contains("A岗 张𬭎：在岗"), "{said}");
    let (code, said) = lobby(&["calendar", "show"]);
    assert!(
        code == Some(0) && said.contains("国办发明电〔2025〕7号"),
        "{said}"
    );
    let (code, said) = lobby(&["calendar", "import", table]);
    assert!(code == Some(1) && said.contains("找不到表头"), "{said}");
    let (code, said) = lobby(&["journal", "verify"]);
    assert!(code == Some(0) && said.contains("台账完整"), "{said}");
}
