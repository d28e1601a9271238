//! `lobby demo`: the whole lobby on a laptop, with simulated devices and a throw-away office database.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono::{NaiveTime, Weekday};

use anyhow::{Context, Result, bail};

use crate::app::cli::{self, DemoScreen};
use crate::app::cluster::Cluster;
use crate::app::run::{Differences, database, run};
use crate::app::simulated::{Devices, Faults, Places};
use crate::app::{logins, say, tongue};
use crate::config::{self, Config, PrinterProfile, ScreenMode};
use crate::desk::{Reply, Request};
use crate::devices::Profile;
use crate::devices::simulator::Fault;
use crate::domain::elsewhere::Discipline;
use crate::domain::office::{Hours, Role, Words};
use crate::domain::time::Span;
use crate::sync::keys;
use crate::sync::office::{self, Office};

/// How often a demonstration loads, so that the visit is found in PostgreSQL while one still looks.
const UPLOAD_EVERY: Duration = Duration::from_secs(20);

/// Where a demonstration keeps its data if nothing else is said.
pub fn default_data() -> PathBuf {
    let home = |name: &str| {
        std::env::var_os(name)
            .filter(|it| !it.is_empty())
            .map(PathBuf::from)
    };
    home("XDG_DATA_HOME")
        .or_else(|| home("HOME").map(|it| it.join(".local/share")))
        .unwrap_or_else(std::env::temp_dir)
        .join("lobby-demo")
}

/// The settings of the demonstration in `data`. Its office never closes, so that there is something to see
/// on a Sunday evening too.
pub fn config(data: &Path) -> Config {
    let mut config = config::demo(data, &Profile::names());
    let office = Arc::make_mut(&mut config.office);
    let day = Span {
        from: NaiveTime::MIN,
        until: NaiveTime::from_hms_opt(23, 59, 59).expect("a second before midnight exists"),
    };
    let mut week = vec![Weekday::Mon];
    week.extend(std::iter::successors(Some(Weekday::Tue), |it| Some(it.succ())).take(6));
    office.hours = Hours {
        days: week.clone(),
        spans: vec![day],
        holidays: true,
    };
    for shift in office.roster.shifts.iter_mut().filter(|it| !it.duty) {
        (shift.days, shift.span) = (week.clone(), day);
    }
    office.roster.absences.clear();
    config.screen.mode = ScreenMode::Headless;
    let places = Places::of(data);
    config.printer = Some(config::Printer {
        port: places.printer,
        baud: None,
        profile: PrinterProfile::BuiltIn("generic-80".into()),
        roll_metres: 50,
    });
    config.reader = Some(config::Reader {
        port: places.reader,
        model: PrinterProfile::BuiltIn(config::READER_MODELS[0].into()),
    });
    config.scanner = Some(config::Scanner::Serial {
        port: places.scanner,
        model: PrinterProfile::BuiltIn(config::SCANNER_MODELS[0].into()),
    });
    config
}

/// Runs the demonstration.
///
/// # Errors
/// When something it needs is missing; says what to do.
pub fn demo(asked: &cli::Demo) -> Result<()> {
    let data = asked.data.clone().unwrap_or_else(default_data);
    let shown = data.display().to_string();
    crate::app::lock::make_directory(&data)
        .with_context(|| format!("不能写入 {shown} · cannot write in {shown}"))?;
    let data = data.canonicalize()?;
    let mut config = config(&data);
    config.console.listen = asked.listen;
    if !asked.listen.ip().is_loopback() {
        config.console.tls = config::Tls::SelfSigned;
    }
    (config.screen.width, config.screen.height) = size(&asked.size)?;
    config.screen.full_screen = false;
    let display = std::env::var_os("DISPLAY").is_some_and(|it| !it.is_empty());
    config.screen.mode = match asked.screen {
        Some(DemoScreen::Window) => ScreenMode::Window,
        Some(DemoScreen::Headless) => ScreenMode::Headless,
        None if display && cfg!(feature = "x11") => ScreenMode::Window,
        None => ScreenMode::Headless,
    };

    say(
        "正在启动模拟打印机、读卡器、扫码器…",
        "starting the simulated printer, card reader and scanner …",
    );
    let profile = profile(&asked.profile)?;
    let places = Places::of(&data);
    let baud = profile.baud;
    let devices = Devices::start(&places, profile, &Faults::named(&asked.fault)?)?;
    let slips = places.slips;
    config.printer = Some(config::Printer {
        port: places.printer,
        baud: Some(baud),
        profile: PrinterProfile::BuiltIn(asked.profile.clone()),
        roll_metres: 50,
    });

    discipline(&mut config)?;
    let (password, epochs) = accounts(&config)?;
    let cluster = match (&asked.office_url, asked.no_office) {
        (None, false) => {
            say(
                "正在建立临时的单位数据库（PostgreSQL）…",
                "making a throw-away office database (PostgreSQL) …",
            );
            Some(Cluster::start()?)
        }
        _ => None,
    };
    let owner_url = match (&cluster, &asked.office_url) {
        (Some(cluster), _) => Some(cluster.url("postgres")),
        (None, Some(url)) => Some(url.clone()),
        (None, None) => None,
    };
    config.sync = match &owner_url {
        Some(url) => Some(office_side(&config, url, cluster.as_ref(), epochs)?),
        None => None,
    };
    introduce(
        &config,
        &password,
        &slips,
        owner_url.as_deref().map(crate::app::office::without_password),
    );
    run(
        config,
        Differences {
            upload_every: Some(UPLOAD_EVERY),
            switches: Some(Arc::new(devices)),
        },
    )?;
    let kept = data.display();
    say(
        &format!("大厅已关闭，数据都在 {kept}"),
        &format!("the lobby is closed; everything is kept in {kept}"),
    );
    Ok(())
}

