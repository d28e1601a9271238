//! The whole way of one visitor, with nothing in it that is not real but the printer's mechanics: the program
//! itself, a browser, a serial line, PostgreSQL.

use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use i_slint_backend_testing::{AccessibleRole, ElementHandle, TestingBackend, TestingBackendOptions};
use lobby::clock::Clock;
use lobby::desk::{Desk, DeskHandle, Place, Request, Waker};
use lobby::domain::office::{MatterKind, Office};
use lobby::domain::visit::Visit;
use lobby::kiosk::{Display, Kiosk, Setup};
use lobby::screen::{self, ScreenLink, Touch, TouchKind};
use serde_json::{Value, json};
use slint::ComponentHandle;
use tokio::sync::watch;

use crate::browser::Browser;
use crate::postgres::Database;
use crate::program::{Running, free_address, said, soon};

const WIDTH: u32 = 1080;
const HEIGHT: u32 = 1920;

/// Every so many pixels one is compared, in both directions.
const STRIDE: u32 = 6;

/// The same pages at a desk of their own, in this process, where keys are found by their names. The screen
/// in the browser is touched where the twin has the key, and must then show what the twin shows.
struct Twin {
    kiosk: Rc<Kiosk>,
    desk: DeskHandle,
    link: ScreenLink,
    _stop: watch::Sender<bool>,
}

impl Twin {
    fn of(office: &Arc<Office>, mm_per_px: f32) -> Self {
        let options = TestingBackendOptions {
            mock_time: true,
            threading: false,
            renderer_name: Some("software".into()),
        };
        slint::platform::set_platform(Box::new(TestingBackend::new(options))).expect("one platform a thread");
        let setup = lobby::desk::Setup {
            place: Place::Memory,
            office: office.clone(),
            clock: Clock::system(),
            print: Waker::nobody(),
        };
        let (desk, _) = Desk::open(setup).unwrap().0.start();
        let (link, screen) = screen::link(false);
        let (stop, stopped) = watch::channel(false);
        let kiosk = Kiosk::open(Setup {
            office: office.clone(),
            desk: desk.clone(),
            screen,
            display: Display::Headless,
            width: WIDTH,
            height: HEIGHT,
            mm_per_px,
            dim: None,
            voice: None,
            senses: lobby::senses::SensesSide::none(),
            stop: stopped,
        })
        .unwrap();
        let twin = Self {
            kiosk,
            desk,
            link,
            _stop: stop,
        };
        twin.settles();
        twin
    }

    fn settles(&self) {
        self.kiosk.pump();
        for _ in 0..2 {
            let _ = self.desk.ask_blocking(Request::Tick);
        }
        self.kiosk.pump();
        // A page begins to come in when it is first drawn; whatever moves has arrived by then.
        let _ = self.kiosk.window().window().take_snapshot();
        i_slint_backend_testing::mock_elapsed_time(Duration::from_millis(500));
    }

    /// Where the key of that name is, if it is on the screen.
    fn place_of(&self, name: &str) -> Option<(f32, f32)> {
        let keys = ElementHandle::find_by_accessible_label(self.kiosk.window(), name);
        let places = keys
            .filter(|it| it.accessible_role() == Some(AccessibleRole::Button))
            .map(|it| {
                let (at, size) = (it.absolute_position(), it.size());
                (at.x + size.width / 2.0, at.y + size.height / 2.0)
            });
        let (width, height) = (WIDTH as f32, HEIGHT as f32);
        places
            .into_iter()
            .find(|it| 0.0 < it.0 && it.0 < width && 0.0 < it.1 && it.1 < height)
    }

    fn touches(&self, (x, y): (f32, f32)) {
        for kind in [TouchKind::Press, TouchKind::Release] {
            self.link
                .touches
                .as_ref()
                .unwrap()
                .try_send(Touch { kind, x, y })
                .unwrap();
        }
        self.settles();
    }

