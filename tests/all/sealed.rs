//! 检举控告 (RULES §5): nobody but the discipline contact reads it, and its words lie in clear nowhere: not in
//! the database file or beside it, not in a snapshot, not on a slip, not in what goes to the office.

use std::path::Path;
use std::sync::Arc;

use lobby::clock::Clock;
use lobby::desk::{Action, Desk, Place, Reply, Request, Setup, Waker};
use lobby::domain::elsewhere::Discipline;
use lobby::domain::event::{Event, PetitionCategory};
use lobby::domain::ids::{MatterIndex, VisitId};
use lobby::domain::matter::MatterCommand;
use lobby::domain::office::{Office, Words};
use lobby::domain::petition::{Petition, PetitionWords};
use lobby::domain::sensitive::{self, Sensitive};
use lobby::domain::sheet::Sheet;
use lobby::domain::slip::Slip;
use lobby::domain::time::Timestamp;
use lobby::store::ContactSecret;

use crate::support::{MONDAY, act, arrival, arrive, office};

pub(crate) const MARKER: &str = "收受红包㛃𠅤";
pub(crate) const NAME: &str = "举报人王𬭎";
const SECRET: [u8; 32] = [7; 32];

pub(crate) fn sealed_office() -> Office {
    let mut office = office();
    office.elsewhere.discipline = Some(Discipline {
        contact: "wu".into(),
        public_key: ContactSecret::new(SECRET).public(),
        room: Words::same("106 接待室"),
        higher: Words::same("区纪委监委"),
        higher_phone: "12388".into(),
    });
    office
}

pub(crate) fn open(path: &Path) -> Desk {
    let setup = Setup {
        place: Place::File(path.to_owned()),
        office: Arc::new(sealed_office()),
        clock: Clock::held(MONDAY.parse::<Timestamp>().unwrap()),
        print: Waker::nobody(),
    };
    Desk::open(setup).unwrap().0
}

pub(crate) fn report() -> Action {
    let words = |text: &str| Some(Sensitive::new(text.to_owned()));
    let petition = Petition {
        matter: MatterIndex(0),
        category: PetitionCategory::Report,
        item: None,
        content: "discipline".into(),
        people: 1,
        representatives: 0,
        anonymous: false,
        earlier: 0,
        system_number: None,
        system_date: None,
        accepted: None,
        not_again: None,
        same_facts: false,
        informs: false,
        by: "wu".into(),
        words: PetitionWords {
            name: words(NAME),
            claim: words(MARKER),
            ..PetitionWords::default()
        },
    };
    Action::Matter(MatterIndex(0), MatterCommand::TakePetition(Box::new(petition)))
}

#[test]
fn section_5_whoever_accuses_the_office_itself_reads_where_else_to_turn() {
    use lobby::domain::office::Language;
    let higher = |it| sealed_office().elsewhere.higher(it).unwrap();
    let zh = higher(Language::Chinese);
    for whom in ["本单位、", "本单位领导", "纪检人员", "区纪委监委", "12388"] {
        assert!(zh.contains(whom), "{whom}: {zh}");
    }
    let en = higher(Language::English);
    for whom in ["this office", "its head", "the contact"] {
        assert!(en.contains(whom), "{whom}: {en}");
    }
    assert!(
        sealed_office().elsewhere.higher(Language::Chinese).is_some()
            && office().elsewhere.higher(Language::Chinese).is_none()
    );
}

/// Every file of the folder, searched for the words as they are and as JSON may write them.
fn lies_in_clear(folder: &Path) -> bool {
    let escaped = |text: &str| serde_json::to_string(text).unwrap().trim_matches('"').to_owned();
    let needles = [MARKER.to_owned(), NAME.to_owned(), escaped(MARKER), escaped(NAME)];
    let files = std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path());
    files.into_iter().any(|file| {
        let bytes = std::fs::read(file).unwrap();
        needles
            .iter()
            .any(|it| bytes.windows(it.len()).any(|window| window == it.as_bytes()))
    })
}