/// What the owner of an office database does once: tables, this kiosk with its role, names, a key.
fn office_side(
    config: &Config,
    owner_url: &str,
    cluster: Option<&Cluster>,
    epochs: u32,
) -> Result<config::Sync> {
    let owner = crate::sync::link::Link::new(&crate::sync::link::LinkSettings {
        url: owner_url.to_owned(),
        ..Default::default()
    })
    .context("单位数据库 · the office database")?;
    office::migrate(&owner).context("单位数据库 · the office database")?;
    let identity = config.office.identity.clone();
    let password = office::new_password();
    let role = office::now(async {
        let mut office = Office::open(&owner).await?;
        let role = office
            .register_kiosk(&identity.site, &identity.kiosk, &password)
            .await?;
        let names = crate::app::office::names(&config.office);
        office.set_names(&identity.site, &names).await?;
        // A throw-away office has never heard of this kiosk, whatever it has been through.
        for epoch in 1..=epochs {
            office
                .open_epoch(&identity.site, &identity.kiosk, epoch, None)
                .await?;
        }
        Ok(role)
    })
    .context("单位数据库 · the office database")?;
    let key_file = config.data_dir.join("office-secret-key");
    let secret = match std::fs::read_to_string(&key_file) {
        Ok(text) => text.trim().parse::<keys::OfficeSecretKey>()?,
        Err(_) => {
            let (secret, _) = keys::keygen();
            crate::app::write_private(&key_file, &secret.written())?;
            secret
        }
    };
    let url = match cluster {
        Some(cluster) => format!(
            "host={} user={role} dbname=postgres",
            cluster.socket_folder().display()
        ),
        None => crate::app::office::as_role(owner_url, &role)?,
    };
    Ok(config::Sync {
        url,
        password: Some(crate::domain::sensitive::Sensitive::new(password.to_string())),
        ca: None,
        identity: None,
        at: NaiveTime::from_hms_opt(2, 0, 0).context("two o'clock exists")?,
        jitter_minutes: 30,
        office_public_key: Some(secret.public().bytes()),
    })
}

/// Gives the demonstration a discipline contact, whose key lies beside the data: in a real office they alone
/// have it.
///
/// # Errors
/// When the key can be neither read nor written.
pub fn discipline(config: &mut Config) -> Result<()> {
    let file = config.data_dir.join("discipline-key");
    let secret = match std::fs::read_to_string(&file) {
        Ok(text) => text.trim().parse::<keys::OfficeSecretKey>()?,
        Err(_) => {
            let (secret, _) = keys::keygen();
            crate::app::write_private(&file, &secret.written())?;
            secret
        }
    };
    let words = |zh: &str, en: &str| Words {
        zh: zh.into(),
        en: en.into(),
    };
    Arc::make_mut(&mut config.office).elsewhere.discipline = Some(Discipline {
        contact: "guoqiang".into(),
        public_key: secret.public().bytes(),
        room: words("106 接待室", "Room 106"),
        higher: words("临河区纪委监委", "Linhe District Discipline Commission"),
        higher_phone: "12388".into(),
    });
    Ok(())
}

