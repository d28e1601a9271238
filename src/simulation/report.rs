//! What a simulation has to say.

use std::collections::BTreeMap;

use serde::Serialize;

/// Waits in minutes, of visitors who were called.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Waits {
    /// How many.
    pub count: usize,
    /// Mean.
    pub mean: f64,
    /// The middle one.
    pub median: f64,
    /// 95 of 100 waited less.
    pub p95: f64,
    /// The longest.
    pub longest: f64,
}

impl Waits {
    /// Of these minutes.
    pub fn of(mut minutes: Vec<f64>) -> Self {
        minutes.sort_by(f64::total_cmp);
        Self {
            count: minutes.len(),
            mean: mean(&minutes),
            median: percentile(&minutes, 0.5),
            p95: percentile(&minutes, 0.95),
            longest: minutes.last().copied().unwrap_or(0.0),
        }
    }
}

/// The mean; 0 of nothing.
pub fn mean(values: &[f64]) -> f64 {
    match values.len() {
        0 => 0.0,
        count => values.iter().sum::<f64>() / count as f64,
    }
}

/// The value below which `share` of the sorted `values` lie; 0 of nothing.
pub fn percentile(values: &[f64], share: f64) -> f64 {
    let last = values.len().saturating_sub(1);
    values
        .get((share * last as f64).round() as usize)
        .copied()
        .unwrap_or(0.0)
}

/// What became of the days played.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Report {
    /// Days played, open ones only.
    pub days: u32,
    /// Visitors who came.
    pub visits: u64,
    /// Commands and arrivals the core decided.
    pub decisions: u64,
    /// Waits in open hours by class.
    pub waits: BTreeMap<&'static str, Waits>,
    /// How matters ended.
    pub outcomes: BTreeMap<&'static str, u64>,
    /// Handovers offered, accepted, refused and lapsed.
    pub offers: BTreeMap<&'static str, u64>,
    /// Matters promised for a day.
    pub promised: u64,
    /// Those done after that day, or not at all.
    pub overdue: u64,
    /// Notices of what is missing.
    pub notices: u64,
    /// Visitors who came back with it.
    pub returned: u64,
    /// Alarms given, by kind.
    pub bells: BTreeMap<&'static str, u64>,
    /// Entries of the journal.
    pub entries: usize,
    /// Matters a leader had to decide.
    pub decided: u64,
    /// Numbers given outside hours.
    pub night: u64,
    /// Visitors told at closing that it goes on another day.
    pub rolled_over: u64,
    /// Visitors not called within 10, 20 and 30 minutes of open time.
    pub uncalled: [u64; 3],
    /// Officers away, days each.
    pub absences: u64,
    /// Clock steps and restarts.
    pub faults: u64,
    /// Waits told to visitors who were then called.
    pub told: u64,
    /// Of them, in percent, how many came true.
    pub hit_percent: f64,
    /// The same of the first five days, before the office's own days had taught much.
    pub hit_percent_at_first: f64,
    /// Mean error of the guess, minutes.
    pub error_minutes: f64,
    /// Times the invariants were checked over the whole lobby.
    pub checks: u64,
    /// What they found; empty, or the code is wrong.
    pub broken: Vec<String>,
    /// Whether the journal, replayed from empty, gave the same lobby.
    pub replays: bool,
    /// Commands refused, by code: what officers tried that the rules forbid.
    pub refused: BTreeMap<&'static str, u64>,
}
