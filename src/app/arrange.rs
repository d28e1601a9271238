//! `lobby calendar`, `lobby roster`, `lobby route`: what the office arranges, in and out of files, and why a
//! matter goes where it goes. A lobby that runs is asked; one that does not is opened for the moment.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime};

use crate::app::cli;
use crate::app::control::{self, Order};
use crate::app::{logins, not_done, place, run, say, tell, tongue};
use crate::clock::Clock;
use crate::config::Config;
use crate::desk::{Request, Trouble};
use crate::domain::arrangement::Arrangement;
use crate::domain::calendar::CalendarYear;
use crate::domain::ids::MatterCode;
use crate::domain::office::{Language, Office};
use crate::domain::time::{Timestamp, from_local, local};
use crate::store::Store;
use crate::tables::{self, Mistake};
use crate::why;

/// The office of `config` as it is arranged now: what its journal says is taken on, and where people say they are.
///
/// # Errors
/// When the database is there and cannot be read.
pub fn office_now(config: &Config) -> Result<Arc<Office>> {
    let database = run::database(config);
    if !database.exists() {
        return Ok(config.office.clone());
    }
    let store = match Store::read_only(&database) {
        Ok(store) => store,
        // An older release's file is brought up to date by the lobby's next start, not by a look at it.
        Err(crate::store::StoreError::FromTheFuture { found, known }) if found < known => {
            return Ok(config.office.clone());
        }
        Err(error) => return Err(error).with_context(|| database.display().to_string()),
    };
    let arranged = crate::store::arrangements(store.read())?;
    let take = |office: Arc<Office>, it: &(Arrangement, Timestamp)| Arc::new(office.arranged(&it.0, it.1));
    let mut office = arranged.iter().fold(config.office.clone(), take);
    for (staff, presence) in crate::store::presences(store.read())? {
        Arc::make_mut(&mut office).roster.presence.insert(staff, presence);
    }
    Ok(office)
}

/// `lobby route`
///
/// # Errors
/// When the matter is not in the catalogue, or the time is none.
pub fn route(asked: &cli::Route) -> Result<()> {
    let config = place(&asked.place)?;
    let office = office_now(&config)?;
    let at = match &asked.at {
        Some(text) => from_local(moment(text)?),
        None => Clock::system().now().at,
    };
    let matter = matter(&office, &asked.matter)?;
    let route = office.route(matter.as_ref(), at)?;
    let language = language();
    for line in why::lines(&office, &route, at, language) {
        let line = format!("{}\t{}", line.about, line.says);
        say(&line, &line);
    }
    Ok(())
}

/// The matter of that code, or the only one of that name.
fn matter(office: &Office, asked: &str) -> Result<Option<MatterCode>> {
    if asked == "-" {
        return Ok(None);
    }
    let code = MatterCode::new(asked);
    if office.matter(&code).is_some() {
        return Ok(Some(code));
    }
    let named = |it: &&crate::domain::office::Matter| {
        it.name.zh == asked || it.name.en == asked || it.synonyms.iter().any(|word| word == asked)
    };
    let found: Vec<_> = office.matters.iter().filter(named).collect();
    if let [only] = found[..] {
        return Ok(Some(only.code.clone()));
    }
    let speaks = |it: &&crate::domain::office::Matter| {
        it.name.zh.contains(asked) || it.synonyms.iter().any(|word| word.contains(asked))
    };
    let spoken: Vec<&str> = office
        .matters
        .iter()
        .filter(speaks)
        .map(|it| it.code.as_str())
        .take(8)
        .collect();
    let codes = office.matters.iter().map(|it| it.code.as_str());
    let near = if spoken.is_empty() {
        crate::config::nearest(asked, codes, 5)
    } else {
        spoken.join(", ")
    };
    bail!(
        "事项目录里没有“{asked}”，相近的有：{near}；不知道该找谁写 - · no matter {asked} in the catalogue; near it: {near}; write - for a visitor who does not know"
    )
}

