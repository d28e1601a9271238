//! The roll in the printer over days and restarts, and the summary that closes a day.

use lobby::desk::{Desk, PaperOutcome, PrinterState, Reply, Request, Snapshot};
use lobby::domain::office::Language;
use lobby::domain::summary::DaySummary;
use lobby::print::day;

use crate::support::{MONDAY, arrival, arrive, desk, office};

fn tell(desk: &mut Desk, request: Request) {
    assert!(matches!(desk.answer(request).unwrap(), Reply::Done));
}

fn left(snapshot: &Snapshot) -> (u32, bool) {
    let forecast = snapshot.roll.expect("there is a printer");
    (forecast.papers, forecast.short)
}

#[test]
fn a_roll_is_counted_down_slip_by_slip_and_anew_with_the_next() {
    let (mut desk, _) = desk(MONDAY);
    assert_eq!(desk.snapshot().roll, None, "without a printer there is no roll");
    tell(&mut desk, Request::RollIs { length_mm: 20_000 });
    assert_eq!(left(&desk.snapshot()), (130, false));
    for _ in 0..100 {
        tell(&mut desk, Request::PaperUsed { mm: 150 });
    }
    // 3.5 m are left of it, of slips of 149 mm.
    assert_eq!(left(&desk.snapshot()), (20, false));
    for _ in 0..4 {
        tell(&mut desk, Request::PaperUsed { mm: 150 });
    }
    assert_eq!(
        left(&desk.snapshot()),
        (19, true),
        "a half-day takes twenty at least"
    );
    tell(&mut desk, Request::NewRoll);
    assert_eq!(left(&desk.snapshot()), (130, false));
    tell(&mut desk, Request::PrinterIs(PrinterState::PaperLow));
    assert_eq!(
        left(&desk.snapshot()),
        (30, false),
        "the printer's own sensor is believed"
    );
}

#[test]
fn a_busy_morning_asks_for_more_paper() {
    let (mut desk, _) = desk(MONDAY);
    tell(&mut desk, Request::RollIs { length_mm: 8_000 });
    for tap in 0..45 {
        let given = arrive(&mut desk, arrival(Some("low-income"), tap + 1)).unwrap();
        let Reply::Paper(Some(paper)) = desk.answer(Request::NextPaper).unwrap() else {
            panic!("a paper waits")
        };
        assert_eq!(Some(paper.job), given.job);
        let (job, outcome) = (paper.job, PaperOutcome::Printed);
        tell(&mut desk, Request::PaperIs { job, outcome });
        tell(&mut desk, Request::PaperUsed { mm: 10 });
    }
    // 33 mm a slip so far, and this morning has taken 45.
    assert_eq!(left(&desk.snapshot()), (180, false));
    tell(&mut desk, Request::PrinterIs(PrinterState::PaperLow));
    tell(&mut desk, Request::PaperUsed { mm: 5_500 });
    let (papers, short) = left(&desk.snapshot());
    assert!(papers < 45 && short, "{papers}");
}

#[test]
fn the_summary_of_a_day_proves_the_journal() {
    let (mut desk, _) = desk(MONDAY);
    for tap in 1..=3 {
        arrive(&mut desk, arrival(Some("low-income"), tap)).unwrap();
    }
    let Reply::Heads(heads) = desk.answer(Request::Heads).unwrap() else {
        panic!("heads")
    };
    let head = *heads.epochs.last().unwrap();
    let snapshot = desk.snapshot();
    let of = |language| {
        let visits = snapshot.visits.iter().map(|it| it.visit.as_ref());
        let journal = (head, snapshot.sync.unsent);
        DaySummary::of(
            &office(),
            visits,
            snapshot.day.unwrap(),
            snapshot.at,
            journal,
            language,
        )
    };
    let summary = of(Language::Chinese);
    assert_eq!((summary.visits, summary.open, summary.closed), (3, 3, 0));
    assert_eq!(summary.departments, [("社会事务办公室".to_owned(), 3)]);
    let hash: String = head.hash.iter().map(|it| format!("{it:02x}")).collect();
    for language in [Language::Chinese, Language::English] {
        let said = format!("{:?}", day(&of(language)));
        let plain: String = said.split(' ').collect();
        assert!(plain.contains(&hash), "{said}");
        assert!(!said.contains("王秀英"), "nobody's name is on it");
    }
}
