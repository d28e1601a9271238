//! The console over HTTP, against a real desk in memory, its clock held; and once in a real browser.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use fantoccini::key::Key;
use fantoccini::{Client, ClientBuilder, Locator};
use lobby::clock::Clock;
use lobby::console::{
    Console, ConsoleError, Deed, Papers, Previews, Settings, StaffPage, Switches, Tls, Wires, hash_password,
};
use lobby::desk::{Content, DeskHandle, PrinterState, Reply, Request};
use lobby::domain::event::PaperKind;
use lobby::domain::ids::MatterIndex;
use lobby::domain::office::{Language, Words};
use serde_json::{Value, json};
use tokio::sync::oneshot;

use crate::support::{self, MONDAY};

/// Everybody's password.
pub const PASSWORD: &str = "临河街道-2026";

/// A console at some port of this machine.
pub struct Office {
    address: SocketAddr,
    /// Its desk.
    pub desk: DeskHandle,
    clock: Clock,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Office {
    /// Opens with logins for `staff`.
    pub fn open(staff: &[&str]) -> Self {
        Self::of(support::office(), staff)
    }

    /// Opens `office` with logins for `staff`.
    pub fn of(office: lobby::domain::office::Office, staff: &[&str]) -> Self {
        let office = Arc::new(office);
        let (desk, clock) = support::desk_of(office.clone(), lobby::desk::Place::Memory, MONDAY);
        let (desk, _) = desk.start();
        for id in staff {
            let password_hash = hash_password(PASSWORD).unwrap();
            desk.ask_blocking(Request::SetAccount {
                staff: (*id).into(),
                password_hash,
            })
            .unwrap();
        }
        let wires = Wires {
            desk: desk.clone(),
            office,
            clock: clock.clone(),
            screen: None,
            push_now: None,
            papers: Some(Papers(Arc::new(|page, language| match (page, language) {
                (StaffPage::SelfTest, Language::Chinese) => "printed",
                (StaffPage::Day, _) => "in-doubt",
                _ => "busy",
            }))),
            previews: Some(Previews(Arc::new(|content| {
                let profile = lobby::devices::Profile::builtin("generic-80").unwrap();
                lobby::print::picture(content, &profile, &lobby::devices::Glyphs::none())
            }))),
            switches: Some(Arc::new(Bench::default())),
        };
        let console = Console::open(&settings("127.0.0.1:0"), wires).unwrap();
        let address = console.address();
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(2)
                .enable_all()
                .build();
            let stopped = async move {
                let _ = stopped.await;
            };
            runtime.unwrap().block_on(console.serve(stopped)).unwrap();
        });
        Self {
            address,
            desk,
            clock,
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    /// Where a page of it is.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// So many minutes pass; whatever was done before stands in the snapshot.
    pub fn passes(&self, minutes: i64) {
        self.clock.advance(minutes * 60_000);
        self.ticks();
    }

    /// The desk looks at the clock, and every page shows what it saw.
    fn ticks(&self) {
        let mut news = self.desk.snapshots();
        news.mark_unchanged();
        self.desk.ask_blocking(Request::Tick).unwrap();
        // A picture is published after the answer, and waits for whatever was asked meanwhile.
        while news.has_changed().is_ok_and(|it| !it) {
            std::thread::yield_now();
        }
    }

    /// Time passes until `moment`, and whatever is due by then falls due.
    pub fn until(&self, moment: &str) {
        let then: lobby::domain::time::Timestamp = moment.parse().unwrap();
        self.clock
            .advance((then - self.clock.now().at).num_milliseconds());
        self.ticks();
    }

    /// A visitor comes to the kiosk.
    pub fn visitor(&self, matter: &str, tap: u128) -> String {
        let given = support::arrival(Some(matter), tap);
        match self.desk.ask_blocking(Request::Arrive(given)).unwrap() {
            Reply::Given(given) => given.visit.to_string(),
            other => panic!("{other:?}"),
        }
    }

    fn browser(&self) -> Browser<'_> {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            // A server that refuses a request unread hangs up; browsers then call again by themselves.
            .max_idle_connections(0)
            .timeout_global(Some(Duration::from_secs(60)));
        Browser {
            office: self,
            agent: config.build().into(),
            csrf: String::new(),
        }
    }

    /// What the queue of `staff` is sent, from now on.
    pub fn stream(&self, staff: &str) -> impl Iterator<Item = (String, Value)> + use<> {
        events(self.address, "/events", &cookie_of(self, staff))
    }

    pub fn logged_in(&self, staff: &str) -> Browser<'_> {
        let mut browser = self.browser();
        let (status, body) = browser.json(
            "POST",
            "/api/v1/session",
            &json!({"staff": staff, "password": PASSWORD}),
        );
        assert_eq!(status, 200, "{body}");
        browser.csrf = body["csrf"].as_str().unwrap().to_owned();
        browser
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            assert!(
                ended.is_ok() || std::thread::panicking(),
                "the console ends without a panic"
            );
        }
    }
}

