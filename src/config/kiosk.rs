//! `kiosk.toml`: who and where this box is, when the office is open, and what each door needs.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use chrono::NaiveTime;

use crate::config::elsewhere;
use crate::config::mistake::Problem;
use crate::config::read::{At, Source, Table, Unique, nearest, shown};
use crate::config::routing::Reference;
use crate::config::{
    Console, LogLevel, Printer, PrinterProfile, Reader, Scanner, Screen, ScreenMode, Speaker, Sync, Tls,
    senses,
};
use crate::domain::content::{Content, built_in};
use crate::domain::elsewhere::Discipline;
use crate::domain::ids::{ContentCode, DepartmentCode, KioskId, SiteId};
use crate::domain::limit::Limits;
use crate::domain::office::{Hours, Identity, Settings, Words};
use crate::domain::posted::Posting;
use crate::domain::sensitive::Sensitive;
use crate::domain::time::Span;

/// Columns of the office's name: one line of a 58 mm slip.
const NAME_COLUMNS: usize = 32;
/// Columns of an address: two lines.
const ADDRESS_COLUMNS: usize = 64;
/// Columns of a path or an address of the network.
pub(super) const PATH_COLUMNS: usize = 500;
/// Columns of the heading of what is posted in the lobby, and of one line of it.
const POSTED_TITLE_COLUMNS: usize = 40;
const POSTED_LINE_COLUMNS: usize = 120;
/// Columns of what a petition may be about.
const CONTENT_COLUMNS: usize = 40;
/// Characters of the public address: with the ticket's key behind it the QR code stays small enough for a
/// phone's camera.
const URL_CHARS_MAX: usize = 60;
/// Characters of a password.
const PASSWORD_CHARS_MAX: usize = 256;
/// Metres on a roll, where the settings do not say.
const ROLL_METRES: u16 = 50;
/// Speeds a serial line can be set to, as text for the remedy and as number.
const BAUDS: [(&str, i64); 9] = [
    ("1200", 1200),
    ("2400", 2400),
    ("4800", 4800),
    ("9600", 9600),
    ("19200", 19_200),
    ("38400", 38_400),
    ("57600", 57_600),
    ("115200", 115_200),
    ("230400", 230_400),
];

/// What of `kiosk.toml` could be read.
#[derive(Debug, Default)]
pub(super) struct KioskFile {
    pub(super) routing_file: Option<PathBuf>,
    pub(super) roster_file: Option<PathBuf>,
    pub(super) identity: Option<Identity>,
    pub(super) hours: Option<Hours>,
    pub(super) settings: Settings,
    pub(super) reception: Option<At<DepartmentCode>>,
    pub(super) discipline: Option<Discipline>,
    pub(super) references: Vec<Reference>,
    pub(super) posted: Vec<Option<Posting>>,
    pub(super) contents: Vec<Option<Content>>,
    pub(super) screen: Option<Screen>,
    pub(super) doors: Option<Doors>,
}

/// What only the doors need.
#[derive(Debug)]
pub(super) struct Doors {
    pub(super) data_dir: PathBuf,
    pub(super) screen: Screen,
    pub(super) printer: Option<Printer>,
    pub(super) reader: Option<Reader>,
    pub(super) scanner: Option<Scanner>,
    pub(super) speaker: Option<Speaker>,
    pub(super) console: Console,
    pub(super) sync: Option<Sync>,
    pub(super) log: LogLevel,
}

/// Where relative paths begin, and what printers there are.
pub(super) struct Places<'p> {
    pub(super) folder: &'p Path,
    /// Where systemd puts a unit's credentials.
    pub(super) credentials: Option<&'p Path>,
    pub(super) profiles: &'p [&'p str],
}