fn opened(desk: &mut Desk, visit: VisitId, by: &str, secret: [u8; 32]) -> Result<String, String> {
    let asked = Request::SealedStory {
        by: by.into(),
        visit,
        secret: Sensitive::new(secret),
    };
    match desk.answer(asked) {
        Ok(Reply::Story(story)) => Ok(story
            .iter()
            .filter_map(|(_, event)| match event {
                Event::PetitionTaken(it) => it.words.claim.as_ref().map(|it| it.reveal().clone()),
                Event::Registered(it) => it.personal.name.as_ref().map(|it| it.reveal().clone()),
                _ => None,
            })
            .collect::<Vec<_>>()
            .join("|")),
        Ok(other) => panic!("{other:?}"),
        Err(trouble) => Err(trouble.code().to_owned()),
    }
}

#[test]
fn what_is_reported_lies_in_clear_nowhere_and_opens_for_the_contact_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("lobby.db");
    let mut desk = open(&path);
    let mut somebody = arrival(Some("low-income"), 1);
    somebody.how.sealed = true;
    // Whatever a kiosk may send along is dropped before it is written.
    somebody.personal.name = sensitive::name(NAME).unwrap();
    let given = arrive(&mut desk, somebody).unwrap();
    let slip = format!("{:?}", given.slip);
    assert!(slip.contains("106 接待室") && slip.contains("12388"));
    for word in ["低生活", "社会事务", "吴强", NAME] {
        assert!(!slip.contains(word), "{word} in {slip}");
    }
    for by in ["zhang", "sun", "zhao"] {
        let refused = act(&mut desk, by, given.visit, Action::Receive).unwrap_err();
        assert_eq!(refused.code(), "not-yours", "{by}");
    }
    act(&mut desk, "wu", given.visit, Action::Receive).unwrap();
    act(&mut desk, "wu", given.visit, report()).unwrap();
    let seen = format!("{:?}", desk.snapshot());
    assert!(!seen.contains(MARKER) && !seen.contains(NAME));
    let visit = desk.lobby().visit(given.visit).unwrap().clone();
    assert!(visit.personal.is_empty() && visit.matters[0].petition.as_ref().unwrap().words.is_empty());
    assert!(visit.matters[0].matter.is_none(), "not even what it is about");
    assert!(!lies_in_clear(dir.path()));
    // What goes to the office is the journal as it is, and no key.
    let Reply::Keys(keys) = desk.answer(Request::Keys(vec![given.visit])).unwrap() else {
        panic!("keys")
    };
    assert!(keys.is_empty());
    assert_eq!(
        opened(&mut desk, given.visit, "wu", SECRET),
        Ok(MARKER.to_owned())
    );
    assert_eq!(
        opened(&mut desk, given.visit, "wu", [8; 32]),
        Err("wrong-key".to_owned())
    );
    assert_eq!(
        opened(&mut desk, given.visit, "zhao", SECRET),
        Err("not-found".to_owned())
    );
    // A restart knows as much, and as little.
    let before = desk.lobby().clone();
    drop(desk);
    let mut desk = open(&path);
    assert_eq!(desk.lobby(), &before);
    assert_eq!(
        opened(&mut desk, given.visit, "wu", SECRET),
        Ok(MARKER.to_owned())
    );
}

