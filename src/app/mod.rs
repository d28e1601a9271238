//! The commands of the program, and the place where all parts are joined.
//!
//! `main` only reads the command line; everything it can do stands here, a file a command.

pub mod arrange;
pub mod bench;
pub mod cli;
pub mod cluster;
pub mod control;
pub mod demo;
pub mod doctor;
pub mod journal;
pub mod lock;
pub mod logins;
pub mod office;
pub mod probe;
pub mod profiles;
pub mod run;
pub mod senses;
pub mod simulate;
pub mod simulated;
pub mod touch;
pub mod upload;

use std::io::Write;
use std::path::Path;
use std::sync::OnceLock;

use anyhow::{Context, Result, bail};

use crate::app::cli::{Cli, Command, Tongue};
use crate::app::control::Order;
use crate::clock::Clock;
use crate::config::{Config, LogLevel, Mistake, Severity};
use crate::desk::{Reply, Request};
use crate::devices::Profile;
use crate::devices::simulator;
use crate::domain::office::Language;
use crate::kiosk::Display;
use crate::kiosk::sorry::{self, Sorry};

static TONGUE: OnceLock<Tongue> = OnceLock::new();

/// The language of messages: Chinese, unless the system or the command line says otherwise.
pub fn tongue() -> Tongue {
    *TONGUE.get_or_init(|| {
        let set = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .filter_map(|it| std::env::var(it).ok());
        match set.into_iter().find(|it| !it.is_empty()) {
            Some(locale) if locale.starts_with("en") => Tongue::En,
            _ => Tongue::Zh,
        }
    })
}

/// The same, as the rest of the program names it.
pub fn language() -> Language {
    match tongue() {
        Tongue::Zh => Language::Chinese,
        Tongue::En => Language::English,
    }
}

/// Tells the operator something, in their language.
pub fn say(zh: &str, en: &str) {
    let line = if tongue() == Tongue::Zh { zh } else { en };
    // A closed pipe is no reason to stop a lobby.
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Tells the operator what takes long, aside from what the command answers.
pub fn say_aside(zh: &str, en: &str) {
    let line = if tongue() == Tongue::Zh { zh } else { en };
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Writes a file only its owner may read.
///
/// # Errors
/// When it cannot be written.
pub fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())
}

/// Reads the settings, or tells every mistake in them.
///
/// # Errors
/// When there is a mistake.
pub fn load(path: &Path) -> Result<Config> {
    match crate::config::load(path, &Profile::names()) {
        Ok(config) => Ok(config),
        Err(mistakes) => {
            tell(&mistakes);
            bail!(
                "设置有误，见上 · the settings have mistakes, see above: {}",
                path.display()
            )
        }
    }
}

fn tell(mistakes: &[Mistake]) {
    for mistake in mistakes {
        let language = if tongue() == Tongue::Zh {
            Language::Chinese
        } else {
            Language::English
        };
        let line = mistake.report(Some(language));
        say(&line, &line);
    }
}

/// Does what the command line says.
///
/// # Errors
/// What went wrong, in words that say what to do.
pub fn main(cli: Cli) -> Result<()> {
    if let Some(lang) = cli.lang {
        let _ = TONGUE.set(lang);
    }
    match cli.command {
        Command::Run(asked) => {
            let config = load(&asked.config).inspect_err(|error| give_way(&asked.config, error))?;
            start_log(config.log);
            tell(&config.warnings);
            run::turn(&config.screen)?;
            let ran = run::run(config, run::Differences::default());
            ran.inspect_err(|error| {
                if !error.is::<run::AlreadyRunning>() {
                    give_way(&asked.config, error);
                }
            })
        }
        Command::Sorry(asked) => {
            start_log(LogLevel::Warn);
            last_words(&asked.config)
        }
        Command::Demo(asked) => {
            start_log(LogLevel::Warn);
            demo::demo(&asked)
        }
        Command::Check(asked) => check(&asked.config),
        Command::Sync(asked) => {
            start_log(LogLevel::Warn);
            sync(&asked.place)
        }
        Command::Journal(asked) => journal_command(&asked),
        Command::Printer(asked) => printer(&asked),
        Command::PrintTest(place) => print_test(&place),
        Command::PrintDay(place) => print_day(&place),
        Command::Staff(asked) => staff(&asked),
        Command::Calendar(asked) => arrange::calendar(&asked),
        Command::Roster(asked) => arrange::roster(&asked),
        Command::Route(asked) => arrange::route(&asked),
        Command::Office(asked) => office::office(&asked),
        Command::Doctor(asked) => doctor::doctor(&asked),
        Command::TouchRule(asked) => touch::rule(&asked),
        Command::Simulate(asked) => simulate::simulate(&asked),
        Command::Bench(asked) => bench::bench(&asked),
    }
}