/// A simulated printer with two switches.
#[derive(Debug, Default)]
struct Bench(std::sync::Mutex<[bool; 2]>);

impl Switches for Bench {
    fn faults(&self) -> Vec<(&'static str, &'static str, bool)> {
        let [cover, mute] = *self.0.lock().unwrap();
        vec![("printer", "cover", cover), ("printer", "mute", mute)]
    }

    fn switch(&self, device: &str, fault: &str, lasts: bool) -> bool {
        let at = ["cover", "mute"].iter().position(|it| *it == fault);
        let Some(at) = at.filter(|_| device == "printer") else {
            return false;
        };
        self.0.lock().unwrap()[at] = lasts;
        true
    }

    fn deeds(&self) -> Vec<Deed> {
        let label = Words {
            zh: "放上身份证".into(),
            en: "Lay on a card".into(),
        };
        let deed = "usual".to_owned();
        vec![Deed {
            device: "reader",
            deed,
            label,
        }]
    }

    fn act(&self, device: &str, deed: &str) -> bool {
        (device, deed) == ("reader", "usual")
    }
}

fn settings(listen: &str) -> Settings {
    Settings {
        listen: listen.parse().unwrap(),
        tls: Tls::Off,
        data_dir: "/nonexistent".into(),
        session_hours: 10,
        touch_screen: false,
    }
}

/// Somebody's browser or script.
pub struct Browser<'a> {
    office: &'a Office,
    agent: ureq::Agent,
    /// The token of its session.
    pub csrf: String,
}