fn moment(text: &str) -> Result<NaiveDateTime> {
    let forms = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"];
    let parsed = forms
        .iter()
        .find_map(|it| NaiveDateTime::parse_from_str(text, it).ok());
    parsed
        .or_else(|| Some(text.parse::<NaiveDate>().ok()?.and_time(NaiveTime::MIN)))
        .with_context(|| {
            format!("“{text}”不是时间，写成 2026-10-01T09:30（北京时间） · {text} is no time; write it like 2026-10-01T09:30 (Beijing time)")
        })
}

fn language() -> Language {
    match tongue() {
        cli::Tongue::Zh => Language::Chinese,
        cli::Tongue::En => Language::English,
    }
}

/// `lobby calendar`
///
/// # Errors
/// What is wrong with the file, or why the lobby says no.
pub fn calendar(asked: &cli::Calendar) -> Result<()> {
    match asked {
        cli::Calendar::Show(it) => show_calendar(it),
        cli::Calendar::Import(it) => {
            let config = place(&it.file.place)?;
            let rows = read(&it.file.file)?;
            let today = today();
            let told = tables::read_calendar(&it.file.file, &rows, it.notice.as_deref(), today);
            let year = accept(told)?;
            let (of, days, notice) = (year.year, year.days.len(), year.notice.clone());
            if !it.file.check {
                arrange(&config, &Arrangement::Calendar(year))?;
            }
            let done = done(it.file.check);
            say(
                &format!("{}：{of} 年放假安排，{days} 天，{notice}", done.0),
                &format!("{}: calendar of {of}, {days} days, {notice}", done.1),
            );
            Ok(())
        }
        cli::Calendar::Export(it) => {
            let office = office_now(&place(&it.place)?)?;
            let year = known(&office, it.year)?;
            write(
                &it.out,
                &format!("{}放假安排", it.year),
                &tables::calendar_rows(year),
            )
        }
    }
}

fn known(office: &Office, year: i32) -> Result<&CalendarYear> {
    let known: Vec<String> = office.calendar.years().map(|it| it.year.to_string()).collect();
    let known = known.join(", ");
    office.calendar.year(year).with_context(|| {
        format!("没有 {year} 年的放假安排（有 {known}），请用 lobby calendar import 导入 · no calendar of {year} (there is {known}); import it with lobby calendar import")
    })
}

fn show_calendar(asked: &cli::CalendarShow) -> Result<()> {
    let office = office_now(&place(&asked.place)?)?;
    if let Some(year) = asked.year {
        for row in tables::calendar_rows(known(&office, year)?) {
            let line = row.join("\t");
            say(&line, &line);
        }
        return Ok(());
    }
    for year in office.calendar.years() {
        let off = year.days.iter().filter(|it| !it.works).count();
        let worked = year.days.len() - off;
        say(
            &format!(
                "{}：{off} 天放假，{worked} 天调休上班，{}",
                year.year, year.notice
            ),
            &format!(
                "{}: {off} days off, {worked} make-up days, {}",
                year.year, year.notice
            ),
        );
    }
    if let Some(missing) = office.calendar.missing(today()) {
        say(
            &format!(
                "缺少 {missing} 年的放假安排：国办通知公布后用 lobby calendar import 导入，在此之前的日期按周末推算"
            ),
            &format!(
                "the calendar of {missing} is missing: import it once the notice is out; until then plain weekends are counted"
            ),
        );
    }
    Ok(())
}

/// `lobby roster`
///
/// # Errors
/// What is wrong with the file, or why the lobby says no.
pub fn roster(asked: &cli::Roster) -> Result<()> {
    match asked {
        cli::Roster::Show(it) => {
            let office = office_now(&place(&it.place)?)?;
            let turns = office.turns_between(it.first(), it.last());
            for row in tables::turn_rows(&office, &turns) {
                let line = row.join("\t");
                say(&line, &line);
            }
            Ok(())
        }
        cli::Roster::Import(it) => {
            let config = place(&it.place)?;
            let rows = read(&it.file)?;
            let office = office_now(&config)?;
            let table = accept(tables::read_turns(&it.file, &rows, &office, today()))?;
            let (from, until, count, past) = (table.from, table.until, table.turns.len(), table.past);
            if !it.check {
                let turns = table.turns;
                arrange(&config, &Arrangement::Turns { from, until, turns })?;
            }
            let done = done(it.check);
            say(
                &format!(
                    "{}：{from} 至 {until} 共 {count} 班；已过去的 {past} 班未改动",
                    done.0
                ),
                &format!(
                    "{}: {count} turns from {from} to {until}; {past} that are over left as they were",
                    done.1
                ),
            );
            Ok(())
        }
        cli::Roster::Export(it) => {
            let office = office_now(&place(&it.span.place)?)?;
            let (first, last) = (it.span.first(), it.span.last());
            let turns = office.turns_between(first, last);
            write(
                &it.out,
                &format!("{first} 值班表"),
                &tables::turn_rows(&office, &turns),
            )
        }
    }
}