pub(super) fn read(source: &Source, places: &Places<'_>) -> KioskFile {
    let Some(tree) = source.tree() else {
        return KioskFile::default();
    };
    let root = Table::root(source, &tree);
    let mut file = KioskFile::default();
    if let Some(office) = root.table("office") {
        (file.identity, file.reception) = identity(&office);
    }
    file.hours = root.table("hours").map(|hours| Hours {
        days: hours.days("days"),
        spans: hours.spans("spans"),
        holidays: hours.flag_or("holidays", false),
    });
    if let Some(rules) = root.table_if("rules") {
        file.settings = settings(&rules);
    }
    if let Some(table) = root.table_if("limits") {
        file.settings.limits = limits(&table);
    }
    if let Some(table) = root.table_if("discipline") {
        file.discipline = elsewhere::discipline(&table, &mut file.references);
    }
    file.posted = root.tables("posted").iter().map(posting).collect();
    file.contents = contents(&root.tables("content"));
    if let Some(files) = root.table_if("files") {
        file.routing_file = files
            .text_if("routing", PATH_COLUMNS)
            .map(|it| PathBuf::from(it.it));
        file.roster_file = files
            .text_if("roster", PATH_COLUMNS)
            .map(|it| PathBuf::from(it.it));
    }
    let data = root.table("data").and_then(|data| data.text("dir", PATH_COLUMNS));
    let screen = root.table("screen").and_then(|it| screen(&it));
    file.screen = screen;
    let printer = root.table("printer").and_then(|it| printer(&it, places));
    let reader = match root.table_if("reader") {
        Some(table) => senses::reader(&table, places).map(Some),
        None => Some(None),
    };
    let scanner = match root.table_if("scanner") {
        Some(table) => senses::scanner(&table, places).map(Some),
        None => Some(None),
    };
    let speaker = match root.table_if("speaker") {
        Some(table) => senses::speaker(&table, places),
        None => Some(None),
    };
    let console = root.table("console").and_then(|it| console(&it, places));
    let sync = match root.table_if("sync") {
        Some(table) => sync(&table, places).map(Some),
        None => Some(None),
    };
    let log = match root.table_if("log") {
        Some(table) => log(&table),
        None => Some(LogLevel::Info),
    };
    file.doors = (|| {
        let data_dir = places.folder.join(data?.it);
        Some(Doors {
            data_dir,
            screen: screen?,
            printer: printer?,
            reader: reader?,
            scanner: scanner?,
            speaker: speaker?,
            console: console?,
            sync: sync?,
            log: log?,
        })
    })();
    file
}

fn identity(office: &Table<'_>) -> (Option<Identity>, Option<At<DepartmentCode>>) {
    let (site, kiosk) = (office.code("site"), office.code("kiosk"));
    let name = office.words("name", "name_en", NAME_COLUMNS, Some("[office] name"));
    let address = office.words("address", "address_en", ADDRESS_COLUMNS, Some("[office] address"));
    let phone = office.phone("phone");
    let public_url = office.text_if("public_url", PATH_COLUMNS);
    let reception = office.code("reception").map(|it| At {
        at: it.at,
        it: DepartmentCode::new(it.it),
    });
    if let Some(url) = public_url
        && !public_url_is_good(url.it)
    {
        office.say(
            url.at,
            Problem::BadUrl {
                key: "public_url".to_owned(),
            },
        );
    }
    let identity = || {
        Some(Identity {
            site: SiteId::new(site?.it),
            kiosk: KioskId::new(kiosk?.it),
            name: name?,
            address: address?,
            phone: phone?,
            public_url: public_url.map(|it| it.it.to_owned()),
        })
    };
    (identity(), reception)
}

fn public_url_is_good(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("https://") else {
        return false;
    };
    let host = rest.split('/').next().unwrap_or_default();
    let host_characters =
        |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'.' | b'-' | b':' | b'[' | b']');
    !host.is_empty()
        && host.bytes().all(host_characters)
        && host.as_bytes()[0] != b':'
        && rest
            .bytes()
            .all(|it| it.is_ascii_graphic() && !matches!(it, b'?' | b'#' | b'"' | b'<' | b'>'))
        && !url.ends_with('/')
        && url.len() <= URL_CHARS_MAX
}