impl Browser<'_> {
    pub fn raw(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> (u16, String) {
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(self.office.url(path));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut answer = self.agent.run(request.body(body.to_vec()).unwrap()).unwrap();
        let status = answer.status().as_u16();
        (status, answer.body_mut().read_to_string().unwrap())
    }

    pub fn get(&self, path: &str) -> (u16, String) {
        self.raw("GET", path, &[], b"")
    }

    fn picture(&self, path: &str) -> (u16, Vec<u8>) {
        let mut answer = self.agent.get(self.office.url(path)).call().unwrap();
        (answer.status().as_u16(), answer.body_mut().read_to_vec().unwrap())
    }

    pub fn json(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let headers = [
            ("content-type", "application/json"),
            ("x-lobby-csrf", self.csrf.as_str()),
        ];
        let (status, text) = self.raw(method, path, &headers, body.to_string().as_bytes());
        (status, serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    pub fn form(&self, path: &str, fields: &[(&str, &str)]) -> (u16, Value) {
        let encode = |text: &str| text.bytes().map(|it| format!("%{it:02X}")).collect::<String>();
        let body: Vec<_> = fields
            .iter()
            .map(|(name, value)| format!("{name}={}", encode(value)))
            .collect();
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("accept", "application/json"),
            ("x-lobby-csrf", self.csrf.as_str()),
        ];
        let (status, text) = self.raw("POST", path, &headers, body.join("&").as_bytes());
        (status, serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    fn act(&self, visit: &str, action: Value) -> (u16, Value) {
        self.json("POST", &format!("/api/v1/visits/{visit}/actions"), &action)
    }
}

#[test]
fn a_visit_goes_from_the_call_to_the_close() {
    let office = Office::open(&["zhang"]);
    let id = office.visitor("low-income", 1);
    let zhang = office.logged_in("zhang");
    let (status, page) = zhang.get("/");
    assert!(
        status == 200 && page.contains("A001") && page.contains("最低生活保障申请"),
        "{page}"
    );
    let (status, called) = zhang.json("POST", "/api/v1/call-next", &json!({}));
    assert_eq!(
        (status, &called["number"], &called["id"]),
        (200, &json!("A001"), &json!(id))
    );
    let (status, again) = zhang.form(&format!("/visit/{id}/call"), &[]);
    assert_eq!((status, &again["code"]), (409, &json!("too-soon")));
    assert!(again["zh"].as_str().unwrap().contains("60 秒"), "{again}");
    assert_eq!(zhang.form(&format!("/visit/{id}/begin"), &[]).0, 200);
    let outside = json!({"action": "close", "outcome": "outside-told", "told": "in-person"});
    assert_eq!(zhang.act(&id, outside).1["code"], "note-needed");
    let fields = [
        ("matter", "0"),
        ("outcome", "answered"),
        ("told", "in-person"),
        ("note", "已解释政策 𠅤"),
    ];
    let (status, closed) = zhang.form(&format!("/visit/{id}/close"), &fields);
    assert_eq!((status, &closed["said"]), (200, &json!("已办结")));
    let (_, story) = zhang.json("GET", &format!("/api/v1/visits/{id}/story"), &Value::Null);
    let what: Vec<_> = story
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["what"].as_str().unwrap())
        .collect();
    assert_eq!(what, ["registered", "called", "begun", "closed"]);
    assert!(zhang.get(&format!("/visit/{id}")).1.contains("已解释政策 𠅤"));
}

#[test]
fn a_scanned_slip_opens_its_visit_at_the_desk() {
    let office = Office::open(&["zhang"]);
    let id = office.visitor("low-income", 1);
    let zhang = office.logged_in("zhang");
    let (_, visit) = zhang.json("GET", &format!("/api/v1/visits/{id}"), &Value::Null);
    assert_eq!(visit["number"], "A001", "{visit}");
    let (status, body) = zhang.form("/find", &[("clue", "a001")]);
    assert_eq!(
        (status, &body["go"]),
        (200, &json!(format!("/visit/{id}"))),
        "{body}"
    );
    let again = office
        .desk
        .ask_blocking(Request::Arrive(support::arrival(Some("low-income"), 1)));
    let Ok(Reply::Given(given)) = again else {
        panic!("{again:?}")
    };
    let (status, body) = zhang.form("/find", &[("clue", given.slip.code.text())]);
    assert_eq!(
        (status, &body["go"]),
        (200, &json!(format!("/visit/{id}"))),
        "{body}"
    );
    for (clue, status, code) in [
        ("", 422, "find-unclear"),
        ("B001", 404, "not-found"),
        ("00000000", 404, "not-found"),
        ("A001 1234", 404, "not-found"),
        ("A001 12x4", 422, "find-unclear"),
        ("𠅤𠅤", 404, "not-found"),
    ] {
        let (said, body) = zhang.form("/find", &[("clue", clue)]);
        assert_eq!((said, &body["code"]), (status, &json!(code)), "{clue}: {body}");
    }
    // The page has the field, and without a login there is nothing to find.
    assert!(zhang.get("/").1.contains("data-find"));
    assert_eq!(office.browser().form("/find", &[("clue", "A001")]).0, 401);
}

#[test]
fn five_wrong_tries_wait_in_words_and_the_right_password_must_wait_too() {
    let office = Office::open(&["zhang"]);
    let browser = office.browser();
    let login = |password: &str| {
        browser.json(
            "POST",
            "/api/v1/session",
            &json!({"staff": "zhang", "password": password}),
        )
    };
    for _ in 0..5 {
        assert_eq!(login("wrong").1["code"], "wrong-login");
    }
    let (status, locked) = login(PASSWORD);
    assert_eq!((status, &locked["code"]), (429, &json!("locked")));
    assert!(locked["zh"].as_str().unwrap().contains("1 分钟"), "{locked}");
    office.clock.advance(60_000);
    assert_eq!(login("wrong").0, 401);
    assert!(login(PASSWORD).1["en"].as_str().unwrap().contains("2 min"));
    office.clock.advance(120_000);
    assert_eq!(login(PASSWORD).0, 200);
}

#[test]
fn unknown_people_and_wrong_passwords_are_told_the_same() {
    let office = Office::open(&["zhang"]);
    let browser = office.browser();
    let login = |staff: &str| {
        browser.json(
            "POST",
            "/api/v1/session",
            &json!({"staff": staff, "password": "wrong"}),
        )
    };
    // li works here and has no login, 𠅤 does not work here.
    let answers = [login("zhang"), login("li"), login("𠅤")];
    assert!(
        answers.iter().all(|it| *it == answers[0]) && answers[0].0 == 401,
        "{answers:?}"
    );
}

#[test]
fn nothing_is_changed_without_the_token_of_the_session_nor_from_another_site() {
    let office = Office::open(&["zhang"]);
    office.visitor("low-income", 1);
    let mut zhang = office.logged_in("zhang");
    let good = std::mem::take(&mut zhang.csrf);
    assert_eq!(
        zhang.json("POST", "/api/v1/call-next", &json!({})).1["code"],
        "csrf"
    );
    assert_eq!(zhang.form("/next", &[]).1["code"], "csrf");
    assert_eq!(zhang.form("/next", &[("csrf", "guess")]).0, 403);
    zhang.csrf = good.clone();
    let from = [
        ("origin", "https://evil.example"),
        ("x-lobby-csrf", good.as_str()),
        ("accept", "application/json"),
    ];
    assert!(zhang.raw("POST", "/next", &from, b"").1.contains("elsewhere"));
    let rebound = [("host", "evil.example")];
    assert_eq!(zhang.raw("GET", "/", &rebound, b"").0, 421);
    let (_, queue) = zhang.json("GET", "/api/v1/queue", &Value::Null);
    assert_eq!(queue["visits"][0]["stage"], "waiting");
    assert_eq!(zhang.form("/next", &[]).0, 200);
}

#[test]
fn an_officer_of_another_department_neither_sees_nor_calls_it() {
    let office = Office::open(&["zhang", "zheng", "sun"]);
    let id = office.visitor("low-income", 1);
    let (zheng, sun) = (office.logged_in("zheng"), office.logged_in("sun"));
    assert!(!zheng.get("/").1.contains("A001"));
    assert_eq!(zheng.get(&format!("/visit/{id}")).0, 403);
    assert_eq!(
        zheng.act(&id, json!({"action": "call", "counter": 4})).1["code"],
        "not-yours"
    );
    assert_eq!(
        zheng
            .json("GET", &format!("/api/v1/visits/{id}/story"), &Value::Null)
            .0,
        403
    );
    // Reception sees the whole lobby, and still cannot call another department's number.
    assert!(sun.get("/").1.contains("A001"));
    assert_eq!(
        sun.act(&id, json!({"action": "call", "counter": 1})).1["code"],
        "not-yours"
    );
    assert_eq!(office.browser().get(&format!("/api/v1/visits/{id}")).0, 401);
}

#[test]
fn a_handover_is_offered_seen_refused_and_accepted() {
    let office = Office::open(&["zhang", "zheng"]);
    let id = office.visitor("low-income", 1);
    let (zhang, zheng) = (office.logged_in("zhang"), office.logged_in("zheng"));
    let offer = [("to", "zheng"), ("reason", "other-duty"), ("led", "1")];
    assert_eq!(zhang.form(&format!("/visit/{id}/offer"), &offer).0, 200);
    assert!(zheng.get("/").1.contains("等您接收的转办"));
    assert_eq!(
        zhang.form(&format!("/visit/{id}/accept"), &[("offer", "0")]).1["code"],
        "not-offered-to-you"
    );
    let refuse = [("offer", "0"), ("reason", "not-our-duty")];
    assert_eq!(zheng.form(&format!("/visit/{id}/refuse"), &refuse).0, 200);
    assert_eq!(zhang.form(&format!("/visit/{id}/offer"), &offer).0, 200);
    assert_eq!(
        zheng.form(&format!("/visit/{id}/accept"), &[("offer", "1")]).0,
        200
    );
    let (_, visit) = zheng.json("GET", &format!("/api/v1/visits/{id}"), &Value::Null);
    assert_eq!(
        (&visit["department"], &visit["matters"][0]["responsible"]),
        (&json!("labour"), &json!("zheng"))
    );
    assert_eq!(visit["matters"][0]["first_responder"], "zhang");
}

/// Reads events off a stream, one at a time.
fn events(address: SocketAddr, path: &str, cookie: &str) -> impl Iterator<Item = (String, Value)> + use<> {
    use std::io::Write;
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n"
    )
    .unwrap();
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    std::iter::from_fn(move || {
        let name = lines
            .by_ref()
            .find_map(|it| it.strip_prefix("event: ").map(str::to_owned))?;
        let data = lines
            .by_ref()
            .find_map(|it| it.strip_prefix("data: ").map(str::to_owned))?;
        Some((name, serde_json::from_str(&data).unwrap_or(Value::Null)))
    })
}

fn cookie_of(office: &Office, staff: &str) -> String {
    let body = json!({"staff": staff, "password": PASSWORD}).to_string();
    let answer = ureq::post(office.url("/api/v1/session"))
        .content_type("application/json")
        .send(body)
        .unwrap();
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"),
        "{cookie}"
    );
    cookie.split(';').next().unwrap().to_owned()
}