#[test]
fn the_journal_that_is_exported_says_of_a_sealed_visit_that_it_is_there_and_still_hangs_together() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("lobby.db");
    let mut desk = open(&path);
    let plain = arrive(&mut desk, arrival(Some("card-reissue"), 1)).unwrap().visit;
    // One is sealed from the first touch; of the other a clerk wrote down what it is about before.
    let mut somebody = arrival(None, 2);
    somebody.how.sealed = true;
    let first = arrive(&mut desk, somebody).unwrap().visit;
    act(&mut desk, "wu", first, Action::Receive).unwrap();
    act(&mut desk, "wu", first, report()).unwrap();
    let later = arrive(&mut desk, arrival(Some("low-income"), 3)).unwrap().visit;
    act(&mut desk, "zhang", later, Action::Receive).unwrap();
    act(&mut desk, "zhang", later, Action::Seal).unwrap();
    // The register of a report is in the sealed part, and the lobby knows no more of it than that it is there.
    let known = desk.lobby().visit(first).unwrap().matters[0].petition.clone();
    assert_eq!(known, Some(Petition::sealed(MatterIndex(0), "wu".into())));
    drop(desk);
    let mut out = Vec::new();
    lobby::app::journal::export(&path, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    let lines: Vec<serde_json::Value> = text.lines().map(|it| serde_json::from_str(it).unwrap()).collect();
    for visit in [first, later] {
        assert!(!text.contains(&visit.to_string()), "{text}");
    }
    for word in [
        "low-income",
        "discipline",
        "report",
        "petition.taken",
        "visit.sealed",
    ] {
        assert!(!text.contains(word), "{word}: {text}");
    }
    let stubs: Vec<_> = lines.iter().filter(|it| it["kind"] == "sealed").collect();
    assert_eq!(stubs.len(), 6, "{text}");
    for stub in &stubs {
        let mut keys: Vec<_> = stub.as_object().unwrap().keys().map(String::as_str).collect();
        keys.sort_unstable();
        assert_eq!(keys, ["epoch", "hash", "kind", "kiosk", "seq", "site"]);
    }
    assert!(text.contains(&plain.to_string()), "what is not sealed is there");
    let seqs: Vec<_> = lines.iter().map(|it| it["seq"].as_u64().unwrap()).collect();
    assert!(
        seqs.windows(2).all(|it| it[0] + 1 == it[1]),
        "no place is left out"
    );
    let verdict = lobby::app::journal::verify(&path).unwrap();
    assert!(verdict.broken.is_empty() && verdict.entries == lines.len() as u64);
}

#[test]
fn one_key_seals_what_was_written_before_and_destroys_what_opened_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("lobby.db");
    let mut desk = open(&path);
    let mut somebody = arrival(Some("low-income"), 1);
    somebody.personal.name = sensitive::name(NAME).unwrap();
    let visit = arrive(&mut desk, somebody).unwrap().visit;
    let key = match desk.answer(Request::Keys(vec![visit])).unwrap() {
        Reply::Keys(keys) => *keys[0].1.reveal(),
        other => panic!("{other:?}"),
    };
    act(&mut desk, "zhang", visit, Action::Seal).unwrap();
    assert!(desk.lobby().visit(visit).unwrap().personal.is_empty());
    let lies = |folder: &Path| {
        let mut files = std::fs::read_dir(folder)
            .unwrap()
            .map(|it| std::fs::read(it.unwrap().path()).unwrap());
        files.any(|bytes| bytes.windows(32).any(|window| window == key))
    };
    assert!(
        !lies(dir.path()),
        "the visit's own key is nowhere, not even beside the file"
    );
    assert_eq!(opened(&mut desk, visit, "wu", SECRET), Ok(NAME.to_owned()));
    assert!(
        desk.snapshot().visits.iter().any(|it| it.visit.id == visit),
        "its contact finds it"
    );
    assert_eq!(
        desk.snapshot().waiting.iter().map(|it| it.1).sum::<usize>(),
        0,
        "in no queue"
    );
    let before = desk.lobby().clone();
    drop(desk);
    let desk = open(&path);
    assert_eq!(desk.lobby(), &before);
    desk.lobby().verify(&sealed_office());
}