fn settings(rules: &Table<'_>) -> Settings {
    let usual = Settings::default();
    Settings {
        priority_minutes: rules.small_or("priority_minutes", 0..=120, usual.priority_minutes),
        urgent_minutes: rules.small_or("urgent_minutes", 0..=240, usual.urgent_minutes),
        appointment_minutes: rules.small_or("appointment_minutes", 0..=120, usual.appointment_minutes),
        appointment_grace_minutes: rules.small_or(
            "appointment_grace_minutes",
            0..=120,
            usual.appointment_grace_minutes,
        ),
        appointment_late_minutes: rules.small_or(
            "appointment_late_minutes",
            0..=120,
            usual.appointment_late_minutes,
        ),
        urgent_a_day_max: rules.small_or("urgent_a_day_max", 0..=999, usual.urgent_a_day_max),
        urgent_known_minutes: rules.small_or("urgent_known_minutes", 1..=480, usual.urgent_known_minutes),
        callback_minutes: rules.small_or("callback_minutes", 5..=480, usual.callback_minutes),
        early_minutes: rules.small_or("early_minutes", 0..=240, usual.early_minutes),
        call_gap_seconds: rules.small_or("call_gap_seconds", 0..=600, usual.call_gap_seconds),
        rejoin_minutes: rules.small_or("rejoin_minutes", 0..=240, usual.rejoin_minutes),
        rejoin_others: rules.small_or("rejoin_others", 0..=50, usual.rejoin_others),
        accept_minutes: rules.small_or("accept_minutes", 1..=480, usual.accept_minutes),
        accept_again_minutes: rules.small_or("accept_again_minutes", 0..=480, usual.accept_again_minutes),
        uncalled_minutes: rules.small_or("uncalled_minutes", 1..=480, usual.uncalled_minutes),
        uncalled_reception_minutes: rules.small_or(
            "uncalled_reception_minutes",
            1..=480,
            usual.uncalled_reception_minutes,
        ),
        uncalled_leader_minutes: rules.small_or(
            "uncalled_leader_minutes",
            1..=480,
            usual.uncalled_leader_minutes,
        ),
        returning_minutes: rules.small_or("returning_minutes", 0..=120, usual.returning_minutes),
        decision_days: rules.small_or("decision_days", 0..=30, usual.decision_days),
        notice_days: rules.small_or("notice_days", 1..=365, usual.notice_days),
        progress_percent: rules.small_or("progress_percent", 10..=80, usual.progress_percent),
        system_entry_days: rules.small_or("system_entry_days", 1..=30, usual.system_entry_days),
        idle_seconds: rules.small_or("idle_seconds", 15..=600, usual.idle_seconds),
        idle_seconds_large: rules.small_or("idle_seconds_large", 15..=600, usual.idle_seconds_large),
        tickets_a_day_max: rules.small_or("tickets_a_day_max", 1..=9999, usual.tickets_a_day_max),
        limits: usual.limits,
    }
}

fn limits(table: &Table<'_>) -> Limits {
    let usual = Limits::default();
    Limits {
        duty_request: table.count_if("duty_request").unwrap_or(usual.duty_request),
        materials: table.count_if("materials").unwrap_or(usual.materials),
        matter: table.count_if("matter").unwrap_or(usual.matter),
        leader_report: table.count_if("leader_report").unwrap_or(usual.leader_report),
        upward_enquiry: table.count_if("upward_enquiry").unwrap_or(usual.upward_enquiry),
    }
}

fn posting(table: &Table<'_>) -> Option<Posting> {
    let title = table.words(
        "title",
        "title_en",
        POSTED_TITLE_COLUMNS,
        Some("[[posted]] title"),
    );
    let lines = lines(table, "lines", "lines_en", POSTED_LINE_COLUMNS);
    Some(Posting { title: title?, lines })
}

/// What petitions are about. A code of ours needs no name; no two lines have one code or one name.
fn contents(tables: &[Table<'_>]) -> Vec<Option<Content>> {
    let (mut codes, mut names) = (Unique::default(), Unique::default());
    let mut content = |table: &Table<'_>| {
        let code = table.code("code");
        if let Some(code) = code {
            codes.note(table, "code", code);
        }
        let usual = code.and_then(|it| built_in(it.it));
        let told = code.map_or("[[content]]", |it| it.it);
        let named = table.has("name") || table.has("name_en") || usual.is_none();
        let name = match named {
            true => table.words("name", "name_en", CONTENT_COLUMNS, Some(told)),
            false => usual,
        }?;
        let told = At {
            at: table.at,
            it: name.zh.as_str(),
        };
        names.note(table, "name", told);
        Some(Content {
            code: ContentCode::new(code?.it),
            name,
        })
    };
    tables.iter().map(&mut content).collect()
}

