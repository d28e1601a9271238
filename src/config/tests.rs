//! Files with mistakes, and what the lobby says to each.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use expect_test::{Expect, expect};

use super::*;
use crate::domain::office::{Language, MatterKind};
use crate::domain::roster::DutyPost;
use crate::domain::taking::Taking;

const PROFILES: &[&str] = &["generic-58", "generic-80"];

const KIOSK: &str = r#"[office]
site = "linhe"
kiosk = "hall-1"
name = "临河街道办事处"
name_en = "Linhe Sub-district Office"
address = "河沿路 88 号"
address_en = "88 Heyan Road"
phone = "0500-8110101"
reception = "general"
[hours]
days = ["mon-fri"]
spans = ["08:30-12:00", "14:30-17:30"]
[data]
dir = "data"
[screen]
mode = "headless"
[printer]
port = "/dev/lobby-printer"
profile = "generic-80"
[console]
listen = "127.0.0.1:8620"
"#;

const ROUTING: &str = r#"review = "upper"
[[department]]
code = "general"
name = "党政综合办公室"
name_en = "General Office"
room = "101"
phone = "0500-8110101"
queue = "A"
a_post = "lin"
b_post = "he"
head = "zhou"
[[department]]
code = "civil"
name = "社会事务办公室"
name_en = "Civil Affairs"
room = "203"
phone = "0500-8110203"
queue = "C"
a_post = "zhang"
b_post = "lu"
head = "lu"
[[counter]]
id = 1
name = "综合窗口"
name_en = "General counter"
room = "大厅"
departments = ["general", "civil"]
[[matter]]
code = "dibao"
name = "低保申请"
name_en = "Subsistence allowance"
kind = "service"
bring = ["身份证"]
bring_en = ["Identity card"]
limit = "30 个工作日"
limit_en = "30 working days"
minutes = 25
[[matter]]
code = "petition"
name = "信访登记"
name_en = "Petition"
kind = "petition"
bring = []
limit = "15 日"
limit_en = "15 days"
minutes = 30
[[rule]]
id = "civil"
when = { matter = "dibao" }
to = "civil"
[[rule]]
id = "rest"
to = "general"
[[body]]
code = "upper"
name = "区信访局"
name_en = "District petitions office"
matters = "复查"
matters_en = "Reviews"
address = "区府路 1 号"
address_en = "1 District Road"
phone = "0500-8120001"
"#;

const ROSTER: &str = r#"otherwise = "zhou"
[[staff]]
id = "zhou"
name = "周建国"
post = "主任"
department = "general"
phone = "0500-8110102"
roles = ["reception", "leader", "administrator"]
[[staff]]
id = "lin"
name = "林晓燕"
post = "接待员"
department = "general"
phone = "0500-8110101"
roles = ["reception"]
counter = 1
[[staff]]
id = "he"
name = "何文俊"
post = "接待员"
department = "general"
phone = "0500-8110101"
roles = ["reception"]
[[staff]]
id = "zhang"
name = "张𬭎"
post = "民政专员"
department = "civil"
phone = "0500-8110204"
roles = ["officer"]
[[staff]]
id = "lu"
name = "陆一帆"
post = "民政办事员"
department = "civil"
phone = "0500-8110204"
roles = ["officer"]
[[shift]]
days = ["mon-fri"]
from = "08:30"
until = "17:30"
staff = ["zhou", "lin", "he", "zhang", "lu"]
[[shift]]
days = ["mon-sun"]
from = "00:00"
until = "00:00"
staff = ["zhou"]
duty = true
"#;

/// A folder with the three files of a small office in it, to be spoilt.
struct Files(tempfile::TempDir);

impl Files {
    fn good() -> Self {
        let files = Self(tempfile::tempdir().unwrap());
        files
            .write("kiosk.toml", KIOSK)
            .write("routing.toml", ROUTING)
            .write("roster.toml", ROSTER);
        files
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> &Self {
        fs::write(self.path(name), bytes).unwrap();
        self
    }

    fn replace(&self, name: &str, old: &str, new: &str) -> &Self {
        let text = fs::read_to_string(self.path(name)).unwrap();
        assert!(text.contains(old), "{name} has no {old}");
        self.write(name, text.replacen(old, new, 1))
    }

    fn load(&self) -> Result<Config, Vec<Mistake>> {
        load(&self.path("kiosk.toml"), PROFILES)
    }

    /// Place, code and English words of everything told, one a line.
    fn told(&self) -> String {
        let told = match self.load() {
            Ok(config) => config.warnings,
            Err(told) => told,
        };
        let folder = format!("{}/", self.0.path().display());
        let mut text = String::new();
        for it in &told {
            let mark = if it.severity() == Severity::Error {
                "!"
            } else {
                "?"
            };
            writeln!(text, "{mark} {}: {} ({})", it.place(), it.says().en, it.code()).unwrap();
        }
        text.replace(&folder, "")
    }

    fn check(&self, told: Expect) {
        told.assert_eq(&self.told());
    }
}

#[test]
fn a_good_office_is_read_whole() {
    let files = Files::good();
    let config = files.load().unwrap();
    assert_eq!(config.warnings, []);
    let office = &config.office;
    assert_eq!(
        office.identity.name.get(Language::English),
        "Linhe Sub-district Office"
    );
    assert_eq!(office.staff[3].name.zh, "张𬭎");
    assert_eq!(config.data_dir, files.path("data"));
    let dibao = office.matter(&"dibao".into());
    let routed = office.routing.route(dibao, |_| true);
    assert_eq!(
        (routed.department.as_str(), routed.rule.as_str()),
        ("civil", "civil")
    );
    assert_eq!(office.routing.route(None, |_| true).rule.as_str(), "rest");
    let duty = office.duty(
        &routed.department,
        dibao,
        "2026-03-02T09:00:00+08:00".parse().unwrap(),
    );
    assert_eq!((duty.responder.as_str(), duty.post), ("zhang", DutyPost::A));
    assert_eq!(config.console.listen.to_string(), "127.0.0.1:8620");
    assert!(config.sync.is_none());
}

#[test]
fn the_documented_defaults_are_without_mistakes_or_warnings() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy");
    let config = load(&folder.join("kiosk.toml"), PROFILES).unwrap_or_else(|told| {
        panic!(
            "{}",
            told.iter()
                .map(|it| it.report(None))
                .collect::<Vec<_>>()
                .join("\n")
        )
    });
    assert_eq!(config.warnings, []);
    let office = &config.office;
    assert!(office.departments.len() >= 12 && office.matters.len() >= 40 && office.staff.len() >= 25);
    for kind in MatterKind::ALL {
        assert!(
            office.matters.iter().any(|it| it.kind == kind),
            "no matter of kind {}",
            kind.code()
        );
    }
    for matter in &office.matters {
        assert_ne!(matter.name.zh, matter.name.en, "{} has English", matter.code);
        let routed = office.routing.route(Some(matter), |_| true);
        assert!(office.department(&routed.department).is_some());
    }
    // Every setting of the manual that says it is the default is.
    assert_eq!(office.settings, crate::domain::office::Settings::default());
    // Every department has a counter to call to, and reception has one for everybody.
    assert_eq!(office.general_counter().unwrap().name.zh, "综合窗口");
}

