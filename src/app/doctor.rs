//! `lobby doctor`: one line each for what a lobby stands on, and what to do where it does not stand.

use std::path::Path;

use anyhow::{Result, bail};
use serde::Serialize;

use crate::app::control::{self, Order};
use crate::app::probe::ports_there;
use crate::app::run::database;
use crate::app::{cli, language, place, profiles, say, senses, tongue, upload};
use crate::clock::Clock;
use crate::config::{Config, ScreenMode};
use crate::console::words;
use crate::desk::PrinterState;
use crate::devices::{Glyphs, PortFault, PortSettings, PrinterEvent, adapters, spawn};
use crate::domain::office::Language;
use crate::domain::time::ClockState;
use crate::print;
use crate::store::{self, Store};
use crate::sync::office;

/// How a thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Colour {
    /// Well.
    Green,
    /// It works, and somebody should look.
    Yellow,
    /// It does not work.
    Red,
}

/// One line.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    /// What was examined.
    pub what: &'static str,
    /// How it is.
    pub colour: Colour,
    /// In Chinese, with what to do.
    pub zh: String,
    /// In English, with what to do.
    pub en: String,
}

/// Below this much free space the disk is full soon, bytes.
const SPACE_RED: u64 = 64 << 20;
/// Below this somebody should look.
const SPACE_YELLOW: u64 = 512 << 20;

/// How long a printer may take to say how it is.
const ANSWER_LIMIT: std::time::Duration = std::time::Duration::from_secs(3);

/// Examines everything.
///
/// # Errors
/// When something is red.
pub fn doctor(asked: &cli::Doctor) -> Result<()> {
    let config = place(&asked.place)?;
    let findings = examine(&config);
    if asked.json {
        let text = serde_json::to_string_pretty(&findings)?;
        say(&text, &text);
    } else {
        for it in &findings {
            let (mark, words) = match it.colour {
                Colour::Green => ("绿 green ", &it.what),
                Colour::Yellow => ("黄 yellow", &it.what),
                Colour::Red => ("红 red   ", &it.what),
            };
            let text = if tongue() == cli::Tongue::Zh {
                &it.zh
            } else {
                &it.en
            };
            let line = format!("{mark}  {words:<8}  {text}");
            say(&line, &line);
        }
    }
    let red: Vec<&str> = findings
        .iter()
        .filter(|it| it.colour == Colour::Red)
        .map(|it| it.what)
        .collect();
    if red.is_empty() {
        Ok(())
    } else {
        bail!("需要处理 · to be mended: {}", red.join(", "))
    }
}

/// All findings.
pub fn examine(config: &Config) -> Vec<Finding> {
    let status = control::ask(&config.data_dir, &Order::Status)
        .ok()
        .flatten()
        .map(|it| it.data);
    let mut findings = vec![
        disk(&config.data_dir),
        clock(),
        journal(config),
        printer(config, status.as_ref()),
        screen(config),
        fonts(),
        office_database(config, status.as_ref()),
    ];
    findings.extend(senses::examine(config, status.as_ref()));
    findings
}

pub(crate) fn found(
    what: &'static str,
    colour: Colour,
    zh: impl Into<String>,
    en: impl Into<String>,
) -> Finding {
    Finding {
        what,
        colour,
        zh: zh.into(),
        en: en.into(),
    }
}

fn disk(folder: &Path) -> Finding {
    let what = "disk";
    let nearest = folder
        .ancestors()
        .find(|it| it.exists())
        .unwrap_or(Path::new("/"));
    match rustix::fs::statvfs(nearest) {
        Ok(state) => {
            let free = state.f_bavail.saturating_mul(state.f_frsize);
            let mib = free >> 20;
            if free < SPACE_RED {
                let zh = format!("只剩 {mib} MiB：请清理数据分区，否则不能取号");
                found(
                    what,
                    Colour::Red,
                    zh,
                    format!("{mib} MiB left: free space, or no number can be given"),
                )
            } else if free < SPACE_YELLOW {
                let zh = format!("剩 {mib} MiB：请安排清理");
                found(
                    what,
                    Colour::Yellow,
                    zh,
                    format!("{mib} MiB left: free space soon"),
                )
            } else {
                found(
                    what,
                    Colour::Green,
                    format!("剩 {mib} MiB"),
                    format!("{mib} MiB left"),
                )
            }
        }
        Err(error) => found(
            what,
            Colour::Red,
            format!("数据目录不能使用（{error}）：请检查 [data] 和权限"),
            format!("data directory cannot be used ({error}): check [data] and its permissions"),
        ),
    }
}