/// A lobby that cannot run, or runs no more, gives way to the page that says where people are received: the program
/// begins anew as nothing but that. Returns where nobody would see it, or where it cannot begin.
fn give_way(path: &Path, why: &anyhow::Error) {
    use std::os::unix::process::CommandExt;
    if !sorry::is_seen_on(glimpsed(path).1) {
        return;
    }
    // This process will not be there to say it.
    let _ = writeln!(std::io::stderr(), "lobby: {why:#}");
    let failed = match std::env::current_exe() {
        Ok(program) => std::process::Command::new(program)
            .args([Path::new("sorry"), Path::new("--config"), path])
            .exec(),
        Err(failed) => failed,
    };
    tracing::warn!(fault = %failed, "the screen cannot say that the lobby does not run");
}

/// Says on the panel where people are received, for a minute.
fn last_words(path: &Path) -> Result<()> {
    let (sorry, display, screen) = glimpsed(path);
    if let Some(screen) = screen {
        run::turn(&screen)?;
    }
    sorry.show(display, || {
        let _ = sd_notify::notify(&[sd_notify::NotifyState::Watchdog]);
    })?;
    bail!("大厅没有运行，原因见上 · the lobby does not run: what was said before this tells why")
}

/// What a lobby that cannot run knows of itself: its last words, where they show, and the screen as set.
fn glimpsed(path: &Path) -> (Sorry, Display, Option<crate::config::Screen>) {
    let (identity, screen) = crate::config::glimpse(path, &Profile::names());
    // Where not even the settings can be read, only an appliance has a panel for it.
    let display = screen.map_or(Display::Panel, |it| it.display());
    let sorry = Sorry {
        identity,
        width: screen.map_or(1080, |it| it.width),
        height: screen.map_or(1920, |it| it.height),
        mm_per_px: screen.map_or(0.248, |it| it.mm_per_px),
    };
    (sorry, display, screen)
}

fn start_log(level: LogLevel) {
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_from_env("LOBBY_LOG").unwrap_or_else(|_| EnvFilter::new(level.code()));
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .try_init();
}

/// The settings of the lobby a command is about.
fn place(place: &cli::Place) -> Result<Config> {
    match &place.demo {
        Some(data) => Ok(demo::config(data)),
        None => load(&place.config),
    }
}

fn check(path: &Path) -> Result<()> {
    match crate::config::load(path, &Profile::names()) {
        Ok(config) => {
            tell(&config.warnings);
            if let Some(printer) = &config.printer {
                profiles::settings(printer)
                    .context("打印机型号文件有误 · the printer profile has mistakes")?;
            }
            senses::check(&config)?;
            // The files are looked at also by whoever may not read the database.
            let office = &arrange::office_now(&config).unwrap_or_else(|_| config.office.clone());
            let coming = crate::config::coming(office, arrange::today());
            tell(&coming);
            let (departments, matters) = (office.departments.len(), office.matters.len());
            let (staff, warnings) = (office.staff.len(), config.warnings.len() + coming.len());
            say(
                &format!(
                    "没有错误：{departments} 个科室，{matters} 个事项，{staff} 位工作人员，{warnings} 条提醒"
                ),
                &format!(
                    "no mistakes: {departments} departments, {matters} matters, {staff} staff, {warnings} warnings"
                ),
            );
            Ok(())
        }
        Err(mistakes) => {
            tell(&mistakes);
            let errors = mistakes
                .iter()
                .filter(|it| it.severity() == Severity::Error)
                .count();
            bail!("{errors} 处错误 · {errors} mistakes")
        }
    }
}