#[test]
fn the_stream_sends_the_whole_queue_first_and_then_only_what_changed() {
    let office = Office::open(&["zhang"]);
    let id = office.visitor("low-income", 1);
    let cookie = cookie_of(&office, "zhang");
    let mut stream = events(office.address, "/events", &cookie);
    let (name, whole) = stream.next().unwrap();
    assert_eq!(
        (name.as_str(), &whole["tables"]["waiting"]["order"]),
        ("whole", &json!([id]))
    );
    assert_eq!(whole["tables"].as_object().unwrap().len(), 5);
    assert!(whole["parts"]["mine"].as_str().unwrap().contains("下一位"));
    let second = office.visitor("low-income", 2);
    let (name, change) = stream.next().unwrap();
    assert_eq!(
        (name.as_str(), &change["tables"]["waiting"]["order"]),
        ("change", &json!([id, second]))
    );
    let rows = change["tables"]["waiting"]["rows"].as_object().unwrap();
    assert!(
        rows.contains_key(&second) && !rows.contains_key(&id),
        "only the new row is sent"
    );
    assert!(change["tables"].get("closed").is_none());
    // The login ends, and the next change finds nobody to be told.
    office.clock.advance(61 * 60_000);
    office.visitor("low-income", 3);
    assert_eq!(stream.next().unwrap().0, "gone");
    assert!(stream.next().is_none());
}