/// A list of texts with their English, line by line; a line without any stays Chinese.
fn lines(table: &Table<'_>, key: &'static str, key_en: &'static str, most: usize) -> Vec<Words> {
    let (zh, en) = (table.texts(key, most), table.texts_if(key_en, 2 * most));
    let english = |at: usize| en.get(at).copied();
    let line = |(at, zh): (usize, &At<&str>)| Words {
        zh: zh.it.to_owned(),
        en: english(at).unwrap_or(*zh).it.to_owned(),
    };
    zh.iter().enumerate().map(line).collect()
}

fn screen(screen: &Table<'_>) -> Option<Screen> {
    let modes = [
        ("window", ScreenMode::Window),
        ("headless", ScreenMode::Headless),
        ("kms", ScreenMode::Kms),
    ];
    let mode = screen
        .text("mode", PATH_COLUMNS)
        .and_then(|it| screen.choice_of("mode", it, &modes));
    let width = screen.small_or("width", 320..=7680, 1080);
    let height = screen.small_or("height", 320..=7680, 1920);
    let mm_per_px = screen.number_or("mm_per_px", 0.05..=1.0, 0.248);
    let full_screen = screen.flag_or("full_screen", true);
    let rotate = screen.whole_if("rotate", 0..=270);
    if let Some(turned) = rotate
        && turned.it % 90 != 0
    {
        let (key, value) = ("rotate".to_owned(), turned.it.to_string());
        screen.say(
            turned.at,
            Problem::NotOneOf {
                key,
                value,
                known: "0, 90, 180, 270".to_owned(),
            },
        );
    }
    let touch_matrix = screen.numbers_if("touch_matrix", -10.0..=10.0);
    // Every finger would lie on one line.
    if let Some(flat) = touch_matrix
        && (flat.it[0] * flat.it[4] - flat.it[1] * flat.it[3]).abs() < 0.01
    {
        screen.say(flat.at, Problem::FlatTouch {});
    }
    let at = |hour| NaiveTime::from_hms_opt(hour, 0, 0).expect("a full hour exists");
    let dim = Span {
        from: screen.time_or("dim_from", at(21)),
        until: screen.time_or("dim_until", at(7)),
    };
    let rotate = rotate.and_then(|it| u16::try_from(it.it).ok()).unwrap_or(0);
    let (width, height) = (u32::from(width), u32::from(height));
    Some(Screen {
        mode: mode?,
        width,
        height,
        mm_per_px: mm_per_px as f32,
        full_screen,
        rotate,
        touch_matrix: touch_matrix.map(|it| it.it),
        dim: (dim.from != dim.until).then_some(dim),
    })
}

/// None for a mistake, `Some(None)` for an office without printer.
fn printer(printer: &Table<'_>, places: &Places<'_>) -> Option<Option<Printer>> {
    let enabled = printer.flag_or("enabled", true);
    let wanted = |key| {
        if enabled {
            printer.text(key, PATH_COLUMNS)
        } else {
            printer.text_if(key, PATH_COLUMNS)
        }
    };
    let (port, profile) = (wanted("port"), wanted("profile"));
    let baud = printer.whole_if("baud", 1..=i64::from(u32::MAX));
    let network = |text: &str| {
        text.strip_prefix("tcp://")
            .is_some_and(|it| it.parse::<SocketAddr>().is_ok())
    };
    if let Some(path) = port
        && !path.it.starts_with('/')
        && !network(path.it)
    {
        printer.say(
            path.at,
            Problem::NotAbsolute {
                key: "port".to_owned(),
            },
        );
    }
    if let Some(baud) = baud
        && !BAUDS.iter().any(|(_, it)| *it == baud.it)
    {
        let known = BAUDS.map(|(text, _)| text).join(", ");
        printer.say(
            baud.at,
            Problem::NotOneOf {
                key: "baud".to_owned(),
                value: baud.it.to_string(),
                known,
            },
        );
    }
    let profile = profile.map(|it| {
        if it.it.contains('/') {
            PrinterProfile::File(file(printer, "profile", it, places.folder))
        } else {
            if !places.profiles.contains(&it.it) {
                let known = nearest(it.it, places.profiles.iter().copied(), usize::MAX);
                printer.say(
                    it.at,
                    Problem::UnknownProfile {
                        value: shown(it.it),
                        known,
                    },
                );
            }
            PrinterProfile::BuiltIn(it.it.to_owned())
        }
    });
    let roll_metres = printer.small_or("roll_metres", 5..=500, ROLL_METRES);
    if !enabled {
        return Some(None);
    }
    let baud = baud.and_then(|it| u32::try_from(it.it).ok());
    Some(Some(Printer {
        port: PathBuf::from(port?.it),
        baud,
        profile: profile?,
        roll_metres,
    }))
}