#[test]
fn the_demonstration_office_is_the_documented_one() {
    let data = tempfile::tempdir().unwrap();
    let config = demo(data.path(), PROFILES);
    assert_eq!(config.office.identity.site.as_str(), "linhe");
    assert_eq!(config.data_dir, data.path());
}

#[test]
fn the_optional_settings_of_the_manual_are_ones_that_are_understood() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy");
    let manual = fs::read_to_string(folder.join("kiosk.toml")).unwrap();
    let mut all = String::new();
    for line in manual.lines() {
        let setting = line.strip_prefix("# ").filter(|it| {
            it.starts_with('[') || it.split_once(" = ").is_some_and(|(key, _)| !key.contains(' '))
        });
        all.push_str(setting.unwrap_or(line));
        all.push('\n');
    }
    let key = "0123456789abcdef".repeat(4);
    let all = all.replace("2f8b…", &key).replace("self_signed = true\n", "");
    let files = Files::good();
    for (name, text) in [
        ("office-password", "geheim\n"),
        ("console.pem", ""),
        ("console-key.pem", ""),
    ] {
        files.write(name, text);
    }
    for name in ["sync.pem", "sync-key.pem", "office-ca.pem"] {
        files.write(name, "");
    }
    for name in ["routing.toml", "roster.toml"] {
        files.write(name, fs::read(folder.join(name)).unwrap());
    }
    files.write("kiosk.toml", all);
    files.load().unwrap_or_else(|told| panic!("{told:#?}"));
    let config = files.load().unwrap();
    let sync = config.sync.expect("the manual shows a [sync]");
    assert_eq!(sync.at, NaiveTime::from_hms_opt(2, 0, 0).unwrap());
    assert_eq!(sync.jitter_minutes, 30);
    assert_eq!(sync.office_public_key.unwrap()[..2], [0x01, 0x23]);
    assert_eq!(
        sync.password.as_ref().map(|it| it.reveal().as_str()),
        Some("geheim")
    );
    assert!(!format!("{sync:?}").contains("geheim"));
    assert_eq!(config.printer.unwrap().baud, Some(9600));
    assert!(matches!(config.console.tls, Tls::Files { .. }));
    assert_eq!(
        config.office.identity.public_url.as_deref(),
        Some("https://lobby.example.gov.cn")
    );
}

