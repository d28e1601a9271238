//! How often handwriting is understood, measured on drawings that are not those it was made from.
//!
//! The drawings are those of KanjiVG (`tests/data/drawings.dat`): the characters of GB 2312, level 1, that Japan
//! writes with as many strokes. Where said they are shaken (leaning, stretched, each stroke displaced, each point off its
//! place), their strokes put in any order, or strokes drawn into the next without leaving the glass.

use std::sync::LazyLock;

use writing::hand::{self, Hand, Point, Stroke};
use writing::{Engine, Expected, common};

static HAND: LazyLock<Hand> =
    LazyLock::new(|| Hand::read(include_bytes!("../data/strokes.dat")).expect("the strokes are sound"));

/// Drawings the weights of the matcher were not fitted to.
static DRAWINGS: LazyLock<Vec<(char, Vec<Stroke>)>> = LazyLock::new(|| {
    let all = hand::drawings(include_bytes!("data/drawings.dat")).expect("the drawings are sound");
    let known = all.into_iter().filter(|it| level_one(it.0)).enumerate();
    known.filter(|it| it.0 % 7 != 0).map(|it| it.1).collect()
});

/// The commonest characters of any text stand for level 1 of GB 2312 closely enough to test with.
fn level_one(character: char) -> bool {
    common::COMMON.contains(character)
}

/// Numbers that look random and are the same each time (xorshift).
struct Chance(u64);

impl Chance {
    /// 0 to 1.
    fn part(&mut self) -> f32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 40) as f32 / (1_u64 << 24) as f32
    }

    /// As much below 0 as above.
    fn around(&mut self, width: f32) -> f32 {
        (self.part() - 0.5) * width
    }

    fn shake(&mut self, drawing: &[Stroke]) -> Vec<Stroke> {
        let (lean, tall) = (self.around(0.2), self.around(0.2));
        let mut stroke = |stroke: &Stroke| {
            let (right, down) = (self.around(12.0), self.around(12.0));
            let mut point = |it: &Point| {
                let (x, y) = (it.x - 128.0, it.y - 128.0);
                Point {
                    x: 128.0 + x * (1.0 + tall) - y * lean + right + self.around(5.0),
                    y: 128.0 + y * (1.0 - tall) + down + self.around(5.0),
                }
            };
            stroke.iter().map(&mut point).collect()
        };
        drawing.iter().map(&mut stroke).collect()
    }

    fn reorder(&mut self, drawing: &mut [Stroke]) {
        for at in (1..drawing.len()).rev() {
            let other = (self.part() * (at + 1) as f32) as usize;
            drawing.swap(at, other.min(at));
        }
    }

    fn join(&mut self, drawing: Vec<Stroke>, chance: f32) -> Vec<Stroke> {
        let mut joined: Vec<Stroke> = Vec::new();
        for stroke in drawing {
            match joined.last_mut() {
                Some(last) if self.part() < chance => last.extend(stroke),
                _ => joined.push(stroke),
            }
        }
        joined
    }
}

/// How drawings are spoilt.
#[derive(Clone, Copy)]
enum Drawn {
    Clean,
    Shaken,
    Reordered,
    Joined,
    HalfJoined,
}

/// How many of 100 are offered first, and among the first ten.
fn rates<'a>(
    drawings: impl Iterator<Item = &'a (char, Vec<Stroke>)>,
    drawn: Drawn,
    expected: Expected,
) -> (f32, f32) {
    let mut chance = Chance(88_172_645_463_325_252);
    let (mut first, mut ten, mut all) = (0.0, 0.0, 0.0);
    for (character, strokes) in drawings {
        let mut drawing = match drawn {
            Drawn::Clean => strokes.clone(),
            _ => chance.shake(strokes),
        };
        match drawn {
            Drawn::Reordered => chance.reorder(&mut drawing),
            Drawn::Joined => drawing = chance.join(drawing, 1.0),
            Drawn::HalfJoined => drawing = chance.join(drawing, 0.5),
            Drawn::Clean | Drawn::Shaken => {}
        }
        let wanted = character.to_string();
        let place = HAND
            .candidates(&drawing, expected, 10)
            .iter()
            .position(|it| it.text == wanted);
        all += 1.0;
        first += f32::from(place == Some(0));
        ten += f32::from(place.is_some());
    }
    (100.0 * first / all, 100.0 * ten / all)
}

/// Every third drawing the weights were not fitted to.
fn check(drawn: Drawn, first: f32, ten: f32) {
    let found = rates(DRAWINGS.iter().step_by(3), drawn, Expected::Text);
    assert!(
        first <= found.0 && ten <= found.1,
        "{found:?} of 100, wanted ({first}, {ten})"
    );
}

#[test]
fn clean_drawings_are_understood() {
    check(Drawn::Clean, 90.0, 99.0);
}

#[test]
fn shaken_drawings_are_understood() {
    check(Drawn::Shaken, 88.0, 98.0);
}

#[test]
fn strokes_may_come_in_any_order() {
    check(Drawn::Reordered, 88.0, 98.0);
}

#[test]
fn strokes_may_run_together() {
    check(Drawn::Joined, 85.0, 97.0);
}

#[test]
fn some_strokes_may_run_together() {
    check(Drawn::HalfJoined, 82.0, 94.0);
}

#[test]
fn the_commonest_surnames_are_understood_where_a_name_begins() {
    let known = DRAWINGS.iter().filter(|it| common::SURNAMES.contains(it.0));
    let found = rates(known, Drawn::HalfJoined, Expected::Surname);
    assert!(85.0 <= found.0 && 98.0 <= found.1, "{found:?} of 100");
}

#[test]
fn the_commonest_characters_of_given_names_are_understood() {
    let known = DRAWINGS.iter().filter(|it| common::GIVEN_NAMES.contains(it.0));
    let found = rates(known, Drawn::HalfJoined, Expected::GivenName);
    assert!(85.0 <= found.0 && 96.0 <= found.1, "{found:?} of 100");
}

#[test]
fn candidates_come_from_the_first_stroke_on_and_nothing_comes_of_nothing() {
    let wang = &DRAWINGS.iter().find(|it| it.0 == '王').unwrap_or(&DRAWINGS[0]).1;
    for strokes in 1..=wang.len() {
        assert_eq!(HAND.candidates(&wang[..strokes], Expected::Surname, 12).len(), 12);
    }
    assert!(HAND.candidates(&[], Expected::Text, 12).is_empty());
    let dot = vec![vec![Point { x: 5.0, y: 5.0 }]];
    assert!(!HAND.candidates(&dot, Expected::Text, 12).is_empty());
    // Not numbers, and not even a line: no panic.
    let nowhere = vec![vec![
        Point {
            x: f32::NAN,
            y: f32::INFINITY
        };
        3
    ]];
    HAND.candidates(&nowhere, Expected::Text, 12);
}

#[test]
fn a_damaged_file_is_refused() {
    let file = include_bytes!("../data/strokes.dat");
    assert!(Hand::read(&file[..file.len() - 1]).is_err());
    assert!(Hand::read(b"").is_err());
    assert!(Hand::read(b"something else entirely").is_err());
}