    /// The brightness of some pixels, row by row.
    fn looks(&self) -> Vec<u8> {
        let picture = self.kiosk.window().window().take_snapshot().unwrap();
        assert_eq!((picture.width(), picture.height()), (WIDTH, HEIGHT));
        let pixels = picture.as_slice();
        let rows = (0..HEIGHT).step_by(STRIDE as usize);
        rows.flat_map(|y| {
            (0..WIDTH)
                .step_by(STRIDE as usize)
                .map(move |x| pixels[(y * WIDTH + x) as usize])
        })
        .map(|it| u8::try_from((u16::from(it.r) + u16::from(it.g) + u16::from(it.b)) / 3).unwrap())
        .collect()
    }

    fn visit(&self) -> Arc<Visit> {
        let snapshot = self.desk.snapshot();
        assert_eq!(snapshot.visits.len(), 1);
        snapshot.visits[0].visit.clone()
    }
}

/// The brightness of the same pixels in the browser; nothing before the first picture.
fn browser_looks(browser: &Browser) -> Option<Vec<u8>> {
    let script = "
        const canvas = document.getElementById('screen');
        const [width, height, stride] = arguments;
        if (canvas.width !== width || canvas.height !== height) return null;
        const data = canvas.getContext('2d').getImageData(0, 0, width, height).data;
        let seen = '';
        for (let y = 0; y < height; y += stride)
            for (let x = 0; x < width; x += stride) {
                const at = (y * width + x) * 4;
                seen += String.fromCharCode(Math.floor((data[at] + data[at + 1] + data[at + 2]) / 3));
            }
        return seen;";
    let seen = browser
        .runs(script, vec![json!(WIDTH), json!(HEIGHT), json!(STRIDE)])
        .unwrap();
    Some(
        seen.as_str()?
            .chars()
            .map(|it| u8::try_from(u32::from(it)).unwrap())
            .collect(),
    )
}

/// Waits until the browser shows what the twin shows, but for the clock in the corner.
fn shows_the_same(browser: &Browser, twin: &Twin) {
    let expected = twin.looks();
    let mut differing = expected.len();
    soon("the screen in the browser shows the twin's page", || {
        let seen = browser_looks(browser)?;
        assert_eq!(seen.len(), expected.len());
        differing = seen
            .iter()
            .zip(&expected)
            .filter(|(a, b)| 24 < a.abs_diff(**b))
            .count();
        (differing * 200 < expected.len()).then_some(())
    });
}

/// Touches the twin and the canvas in the same place.
fn touch_both(browser: &Browser, twin: &Twin, key: &str) {
    let place = twin
        .place_of(key)
        .unwrap_or_else(|| panic!("there is no key {key} on the screen"));
    shows_the_same(browser, twin);
    let (x, y) = on_canvas(browser, place);
    browser.touches(x, y);
    twin.touches(place);
}

/// Where the canvas shows this place of the screen.
fn on_canvas(browser: &Browser, place: (f32, f32)) -> (f64, f64) {
    let script = "const box = document.getElementById('screen').getBoundingClientRect();
        return [box.left, box.top, box.width, box.height]";
    let box_of_canvas = browser.runs(script, vec![]).unwrap();
    let number = |at: usize| box_of_canvas[at].as_f64().unwrap();
    let x = number(0) + f64::from(place.0) / f64::from(WIDTH) * number(2);
    let y = number(1) + f64::from(place.1) / f64::from(HEIGHT) * number(3);
    (x, y)
}