#[test]
fn every_mistake_of_all_three_files_is_told_in_one_go() {
    let files = Files::good();
    files
        .replace(
            "kiosk.toml",
            "reception = \"general\"",
            "reception = \"genral\"\ncolour = \"red\"",
        )
        .replace("kiosk.toml", "phone = \"0500-8110101\"", "phone = \"call us\"")
        .replace("kiosk.toml", "generic-80", "generic-8O")
        .replace("kiosk.toml", "127.0.0.1", "0.0.0.0")
        .replace("routing.toml", "queue = \"C\"", "queue = \"A\"")
        .replace("routing.toml", "b_post = \"lu\"", "b_post = \"zhang\"")
        .replace("routing.toml", "kind = \"service\"", "kind = \"servise\"")
        .replace("routing.toml", "minutes = 30", "minutes = \"30\"")
        .replace("routing.toml", "to = \"civil\"", "to = \"civic\"")
        .replace("roster.toml", "counter = 1", "counter = 7")
        .replace("roster.toml", "\"lin\", \"he\"", "\"lin\", \"hee\"")
        .replace("roster.toml", "until = \"17:30\"", "until = \"25:30\"");
    files.check(expect![[r#"
        ! kiosk.toml:8: phone = call us is no telephone number (bad-phone)
        ! kiosk.toml:9: reception: there is no department genral (unknown-department)
        ! kiosk.toml:10: [office] has no setting colour (unknown-key)
        ! kiosk.toml:20: there is no printer profile generic-8O (unknown-profile)
        ! kiosk.toml:22: 0.0.0.0:8620 is open to the network without a certificate, so passwords could be read (listen-needs-tls)
        ! routing.toml:18: queue = A stands on line 8 already (duplicate)
        ! routing.toml:20: A post and B post of civil are the same person (zhang) (same-posts)
        ! routing.toml:32: kind cannot be servise (not-one-of)
        ! routing.toml:46: minutes must be a whole number (wrong-type)
        ! routing.toml:50: to: there is no department civic (unknown-department)
        ! roster.toml:16: counter: there is no counter 7 (unknown-counter)
        ! roster.toml:41: until = 25:30 is no time of day (bad-time)
        ! roster.toml:42: staff: there is nobody called hee (unknown-staff)
    "#]]);
}

#[test]
fn a_mistake_says_what_to_do_in_both_languages() {
    let files = Files::good();
    files.replace("kiosk.toml", "reception = \"general\"", "reception = \"genral\"");
    let told = files.load().unwrap_err();
    let report = told[0]
        .report(None)
        .replace(&format!("{}/", files.0.path().display()), "");
    expect![[r#"
        kiosk.toml:9: 错误 error [unknown-department]
            reception：没有代码为“genral”的科室
            → 改成 routing.toml 里已有的科室（general, civil），或先加上这个科室
            reception: there is no department genral
            → name one of routing.toml (general, civil), or add it there first"#]]
    .assert_eq(&report);
    assert_eq!(told[0].report(Some(Language::Chinese)).lines().count(), 3);
}

#[test]
fn a_file_that_is_no_toml_hides_no_mistake_of_the_others_and_draws_none_after_it() {
    let files = Files::good();
    files
        .replace("routing.toml", "room = \"101\"", "room = \"101")
        .replace("roster.toml", "phone = \"0500-8110102\"", "phone = \"?\"")
        .replace("kiosk.toml", "mode = \"headless\"", "mode = \"headles\"");
    files.check(expect![[r#"
        ! kiosk.toml:16: mode cannot be headles (not-one-of)
        ! routing.toml:6: not TOML: invalid basic string, expected `"` (syntax)
        ! roster.toml:7: phone = ? is no telephone number (bad-phone)
    "#]]);
}

#[test]
fn missing_things_are_named() {
    let files = Files::good();
    files
        .replace("kiosk.toml", "site = \"linhe\"\n", "")
        .replace("kiosk.toml", "[data]\ndir = \"data\"\n", "")
        .replace(
            "kiosk.toml",
            "spans = [\"08:30-12:00\", \"14:30-17:30\"]",
            "spans = []",
        )
        .replace("routing.toml", "a_post = \"zhang\"\n", "")
        .replace("roster.toml", "roles = [\"officer\"]\n", "");
    files.check(expect![[r#"
        ! kiosk.toml: there is no [data] (missing-table)
        ! kiosk.toml:1: [office] lacks site (missing-key)
        ! kiosk.toml:9: spans is empty (empty)
        ! routing.toml:12: [[department]] lacks a_post (missing-key)
        ! roster.toml:24: [[staff]] lacks roles (missing-key)
    "#]]);
    fs::remove_file(files.path("roster.toml")).unwrap();
    fs::remove_file(files.path("routing.toml")).unwrap();
    fs::create_dir(files.path("routing.toml")).unwrap();
    files.write("kiosk.toml", "");
    files.check(expect![[r#"
        ! kiosk.toml: there is no [office] (missing-table)
        ! kiosk.toml: there is no [hours] (missing-table)
        ! kiosk.toml: there is no [data] (missing-table)
        ! kiosk.toml: there is no [screen] (missing-table)
        ! kiosk.toml: there is no [printer] (missing-table)
        ! kiosk.toml: there is no [console] (missing-table)
        ! routing.toml: this is not a regular file (not-a-file)
        ! roster.toml: the file cannot be read: No such file or directory (os error 2) (cannot-read)
    "#]]);
}

#[test]
fn an_office_that_takes_petitions_is_asked_who_reviews_its_replies() {
    let files = Files::good();
    files.write("routing.toml", ROUTING.replacen("review = \"upper\"\n", "", 1));
    expect![[r#"
        ? routing.toml: no review: replies to petitions name the reviewing body only as the one above (no-review-body)
    "#]]
    .assert_eq(&files.told());
}

#[test]
fn rules_that_can_never_match_are_refused() {
    let rule = |rules: &str| {
        let files = Files::good();
        let (before, after) = ROUTING.split_once("[[rule]]").unwrap();
        let (_, bodies) = after.split_once("[[body]]").unwrap();
        files.write("routing.toml", format!("{before}{rules}[[body]]{bodies}"));
        files.told()
    };
    let last = "[[rule]]\nid = \"rest\"\nto = \"general\"\n";
    let one =
        |id: &str, when: &str| format!("[[rule]]\nid = \"{id}\"\nwhen = {{ {when} }}\nto = \"civil\"\n");
    let told = [
        rule(&one("only", "kind = \"service\"")),
        rule(&format!(
            "{}{}{last}",
            one("a", "kind = \"service\""),
            one("b", "matter = \"dibao\"")
        )),
        rule(&format!("{}{last}", one("seals", "kind = \"seal\""))),
        rule(&format!(
            "{}{last}",
            one("both", "matter = \"dibao\", kind = \"petition\"")
        )),
        rule(&format!("{}{last}", one("none", ""))),
        rule(&format!("{}{last}", one("gone", "matters = [\"dibau\"]"))),
        rule(&format!(
            "{last}{}{}",
            last.replace("rest", "more"),
            one("c", "kind = \"service\"")
        )),
        rule(&format!("{}{}", one("rest", "kinds = [\"service\"]"), last)),
    ];
    expect![[r#"
        ! routing.toml:47: the last rule only has a condition, so some matters have no department (last-has-condition)

        ! routing.toml:51: rule b can never match: rule a before it takes all its matters (rule-shadowed)

        ! routing.toml:47: rule seals can never match: no matter of the catalogue fits (rule-never-matches)

        ! routing.toml:47: rule both can never match: no matter of the catalogue fits (rule-never-matches)

        ! routing.toml:49: the when of rule none is empty (empty-condition)

        ! routing.toml:49: when: there is no matter dibau (unknown-matter)

        ! routing.toml:50: rule more can never match: rule rest before it takes all its matters (rule-shadowed)
        ! routing.toml:53: the last rule c has a condition, so some matters have no department (last-has-condition)
        ! routing.toml:53: rule c can never match: rule rest before it takes all its matters (rule-shadowed)

        ! routing.toml:52: id = rest stands on line 48 already (duplicate)
    "#]]
    .assert_eq(&told.join("\n"));
}

#[test]
fn an_office_that_would_start_but_not_work_well_is_warned() {
    let files = Files::good();
    files
        .replace("routing.toml", "name_en = \"Petition\"\n", "")
        .replace("routing.toml", "bring_en = [\"Identity card\"]\n", "")
        .replace(
            "roster.toml",
            "phone = \"0500-8110204\"",
            "phone = \"138 0013 8000\"",
        )
        .replace("roster.toml", "\"administrator\"", "\"officer\"")
        .replace("roster.toml", "\"zhang\", \"lu\"", "\"zhou\"")
        .replace(
            "roster.toml",
            "department = \"civil\"",
            "department = \"general\"",
        )
        .replace("roster.toml", "[\"mon-sun\"]", "[\"mon-sat\"]");
    files.check(expect![[r#"
        ? routing.toml:12: zhang, a post of civil, belongs to general and does not see its queue (post-elsewhere)
        ? routing.toml:12: zhang, a post of civil, is on no shift of work (post-never-works)
        ? routing.toml:12: lu, a post of civil, is on no shift of work (post-never-works)
        ? routing.toml:28: dibao bring has no English (no-english)
        ? routing.toml:37: petition has no English (no-english)
        ? roster.toml: nobody has the role administrator (no-role)
        ? roster.toml: nobody of civil is on duty (mon 08:30); visitors fall back to reception (nobody-on-duty)
        ? roster.toml: nobody is on the duty list (sun 00:00); zhou answers for visitors (nobody-outside-hours)
        ? roster.toml:29: phone looks like a mobile number and is printed on slips (private-mobile)
    "#]]);
    let office = files.load().unwrap().office;
    assert_eq!(
        office.matters[1].name.en, "信访登记",
        "the Chinese stands in for missing English"
    );
}

#[test]
fn a_matter_has_days_hours_numbers_and_a_rest_of_its_own_and_mistakes_in_them_are_told() {
    let office = Files::good();
    let own = "minutes = 25\ndays = [\"tue\", \"thu\"]\nspans = [\"09:00-11:30\"]\nquota = 30\nrests_until = 2026-03-15\n";
    let config = office
        .replace("routing.toml", "minutes = 25\n", own)
        .load()
        .unwrap();
    let taking = &config.office.matters[0].taking;
    assert_eq!(
        (taking.days.len(), taking.spans.len(), taking.quota),
        (2, 1, Some(30))
    );
    assert!(
        taking
            .rests
            .is_some_and(|it| it.from.is_none() && it.until.is_some())
    );
    assert_eq!(config.office.matters[1].taking, Taking::default());
    let office = Files::good();
    let wrong =
        "minutes = 25\ndays = [\"sat\"]\nquota = 0\nrests_from = 2026-03-15\nrests_until = 2026-03-01\n";
    office.replace("routing.toml", "minutes = 25\n", wrong);
    let told = office.told();
    for code in ["(rests-backwards)", "(never-taken)", "quota"] {
        assert!(told.contains(code), "{code} in {told}");
    }
}

#[test]
fn what_petitions_are_about_is_the_offices_own_list_and_doubles_and_empty_names_in_it_are_told() {
    let office = Files::good();
    let usual = office.load().unwrap();
    let listed = |config: &Config| {
        let contents = config.office.contents.iter();
        let told = contents.map(|it| format!("{} {}", it.code, it.name.zh));
        told.collect::<Vec<_>>()
    };
    assert_eq!(listed(&usual).len(), 14);
    assert_eq!(listed(&usual)[0], "rural 农村农业");
    assert_eq!(listed(&usual)[13], "other 其他");
    // Ours keep their names unless the office says otherwise; its own have one.
    let own = "[[content]]\ncode = \"river\"\nname = \"河道治理𠅤\"\nname_en = \"river works\"\n\
        [[content]]\ncode = \"rural\"\n\
        [[content]]\ncode = \"civil\"\nname = \"民政和养老\"\nname_en = \"civil affairs\"\n[data]\n";
    let config = office.replace("kiosk.toml", "[data]\n", own).load().unwrap();
    assert_eq!(
        listed(&config),
        ["river 河道治理𠅤", "rural 农村农业", "civil 民政和养老"]
    );
    // What was registered under a line the office has left out goes on to be called by it.
    assert_eq!(config.office.content_name(&"labour".into()).zh, "劳动社保");
    assert_eq!(config.office.content_name(&"never-was".into()).zh, "never-was");
    assert!(config.office.content(&"labour".into()).is_none());

    let office = Files::good();
    let wrong = "[[content]]\ncode = \"river\"\n\
        [[content]]\ncode = \"rural\"\n\
        [[content]]\ncode = \"rural\"\nname = \"乡村\"\n\
        [[content]]\ncode = \"farms\"\nname = \"农村农业\"\nname_en = \"farms\"\n\
        [[content]]\ncode = \"empty\"\nname = \" \"\n\
        [[content]]\ncode = \"Big\"\nname = \"大\"\nname_en = \"big\"\n\
        [[content]]\nname = \"没有代码\"\ncolour = 3\n[data]\n";
    office.replace("kiosk.toml", "[data]\n", wrong);
    office.check(expect![[r#"
        ! kiosk.toml:13: [[content]] lacks name (missing-key)
        ? kiosk.toml:17: rural has no English (no-english)
        ! kiosk.toml:18: code = rural stands on line 16 already (duplicate)
        ! kiosk.toml:20: name = 农村农业 stands on line 15 already (duplicate)
        ! kiosk.toml:26: name is empty (empty)
        ! kiosk.toml:28: code = Big is not a code (bad-code)
        ! kiosk.toml:31: [[content]] lacks code (missing-key)
        ? kiosk.toml:31: [[content]] has no English (no-english)
        ! kiosk.toml:33: [[content]] has no setting colour (unknown-key)
    "#]]);
}

#[test]
fn a_department_that_goes_home_at_noon_is_found() {
    let files = Files::good();
    files.replace(
        "roster.toml",
        "until = \"17:30\"\nstaff = [\"zhou\", \"lin\", \"he\", \"zhang\", \"lu\"]",
        "until = \"16:00\"\nstaff = [\"zhang\", \"lu\", \"lin\"]",
    );
    files.check(expect![[r#"
        ? routing.toml:2: he, a post of general, is on no shift of work (post-never-works)
        ? roster.toml: reception (general) is not manned (mon 16:00) (reception-unmanned)
        ? roster.toml: nobody of civil is on duty (mon 16:00); visitors fall back to reception (nobody-on-duty)
    "#]]);
}

#[test]
fn what_would_not_fit_on_a_slip_or_hides_characters_is_refused() {
    let files = Files::good();
    let long = "临河街道办事处".repeat(3);
    files
        .replace(
            "kiosk.toml",
            "name = \"临河街道办事处\"",
            &format!("name = \"{long}\""),
        )
        .replace("kiosk.toml", "\"河沿路 88 号\"", "\"河沿路\\u0007 88 号\"")
        .replace("routing.toml", "\"低保申请\"", "\"低保\\u202e申请\"")
        .replace("routing.toml", "code = \"petition\"", "code = \"Petition 1\"")
        .replace("routing.toml", "queue = \"C\"", "queue = \"c\"")
        .replace("roster.toml", "name = \"陆一帆\"", "name = \"  \"");
    files.check(expect![[r#"
        ! kiosk.toml:4: name is too long for slip and screen (42 columns) (too-long)
        ! kiosk.toml:6: address holds a control character or line break (control-character)
        ! routing.toml:18: c is no queue letter (bad-letter)
        ! routing.toml:30: name holds a control character or line break (control-character)
        ! routing.toml:39: code = Petition 1 is not a code (bad-code)
        ! roster.toml:33: name is empty (empty)
    "#]]);
}

#[test]
fn times_are_told_apart_from_what_only_looks_like_them() {
    let files = Files::good();
    files
        .replace("kiosk.toml", "[\"mon-fri\"]", "[\"mon-fri\", \"someday\"]")
        .replace("kiosk.toml", "\"14:30-17:30\"", "\"11:30-17:30\", \"18:00-17:00\"")
        .replace("roster.toml", "[[shift]]", "[[absence]]\nstaff = \"lu\"\nfrom = 2026-03-05\nuntil = 2026-03-02T09:00:00\n[[absence]]\nstaff = \"lu\"\nfrom = 2026-03-05T08:00:00Z\nuntil = \"soon\"\n[[shift]]");
    files.check(expect![[r#"
        ! kiosk.toml:11: someday is no day of the week (bad-day)
        ! kiosk.toml:12: the span 11:30-17:30 must begin after 08:30-12:00 has ended (spans-out-of-order)
        ! kiosk.toml:12: 18:00-17:00 is no span of time (bad-span)
        ! roster.toml:41: the absence of lu ends before it begins (absence-backwards)
        ! roster.toml:44: from is not a usable date (bad-date)
        ! roster.toml:45: until is not a usable date (bad-date)
    "#]]);
}

#[test]
fn the_doors_of_the_box_are_checked() {
    let files = Files::good();
    let console = "[console]\nlisten = \"0.0.0.0:8620\"\ncertificate = \"no.pem\"\nself_signed = true\n[sync]\nurl = \"postgresql://box:geheim@db.office.example/lobby\"\noffice_public_key = \"abc\"\npassword_file = \"pw\"\n[log]\nlevel = \"loud\"\n";
    files
        .replace(
            "kiosk.toml",
            "phone =",
            "public_url = \"http://lobby.example/\"\nphone =",
        )
        .replace("kiosk.toml", "[console]\nlisten = \"127.0.0.1:8620\"\n", console)
        .replace(
            "kiosk.toml",
            "profile = \"generic-80\"",
            "profile = \"mine/printer.toml\"\nbaud = 9601",
        )
        .replace(
            "kiosk.toml",
            "mode = \"headless\"",
            "mode = \"headless\"\nrotate = 45\nwidth = 99999999999999999999\nmm_per_px = 7\ntouch_matrix = [1, 1, 0, 1, 1, 0]",
        )
        .write("pw", "one\ntwo\n");
    let told = files.told();
    assert!(!told.contains("geheim"), "a password is never told");
    let folder = files.0.path().display().to_string();
    expect![[r#"
        ! kiosk.toml:8: public_url is not a usable address (bad-url)
        ! kiosk.toml:18: rotate cannot be 45 (not-one-of)
        ! kiosk.toml:19: width is out of range (out-of-range)
        ! kiosk.toml:20: mm_per_px is out of range (out-of-range)
        ! kiosk.toml:21: touch_matrix presses the whole screen into a line (flat-touch)
        ! kiosk.toml:24: profile: mine/printer.toml does not exist or cannot be read (no-such-file)
        ! kiosk.toml:25: baud cannot be 9601 (not-one-of)
        ! kiosk.toml:28: certificate is set without key (half-certificate)
        ! kiosk.toml:28: certificate: no.pem does not exist or cannot be read (no-such-file)
        ! kiosk.toml:31: url holds a password (password-in-url)
        ! kiosk.toml:32: office_public_key is no public key (bad-public-key)
        ? kiosk.toml:33: other users may read pw (secret-readable)
        ! kiosk.toml:33: the password file pw must hold one line (bad-password)
        ! kiosk.toml:35: level cannot be loud (not-one-of)
    "#]]
    .assert_eq(&told.replace(&format!("{folder}/"), ""));
}

#[test]
fn the_network_sees_the_console_only_with_a_certificate() {
    let console = |lines: &str| {
        let files = Files::good();
        files.replace("kiosk.toml", "listen = \"127.0.0.1:8620\"", lines);
        files
            .load()
            .map(|it| it.console.tls)
            .map_err(|it| it.iter().map(Mistake::code).collect::<Vec<_>>())
    };
    assert_eq!(console("listen = \"[::1]:1\""), Ok(Tls::Off));
    assert_eq!(
        console("listen = \"10.0.0.9:443\""),
        Err(vec!["listen-needs-tls".to_owned()])
    );
    assert_eq!(
        console("listen = \"[::]:443\""),
        Err(vec!["listen-needs-tls".to_owned()])
    );
    assert_eq!(
        console("listen = \"localhost\""),
        Err(vec!["bad-listen".to_owned()])
    );
    assert_eq!(
        console("listen = \"10.0.0.9:443\"\nself_signed = true"),
        Ok(Tls::SelfSigned)
    );
}

#[test]
fn a_database_elsewhere_must_be_known_by_its_certificate() {
    let sync = |url: &str| {
        let files = Files::good();
        let text = format!(
            "{KIOSK}[sync]\nurl = \"{url}\"\noffice_public_key = \"{}\"\n",
            "ab".repeat(32)
        );
        files.write("kiosk.toml", text);
        files.load().map(|_| ()).map_err(|it| it[0].code())
    };
    for here in [
        "postgresql://box@localhost/lobby",
        "postgres://box@127.0.0.1:5433/lobby",
        "postgresql://box@[::1]/lobby",
        "postgresql://box@%2Frun%2Fpostgresql/lobby",
        "postgresql://box@/lobby?host=/run/postgresql",
    ] {
        assert_eq!(sync(here), Ok(()), "{here}");
    }
    assert_eq!(
        sync("postgresql://box@db.office/lobby"),
        Err("sync-needs-ca".to_owned())
    );
    assert_eq!(
        sync("postgresql://box@localhost.evil.example/lobby"),
        Err("sync-needs-ca".to_owned())
    );
    for wrong in [
        "mysql://box@db/lobby",
        "postgresql://db/lobby",
        "postgresql://box@db",
        "postgresql://box@db/",
    ] {
        assert_eq!(sync(wrong), Err("bad-sync-url".to_owned()), "{wrong}");
    }
    assert_eq!(
        sync("postgresql://box@localhost/lobby?password=x"),
        Err("password-in-url".to_owned())
    );
}

#[test]
fn an_office_without_printer_says_so_and_needs_no_port() {
    let files = Files::good();
    files.replace(
        "kiosk.toml",
        "port = \"/dev/lobby-printer\"\nprofile = \"generic-80\"",
        "enabled = false",
    );
    assert_eq!(files.load().unwrap().printer, None);
}

#[test]
fn a_file_saved_by_another_editor_is_read_or_explained() {
    let files = Files::good();
    files.write("kiosk.toml", format!("\u{feff}{}", KIOSK.replace('\n', "\r\n")));
    assert_eq!(files.told(), "");
    // GBK, as an old editor saves it: 临河 is C1 D9 BA D3.
    files.write(
        "kiosk.toml",
        b"[office]\nsite = \"linhe\"\nname = \"\xc1\xd9\xba\xd3\"\n",
    );
    files.check(expect![[r#"
        ! kiosk.toml:3: the text of this line is not UTF-8 (not-utf8)
    "#]]);
}

#[test]
fn half_a_pair_of_posts_is_joined_with_the_departments() {
    let files = Files::good();
    files.replace("routing.toml", "minutes = 25", "minutes = 25\na_post = \"lu\"");
    files.check(expect![[r#"
        ! routing.toml:28: A post and B post of dibao are the same person (lu) (same-posts)
    "#]]);
}

#[test]
fn one_room_for_two_departments_and_phones_that_are_none_are_found() {
    let files = Files::good();
    files
        .replace("routing.toml", "room = \"203\"", "room = \"101\"")
        .replace("routing.toml", "phone = \"0500-8110203\"", "phone = \"88888888\"");
    files.check(expect![[r#"
        ? routing.toml:12: civil and general have the same room 101 (room-twice)
        ? routing.toml:17: phone = 88888888 does not look like a real telephone number (doubtful-phone)
    "#]]);
    // The same door in other words; what stands beside it is another door.
    files.replace(
        "routing.toml",
        "room = \"101\"\nphone = \"88888888\"",
        "room = \" 101 室\"\nphone = \"0500-8110203\"",
    );
    files.check(expect![[r#"
        ? routing.toml:12: civil and general have the same room 101 室 (room-twice)
    "#]]);
    files.replace("routing.toml", "room = \" 101 室\"", "room = \"101（东）\"");
    files.check(expect![""]);
    files.replace("routing.toml", "phone = \"0500-8110203\"", "phone = \"88888888\"");
    files.replace("routing.toml", "phone = \"88888888\"", "phone = \"电话未装\"");
    files.check(expect![[r#"
        ! routing.toml:17: phone = 电话未装 is no telephone number (bad-phone)
    "#]]);
}

#[test]
fn hours_in_which_only_the_head_works_are_told() {
    let files = Files::good();
    files
        .replace("routing.toml", "head = \"lu\"", "head = \"he\"")
        .replace(
            "roster.toml",
            "staff = [\"zhou\", \"lin\", \"he\", \"zhang\", \"lu\"]",
            "staff = [\"zhou\", \"lin\", \"he\"]\n[[shift]]\ndays = [\"mon-thu\"]\nfrom = \"08:30\"\nuntil = \"17:30\"\nstaff = [\"zhang\", \"lu\"]",
        );
    files.check(expect![[r#"
        ? roster.toml: neither A post nor B post of civil is on duty (fri 08:30), only its head he (only-head-on-duty)
    "#]]);
}

#[test]
fn a_temporary_department_has_an_end_after_its_beginning_and_is_never_the_last_resort() {
    let files = Files::good();
    files.replace(
        "routing.toml",
        "queue = \"C\"\n",
        "queue = \"C\"\nfrom = 2026-06-30\nuntil = 2026-03-01\n",
    );
    files.check(expect![[r#"
        ! routing.toml:20: the temporary department civil ends before it begins (term-backwards)
    "#]]);
    let files = Files::good();
    files
        .replace(
            "routing.toml",
            "queue = \"C\"\n",
            "queue = \"C\"\nuntil = 2027-03-01\n",
        )
        .replace("routing.toml", "to = \"general\"", "to = \"civil\"");
    files.check(expect![[r#"
        ! routing.toml:52: the last rule rest goes to the temporary department civil, after whose end some matters have none (last-is-temporary)
    "#]]);
    let files = Files::good();
    files.replace(
        "routing.toml",
        "queue = \"A\"\n",
        "queue = \"A\"\nuntil = 2027-03-01\n",
    );
    files.check(expect![[r#"
        ! kiosk.toml:9: reception (general) is a temporary department (reception-is-temporary)
        ! routing.toml:52: the last rule rest goes to the temporary department general, after whose end some matters have none (last-is-temporary)
    "#]]);
}

#[test]
fn a_department_without_both_posts_is_refused() {
    let files = Files::good();
    files.replace("routing.toml", "b_post = \"lu\"\n", "");
    files.check(expect![[r#"
        ! routing.toml:12: [[department]] lacks b_post (missing-key)
    "#]]);
}

#[test]
fn a_department_nobody_can_be_called_to_is_refused() {
    let files = Files::good();
    files.replace("routing.toml", "[\"general\", \"civil\"]", "[\"general\"]");
    files.check(expect![[r#"
        ! routing.toml:12: department civil has no counter to call to (no-counter)
    "#]]);
}

/// Numbers that look random and are the same each time (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % most as u64).unwrap()
    }
}

#[test]
fn rubbish_is_a_mistake_and_never_a_panic() {
    let files = Files::good();
    let names = [
        ("kiosk.toml", KIOSK),
        ("routing.toml", ROUTING),
        ("roster.toml", ROSTER),
    ];
    let mut rubbish: Vec<Vec<u8>> = vec![
        Vec::new(),
        b"\0".repeat(5000),
        "[".repeat(20_000).into_bytes(),
        format!("a = {}", "[".repeat(20_000)).into_bytes(),
        format!("a = {}1{}", "{b=".repeat(20_000), "}".repeat(20_000)).into_bytes(),
        format!("{}a = 1", "a.".repeat(20_000)).into_bytes(),
        format!("[{}a]", "a.".repeat(20_000)).into_bytes(),
        format!("x = {}", "9".repeat(20_000)).into_bytes(),
        b"x = 0xffffffffffffffffffffffffffff\ny = 1e99999\nz = nan".to_vec(),
        "\u{feff}\u{feff}[office]".into(),
        format!("{}=1\n", "键".repeat(50_000)).into_bytes(),
        "a=1\n".repeat(20_000).into_bytes(),
        "[[staff]]\n[[matter]]\n[[rule]]\n[[department]]\n"
            .repeat(2_000)
            .into_bytes(),
        b"office = 3\nhours = []\nmatter = [1, 2]\nstaff = \"all\"\nrule = { }".to_vec(),
    ];
    let mut dice = Dice(0x5eed_cafe);
    for _ in 0..60 {
        rubbish.push((0..200).map(|_| u8::try_from(dice.below(256)).unwrap()).collect());
    }
    for bytes in &rubbish {
        for (name, good) in names {
            files.write(name, bytes);
            let told = files.load().expect_err("rubbish is no settings file");
            assert!(told.iter().any(|it| it.severity() == Severity::Error));
            assert!(
                told.iter().all(|it| it.report(None).chars().count() < 2_000),
                "messages stay short"
            );
            files.write(name, good);
        }
    }
    // Good files with pieces lost, doubled or swapped: whatever is said, saying it works.
    let pieces = [
        "\"",
        "[",
        "]",
        "=",
        "\n",
        "[[rule]]",
        "[[content]]\ncode = \"rural\"\n",
        "1e400",
        "-1",
        "{}",
        "\\u0000",
        "𠅤",
        "when = {}",
        "true",
    ];
    for _ in 0..300 {
        let (name, good) = names[dice.below(3)];
        let mut letters: Vec<char> = good.chars().collect();
        for _ in 0..=dice.below(4) {
            let at = dice.below(letters.len());
            let until = (at + dice.below(30)).min(letters.len());
            letters.splice(at..until, pieces[dice.below(pieces.len())].chars());
        }
        files.write(name, letters.into_iter().collect::<String>());
        if let Err(told) = files.load() {
            assert!(
                told.iter()
                    .all(|it| !it.says().zh.is_empty() && !it.remedy().en.is_empty())
            );
        }
        files.write(name, good);
    }
}

#[test]
fn a_device_in_place_of_a_file_does_not_hang() {
    let told = load(Path::new("/dev/zero"), PROFILES).unwrap_err();
    assert_eq!(told[0].code(), "not-a-file");
}

#[test]
fn every_block_of_toml_in_our_documents_is_parsed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![root.to_owned()];
    let mut blocks = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() && !path.is_symlink() && !name.starts_with('.') && name != "target" {
                folders.push(path);
            } else if name.ends_with(".md") {
                let text = fs::read_to_string(&path).unwrap();
                for (index, block) in text.split("```toml\n").skip(1).enumerate() {
                    let block = block.split("```").next().unwrap();
                    let parsed = block.parse::<toml::Table>();
                    assert!(
                        parsed.is_ok(),
                        "{} block {}: {parsed:?}",
                        path.display(),
                        index + 1
                    );
                    blocks += 1;
                }
            }
        }
    }
    // GUIDE.md writes a rule in running text; the blocks are those of deploy/INSTALL.md and the like.
    assert!(
        blocks > 0,
        "no document has a block of TOML any more; is the search still right?"
    );
}

#[test]
fn readers_scanners_and_loudspeakers_are_read_and_their_mistakes_told() {
    let at = |hour, minute| NaiveTime::from_hms_opt(hour, minute, 0).unwrap();
    let files = Files::good();
    let none = files.load().unwrap();
    assert_eq!((none.reader, none.scanner, none.speaker), (None, None, None));
    let devices = "[reader]\nport = \"/dev/lobby-reader\"\nmodel = \"slow-sam\"\n\
        [scanner]\nkeyboard = \"/dev/input/by-id/usb-Scanner-event-kbd\"\n\
        [speaker]\nvolume = 70\nhours = [\"12:00-14:30 0\", \"08:00-12:00 90\"]\n[console]\n";
    files.replace("kiosk.toml", "[console]\n", devices);
    let config = files.load().unwrap();
    let reader = config.reader.unwrap();
    assert_eq!(reader.model, PrinterProfile::BuiltIn("slow-sam".into()));
    assert!(matches!(config.scanner, Some(Scanner::Keys(_))));
    let speaker = config.speaker.unwrap();
    let volumes = [at(7, 0), at(8, 0), at(12, 0), at(14, 29), at(14, 30)].map(|it| speaker.volume_at(it));
    assert_eq!(volumes, [70, 90, 0, 0, 70]);
    files.replace("kiosk.toml", "slow-sam", "slow-sum");
    files.replace("kiosk.toml", "/dev/input/by-id", "by-id");
    files.replace("kiosk.toml", "12:00-14:30 0", "14:30-12:00 0");
    files.replace("kiosk.toml", "volume = 70", "volume = 170");
    let codes: Vec<String> = files.load().unwrap_err().iter().map(Mistake::code).collect();
    for code in ["unknown-model", "not-absolute", "bad-volume-hours"] {
        assert!(codes.iter().any(|it| it == code), "{code} in {codes:?}");
    }
    assert_eq!(codes.len(), 4, "{codes:?}");
}

#[test]
fn lunch_and_night_are_quiet_where_nothing_is_said() {
    let files = Files::good();
    files.replace("kiosk.toml", "[console]\n", "[speaker]\n[console]\n");
    let speaker = files.load().unwrap().speaker.unwrap();
    let at = |hour| speaker.volume_at(NaiveTime::from_hms_opt(hour, 10, 0).unwrap());
    assert_eq!([3, 9, 12, 13, 15, 21, 23].map(at), [0, 80, 0, 0, 80, 0, 0]);
    files.replace("kiosk.toml", "[speaker]\n", "[speaker]\nenabled = false\n");
    assert_eq!(files.load().unwrap().speaker, None);
}