#[test]
fn the_hall_sees_numbers_and_nothing_about_a_person() {
    let office = Office::open(&["zhang", "sun"]);
    let sun = office.logged_in("sun");
    let visitor = json!({"tap": uuid::Uuid::from_u128(9).to_string(), "matter": "low-income", "name": "䶮秀英",
        "phone": "13800138000"});
    assert_eq!(sun.json("POST", "/api/v1/visits", &visitor).0, 201);
    assert_eq!(
        sun.json("POST", "/api/v1/visits", &visitor).1["again"],
        true,
        "one tap makes one ticket"
    );
    let mut stream = events(office.address, "/display/events", "");
    assert_eq!(stream.next().unwrap().1["calls"], json!([]));
    let zhang = office.logged_in("zhang");
    let (_, called) = zhang.json("POST", "/api/v1/call-next", &json!({}));
    let now = stream.next().unwrap().1;
    assert_eq!(
        (&now["calls"][0]["number"], &now["calls"][0]["counter"]["zh"]),
        (&json!("A001"), &json!("3号窗口"))
    );
    let page = office.browser().get("/display").1;
    assert!(page.contains("A001"));
    for secret in [
        "䶮",
        "秀英",
        "13800138000",
        "最低生活保障",
        called["id"].as_str().unwrap(),
    ] {
        assert!(
            !page.contains(secret) && !now.to_string().contains(secret),
            "{secret}"
        );
    }
    // The queue masks the name; the visit's own page tells it to those who serve.
    let queue = zhang.get("/").1;
    assert!(queue.contains("䶮**") && !queue.contains("秀英") && !queue.contains("13800138000"));
    assert!(
        zhang
            .get(&format!("/visit/{}", called["id"].as_str().unwrap()))
            .1
            .contains("䶮秀英")
    );
}

#[test]
fn rubbish_gets_a_clear_no_and_nothing_is_lost() {
    let office = Office::open(&["sun"]);
    let id = office.visitor("low-income", 1);
    let sun = office.logged_in("sun");
    let long = "𠅤".repeat(51);
    let register = |more: Value| {
        let mut body = json!({"tap": uuid::Uuid::from_u128(7).to_string(), "matter": null});
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        sun.json("POST", "/api/v1/visits", &body)
    };
    for (more, status, code) in [
        (json!({"name": long}), 422, "bad-name"),
        (json!({"name": "李\u{7}"}), 422, "bad-name"),
        (json!({"phone": "１３８"}), 422, "bad-phone"),
        (json!({"matter": "no-such"}), 422, "unknown-matter"),
        (json!({"class": "vip"}), 422, "missing-field"),
        (json!({"people": 0}), 422, "bad-people"),
        (json!({"people": -1}), 422, "bad-json"),
        (json!({"people": "two"}), 422, "bad-json"),
        (json!({"name": 5}), 422, "bad-json"),
        (json!({"unknown": 1}), 422, "bad-json"),
        (json!({"tap": "x"}), 422, "missing-field"),
    ] {
        let (got, body) = register(more.clone());
        assert_eq!(
            (got, body["code"].as_str().unwrap()),
            (status, code),
            "{more}: {body}"
        );
        assert!(!body["zh"].as_str().unwrap().is_empty() && !body["en"].as_str().unwrap().is_empty());
    }
    let typed = [
        ("content-type", "application/json"),
        ("x-lobby-csrf", sun.csrf.as_str()),
    ];
    let huge = vec![b' '; 70_000];
    for (body, status) in [
        (&b"{"[..], 422),
        (b"", 422),
        (b"\xff\xfe", 400),
        (b"[[[[", 422),
        (&huge, 413),
    ] {
        assert_eq!(
            sun.raw("POST", "/api/v1/visits", &typed, body).0,
            status,
            "{:?}",
            body.get(..4)
        );
    }
    let form = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("accept", "application/json"),
        ("x-lobby-csrf", sun.csrf.as_str()),
    ];
    assert!(
        sun.raw("POST", "/register", &form, b"name=%FF")
            .1
            .contains("bad-text")
    );
    assert!(sun.raw("POST", "/register", &typed[1..], b"{}").0 < 500);
    assert_eq!(sun.raw("POST", "/api/v1/visits", &typed[1..], b"{}").0, 415);
    for path in [
        "/visit/%FF",
        "/visit/x",
        "/visit/𠅤",
        "/nothing",
        "/static/..%2f..",
        "/language/xx",
        "/admin/screen",
        "/screen",
    ] {
        let path: String = path
            .chars()
            .map(|it| {
                if it.is_ascii() {
                    it.to_string()
                } else {
                    "%F0%A0%85%A4".into()
                }
            })
            .collect();
        let status = sun.get(&path).0;
        assert!((400..500).contains(&status), "{path}: {status}");
    }
    assert_eq!(sun.act(&id, json!({"action": "explode"})).0, 422);
    assert_eq!(
        sun.act(
            &id,
            json!({"action": "offer", "to": "nobody", "reason": "other-duty"})
        )
        .1["code"],
        "unknown-staff"
    );
    assert_eq!(
        sun.act(&id, json!({"action": "accept", "offer": 0})).1["code"],
        "not-found"
    );
    assert_eq!(sun.raw("DELETE", "/api/v1/queue", &[], b"").0, 405);
    // After all of it one visit waits, and one more can be registered.
    assert_eq!(
        sun.json("GET", "/api/v1/queue", &Value::Null).1["visits"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(register(json!({"name": "𠅤㛃𬭎䶮"})).0, 201);
}

#[test]
fn only_an_administrator_gives_passwords_and_a_new_one_ends_old_logins() {
    let office = Office::open(&["zhang", "zhao"]);
    let (zhang, zhao) = (office.logged_in("zhang"), office.logged_in("zhao"));
    let fields = [("staff", "zhang"), ("password", "另一个密码 2026")];
    assert_eq!(zhang.form("/admin/password", &fields).0, 403);
    assert_eq!(zhang.get("/admin").0, 403);
    assert!(zhao.get("/admin").1.contains("张𬭎"));
    assert_eq!(
        zhao.form("/admin/password", &[("staff", "zhang"), ("password", "short")])
            .1["code"],
        "bad-password"
    );
    assert_eq!(
        zhao.form(
            "/admin/password",
            &[("staff", "ghost"), ("password", "long enough")]
        )
        .1["code"],
        "unknown-staff"
    );
    assert_eq!(zhao.form("/admin/password", &fields).0, 200);
    assert_eq!(zhang.json("GET", "/api/v1/session", &Value::Null).0, 401);
}

#[test]
fn the_document_lists_every_route_of_the_interface() {
    let office = Office::open(&[]);
    let (_, document) = office.browser().json("GET", "/api/openapi.json", &Value::Null);
    let mut listed = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            listed.insert(format!("{} {path}", method.to_uppercase()));
        }
    }
    let served: BTreeSet<String> = [
        "GET /api/v1/session",
        "POST /api/v1/session",
        "DELETE /api/v1/session",
        "GET /api/v1/queue",
        "GET /api/v1/display",
        "GET /api/v1/matters",
        "POST /api/v1/call-next",
        "POST /api/v1/visits",
        "GET /api/v1/visits/{id}",
        "GET /api/v1/visits/{id}/story",
        "POST /api/v1/visits/{id}/actions",
    ]
    .map(str::to_owned)
    .into();
    assert_eq!(listed, served);
    for route in &listed {
        let (method, path) = route.split_once(' ').unwrap();
        let (status, body) = office
            .browser()
            .json(method, &path.replace("{id}", "x"), &json!({}));
        assert!(status != 404 && status != 405, "{route}: {status} {body}");
        assert!(
            status == 200 || body["code"].is_string(),
            "{route}: errors are JSON: {body}"
        );
    }
}

