//! A morning of two hundred visitors, during which the power goes thirty times.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use uuid::Uuid;

use crate::program::{Running, free_address, said, soon, within};
use crate::settings;

const VISITORS: usize = 200;
const KILLS: usize = 30;

/// Who serves where, and whom.
const SERVING: [(&str, u8, Option<&str>); 3] = [
    ("linxiaoyan", 1, None),
    ("chenjing", 2, Some("elderly-card")),
    ("matian", 4, Some("card-reissue")),
];

/// Numbers without pattern, the same in every run.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).unwrap()
    }
}

/// When the power goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    /// While everybody waits: nothing is under way but perhaps a slip.
    Quiet,
    /// A registration was sent; nobody has read what was said to it.
    Registering,
    /// A number was given this instant; its slip is on the way to the printer.
    Given,
    /// Somebody is being called.
    Calling,
}

/// Somebody who works at the counter, logged in.
#[derive(Debug, Clone, Default)]
struct Login {
    cookie: String,
    csrf: String,
}

/// The console, spoken to in HTTP by hand, so that a request can be sent and its answer not be waited for.
struct Console {
    address: SocketAddr,
    logins: HashMap<&'static str, Login>,
}

impl Console {
    fn send(&self, who: &str, method: &str, path: &str, body: Option<&Value>) -> TcpStream {
        let login = self.logins.get(who).cloned().unwrap_or_default();
        let body = body.map(Value::to_string).unwrap_or_default();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nCookie: {}\r\nX-Lobby-CSRF: {}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.address,
            login.cookie,
            login.csrf,
            body.len()
        );
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        stream
    }

    fn hear(mut stream: TcpStream) -> (u16, String, Value) {
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (
            status,
            head.to_owned(),
            serde_json::from_str(body).unwrap_or_default(),
        )
    }

    fn ask(&self, who: &str, method: &str, path: &str, body: Option<&Value>) -> (u16, Value) {
        let (status, _, value) = Self::hear(self.send(who, method, path, body));
        (status, value)
    }

    fn log_in(&mut self, who: &'static str, password: &str) {
        let login = json!({"staff": who, "password": password});
        let (status, head, me) = Self::hear(self.send("", "POST", "/api/v1/session", Some(&login)));
        assert_eq!(status, 200, "{me}");
        let cookie = head
            .lines()
            .find_map(|it| it.strip_prefix("set-cookie: "))
            .unwrap();
        let cookie = cookie.split(';').next().unwrap().to_owned();
        self.logins.insert(
            who,
            Login {
                cookie,
                csrf: me["csrf"].as_str().unwrap().to_owned(),
            },
        );
    }

    /// The lobby as reception sees it, who sees everything.
    fn queue(&self) -> Value {
        let (status, queue) = self.ask(SERVING[0].0, "GET", "/api/v1/queue", None);
        assert_eq!(status, 200, "{queue}");
        queue
    }
}

/// The box: the lobby that is killed, and the printer beside it that is not.
struct Lobby<'a> {
    home: &'a Path,
    config: String,
    console: Console,
    passwords: Vec<String>,
    running: Option<Running>,
    starts: Vec<Duration>,
}

impl Lobby<'_> {
    fn start(&mut self) {
        let begun = Instant::now();
        let mut running = Running::start(&["run", "--config", &self.config], &self.home.join("log"));
        running.serves(self.console.address);
        self.starts.push(begun.elapsed());
        self.running = Some(running);
        for ((who, ..), password) in SERVING.iter().zip(self.passwords.clone()) {
            self.console.log_in(who, &password);
        }
    }

    fn kill(&mut self) {
        self.running.take().unwrap().kill();
    }
}

fn registration(tap: Uuid, matter: Option<&str>) -> Value {
    json!({"tap": tap.to_string(), "matter": matter, "name": "李𬭎"})
}

/// Visits as everybody sees them, in calling order.
fn visits(queue: &Value) -> Vec<Value> {
    queue["visits"].as_array().unwrap().clone()
}

fn word<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field]
        .as_str()
        .unwrap_or_else(|| panic!("no {field} in {value}"))
}

