//! `lobby simulate`: days of an office played through the real core from a seed, and its order and its wait
//! held against others on the same visitors. Text for people, JSON for programs; the same seed says the same
//! again, to the last digit.

use std::sync::Arc;

use anyhow::{Result, bail};
use serde::Serialize;

use crate::app::{cli, language, load, say, say_aside};
use crate::config;
use crate::devices::Profile;
use crate::domain::office::Language;
use crate::domain::time::from_local;
use crate::simulation::{Comparison, Estimator, Plan, Report, Waits, compare, play};

/// What was played, and what came of it.
#[derive(Debug, Serialize)]
struct Simulated {
    /// Everything follows from it.
    seed: u64,
    /// Visitors a day, in the mean.
    visits_a_day: u16,
    /// The days of the office.
    office: Report,
    /// The order and the wait against others; none where no mornings were asked for.
    comparison: Option<Comparison>,
}

/// Plays what is asked.
///
/// # Errors
/// When the settings have mistakes, or the core has broken one of its invariants.
pub fn simulate(asked: &cli::Simulate) -> Result<()> {
    let office = match &asked.config {
        Some(path) => load(path)?.office,
        None => config::demo(&std::env::temp_dir(), &Profile::names()).office,
    };
    let plan = Plan {
        seed: asked.seed,
        days: asked.days,
        visits_a_day: f64::from(asked.visits),
        from: asked.from,
        faults: !asked.no_faults,
        ..Plan::default()
    };
    let midnight = plan.from.and_time(chrono::NaiveTime::MIN);
    if office.next_opening_at(from_local(midnight)).is_none() {
        bail!(
            "这个单位从 {0} 起一个月内没有工作日 · the office has no open day in the month from {0}",
            plan.from
        );
    }
    let mornings = asked.mornings;
    let days = asked.days;
    say_aside(
        &format!("正在演 {days} 个工作日、{mornings} 个满负荷的上午，常要一分钟以上…"),
        &format!("playing {days} days and {mornings} full mornings, often a minute or more …"),
    );
    let simulated = Simulated {
        seed: asked.seed,
        visits_a_day: asked.visits,
        comparison: (0 < mornings).then(|| compare(&office, asked.seed, mornings)),
        office: play(Arc::unwrap_or_clone(office), &plan),
    };
    if asked.json {
        let text = serde_json::to_string_pretty(&simulated)?;
        say(&text, &text);
    } else {
        for line in lines(&simulated, language()) {
            say(&line, &line);
        }
    }
    let office = &simulated.office;
    if !office.broken.is_empty() || !office.replays {
        bail!(
            "规则自相矛盾，请把种子 {} 告诉开发者 · the rules contradict themselves, tell the developers the seed {}: {}",
            simulated.seed,
            simulated.seed,
            office.broken.join("; ")
        );
    }
    Ok(())
}

/// Half-width columns of the first column of a table.
const LABEL: usize = 26;

/// Half-width columns of a figure.
const FIGURE: usize = 10;

/// A table row: a label, and figures to the right.
fn row(label: &str, figures: &[String]) -> String {
    let room = LABEL.saturating_sub(config::columns(label));
    let mut line = format!("{label}{}", " ".repeat(room));
    for figure in figures {
        line.push_str(&" ".repeat(FIGURE.saturating_sub(config::columns(figure))));
        line.push_str(figure);
    }
    line
}

fn lines(it: &Simulated, language: Language) -> Vec<String> {
    let t = |zh: &'static str, en: &'static str| match language {
        Language::Chinese => zh,
        Language::English => en,
    };
    let mut lines = vec![match language {
        Language::Chinese => format!(
            "种子 {}：{} 个工作日，每天约 {} 人，共 {} 人来访，{} 条记录",
            it.seed, it.office.days, it.visits_a_day, it.office.visits, it.office.entries
        ),
        Language::English => format!(
            "seed {}: {} open days of about {} visitors, {} came, {} entries in the journal",
            it.seed, it.office.days, it.visits_a_day, it.office.visits, it.office.entries
        ),
    }];
    lines.push(String::new());
    lines.push(waits_head(t("等候（分钟）", "Waits, minutes"), t));
    lines.extend(
        it.office
            .waits
            .iter()
            .map(|(class, waits)| waits_row(class_name(class, t), waits)),
    );
    lines.push(String::new());
    lines.extend(office(&it.office, t));
    if let Some(comparison) = &it.comparison {
        lines.push(String::new());
        lines.extend(compared(comparison, language));
    }
    lines
}

fn waits_head(title: &str, t: impl Fn(&'static str, &'static str) -> &'static str) -> String {
    let heads = [
        t("人数", "visitors"),
        t("平均", "mean"),
        t("中位", "median"),
        t("95%", "p95"),
        t("最长", "longest"),
    ];
    row(title, &heads.map(str::to_owned))
}

fn waits_row(label: &str, waits: &Waits) -> String {
    let minutes = [waits.mean, waits.median, waits.p95, waits.longest];
    let mut figures = vec![waits.count.to_string()];
    figures.extend(minutes.map(|it| format!("{it:.1}")));
    row(label, &figures)
}