fn console(console: &Table<'_>, places: &Places<'_>) -> Option<Console> {
    let listen = console.text("listen", PATH_COLUMNS);
    let pair = pair(console, places);
    let self_signed = console.flag_or("self_signed", false);
    let session_hours = console.small_or("session_hours", 1..=72, 10);
    let tls = match pair {
        Some(_) if self_signed => {
            console.say(console.at, Problem::TwoCertificates {});
            Tls::SelfSigned
        }
        Some((certificate, key)) => Tls::Files { certificate, key },
        None if self_signed => Tls::SelfSigned,
        None => Tls::Off,
    };
    let listen = listen?;
    let Ok(address) = listen.it.parse::<SocketAddr>() else {
        console.say(
            listen.at,
            Problem::BadListen {
                value: shown(listen.it),
            },
        );
        return None;
    };
    // A certificate meant but misspelt has its own mistake; one is enough.
    let meant = ["certificate", "key"].iter().any(|it| console.has(it));
    if !address.ip().is_loopback() && tls == Tls::Off && !meant {
        console.say(
            listen.at,
            Problem::ListenNeedsTls {
                listen: address.to_string(),
            },
        );
    }
    Some(Console {
        listen: address,
        tls,
        session_hours,
    })
}

/// Certificate and key, which go together. The key may be a credential of the unit.
fn pair(table: &Table<'_>, places: &Places<'_>) -> Option<(PathBuf, PathBuf)> {
    let (certificate, key) = (
        table.text_if("certificate", PATH_COLUMNS),
        table.text_if("key", PATH_COLUMNS),
    );
    for (one, name, other, other_name) in [
        (certificate, "certificate", key, "key"),
        (key, "key", certificate, "certificate"),
    ] {
        if let (Some(one), None) = (one, other)
            && !table.has(other_name)
        {
            let (key, other) = (name.to_owned(), other_name.to_owned());
            table.say(one.at, Problem::HalfCertificate { key, other });
        }
    }
    let certificate = certificate.map(|it| file(table, "certificate", it, places.folder));
    let key = key.map(|it| secret_file(table, "key", it, places));
    Some((certificate?, key?))
}

pub(super) fn file(table: &Table<'_>, key: &str, path: At<&str>, folder: &Path) -> PathBuf {
    let whole = folder.join(path.it);
    if !whole.is_file() {
        let path_shown = shown(&whole.display().to_string());
        table.say(
            path.at,
            Problem::NoSuchFile {
                key: key.to_owned(),
                path: path_shown,
            },
        );
    }
    whole
}

/// A file nobody else should read. Under systemd it is a credential of that name, so that the same
/// `kiosk.toml` serves the unit and somebody who runs `lobby check` in a shell.
fn secret_file(table: &Table<'_>, key: &str, path: At<&str>, places: &Places<'_>) -> PathBuf {
    if let Some(credentials) = places.credentials
        && !path.it.contains('/')
        && credentials.join(path.it).is_file()
    {
        return credentials.join(path.it);
    }
    let whole = file(table, key, path, places.folder);
    use std::os::unix::fs::PermissionsExt;
    if let Ok(facts) = std::fs::metadata(&whole)
        && facts.permissions().mode() & 0o004 != 0
    {
        table.say(
            path.at,
            Problem::SecretReadable {
                path: shown(&whole.display().to_string()),
            },
        );
    }
    whole
}