#[test]
fn passwords_never_cross_the_network_in_clear() {
    let (desk, clock) = support::desk(MONDAY);
    let (desk, _) = desk.start();
    let wires = Wires {
        desk,
        office: Arc::new(support::office()),
        clock,
        screen: None,
        push_now: None,
        papers: None,
        previews: None,
        switches: None,
    };
    let refused = Console::open(&settings("0.0.0.0:0"), wires.clone()).unwrap_err();
    assert!(matches!(refused, ConsoleError::NeedsTls(_)) && refused.to_string().contains("certificate"));
    let dir = tempfile::tempdir().unwrap();
    let settings = Settings {
        tls: Tls::SelfSigned,
        data_dir: dir.path().into(),
        ..settings("0.0.0.0:0")
    };
    let console = Console::open(&settings, wires).unwrap();
    assert!(console.url().starts_with("https://") && console.fingerprint().unwrap().len() == 64);
}

#[test]
fn every_answer_carries_the_strict_headers() {
    let office = Office::open(&[]);
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .build()
        .into();
    for path in [
        "/",
        "/login",
        "/display",
        "/nothing",
        "/api/v1/queue",
        "/static/console.js",
    ] {
        let answer = agent.get(office.url(path)).call().unwrap();
        let header = |name: &str| {
            answer
                .headers()
                .get(name)
                .map_or("", |it| it.to_str().unwrap())
                .to_owned()
        };
        assert!(
            header("content-security-policy").contains("default-src 'none'"),
            "{path}"
        );
        assert!(!header("content-security-policy").contains("unsafe"), "{path}");
        assert_eq!(
            (
                header("x-frame-options").as_str(),
                header("cache-control").as_str()
            ),
            ("DENY", "no-store"),
            "{path}"
        );
    }
}

