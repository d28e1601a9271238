//! `lobby simulate`: an office's days played through the real rules, and its order and waits against others.

use lobby::domain::limit::Count;
use lobby::simulation::{Estimator, Plan, compare, play};
use serde_json::Value;

use crate::program::run;
use crate::support::office;

fn played(arguments: &[&str]) -> (String, String) {
    let output = run(&[&["simulate"], arguments].concat());
    let (out, err) = (
        output.stdout,
        String::from_utf8_lossy(&output.stderr).into_owned(),
    );
    assert!(output.status.success(), "{err}");
    (String::from_utf8(out).unwrap(), err)
}

const SMALL: [&str; 6] = ["--days", "4", "--visits", "40", "--mornings", "8"];

#[test]
fn days_are_played_and_told_as_json_with_every_figure_there_is() {
    let (text, _) = played(&[&SMALL[..], &["--json"]].concat());
    let told: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        (told["seed"].as_u64(), told["visits_a_day"].as_u64()),
        (Some(20_260_302), Some(40))
    );
    let office = &told["office"];
    let count = |name: &str| {
        office[name]
            .as_u64()
            .unwrap_or_else(|| panic!("{name} in {office}"))
    };
    assert_eq!(count("days"), 4);
    assert!((100..250).contains(&count("visits")), "{office}");
    assert!(count("visits") * 2 < count("entries"), "{office}");
    assert!(count("told") > 0 && count("checks") > 0, "{office}");
    assert_eq!(office["broken"].as_array().unwrap().len(), 0);
    assert_eq!(office["replays"], true);
    let waits = &office["waits"]["ordinary"];
    let minutes = |name: &str| waits[name].as_f64().unwrap();
    assert!(
        0.0 <= minutes("median") && minutes("median") <= minutes("p95"),
        "{waits}"
    );
    assert!(
        minutes("p95") <= minutes("longest") && minutes("mean") <= minutes("longest"),
        "{waits}"
    );
    for name in ["offers", "bells", "outcomes", "refused"] {
        assert!(office[name].is_object(), "{name}");
    }
    for name in [
        "promised",
        "overdue",
        "notices",
        "night",
        "rolled_over",
        "absences",
        "faults",
        "decided",
    ] {
        count(name);
    }
    let names = |list: &str, name: &str| -> Vec<String> {
        let rows = told["comparison"][list].as_array().unwrap();
        rows.iter()
            .map(|it| it[name].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(
        names("waiting", "discipline"),
        ["first-come", "head-start", "accumulating", "strict"]
    );
    assert_eq!(
        names("guessing", "estimator"),
        ["PlayedForward", "FlatMean", "LastCalled", "HeadOfQueue"]
    );
}

#[test]
fn a_seed_says_the_same_twice_and_another_seed_something_else() {
    let of = |seed| played(&[&SMALL[..], &["--json", "--seed", seed]].concat()).0;
    let one = of("7");
    assert_eq!(one, of("7"));
    assert_ne!(one, of("8"));
}

#[test]
fn what_was_played_is_told_in_chinese_and_in_english() {
    let (zh, _) = played(&[&["--lang", "zh"], &SMALL[..]].concat());
    for words in [
        "种子 20260302：4 个工作日",
        "优先照顾",
        "按早到（本系统）",
        "所告知的范围应验",
        "台账重放后相同",
    ] {
        assert!(zh.contains(words), "{words} in\n{zh}");
    }
    let (en, _) = played(&[&["--lang", "en", "--no-faults"], &SMALL[..]].concat());
    for words in [
        "seed 20260302: 4 open days",
        "head start (this one)",
        "the range told held",
        "journal replays",
    ] {
        assert!(en.contains(words), "{words} in\n{en}");
    }
    assert!(en.is_ascii(), "{en}");
    let (alone, _) = played(&["--lang", "en", "--days", "1", "--mornings", "0"]);
    assert!(!alone.contains("orders compared"), "{alone}");
}

#[test]
fn in_six_weeks_everything_happens_that_the_rules_speak_of() {
    let plan = Plan {
        days: 30,
        visits_a_day: 30.0,
        ..Plan::default()
    };
    let it = play(office(), &plan);
    assert_eq!((it.broken.as_slice(), it.replays), (&[] as &[String], true));
    for (name, count) in [
        ("night", it.night),
        ("rolled over", it.rolled_over),
        ("promised", it.promised),
        ("notices", it.notices),
        ("returned", it.returned),
        ("absences", it.absences),
        ("faults", it.faults),
    ] {
        assert!(0 < count, "nobody {name}: {it:?}");
    }
    for name in ["offered", "accepted", "refused"] {
        assert!(it.offers.contains_key(name), "no handover {name}: {it:?}");
    }
    for bell in ["uncalled", "half-time", "due"] {
        assert!(it.bells.contains_key(bell), "{bell} never rang: {it:?}");
    }
    for class in ["ordinary", "priority", "urgent"] {
        assert!(it.waits.contains_key(class), "nobody {class}: {it:?}");
    }
}

#[test]
fn promises_are_kept_where_there_is_time_for_them_and_not_where_an_office_takes_on_too_much() {
    let mut of = office();
    for matter in &mut of.matters {
        matter.due = Some(Count::Working(2));
    }
    let played = |visits_a_day| {
        let (days, faults) = (8, false);
        let plan = Plan {
            days,
            visits_a_day,
            faults,
            ..Plan::default()
        };
        play(of.clone(), &plan)
    };
    let (calm, overrun) = (played(12.0), played(120.0));
    assert!(0 < calm.promised, "{calm:?}");
    assert_eq!((calm.overdue, calm.bells.get("overdue")), (0, None), "{calm:?}");
    assert!(
        calm.promised < overrun.promised && 0 < overrun.overdue,
        "{overrun:?}"
    );
    assert!(overrun.bells.contains_key("overdue"), "{overrun:?}");
    for it in [calm, overrun] {
        assert_eq!((it.broken.as_slice(), it.replays), (&[] as &[String], true));
    }
}

#[test]
fn the_head_start_costs_the_longest_wait_little_and_the_wait_played_forward_errs_least() {
    let it = compare(&office(), 20_260_302, 60);
    let of = |name: &str| it.waiting.iter().find(|it| it.discipline == name).unwrap();
    let [first, head, strict] = ["first-come", "head-start", "strict"].map(of);
    // RULES §6: what nobody must have is an ordinary visitor who starves.
    assert!(head.worst_ordinary_p95 < 1.2 * first.worst_ordinary_p95, "{it:?}");
    assert!(head.worst_ordinary_p95 < strict.worst_ordinary_p95, "{it:?}");
    assert!(head.priority.mean + 2.0 < first.priority.mean, "{it:?}");
    let error = |of: Estimator| {
        let found = it.guessing.iter().find(|it| it.estimator == of);
        found.unwrap().error_minutes
    };
    let own = error(Estimator::PlayedForward);
    for other in [Estimator::FlatMean, Estimator::LastCalled, Estimator::HeadOfQueue] {
        assert!(own < error(other), "{other:?}: {it:?}");
    }
    assert!(66.0 < it.hit_percent, "{it:?}");
}