fn sync(sync: &Table<'_>, places: &Places<'_>) -> Option<Sync> {
    let url = sync.text("url", PATH_COLUMNS);
    let password_file = sync.text_if("password_file", PATH_COLUMNS);
    let ca = sync.text_if("ca", PATH_COLUMNS);
    let identity = pair(sync, places);
    let at = sync.time_or(
        "at",
        NaiveTime::from_hms_opt(2, 0, 0).expect("two o'clock exists"),
    );
    let jitter_minutes = sync.small_or("jitter_minutes", 0..=240, 30);
    let public_key = sync.text_if("office_public_key", PATH_COLUMNS);

    if let Some(url) = url {
        match look_at_url(url.it) {
            None => sync.say(
                url.at,
                Problem::BadSyncUrl {
                    key: "url".to_owned(),
                },
            ),
            Some(UrlFacts { password: true, .. }) => {
                sync.say(
                    url.at,
                    Problem::PasswordInUrl {
                        key: "url".to_owned(),
                    },
                );
            }
            Some(UrlFacts { elsewhere: true, .. }) if ca.is_none() && !sync.has("ca") => {
                sync.say(url.at, Problem::SyncNeedsCa {});
            }
            Some(_) => {}
        }
    }
    let password = password_file.and_then(|it| {
        let path = secret_file(sync, "password_file", it, places);
        let password = password(&path);
        if password.is_none() && path.is_file() {
            sync.say(
                it.at,
                Problem::BadPassword {
                    path: shown(&path.display().to_string()),
                },
            );
        }
        password
    });
    let office_public_key = public_key.and_then(|it| {
        let key = hex_key(it.it);
        if key.is_none() {
            sync.say(
                it.at,
                Problem::BadPublicKey {
                    key: "office_public_key".to_owned(),
                },
            );
        }
        key
    });
    if !sync.has("office_public_key") {
        sync.say(sync.at, Problem::NoPublicKey {});
    }
    let ca = ca.map(|it| file(sync, "ca", it, places.folder));
    let url = url?.it.to_owned();
    Some(Sync {
        url,
        password,
        ca,
        identity,
        at,
        jitter_minutes,
        office_public_key,
    })
}

struct UrlFacts {
    password: bool,
    /// The database is on another machine.
    elsewhere: bool,
}

/// None if it is no PostgreSQL address with a user, a host and a database.
fn look_at_url(url: &str) -> Option<UrlFacts> {
    let rest = url
        .strip_prefix("postgresql://")
        .or_else(|| url.strip_prefix("postgres://"))?;
    if rest.chars().any(|it| it.is_whitespace() || it.is_control()) {
        return None;
    }
    let (rest, options) = rest.split_once('?').unwrap_or((rest, ""));
    let (user, rest) = rest.rsplit_once('@')?;
    let (host, database) = rest.split_once('/')?;
    let option = |key: &str| {
        options
            .split('&')
            .filter_map(|it| it.split_once('='))
            .find(|it| it.0 == key)
            .map(|it| it.1)
    };
    let password = user.contains(':') || option("password").is_some();
    let host = option("host").unwrap_or(host);
    if user.is_empty() || database.is_empty() || host.is_empty() {
        return None;
    }
    let bare = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    let socket = bare.starts_with('/') || bare.to_ascii_lowercase().starts_with("%2f");
    let here = socket || bare == "localhost" || bare.parse::<IpAddr>().is_ok_and(|it| it.is_loopback());
    Some(UrlFacts {
        password,
        elsewhere: !here,
    })
}

fn password(path: &Path) -> Option<Sensitive<String>> {
    let facts = std::fs::metadata(path).ok()?;
    if !facts.is_file() || facts.len() > 4 * PASSWORD_CHARS_MAX as u64 + 2 {
        return None;
    }
    let text = std::fs::read_to_string(path).ok()?;
    let line = text.trim_end_matches(['\r', '\n']);
    let good =
        !line.is_empty() && line.chars().count() <= PASSWORD_CHARS_MAX && !line.chars().any(char::is_control);
    good.then(|| Sensitive::new(line.to_owned()))
}

pub(super) fn hex_key(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.bytes().all(|it| it.is_ascii_hexdigit()) {
        return None;
    }
    let mut key = [0; 32];
    for (at, byte) in key.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    Some(key)
}

fn log(log: &Table<'_>) -> Option<LogLevel> {
    let levels = [
        LogLevel::Error,
        LogLevel::Warn,
        LogLevel::Info,
        LogLevel::Debug,
        LogLevel::Trace,
    ];
    match log.text_if("level", PATH_COLUMNS) {
        Some(text) => log.choice_of("level", text, &levels.map(|it| (it.code(), it))),
        None => Some(LogLevel::Info),
    }
}