fn sync(asked: &cli::Place) -> Result<()> {
    let config = place(asked)?;
    let told = match control::ask(&config.data_dir, &Order::Sync).context("the running lobby")? {
        Some(answer) => {
            if !answer.ok {
                return not_done(&answer);
            }
            answer.data
        }
        None => {
            let Some(settings) = &config.sync else {
                bail!(
                    "没有设置单位数据库，上报已关闭：在 kiosk.toml 中填写 [sync] · no office database in the settings: fill in [sync] in kiosk.toml"
                )
            };
            let Some(_lock) = lock::take(&config.data_dir)? else {
                bail!("大厅正在运行 · the lobby is running")
            };
            let desk = logins::desk(&config, &run::database(&config))?;
            let (desk, _) = desk.start();
            let uploader = upload::Uploader::new(settings, &config.office.identity, desk)?;
            let load = uploader.once(&Clock::system());
            let told = control::load_data(&load);
            if !load.outcome.good() {
                say(load.outcome.chinese(), load.outcome.english());
                bail!("{}", load.outcome)
            }
            told
        }
    };
    let text = |name: &str| {
        told.get(name)
            .and_then(serde_json::Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let entries = told
        .get("entries")
        .and_then(serde_json::Value::as_u64)
        .unwrap_or(0);
    say(
        &format!("{}：本次 {entries} 条记录", text("zh")),
        &format!("{}: {entries} entries this time", text("en")),
    );
    Ok(())
}

fn not_done(answer: &control::Answer) -> Result<()> {
    match answer.code.as_str() {
        "sync-off" => {
            bail!("没有设置单位数据库，上报已关闭 · no office database in the settings: sync is off")
        }
        "printer-off" => bail!("设置里没有打印机 · there is no printer in the settings"),
        "sync-settings" => bail!(
            "[sync] 的设置不能使用 · the settings in [sync] cannot work: {}",
            answer.text
        ),
        "unknown-staff" => bail!("值班表里没有这位工作人员 · nobody of that id in the roster"),
        code => {
            let said = |name: &str| answer.data.get(name).and_then(serde_json::Value::as_str);
            let refused = crate::console::knows(code).then(|| crate::console::words_of(code));
            match (said("zh"), said("en")) {
                _ if refused.is_some() => {
                    let words = refused.unwrap_or_default();
                    bail!("{} · {}", words.zh, words.en)
                }
                (Some(zh), Some(en)) => bail!("{} ({code})", if tongue() == Tongue::Zh { zh } else { en }),
                _ => bail!("{code}: {}", answer.text),
            }
        }
    }
}

fn journal_command(asked: &cli::Journal) -> Result<()> {
    match asked {
        cli::Journal::Verify(asked) => {
            let verdict = journal::verify(&run::database(&place(asked)?))?;
            for head in &verdict.heads {
                let hash = journal::hex(&head.hash);
                say(
                    &format!("纪元 {}：{} 条，最后一条的哈希 {hash}", head.epoch, head.seq),
                    &format!(
                        "epoch {}: {} entries, hash of the last {hash}",
                        head.epoch, head.seq
                    ),
                );
            }
            if verdict.broken.is_empty() {
                say("台账完整，未被改动", "the journal is complete and untouched");
                return Ok(());
            }
            let broken: Vec<String> = verdict.broken.iter().map(ToString::to_string).collect();
            bail!(
                "台账有问题 · the journal does not hold together: {}",
                broken.join("; ")
            )
        }
        cli::Journal::Export(asked) => {
            let stdout = std::io::stdout();
            let mut out = std::io::BufWriter::new(stdout.lock());
            journal::export(&run::database(&place(asked)?), &mut out)
        }
    }
}

fn printer(asked: &cli::Printer) -> Result<()> {
    if let Some(cli::PrinterCommand::Probe(asked)) = &asked.command {
        return probe::probe(asked);
    }
    let (Some(link), Some(out)) = (&asked.link, &asked.out) else {
        bail!("lobby printer --link PATH --out DIR")
    };
    let profile = demo::profile(&asked.profile)?;
    let baud = asked.baud.unwrap_or(profile.baud);
    let faults = demo::faults(&asked.fault)?;
    let printer = simulator::serve(link, out, profile, baud, faults)
        .with_context(|| {
            let (link, out) = (link.display(), out.display());
            format!("打印机不能放在 {link}，或号票不能写入 {out} · cannot put a printer at {link}, or slips into {out}")
        })?;
    printer.set_paper_speed(asked.paper_speed);
    say(
        &format!("模拟打印机在 {}（{baud} 波特），按 Ctrl-C 停止", link.display()),
        &format!(
            "the simulated printer is at {} ({baud} baud); Ctrl-C stops it",
            link.display()
        ),
    );
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        loop {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => return,
                () = tokio::time::sleep(std::time::Duration::from_millis(200)) => {
                    while let Ok(slip) = printer.slips.try_recv() {
                        let path = slip.png.display().to_string();
                        say(&format!("号票 {path}"), &format!("slip {path}"));
                    }
                }
            }
        }
    });
    Ok(())
}