/// chromedriver, ended with the test.
struct Driver(Child);

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn driver() -> (Driver, String) {
    // Told port 0, chromedriver takes a free one and does not say which.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let mut child = Command::new("chromedriver")
        .arg(format!("--port={port}"))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("chromedriver is installed; deploy/test.sh installs it");
    let mut lines = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map_while(Result::ok);
    let started = lines.any(|it| it.contains("started successfully"));
    std::thread::spawn(move || lines.for_each(drop));
    assert!(started, "chromedriver starts on port {port}");
    (Driver(child), format!("http://127.0.0.1:{port}"))
}

async fn chromium(url: &str, profile: &std::path::Path) -> Client {
    let arguments = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--no-first-run",
        "--disable-dev-shm-usage",
        "--window-size=1280,900",
        &format!("--user-data-dir={}", profile.display()),
    ];
    let capabilities = json!({"goog:chromeOptions": {"args": arguments}});
    let Value::Object(capabilities) = capabilities else {
        unreachable!("an object was written")
    };
    ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new())
        .capabilities(capabilities)
        .connect(url)
        .await
        .unwrap()
}

async fn says(client: &Client, text: &str) {
    let path = format!("//*[contains(normalize-space(.), '{text}')]");
    let wait = client
        .wait()
        .at_most(Duration::from_secs(60))
        .for_element(Locator::XPath(&path))
        .await;
    if wait.is_err() {
        panic!(
            "the page does not say {text}: {}",
            client.source().await.unwrap_or_default()
        );
    }
}

async fn press(client: &Client, key: &str) {
    client
        .find(Locator::Css("body"))
        .await
        .unwrap()
        .send_keys(key)
        .await
        .unwrap();
}

#[test]
fn an_officer_works_by_keyboard_in_chinese_and_in_english() {
    let office = Office::open(&["zhang"]);
    office.visitor("low-income", 1);
    office.visitor("low-income", 2);
    let profile = tempfile::tempdir().unwrap();
    let (_driver, url) = driver();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let client = chromium(&url, profile.path()).await;
        client.goto(&office.url("/")).await.unwrap();
        says(&client, "工号").await;
        let staff = client.find(Locator::Css("[name=staff]")).await.unwrap();
        staff.send_keys("zhang").await.unwrap();
        let password = client.find(Locator::Css("[name=password]")).await.unwrap();
        password.send_keys(PASSWORD).await.unwrap();
        password
            .send_keys(&String::from(char::from(Key::Enter)))
            .await
            .unwrap();
        for (next, begin, close, done, language) in [
            ("下一位", "开始办理", "已告知群众本人", "已办结", "English"),
            (
                "Next visitor",
                "Begin",
                "Has the visitor been told",
                "Closed",
                "中文",
            ),
        ] {
            says(&client, next).await;
            let ready = Locator::Css("body[data-connected] #key-next:not([disabled])");
            client
                .wait()
                .at_most(Duration::from_secs(60))
                .for_element(ready)
                .await
                .unwrap();
            press(&client, "n").await;
            says(&client, begin).await;
            let called = Locator::Css("#key-begin");
            client
                .wait()
                .at_most(Duration::from_secs(60))
                .for_element(called)
                .await
                .unwrap();
            press(&client, "b").await;
            let serving = Locator::Css("#key-close");
            client
                .wait()
                .at_most(Duration::from_secs(60))
                .for_element(serving)
                .await
                .unwrap();
            press(&client, "c").await;
            says(&client, close).await;
            let chosen = client.find(Locator::Css("[name=outcome]:checked")).await.unwrap();
            chosen
                .send_keys(&String::from(char::from(Key::Enter)))
                .await
                .unwrap();
            client
                .wait()
                .at_most(Duration::from_secs(60))
                .for_element(Locator::Css("[data-table=closed] tr"))
                .await
                .unwrap();
            says(&client, done).await;
            client
                .find(Locator::LinkText(language))
                .await
                .unwrap()
                .click()
                .await
                .unwrap();
        }
        says(&client, "今日办结").await;
        client.close().await.unwrap();
    });
    let closed = office
        .desk
        .snapshot()
        .visits
        .iter()
        .filter(|it| !it.visit.open())
        .count();
    assert_eq!(closed, 2);
}