impl cli::DaySpan {
    fn first(&self) -> NaiveDate {
        self.from.unwrap_or_else(today)
    }

    fn last(&self) -> NaiveDate {
        let days = Days::new(u64::from(self.days.clamp(1, 400)) - 1);
        self.first().checked_add_days(days).unwrap_or(NaiveDate::MAX)
    }
}

/// Today, Asia/Shanghai.
pub fn today() -> NaiveDate {
    local(Clock::system().now().at).date()
}

fn read(file: &Path) -> Result<Vec<tables::Row>> {
    let bytes =
        std::fs::read(file).with_context(|| format!("不能读取 {0} · cannot read {0}", file.display()))?;
    tables::rows(file, &bytes).map_err(|mistakes| refused(&mistakes))
}

/// What was read, its warnings told; or every mistake.
fn accept<T>(told: Result<tables::Told<T>, Vec<Mistake>>) -> Result<T> {
    let told = told.map_err(|mistakes| refused(&mistakes))?;
    tell(&told.warnings);
    Ok(told.it)
}

fn refused(mistakes: &[Mistake]) -> anyhow::Error {
    tell(mistakes);
    anyhow::anyhow!("没有导入，请改正后再来 · nothing was imported; mend the table and try again")
}

fn done(check: bool) -> (&'static str, &'static str) {
    if check {
        (
            "没有错误，未导入（--check）",
            "no mistakes, not imported (--check)",
        )
    } else {
        ("已导入", "imported")
    }
}

/// Writes a table as its name's ending says; to the terminal where none is given.
fn write(out: &Option<std::path::PathBuf>, title: &str, rows: &[Vec<String>]) -> Result<()> {
    let Some(out) = out else {
        for row in rows {
            let line = row.join("\t");
            say(&line, &line);
        }
        return Ok(());
    };
    let ending = out
        .extension()
        .and_then(|it| it.to_str())
        .unwrap_or("")
        .to_lowercase();
    let bytes = match ending.as_str() {
        "xlsx" => tables::xlsx(title, rows),
        "csv" => tables::csv(rows),
        _ => bail!("文件名以 .xlsx 或 .csv 结尾 · end the name with .xlsx or .csv"),
    };
    std::fs::write(out, bytes).with_context(|| format!("不能写入 {0} · cannot write {0}", out.display()))?;
    let (shown, lines) = (out.display(), rows.len() - 1);
    say(
        &format!("已写入 {shown}：{lines} 行"),
        &format!("{shown}: {lines} rows"),
    );
    Ok(())
}

/// Asks the lobby that runs, or opens the one that does not.
fn arrange(config: &Config, arrangement: &Arrangement) -> Result<()> {
    let facts = crate::store::write_arrangement(None, arrangement);
    let order = Order::Arrange {
        kind: facts.kind.to_owned(),
        facts: String::from_utf8(facts.facts).context("facts are JSON")?,
    };
    if let Some(answer) = control::ask(&config.data_dir, &order).context("the running lobby")? {
        return if answer.ok { Ok(()) } else { not_done(&answer) };
    }
    let Some(_lock) = crate::app::lock::take(&config.data_dir)? else {
        bail!("大厅正在运行 · the lobby is running")
    };
    let mut desk = logins::desk(config, &run::database(config))?;
    let request = Request::Arrange {
        by: None,
        arrangement: Box::new(arrangement.clone()),
    };
    match desk.answer(request) {
        Ok(_) => Ok(()),
        Err(Trouble::Refused(refusal)) => {
            let words = crate::console::words_of(refusal.code());
            bail!("{} · {}", words.zh, words.en)
        }
        Err(trouble) => Err(trouble.into()),
    }
}