#[test]
fn what_was_before_the_leader_when_it_was_sealed_is_the_contacts_to_end_and_is_shared_with_nobody() {
    use lobby::domain::event::{EscalationReason, HandoverReason, Outcome, Told};
    let dir = tempfile::tempdir().unwrap();
    let mut desk = open(&dir.path().join("lobby.db"));
    let visit = arrive(&mut desk, arrival(Some("low-income"), 1)).unwrap().visit;
    let first = MatterIndex(0);
    let of = |what| Action::Matter(first, what);
    let escalate = || {
        let (why, note) = (EscalationReason::Urgent, None);
        of(MatterCommand::Escalate { why, note })
    };
    act(&mut desk, "zhang", visit, Action::Receive).unwrap();
    act(&mut desk, "zhang", visit, escalate()).unwrap();
    act(&mut desk, "zhang", visit, Action::Seal).unwrap();
    desk.lobby().verify(&sealed_office());
    let to = || "zhang".into();
    let offer = Action::Offer {
        matter: first,
        to: to(),
        reason: HandoverReason::OtherDuty,
        led: false,
    };
    let decide = of(MatterCommand::Decide { to: to(), note: None });
    let merge = of(MatterCommand::Merge {
        into: visit,
        told: Told::InPerson,
    });
    let shared = [
        offer,
        Action::Add(Some("low-income".into())),
        escalate(),
        decide,
        of(MatterCommand::Join(to())),
    ];
    for action in shared {
        let refused = act(&mut desk, "wu", visit, action.clone()).unwrap_err();
        assert_eq!(refused.code(), "out-of-turn", "{action:?}");
    }
    assert_eq!(
        act(&mut desk, "wu", visit, merge).unwrap_err().code(),
        "not-found"
    );
    // No leader hears of it, however long it lies; and the contact ends it.
    let story = |desk: &mut Desk| match desk.answer(Request::Story(visit)).unwrap() {
        Reply::Story(story) => story,
        other => panic!("{other:?}"),
    };
    let rang = story(&mut desk).into_iter().filter_map(|(_, it)| match it {
        Event::Rang(it) => Some(it.to),
        _ => None,
    });
    assert!(rang.flatten().all(|it| it.as_str() == "wu"));
    act(&mut desk, "wu", visit, Action::Receive).unwrap();
    act(&mut desk, "wu", visit, report()).unwrap();
    let close = Action::Close {
        matter: first,
        outcome: Outcome::SealedReceived,
        told: Told::InPerson,
        note: None,
    };
    act(&mut desk, "wu", visit, close).unwrap();
    assert!(!desk.lobby().visit(visit).unwrap().open());
}

#[test]
fn without_a_contact_nothing_is_sealed_and_the_office_is_told_so() {
    let (mut desk, _) = crate::support::desk(MONDAY);
    let mut somebody = arrival(None, 1);
    somebody.how.sealed = true;
    assert_eq!(arrive(&mut desk, somebody).unwrap_err().code(), "no-contact");
}

#[test]
fn a_petitioners_name_stands_on_no_paper() {
    use lobby::domain::event::PaperKind;
    let dir = tempfile::tempdir().unwrap();
    let mut desk = open(&dir.path().join("lobby.db"));
    let mut somebody = arrival(Some("low-income"), 1);
    somebody.personal.name = sensitive::name(NAME).unwrap();
    let visit = arrive(&mut desk, somebody).unwrap().visit;
    let (office, visit) = (sealed_office(), desk.lobby().visit(visit).unwrap().clone());
    for paper in PaperKind::ALL {
        let sheet = Sheet::of(&office, &visit, (*paper, MatterIndex(0)), visit.arrived_at);
        assert!(!format!("{sheet:?}").contains(NAME), "{paper:?}");
        assert!(!sheet.title.is_empty() && !sheet.lines.is_empty());
    }
    assert!(!format!("{:?}", Slip::of(&office, &visit, None, "7KQ2M9XA", false)).contains(NAME));
}

#[test]
fn the_contact_sees_what_waits_and_everybody_else_that_there_is_one() {
    let office = crate::console_live::Office::of(sealed_office(), &["wu", "zhang", "sun", "zhao"]);
    let mut somebody = arrival(Some("low-income"), 1);
    somebody.how.sealed = true;
    let given = match office.desk.ask_blocking(Request::Arrive(somebody)).unwrap() {
        Reply::Given(given) => given,
        other => panic!("{other:?}"),
    };
    let (here, number) = (format!("/visit/{}", given.visit), given.slip.number.to_string());
    let wu = office.logged_in("wu");
    let page = wu.get("/").1;
    assert!(page.contains(&here) && page.contains("有群众到访"), "{page}");
    for (other, status) in [("zhang", 403), ("sun", 403), ("zhao", 403)] {
        let other = office.logged_in(other);
        let page = other.get("/").1;
        assert!(page.contains("保密接待 1 件"), "{page}");
        assert!(!page.contains(&here) && !page.contains(&number), "{page}");
        assert_eq!(other.get(&here).0, status);
    }
    assert_eq!(wu.form(&format!("{here}/receive"), &[]).0, 200);
    let page = wu.get(&here).1;
    assert!(!page.contains("/route?"), "it names no department");
    assert!(!wu.get("/").1.contains("有群众到访"));
}