fn clock() -> Finding {
    let now = Clock::system().now();
    let what = "clock";
    let local = crate::domain::time::local(now.at).format("%Y-%m-%d %H:%M");
    match now.clock_state {
        ClockState::Ntp => found(
            what,
            Colour::Green,
            format!("{local}，已对时"),
            format!("{local}, synchronised"),
        ),
        ClockState::Rtc => found(
            what,
            Colour::Green,
            format!("{local}，由时钟电池保持"),
            format!("{local}, kept by the battery clock"),
        ),
        ClockState::Manual => found(
            what,
            Colour::Yellow,
            format!("{local}，没有对时来源：请装时钟电池或连接对时服务器"),
            format!("{local}, with no source: fit a clock battery, or reach a time server"),
        ),
        ClockState::Unset => found(
            what,
            Colour::Red,
            "时间未校准：请设置时间（timedatectl set-time），日期和期限在此之前不可信",
            "not set: set it (timedatectl set-time); dates and due days are not to be trusted before",
        ),
    }
}

fn journal(config: &Config) -> Finding {
    let what = "database";
    let path = database(config);
    if !path.exists() {
        return found(
            what,
            Colour::Yellow,
            "还没有数据：第一次启动时建立",
            "none yet: the first start makes it",
        );
    }
    let read = || -> Result<(u64, bool), store::StoreError> {
        let store = Store::read_only(&path)?;
        let whole = store::sound(store.read())?;
        Ok((store::entry_count(store.read())?, whole))
    };
    match read() {
        Ok((entries, true)) => found(
            what,
            Colour::Green,
            format!("完好，台账 {entries} 条"),
            format!("sound, {entries} entries"),
        ),
        Ok((_, false)) => found(
            what,
            Colour::Red,
            "文件损坏：重启大厅，它会把损坏的文件另存并恢复可读的内容",
            "damaged: restart the lobby, which sets the file aside and recovers what it can",
        ),
        Err(error) => found(
            what,
            Colour::Red,
            format!("不能读取：{error}"),
            format!("cannot be read: {error}"),
        ),
    }
}

fn printer(config: &Config, status: Option<&serde_json::Value>) -> Finding {
    let what = "printer";
    let Some(printer) = &config.printer else {
        return found(
            what,
            Colour::Yellow,
            "设置里没有打印机：号码只在屏幕上显示",
            "none in the settings: numbers are shown on the screen only",
        );
    };
    if let Some(code) = status
        .and_then(|it| it.get("printer"))
        .and_then(serde_json::Value::as_str)
    {
        return printer_is(code, &slips_left(status));
    }
    let settings = match profiles::settings(printer) {
        Ok(settings) => settings,
        Err(error) => return found(what, Colour::Red, error.to_string(), error.to_string()),
    };
    let place = format!(" · {}, {} baud", settings.address, settings.baud);
    let handle = spawn(PortSettings {
        address: settings.address,
        baud: settings.baud,
        profile: settings.profile,
        doubtful: Vec::new(),
    });
    let Ok(handle) = handle else {
        return found(
            what,
            Colour::Red,
            "系统资源不足",
            "the system is out of resources",
        );
    };
    let mut last = None;
    while let Ok(event) = handle.events.recv_timeout(ANSWER_LIMIT) {
        if let PrinterEvent::Status(status) = event {
            last = Some(status);
            if status.can_print() {
                break;
            }
        }
    }
    match (last, handle.port_fault()) {
        (_, Some(fault)) => {
            let zh = match fault {
                PortFault::Missing => "没有这个设备：请插好打印机，或改正 [printer] port",
                PortFault::Denied => "没有权限：请把运行大厅的用户加入 dialout 组",
                PortFault::NoAnswer => "网络上没有应答：请打开打印机，或改正 [printer] port",
                PortFault::InUse => "被别的程序占用：请停掉那个程序（fuser -v 可查）",
                PortFault::Other(_) => "打不开：请检查连线和转接头",
            };
            let (there_zh, there_en) = match fault {
                PortFault::Missing => ports_there(&adapters()),
                _ => Default::default(),
            };
            found(
                what,
                Colour::Red,
                format!("{zh}{there_zh}{place}"),
                format!("{fault}{there_en}{place}"),
            )
        }
        (Some(status), None) => printer_is(print::state(&status).code(), &place),
        (None, None) => printer_is(PrinterState::Mute.code(), &place),
    }
}

/// How many slips a running lobby expects of the roll.
fn slips_left(status: Option<&serde_json::Value>) -> String {
    let left = status
        .and_then(|it| it.get("slips_left"))
        .and_then(serde_json::Value::as_u64);
    left.map_or_else(String::new, |papers| {
        let words = words::say_with("roll.left", language(), &[("n", papers.to_string())]);
        format!(" · {words}")
    })
}

/// How the printer is, and what to do, in the words the console uses.
fn printer_is(code: &str, place: &str) -> Finding {
    let colour = match code {
        "ready" => Colour::Green,
        "paper-low" | "hot" | "unknown" => Colour::Yellow,
        _ => Colour::Red,
    };
    let told = |language| {
        let state = words::say(&format!("printer.{code}"), language);
        let separator = if language == Language::Chinese {
            "："
        } else {
            ": "
        };
        match words::say(&format!("remedy.{code}"), language) {
            "" => format!("{state}{place}"),
            remedy => format!("{state}{separator}{remedy}{place}"),
        }
    };
    let (mut zh, mut en) = (told(Language::Chinese), told(Language::English));
    if code == "mute" && !place.is_empty() {
        zh.push_str("；可用 lobby printer probe 探测波特率");
        en.push_str("; lobby printer probe finds its speed");
    }
    found("printer", colour, zh, en)
}