fn print_test(asked: &cli::Place) -> Result<()> {
    let config = place(asked)?;
    let outcome = match control::ask(&config.data_dir, &Order::PrintTest)? {
        Some(answer) if answer.ok => "printed".to_owned(),
        Some(answer) if answer.code == "printer-off" => return not_done(&answer),
        Some(answer) => answer.code,
        None => test_alone(&config)?.to_owned(),
    };
    match outcome.as_str() {
        "printed" => {
            say("测试页已打印", "the test page is printed");
            Ok(())
        }
        "in-doubt" => bail!(
            "已发送，但打印机没有回答：请看有没有出纸，再检查连线和波特率 · sent, but the printer did not answer: see whether paper came out, then check cable and speed"
        ),
        _ => bail!(
            "没有打印：请检查纸、盖子、电源和连线，再试一次 · not printed: check paper, cover, power and cable, and try again"
        ),
    }
}

fn print_day(asked: &cli::Place) -> Result<()> {
    let config = place(asked)?;
    match control::ask(&config.data_dir, &Order::PrintDay)? {
        Some(answer) if answer.ok => {
            say("每日小结已打印", "the day's summary is printed");
            Ok(())
        }
        Some(answer) => not_done(&answer),
        None => bail!("大厅没有运行 · the lobby is not running: start it first"),
    }
}

/// Prints a test page while no lobby runs.
fn test_alone(config: &Config) -> Result<&'static str> {
    let Some(printer) = &config.printer else {
        bail!("设置里没有打印机 · there is no printer in the settings")
    };
    let settings = profiles::settings(printer)?;
    Ok(crate::print::test_alone(
        settings,
        &crate::devices::Glyphs::system(),
        language(),
    )?)
}

fn staff(asked: &cli::Staff) -> Result<()> {
    match asked {
        cli::Staff::Add(who) => set_login(who, false),
        cli::Staff::Password(who) => set_login(who, true),
        cli::Staff::List(asked) => {
            let config = place(asked)?;
            let have = have_logins(&config)?;
            for staff in &config.office.staff {
                let department = config.office.department(&staff.department);
                let department = department.map_or("", |it| it.name.zh.as_str());
                let login = if have.contains(&staff.id.to_string()) {
                    "可登录 login"
                } else {
                    "—"
                };
                let line = format!("{}\t{}\t{department}\t{login}", staff.id, staff.name.zh);
                say(&line, &line);
            }
            Ok(())
        }
    }
}

fn have_logins(config: &Config) -> Result<Vec<String>> {
    if let Some(answer) = control::ask(&config.data_dir, &Order::Accounts)? {
        let rows: Vec<(String, i64)> = serde_json::from_value(answer.data).unwrap_or_default();
        return Ok(rows.into_iter().map(|it| it.0).collect());
    }
    let Some(_lock) = lock::take(&config.data_dir)? else {
        bail!("大厅正在运行 · the lobby is running")
    };
    match logins::desk(config, &run::database(config))?.answer(Request::Accounts)? {
        Reply::Accounts(accounts) => Ok(accounts.into_iter().map(|it| it.0.to_string()).collect()),
        other => bail!("the desk answered {other:?}"),
    }
}

fn set_login(who: &cli::StaffName, must_exist: bool) -> Result<()> {
    let config = place(&who.place)?;
    if config.office.staff(&who.id.as_str().into()).is_none() {
        bail!(
            "值班表里没有 {}：先在 roster.toml 中写上这位工作人员 · nobody is called {} in the roster: write them into roster.toml first",
            who.id,
            who.id
        );
    }
    if must_exist != have_logins(&config)?.contains(&who.id) {
        if must_exist {
            bail!(
                "{} 还没有登录：用 lobby staff add · {} has no login yet: use lobby staff add",
                who.id,
                who.id
            );
        }
        bail!(
            "{} 已有登录：用 lobby staff password 改密码 · {} has a login: use lobby staff password",
            who.id,
            who.id
        );
    }
    let password = if who.generate {
        logins::generate()?
    } else {
        logins::ask("密码 password: ", "再输一次 again: ")?
    };
    let hash = logins::hash(&password)?;
    let order = Order::SetAccount {
        staff: who.id.clone(),
        hash: hash.reveal().clone(),
    };
    match control::ask(&config.data_dir, &order)? {
        Some(answer) if answer.ok => {}
        Some(answer) => return not_done(&answer),
        None => {
            let Some(_lock) = lock::take(&config.data_dir)? else {
                bail!("大厅正在运行 · the lobby is running")
            };
            logins::set(
                &mut logins::desk(&config, &run::database(&config))?,
                &who.id,
                hash,
            )?;
        }
    }
    if who.generate {
        say(&format!("密码：{password}"), &format!("password: {password}"));
    }
    say(
        &format!("{} 可以登录了", who.id),
        &format!("{} can log in", who.id),
    );
    Ok(())
}