/// One step at a counter: whoever is there goes on; if nobody is, somebody is called.
fn serve_one(console: &Console, (who, counter, _): (&str, u8, Option<&str>)) {
    let queue = console.queue();
    let here = visits(&queue)
        .into_iter()
        .find(|it| it["counter"] == counter && it["stage"] != "closed");
    let (status, answer) = match here {
        None => console.ask(
            who,
            "POST",
            "/api/v1/call-next",
            Some(&json!({"counter": counter})),
        ),
        Some(visit) => {
            let action = match word(&visit, "stage") {
                "called" => json!({"action": "begin"}),
                _ => {
                    json!({"action": "close", "outcome": "answered", "told": "in-person", "note": "按办事指南答复"})
                }
            };
            let path = format!("/api/v1/visits/{}/actions", word(&visit, "id"));
            console.ask(who, "POST", &path, Some(&action))
        }
    };
    assert!(
        status == 200 || answer["code"] == "nobody-waits",
        "{status} {answer}"
    );
}

/// The day of the office, counted; the box's clock is the real one.
fn today() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    (now.as_secs() + 8 * 3600) / 86_400
}

#[test]
fn thirty_power_cuts_in_a_morning_lose_no_ticket_and_print_no_slip_twice() {
    let begun = today();
    let home = tempfile::tempdir().unwrap();
    let (link, slips) = (home.path().join("printer"), home.path().join("slips"));
    let address = free_address();
    let config = settings::write(home.path(), address);
    let passwords = SERVING.iter().map(|(who, ..)| {
        let told = said(&["staff", "add", who, "--generate", "--config", &config]);
        told.lines()
            .find_map(|it| it.strip_prefix("password: "))
            .unwrap()
            .to_owned()
    });
    let passwords: Vec<String> = passwords.collect();
    let printer = Running::start(
        &[
            "printer",
            "--link",
            link.to_str().unwrap(),
            "--out",
            slips.to_str().unwrap(),
            "--baud",
            "115200",
            // The quickest there is: the morning is not about waiting for paper.
            "--paper-speed",
            "500",
        ],
        &home.path().join("printer-log"),
    );
    soon("the printer is there", || link.exists().then_some(()));
    let mut lobby = Lobby {
        home: home.path(),
        config,
        console: Console {
            address,
            logins: HashMap::new(),
        },
        passwords,
        running: None,
        starts: Vec::new(),
    };
    lobby.start();

    let mut chance = Chance(2026);
    let mut cuts = BTreeMap::new();
    while cuts.len() < KILLS {
        let kinds = [When::Quiet, When::Registering, When::Given, When::Calling];
        cuts.insert(chance.below(VISITORS), kinds[cuts.len() % kinds.len()]);
    }
    let mut given: Vec<(Uuid, Option<&str>, Value)> = Vec::new();
    for visitor in 0..VISITORS {
        let tap = Uuid::from_u64_pair(chance.next(), chance.next());
        let (.., matter) = SERVING[chance.below(SERVING.len())];
        let form = registration(tap, matter);
        let cut = cuts.get(&visitor).copied();
        let moment = Duration::from_micros(chance.next() % 6000);
        if cut == Some(When::Registering) {
            let unread = lobby
                .console
                .send(SERVING[0].0, "POST", "/api/v1/visits", Some(&form));
            std::thread::sleep(moment);
            lobby.kill();
            drop(unread);
            lobby.start();
        }
        let (status, answer) = lobby
            .console
            .ask(SERVING[0].0, "POST", "/api/v1/visits", Some(&form));
        let again = cut == Some(When::Registering) && status == 200;
        assert!(status == 201 || again, "{status} {answer}");
        given.push((tap, matter, answer.clone()));
        // The board follows the answer; what it shows before the cut is what it shows after it.
        let before = || {
            soon("the number is on the board", || {
                let seen = visits(&lobby.console.queue());
                seen.iter().any(|it| it["id"] == answer["id"]).then_some(seen)
            })
        };
        match cut {
            Some(When::Given) => {
                std::thread::sleep(moment);
                lobby.kill();
                lobby.start();
            }
            Some(When::Quiet) => {
                let before = before();
                std::thread::sleep(moment);
                lobby.kill();
                lobby.start();
                assert_eq!(visits(&lobby.console.queue()), before, "the queue is as it was");
            }
            Some(When::Calling) => {
                let before: BTreeSet<String> = before().iter().map(|it| word(it, "id").to_owned()).collect();
                let (who, counter, _) = SERVING[chance.below(SERVING.len())];
                let call = json!({"counter": counter});
                let unread = lobby.console.send(who, "POST", "/api/v1/call-next", Some(&call));
                std::thread::sleep(moment);
                lobby.kill();
                drop(unread);
                lobby.start();
                let after = visits(&lobby.console.queue());
                let after: BTreeSet<String> = after.iter().map(|it| word(it, "id").to_owned()).collect();
                assert_eq!(after, before, "whoever was there is there");
            }
            Some(When::Registering) | None => {}
        }
        if visitor % 2 == 0 {
            serve_one(&lobby.console, SERVING[chance.below(SERVING.len())]);
        }
    }
    assert_eq!(lobby.starts.len(), KILLS + 1);

    // Nobody is lost: every tap is answered by the number it was given, whatever has become of the visit.
    for (tap, matter, answer) in &given {
        let form = registration(*tap, *matter);
        let (status, now) = lobby
            .console
            .ask(SERVING[0].0, "POST", "/api/v1/visits", Some(&form));
        assert_eq!((status, &now["again"]), (200, &json!(true)), "{now}");
        assert_eq!((&now["id"], &now["number"]), (&answer["id"], &answer["number"]));
    }
    let journal = || -> Vec<Value> {
        let lines = said(&["journal", "export", "--config", &lobby.config]);
        lines
            .lines()
            .map(|it| serde_json::from_str(it).unwrap())
            .collect()
    };
    let registered = |journal: &[Value]| -> BTreeMap<String, String> {
        let registered = journal.iter().filter(|it| it["kind"] == "visit.registered");
        let numbered = registered.map(|it| {
            let facts = &it["facts"];
            (
                format!("{} {}", word(facts, "day"), word(facts, "number")),
                word(facts, "job").to_owned(),
            )
        });
        let numbered: Vec<_> = numbered.collect();
        let unique: BTreeMap<_, _> = numbered.iter().cloned().collect();
        assert_eq!(numbered.len(), unique.len(), "no number is given twice");
        unique
    };
    let numbers = registered(&journal());
    assert_eq!(numbers.len(), VISITORS);

    // Every slip is settled: none is forgotten, none waits for ever.
    let settled = |journal: &[Value]| -> HashMap<String, String> {
        let settled = journal.iter().filter(|it| it["kind"] == "slip.settled");
        settled
            .map(|it| {
                (
                    word(&it["facts"], "job").to_owned(),
                    word(&it["facts"], "outcome").to_owned(),
                )
            })
            .collect()
    };
    within(Duration::from_secs(240), "every slip is settled", || {
        (lobby.console.queue()["papers_waiting"] == 0 && settled(&journal()).len() == VISITORS).then_some(())
    });
    let settled = settled(&journal());
    let mut printed = 0;
    let papers: Vec<String> = std::fs::read_dir(&slips)
        .unwrap()
        .map(|it| it.unwrap().path())
        .filter(|it| it.extension().is_some_and(|it| it == "txt"))
        .map(|it| std::fs::read_to_string(it).unwrap())
        .collect();
    for (number, job) in &numbers {
        let short = number.split(' ').next_back().unwrap();
        let seen = papers
            .iter()
            .filter(|it| it.split_whitespace().any(|it| it == short))
            .count();
        let outcome = settled[job].as_str();
        assert!(seen <= 1, "{short} is on {seen} papers");
        match outcome {
            "printed" => assert_eq!(seen, 1, "{short} is printed"),
            "expired" => assert_eq!(seen, 0, "{short} was not wanted any more"),
            "in-doubt" => {}
            other => panic!("{short}: {other}"),
        }
        printed += usize::from(outcome == "printed");
    }
    // At midnight nobody wants the day's slips any more: whoever tests just then sees them expire.
    assert!(
        VISITORS / 2 < printed || begun != today(),
        "{printed} slips are printed for sure"
    );
    let verdict = said(&["journal", "verify", "--config", &lobby.config]);
    assert!(
        verdict.contains("the journal is complete and untouched"),
        "{verdict}"
    );

    let log = std::fs::read_to_string(home.path().join("log")).unwrap();
    assert!(!log.contains("panicked"), "{log}");
    lobby.starts.sort();
    let slowest = lobby.starts.last().unwrap();
    assert!(
        *slowest < Duration::from_secs(30),
        "the lobby is there again in {slowest:?}"
    );
    let mut outcomes: BTreeMap<&str, usize> = BTreeMap::new();
    settled
        .values()
        .for_each(|it| *outcomes.entry(it).or_default() += 1);
    #[expect(
        clippy::print_stderr,
        reason = "how the morning went, for whoever asks for the output"
    )]
    {
        eprintln!("slips {outcomes:?}; starts {:?} to {slowest:?}", lobby.starts[0]);
    }
    assert_eq!(lobby.running.take().unwrap().interrupt().code(), Some(0));
    assert_eq!(printer.interrupt().code(), Some(0));
}