/// An administrator looks at the page where visitors say who they are: sees it, with what they ticked in black, and
/// cannot touch it; the screen says meanwhile that somebody looks.
fn help_from_afar(address: SocketAddr, password: &str, visitor: &Browser, twin: &Twin) {
    let helper = Browser::open(1300, 2200);
    helper.goes(&format!("http://{address}/login"));
    helper.types("[name=staff]", "hewenjun");
    helper.types("[name=password]", &format!("{password}\u{E007}"));
    helper.sees("body[data-connected]");
    helper.goes(&format!("http://{address}/admin/screen"));
    let page = twin.looks();
    soon(
        "the administrator sees the page, but for what is personal",
        || {
            let seen = browser_looks(&helper)?;
            let both = || seen.iter().zip(&page);
            let alike = both().filter(|(a, b)| a.abs_diff(**b) <= 24).count();
            let veiled = both().filter(|(a, b)| **a < 16 && 128 < **b).count();
            (page.len() * 3 / 4 < alike && page.len() / 2000 < veiled).then_some(())
        },
    );
    soon("the visitor is told that somebody looks", || {
        let seen = browser_looks(visitor)?;
        let told = seen.iter().zip(&page).filter(|(a, b)| 24 < a.abs_diff(**b));
        (page.len() / 200 < told.count()).then_some(())
    });
    let (x, y) = on_canvas(&helper, twin.place_of("不填，继续").unwrap());
    helper.touches(x, y);
    drop(helper);
    // Had the touch gone through, the page would be another.
    shows_the_same(visitor, twin);
}

/// The files of a folder with that ending, in order.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|it| it.path());
    let mut found: Vec<PathBuf> = entries
        .filter(|it| it.extension().is_some_and(|it| it == ending))
        .collect();
    found.sort();
    found
}

fn journal(data: &str) -> Vec<Value> {
    let lines = said(&["journal", "export", "--demo", data]);
    lines
        .lines()
        .map(|it| serde_json::from_str(it).unwrap())
        .collect()
}

fn text<'a>(entry: &'a Value, field: &str) -> &'a str {
    entry[field].as_str().unwrap_or_default()
}

fn gone(address: SocketAddr) -> bool {
    TcpStream::connect(address).is_err()
}

