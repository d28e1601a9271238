//! `lobby bench`: one command for all measurements. A ratio is this program against a stated baseline
//! measured in the same run; all of them are smaller-is-better.

mod load;
mod paper_path;
mod rules;
mod screen;
mod sheets;
mod slip;
mod visit;

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde::Serialize;

use crate::app::{cli, say};
use crate::domain::event::{Class, Origin};
use crate::domain::ids::{MatterCode, TapKey};
use crate::domain::office::Language;
use crate::domain::sensitive::{self, Personal};
use crate::domain::visit::{Arrival, How};

/// One figure.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// What was measured.
    pub name: String,
    /// The figure.
    pub value: f64,
    /// Its unit.
    pub unit: &'static str,
    /// The same of what it is held against, in the same unit.
    pub baseline: Option<f64>,
    /// `value / baseline`.
    pub ratio: Option<f64>,
}

impl Row {
    /// A figure held against another.
    pub fn against(name: impl Into<String>, value: f64, unit: &'static str, baseline: f64) -> Self {
        Self {
            name: name.into(),
            value,
            unit,
            baseline: Some(baseline),
            ratio: Some(value / baseline),
        }
    }

    /// A figure alone.
    pub fn alone(name: impl Into<String>, value: f64, unit: &'static str) -> Self {
        Self {
            name: name.into(),
            value,
            unit,
            baseline: None,
            ratio: None,
        }
    }
}

/// How large, and where.
#[derive(Debug, Clone)]
pub struct Scale {
    /// For its form only.
    pub tiny: bool,
    /// Where files are made; removed afterwards.
    pub folder: PathBuf,
    /// An office database whose owner we are.
    pub office_url: Option<String>,
}

/// Measures what is named.
///
/// # Errors
/// For a name that is none, or when something needed is missing.
pub fn bench(asked: &cli::Bench) -> Result<()> {
    if asked.name == visit::CHILD {
        return visit::child();
    }
    if asked.name == screen::CHILD {
        return screen::child();
    }
    let parent = asked.dir.clone().unwrap_or_else(|| PathBuf::from("/var/tmp"));
    refuse_memory(&parent)?;
    let folder = tempfile::Builder::new()
        .prefix("lobby-bench-")
        .tempdir_in(&parent)?;
    let scale = Scale {
        tiny: asked.tiny,
        folder: folder.path().to_owned(),
        office_url: asked.office_url.clone(),
    };
    let rows = match asked.name.as_str() {
        "slip" => {
            let mut rows = slip::measure(&scale.folder)?;
            rows.extend(paper_path::measure(&scale)?);
            rows
        }
        "visit" => visit::measure(&scale)?,
        "screen" => screen::measure(&scale)?,
        "sync" => load::measure(&scale)?,
        "rules" => rules::measure(&scale)?,
        other => {
            bail!(
                "没有 {other} 这项测量：slip、visit、screen、sync、rules · there is no bench {other}: slip, visit, screen, sync, rules"
            )
        }
    };
    if asked.json {
        let text = serde_json::to_string_pretty(&rows)?;
        say(&text, &text);
    } else {
        for it in &rows {
            let against = match (it.baseline, it.ratio) {
                (Some(baseline), Some(ratio)) => format!("  / {baseline:.6} = {ratio:.2}"),
                _ => String::new(),
            };
            let line = format!("{:<28} {:>12.6} {}{against}", it.name, it.value, it.unit);
            say(&line, &line);
        }
    }
    Ok(())
}

/// A disk made of memory says nothing about a disk.
fn refuse_memory(folder: &Path) -> Result<()> {
    const TMPFS: i64 = 0x0102_1994;
    let state = rustix::fs::statfs(folder).with_context(|| format!("cannot look at {}", folder.display()))?;
    if state.f_type == TMPFS {
        bail!(
            "{} 在内存盘上：用 --dir 指定真实磁盘上的文件夹 · {} is a memory disk: name a folder on a real one with --dir",
            folder.display(),
            folder.display()
        );
    }
    Ok(())
}

/// Somebody who comes for `matter`, or does not know what for, and says who they are: what a registration costs
/// most with.
pub(super) fn arrival(matter: Option<&MatterCode>) -> Arrival {
    Arrival {
        tap: TapKey(uuid::Uuid::new_v4()),
        matter: matter.cloned(),
        class: Class::Ordinary,
        reason: None,
        booked: None,
        language: Language::Chinese,
        people: 1,
        personal: Personal {
            name: sensitive::name("王秀英").expect("a name"),
            phone: sensitive::phone("13800138000").expect("a phone"),
            name_by_clerk: false,
        },
        origin: Origin::Kiosk,
        how: How::default(),
    }
}

/// The middle one.
pub(super) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Monotonic time.
pub(super) fn now() -> Duration {
    clock(rustix::time::ClockId::Monotonic)
}

/// Processor time of this thread.
pub(super) fn cpu() -> Duration {
    clock(rustix::time::ClockId::ThreadCPUTime)
}

fn clock(id: rustix::time::ClockId) -> Duration {
    let time = rustix::time::clock_gettime(id);
    Duration::new(
        u64::try_from(time.tv_sec).unwrap_or(0),
        u32::try_from(time.tv_nsec).unwrap_or(0),
    )
}