fn screen(config: &Config) -> Finding {
    let what = "screen";
    let size = format!("{}×{}", config.screen.width, config.screen.height);
    match config.screen.mode {
        ScreenMode::Headless => found(
            what,
            Colour::Green,
            format!("在浏览器中，{size}"),
            format!("in the browser, {size}"),
        ),
        ScreenMode::Window => {
            let there = std::env::var_os("DISPLAY").is_some_and(|it| !it.is_empty());
            if !cfg!(feature = "x11") {
                found(
                    what,
                    Colour::Red,
                    "此程序不含窗口显示：请用带 x11 的版本",
                    "this build has no window: use one with the feature x11",
                )
            } else if there {
                found(
                    what,
                    Colour::Green,
                    format!("窗口，{size}"),
                    format!("a window, {size}"),
                )
            } else {
                found(
                    what,
                    Colour::Red,
                    "没有图形桌面（DISPLAY）：请在桌面上启动，或设 mode = \"headless\"",
                    "no desktop (DISPLAY): start on one, or set mode = \"headless\"",
                )
            }
        }
        ScreenMode::Kms => {
            let panel = std::fs::read_dir("/sys/class/drm")
                .into_iter()
                .flatten()
                .flatten()
                .any(|it| {
                    std::fs::read_to_string(it.path().join("status"))
                        .is_ok_and(|text| text.trim() == "connected")
                });
            if !cfg!(feature = "kms") {
                found(
                    what,
                    Colour::Red,
                    "此程序不含直接显示：请用带 kms 的版本",
                    "this build cannot drive a bare panel: use one with the feature kms",
                )
            } else if panel {
                found(
                    what,
                    Colour::Green,
                    format!("屏幕已连接，{size}"),
                    format!("a panel is connected, {size}"),
                )
            } else {
                found(
                    what,
                    Colour::Red,
                    "没有连接的屏幕：请检查视频线和电源",
                    "no panel is connected: check its cable and power",
                )
            }
        }
    }
}

fn fonts() -> Finding {
    let what = "fonts";
    let glyphs = Glyphs::system();
    let missing = glyphs.missing();
    if missing.is_empty() {
        let rare = ['㛃', '𬭎', '䶮', '𠅤']
            .into_iter()
            .filter(|it| !glyphs.has(*it))
            .collect::<String>();
        if rare.is_empty() {
            found(
                what,
                Colour::Green,
                "齐全，生僻字可显示可打印",
                "complete, rare characters included",
            )
        } else {
            found(
                what,
                Colour::Yellow,
                format!("缺字 {rare}：请安装 fonts-hanazono"),
                format!("no {rare}: install fonts-hanazono"),
            )
        }
    } else {
        let names = missing.join(", ");
        found(
            what,
            Colour::Red,
            format!("缺字体：apt-get install fonts-noto-cjk fonts-hanazono（{names}）"),
            format!("missing {names}: apt-get install fonts-noto-cjk fonts-hanazono"),
        )
    }
}

fn office_database(config: &Config, status: Option<&serde_json::Value>) -> Finding {
    let what = "office";
    // A running lobby knows better than a knock at the door: it has been inside.
    if let Some(last) = status
        .and_then(|it| it.get("sync"))
        .and_then(serde_json::Value::as_str)
    {
        let unsent = status
            .and_then(|it| it.get("unsent"))
            .and_then(serde_json::Value::as_u64)
            .unwrap_or(0);
        return match last {
            "pushed" => found(
                what,
                Colour::Green,
                format!("上次上报成功，{unsent} 条待报"),
                format!("last load went well, {unsent} entries to go"),
            ),
            code => found(
                what,
                Colour::Red,
                format!("上次上报失败（{code}），{unsent} 条待报：运行 lobby sync 查看原因"),
                format!("last load failed ({code}), {unsent} entries to go: lobby sync tells why"),
            ),
        };
    }
    let Some(settings) = &config.sync else {
        return found(
            what,
            Colour::Yellow,
            "没有设置单位数据库，上报已关闭",
            "no office database in the settings: sync is off",
        );
    };
    let talked = upload::link(settings)
        .map_err(office::OfficeError::from)
        .and_then(|link| {
            office::now(async {
                link.connect().await?;
                Ok(())
            })
        });
    match talked {
        Ok(()) => found(what, Colour::Green, "可以连接", "reachable"),
        Err(error) => found(
            what,
            Colour::Red,
            format!("不能上报：{error}"),
            format!("cannot be loaded to: {error}"),
        ),
    }
}