#[test]
fn the_printer_has_a_page_with_its_roll_and_what_to_do() {
    let office = Office::open(&["zhang"]);
    let zhang = office.logged_in("zhang");
    // A snapshot follows the reply.
    let tell = |request| {
        let mut news = office.desk.snapshots();
        news.mark_unchanged();
        office.desk.ask_blocking(request).unwrap();
        while !news.has_changed().unwrap() {
            std::thread::yield_now();
        }
    };
    tell(Request::PrinterIs(PrinterState::PaperOut));
    let (status, page) = zhang.get("/printer");
    assert!(
        status == 200 && page.contains("缺纸") && page.contains("请换纸"),
        "{page}"
    );
    tell(Request::RollIs { length_mm: 50_000 });
    tell(Request::PrinterIs(PrinterState::Ready));
    let (_, page) = zhang.get("/printer");
    assert!(page.contains("约还能打 340 张"), "{page}");
    let (_, queue) = zhang.get("/");
    assert!(queue.contains("约还能打 340 张"), "the strip says it too");
    tell(Request::PaperUsed { mm: 48_000 });
    let (_, page) = zhang.get("/printer");
    assert!(page.contains("请备好新纸卷"), "{page}");
    let (status, said) = zhang.form("/printer/roll", &[]);
    assert_eq!((status, &said["said"]), (200, &json!("已记下：新纸卷")));
    assert!(zhang.get("/printer").1.contains("约还能打 340 张"));
    let (status, said) = zhang.form("/printer/test", &[]);
    assert_eq!((status, &said["said"]), (200, &json!("已打印")));
    let (status, said) = zhang.form("/printer/day", &[]);
    assert!(
        status == 502 && said.to_string().contains("请看有没有出纸"),
        "{said}"
    );
    // Nobody presses these keys from another page, or without a login.
    assert_eq!(office.browser().form("/printer/roll", &[]).0, 401);
}

#[test]
fn a_paper_is_shown_as_it_would_be_printed_to_whoever_may_print_it_and_a_sealed_one_to_the_contact_only() {
    let office = Office::of(crate::sealed::sealed_office(), &["zhang", "zheng", "wu", "zhao"]);
    let id = office.visitor("low-income", 1);
    let (zhang, zheng) = (office.logged_in("zhang"), office.logged_in("zheng"));
    let slip = format!("/visit/{id}/paper/slip?matter=0");
    assert!(
        zhang.get(&format!("/visit/{id}")).1.contains(&slip),
        "the page has it"
    );
    let visit = lobby::domain::ids::VisitId(id.parse().unwrap());
    let (paper, matter) = (PaperKind::Slip, MatterIndex(0));
    let asked = Request::Preview { visit, paper, matter };
    let Ok(Reply::Content(Content::Slip(said))) = office.desk.ask_blocking(asked) else {
        panic!("a slip")
    };
    let profile = lobby::devices::Profile::builtin("generic-80").unwrap();
    let glyphs = lobby::devices::Glyphs::none();
    let drawn = lobby::devices::preview(&lobby::print::slip(&said), &profile, &glyphs).png();
    let (status, png) = zhang.picture(&slip);
    assert_eq!(status, 200);
    assert!(png == drawn, "it is the picture of its bytes");
    assert_eq!(zheng.get(&slip).0, 403, "another department");
    assert_eq!(office.browser().get(&slip).0, 303, "nobody in particular");
    // A paper there is no reason for is not made up.
    assert_eq!(zhang.get(&format!("/visit/{id}/paper/notice")).0, 404);
    assert_eq!(zhang.get(&format!("/visit/{id}/paper/letter")).0, 404);
    let (status, said) = zhang.form(&format!("/visit/{id}/seal"), &[]);
    assert_eq!(status, 200, "{said}");
    let (wu, zhao) = (office.logged_in("wu"), office.logged_in("zhao"));
    assert_eq!(wu.picture(&slip).0, 200, "the contact");
    for other in [&zhang, &zhao] {
        assert_ne!(other.picture(&slip).0, 200);
    }
    assert_eq!(wu.get(&format!("/visit/{id}/paper/promise")).0, 404);
}

#[test]
fn a_demonstration_has_switches_and_a_lobby_at_work_has_none() {
    let office = Office::open(&["zhang"]);
    let zhang = office.logged_in("zhang");
    let (status, page) = zhang.get("/faults");
    assert!(
        status == 200 && page.contains("上盖打开") && page.contains("不应答"),
        "{page}"
    );
    let fault = |name, lasts| [("device", "printer"), ("fault", name), ("lasts", lasts)];
    let (status, said) = zhang.form("/faults", &fault("cover", "yes"));
    assert_eq!((status, &said["said"]), (200, &json!("故障已开始")));
    assert!(
        zhang
            .get("/faults")
            .1
            .contains("<span class=\"mood bad\">上盖打开</span>")
    );
    let (status, _) = zhang.form("/faults", &fault("cover", "no"));
    assert!(status == 200 && !zhang.get("/faults").1.contains("<span class=\"mood bad\">"));
    assert_eq!(zhang.form("/faults", &fault("fire", "yes")).0, 422);
    let card = |deed| [("device", "reader"), ("deed", deed)];
    assert!(zhang.get("/faults").1.contains("放上身份证"));
    assert_eq!(zhang.form("/faults", &card("usual")).0, 200);
    assert_eq!(zhang.form("/faults", &card("fire")).0, 422);
    assert_eq!(office.browser().get("/faults").0, 303, "a login comes first");
}