#[test]
fn a_visitor_is_followed_from_the_touch_to_the_office_database() {
    let office = Database::new();
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join("lobby");
    let data_text = data.to_str().unwrap();
    let address = free_address();
    let owner = office.url(&office.server.superuser);
    let mut lobby = Running::start(
        &[
            "demo",
            "--data",
            data_text,
            "--listen",
            &address.to_string(),
            "--screen",
            "headless",
            "--office-url",
            &owner,
        ],
        &home.path().join("log"),
    );
    lobby.serves(address);

    // At the screen.
    let mut config = lobby::app::demo::config(&data);
    lobby::app::demo::discipline(&mut config).unwrap();
    let twin = Twin::of(&config.office, config.screen.mm_per_px);
    let browser = Browser::open(1300, 2200);
    browser.goes(&format!("http://{address}/screen"));
    touch_both(&browser, &twin, "办事");
    let services = config
        .office
        .matters
        .iter()
        .filter(|it| it.kind == MatterKind::Service);
    let with_counter = services
        .filter(|it| twin.place_of(&it.name.zh).is_some())
        .find(|it| {
            let department = config
                .office
                .department(&config.office.routing.route(Some(it), |_| true).department);
            department.is_some_and(|it| {
                config
                    .office
                    .staff(&it.a_post)
                    .is_some_and(|it| it.counter.is_some())
            })
        });
    let matter = with_counter.expect("a matter on the first page is answered for at a counter");
    for key in [matter.name.zh.as_str(), "下一步"] {
        touch_both(&browser, &twin, key);
    }
    let password = std::fs::read_to_string(data.join("demo-password")).unwrap();
    help_from_afar(address, password.trim(), &browser, &twin);
    touch_both(&browser, &twin, "不填，继续");
    let expected = twin.visit();
    let number = expected.ticket.number.to_string();
    let responder = expected.matters[0].first_responder.clone();

    // In the hand.
    let slips = data.join("slips");
    let slip = soon("a slip falls out", || files(&slips, "png").first().cloned());
    let read = std::fs::read_to_string(slip.with_extension("txt")).unwrap();
    let responder_name = &config.office.staff(&responder).unwrap().name.zh;
    for words in [
        &number,
        responder_name,
        &matter.name.zh,
        &config.office.identity.name.zh,
    ] {
        assert!(
            read.contains(words.as_str()),
            "{words} is not on the slip:\n{read}"
        );
    }
    let zbar = Command::new("zbarimg")
        .args(["--quiet", "--raw"])
        .arg(&slip)
        .output();
    let zbar = zbar.expect("zbarimg is installed; deploy/test.sh installs it");
    let code = String::from_utf8(zbar.stdout).unwrap();
    assert!(code.contains(&number), "the code says {code:?}, not {number}");
    let printed = soon("the lobby knows that the slip is printed", || {
        journal(data_text)
            .into_iter()
            .find(|it| text(it, "kind") == "slip.settled")
    });
    assert_eq!(printed["facts"]["outcome"], "printed");

    // At the counter, by keyboard.
    assert!(lobby.said().contains(password.trim()), "the password is told");
    browser.goes(&format!("http://{address}/login"));
    browser.types("[name=staff]", responder.as_str());
    browser.types("[name=password]", &format!("{}\u{E007}", password.trim()));
    browser.sees("body[data-connected]");
    browser.sees_such("[data-table=waiting] .number", &number);
    browser.types("body", "n");
    browser.sees("#key-begin");
    browser.sees_such(".current .huge", &number);
    browser.types("body", "b");
    browser.sees("#key-close");
    browser.types("body", "c");
    browser.types("[name=outcome][value=answered]", " ");
    browser.types("[name=told][value=in-person]", " ");
    browser.types("[name=outcome][value=answered]", "\u{E007}");
    browser.sees("body[data-connected]");
    browser.sees_such("[data-table=closed] .number", &number);

    // In the office.
    let told = said(&["sync", "--once", "--demo", data_text]);
    assert!(told.contains("entries"), "{told}");
    assert_eq!(
        office.ask("select number, stage, outcome, told, first_responder, matter, calls, waited_seconds >= 0 from lobby.visit"),
        [format!("{number} | closed | answered | in-person | {responder} | {} | 1 | t", matter.code)]
    );
    let journal = journal(data_text);
    let steps: Vec<&str> = journal
        .iter()
        .map(|it| text(it, "kind"))
        .filter(|it| it.starts_with("visit.") || it.starts_with("slip."))
        .collect();
    assert_eq!(
        steps,
        [
            "visit.registered",
            "slip.settled",
            "visit.called",
            "visit.begun",
            "visit.closed"
        ]
    );
    let watched = journal.iter().filter(|it| text(it, "kind") == "screen.watched");
    let watched: Vec<&Value> = watched.map(|it| &it["facts"]["began"]).collect();
    assert_eq!(watched, [&json!(true), &json!(false)]);
    assert_eq!(
        office.ask("select kind from lobby.visit_step order by epoch, seq"),
        steps
    );
    let ours: Vec<String> = journal
        .iter()
        .map(|it| format!("{} | {} | {}", it["epoch"], it["seq"], text(it, "hash")))
        .collect();
    assert_eq!(
        office.ask("select epoch, seq, encode(hash, 'hex') from lobby.entry order by epoch, seq"),
        ours
    );
    assert!(
        said(&["journal", "verify", "--demo", data_text]).contains("the journal is complete and untouched")
    );
    assert_eq!(files(&slips, "png").len(), 1, "nothing else was printed");

    // In the evening.
    drop(browser);
    let log = lobby.log.clone();
    let ended = lobby.interrupt();
    let last = std::fs::read_to_string(log).unwrap();
    assert_eq!(ended.code(), Some(0), "{last}");
    assert!(last.contains("the lobby is closed"), "{last}");
    assert!(gone(address) && !data.join("control.sock").exists() && !data.join("printer").exists());
    assert!(!last.contains("panicked"), "{last}");
}