/// Gives everybody of the demonstration office the same password, made once for this data directory. The
/// password, and how many epochs the journal has.
fn accounts(config: &Config) -> Result<(String, u32)> {
    let file = config.data_dir.join("demo-password");
    let known = std::fs::read_to_string(&file)
        .map(|it| it.trim().to_owned())
        .unwrap_or_default();
    let Some(_lock) = crate::app::lock::take(&config.data_dir)? else {
        bail!(
            "{} 已有一个演示在运行 · a demonstration is already running there",
            config.data_dir.display()
        );
    };
    let mut desk = logins::desk(config, &database(config))?;
    let epochs = match desk.answer(Request::Heads)? {
        Reply::Heads(heads) => heads.epochs.last().map_or(1, |it| it.epoch),
        _ => 1,
    };
    let have = match desk.answer(Request::Accounts)? {
        Reply::Accounts(accounts) => accounts.len(),
        _ => 0,
    };
    if !known.is_empty() && config.office.staff.len() <= have {
        return Ok((known, epochs));
    }
    let password = logins::generate()?;
    let hash = logins::hash(&password)?;
    for staff in &config.office.staff {
        logins::set(&mut desk, staff.id.as_str(), hash.clone())?;
    }
    crate::app::write_private(&file, &password)?;
    Ok((password, epochs))
}

fn introduce(config: &Config, password: &str, slips: &Path, office: Option<String>) {
    let who = |role: Role| {
        // Somebody who is just that, if there is one: it shows best what the role sees.
        let holders = || config.office.staff.iter().filter(|it| it.is(role));
        let staff = holders().min_by_key(|it| it.roles.len());
        staff.map_or("-", |it| it.id.as_str())
    };
    let scheme = if config.console.tls == config::Tls::Off {
        "http"
    } else {
        "https"
    };
    let base = format!("{scheme}://{}", config.console.listen);
    let screen = match config.screen.mode {
        ScreenMode::Headless => format!("{base}/screen"),
        _ => "窗口 window".to_owned(),
    };
    let staff = config
        .office
        .staff
        .iter()
        .filter(|it| it.roles == [Role::Officer]);
    let officers: Vec<&str> = staff.take(3).map(|it| it.id.as_str()).collect();
    let lines = [
        format!(
            "首问大厅演示 · Lobby demonstration: {}",
            config.office.identity.name.zh
        ),
        format!("触摸屏 touch screen      {screen}"),
        format!("工作台 console           {base}/"),
        format!("大厅显示 hall display    {base}/display"),
        format!(
            "接待 reception           {}   密码 password  {password}",
            who(Role::Reception)
        ),
        format!(
            "科室 officers            {}   同一密码 same password",
            officers.join(" ")
        ),
        format!(
            "领导 leader / 管理 admin {} / {}",
            who(Role::Leader),
            who(Role::Administrator)
        ),
        format!(
            "纪检 discipline          guoqiang   密钥 key  {}",
            config.data_dir.join("discipline-key").display()
        ),
        format!("号票 slips               {}", slips.display()),
        format!("模拟设备 devices         {base}/faults"),
        match office {
            Some(url) => format!("单位数据库 office        psql \"{url}\" -c 'select * from lobby.visit'"),
            None => "单位数据库 office        无 none".to_owned(),
        },
        "按 Ctrl-C 停止 · press Ctrl-C to stop".to_owned(),
    ];
    let _ = tongue();
    for line in lines {
        say(&line, &line);
    }
}

/// The faults named, or which there are.
///
/// # Errors
/// For a name that is none.
pub fn faults(names: &[String]) -> Result<Vec<Fault>> {
    let unknown = "没有这种故障，可选的见后 · there is no such fault";
    names
        .iter()
        .map(|it| it.parse::<Fault>().context(unknown))
        .collect()
}

/// A printer's profile we bring.
///
/// # Errors
/// For a name that is none; says which there are.
pub fn profile(name: &str) -> Result<Profile> {
    let names = Profile::names().join(", ");
    Profile::builtin(name)
        .with_context(|| format!("没有这种型号，可选 {names} · there is no such model; there are {names}"))
}

fn size(text: &str) -> Result<(u32, u32)> {
    let parsed = text
        .split_once('x')
        .and_then(|(width, height)| Some((width.parse::<u32>().ok()?, height.parse::<u32>().ok()?)));
    match parsed {
        Some((width @ 480..=4096, height @ 480..=4096)) => Ok((width, height)),
        _ => bail!("屏幕尺寸如 1080x1920 · a size is such as 1080x1920, each side 480 to 4096"),
    }
}