fn class_name(code: &str, t: impl Fn(&'static str, &'static str) -> &'static str) -> &'static str {
    match code {
        "priority" => t("优先照顾", "priority"),
        "urgent" => t("紧急", "urgent"),
        "danger" => t("危急", "danger"),
        _ => t("普通", "ordinary"),
    }
}

fn office(it: &Report, t: impl Fn(&'static str, &'static str) -> &'static str) -> Vec<String> {
    let of = |map: &std::collections::BTreeMap<&'static str, u64>, code: &str| {
        map.get(code).copied().unwrap_or(0).to_string()
    };
    let offers = ["offered", "accepted", "refused", "lapsed"].map(|code| of(&it.offers, code));
    let bells = ["uncalled", "uncalled-reception", "uncalled-leader"].map(|code| of(&it.bells, code));
    let dates = ["half-time", "most-time", "due", "overdue"].map(|code| of(&it.bells, code));
    let whether = |sound: bool| if sound { t("是", "yes") } else { t("否", "no") }.to_owned();
    let percent = |it: f64| format!("{it:.1} %");
    let rows: Vec<(&str, Vec<String>)> = vec![
        (
            t(
                "转办：提出 接收 退回 失效",
                "handovers: offered, accepted, refused, lapsed",
            ),
            offers.into(),
        ),
        (t("领导裁定", "decided by a leader"), vec![it.decided.to_string()]),
        (
            t("未叫号：10 20 30 分钟", "not called in 10, 20, 30 minutes"),
            bells.into(),
        ),
        (
            t("承诺办理期限；超期", "promised for a day; overdue"),
            vec![it.promised.to_string(), it.overdue.to_string()],
        ),
        (
            t("提醒：一半 八成 到期 超期", "reminders: half, 80 %, due, overdue"),
            dates.into(),
        ),
        (
            t("一次性告知；带材料回来", "notices; came back with papers"),
            vec![it.notices.to_string(), it.returned.to_string()],
        ),
        (
            t("夜间号；下班顺延", "numbers of the night; put off at closing"),
            vec![it.night.to_string(), it.rolled_over.to_string()],
        ),
        (
            t(
                "缺勤（人日）；时钟和断电",
                "absences, days; clock steps and restarts",
            ),
            vec![it.absences.to_string(), it.faults.to_string()],
        ),
        (
            t(
                "等候估计：次数 应验 误差（分钟）",
                "waits told: count, held, error in minutes",
            ),
            vec![
                it.told.to_string(),
                percent(it.hit_percent),
                format!("{:.1}", it.error_minutes),
            ],
        ),
        (
            t("  其中前五天应验", "  held in the first five days"),
            vec![percent(it.hit_percent_at_first)],
        ),
        (
            t(
                "检查全部不变式：次数 矛盾",
                "all invariants checked: times, broken",
            ),
            vec![it.checks.to_string(), it.broken.len().to_string()],
        ),
        (
            t("台账重放后相同", "the journal replays to the same"),
            vec![whether(it.replays)],
        ),
    ];
    let widest = rows.iter().map(|it| config::columns(it.0)).max().unwrap_or(0);
    let pad = |label: &str| " ".repeat(widest.saturating_sub(config::columns(label)));
    let told = rows.iter().map(|(label, figures)| {
        let figures = figures.iter().map(|it| format!("{it:>7}"));
        format!("{label}{}{}", pad(label), figures.collect::<String>())
    });
    told.collect()
}

fn compared(it: &Comparison, language: Language) -> Vec<String> {
    let t = |zh: &'static str, en: &'static str| match language {
        Language::Chinese => zh,
        Language::English => en,
    };
    let title = match language {
        Language::Chinese => format!("排队办法对照：{} 个满负荷的上午，三个窗口，人都相同", it.mornings),
        Language::English => format!(
            "orders compared: {} mornings at full load, three counters, the same visitors",
            it.mornings
        ),
    };
    let mut lines = vec![title, waits_head(t("普通群众", "ordinary visitors"), t)];
    let discipline = |name: &str| match name {
        "first-come" => t("先来先办", "first come"),
        "head-start" => t("按早到（本系统）", "head start (this one)"),
        "accumulating" => t("累积优先", "accumulating priority"),
        _ => t("绝对优先", "strict priority"),
    };
    lines.extend(
        it.waiting
            .iter()
            .map(|it| waits_row(discipline(it.discipline), &it.ordinary)),
    );
    lines.push(waits_head(t("优先照顾", "with priority"), t));
    lines.extend(
        it.waiting
            .iter()
            .map(|it| waits_row(discipline(it.discipline), &it.priority)),
    );
    lines.push(row(
        t("最久的一位，95% 的上午", "the longest, 95 % of mornings"),
        &[],
    ));
    lines.extend(it.waiting.iter().map(|it| {
        row(
            discipline(it.discipline),
            &[format!("{:.0}", it.worst_ordinary_p95)],
        )
    }));
    // Mornings that only teach are not counted; of too few there is nothing to tell.
    if it.guessing.is_empty() {
        return lines;
    }
    lines.push(row(t("等候估计误差（分钟）", "error of the wait, minutes"), &[]));
    lines.extend(it.guessing.iter().map(|it| {
        let name = match it.estimator {
            Estimator::PlayedForward => t("推演队列（本系统）", "played forward (this one)"),
            Estimator::FlatMean => t("人数×平均时长", "flat mean"),
            Estimator::LastCalled => t("上一位等了多久", "last called"),
            Estimator::HeadOfQueue => t("队首等了多久", "head of the queue"),
        };
        row(name, &[format!("{:.1}", it.error_minutes)])
    }));
    lines.push(row(
        t("所告知的范围应验", "the range told held"),
        &[format!("{:.0} %", it.hit_percent)],
    ));
    lines
}
