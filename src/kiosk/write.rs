//! Writing one's name, or what one searches for: what the finger draws and types, and what it may mean.
//!
//! The drawing and the keys live here and nowhere else, are gone when the page is, and are kept by nobody; the name
//! itself lives in the flow. The engines work on a thread of their own, read their data when somebody first writes,
//! and answer only the newest question, so that the finger never waits.

mod ink;
pub(super) mod measure;
mod worker;

use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;
use std::task::{Context, Poll};

use slint::{ComponentHandle, Image, SharedString};
use ui::{KioskWindow, SearchAdapter, SearchWay, WriteAdapter, WriteCandidate, WriteWay};
use writing::Expected;
use writing::hand::Point;

use crate::domain::office::Language;
use crate::kiosk::flow::{LEFT_OUT, Page, Step, Tap};
use crate::kiosk::{Taps, View, count, fonts, mask, model, search};
use ink::Ink;
use worker::{Answer, Question, Way, Worker};

/// Letters or strokes one may type before picking; more is not one name.
const KEYS_MAX: usize = 40;

/// Between the parts of a name: 阿依努尔·买买提.
const DOT: char = '·';

/// Where the letters themselves stand among what they may mean, on a page in Chinese: among the last cells of the first
/// page on every panel.
const LETTERS_AT: usize = 9;

/// The page's memory, gone with it.
#[derive(Default)]
struct Draft {
    way: Way,
    ink: Ink,
    keys: String,
    /// What the flow had for a name when it was last shown; on the search page, for what is searched.
    name: String,
    /// It is no name that is written.
    searching: bool,
    /// How much of the drawing or the keys each candidate takes.
    takes: Vec<(String, usize)>,
    /// Candidates that replace the last two characters.
    joins: bool,
    /// What is written was read, and is like no character.
    nothing: bool,
    /// The visitor meant to go on before picking what they wrote: it would be lost.
    unpicked: bool,
    /// The page is not in Chinese: letters are more likely to be just that.
    lettered: bool,
}

impl Draft {
    fn expected(&self) -> Expected {
        if self.searching {
            Expected::Text
        } else if self.name.is_empty() {
            Expected::Surname
        } else {
            Expected::GivenName
        }
    }

    /// Nothing is drawn and nothing typed.
    fn forget(&mut self) {
        self.ink.clear();
        self.keys.clear();
        self.takes.clear();
        self.joins = false;
        self.nothing = false;
        self.unpicked = false;
    }

    fn blank(&self) -> bool {
        self.keys.is_empty() && self.ink.strokes().is_empty()
    }

    /// Whether a dot may follow what stands there.
    fn dottable(&self) -> bool {
        !self.searching && self.blank() && self.name.chars().next_back().is_some_and(|it| it != DOT)
    }

    /// `text` as it follows the name: words of letters stand apart.
    fn following(&self, text: &str) -> String {
        let lettered = |it: Option<char>| it.is_some_and(|it| it.is_ascii_alphabetic());
        let apart = lettered(self.name.chars().next_back()) && lettered(text.chars().next());
        format!("{}{text}", if apart { " " } else { "" })
    }

    fn last_two(&self) -> Option<[char; 2]> {
        let mut last = self.name.chars().rev();
        let second = last.next()?;
        Some([last.next()?, second])
    }
}

/// The page's other half.
pub(super) struct Desk {
    draft: RefCell<Draft>,
    worker: RefCell<Worker>,
}

impl Desk {
    /// `data` holds the files of `ui/writing/data`; none: where the package puts them.
    pub(super) fn new(data: Option<PathBuf>) -> Rc<Self> {
        Rc::new(Self {
            draft: RefCell::default(),
            worker: RefCell::new(Worker::new(data)),
        })
    }

    /// Asks anew what is written.
    fn ask(&self) {
        let draft = self.draft.borrow();
        let expected = draft.expected();
        let question = match draft.way {
            Way::Hand => Question::Drawing(draft.ink.strokes().to_vec(), expected),
            Way::Strokes => Question::Strokes(draft.keys.clone(), expected),
            Way::Pinyin => Question::Pinyin(draft.keys.clone(), expected),
        };
        self.worker.borrow_mut().ask(question);
    }

    fn show_draft(&self, window: &KioskWindow) {
        let draft = self.draft.borrow();
        let page = window.global::<WriteAdapter>();
        page.set_way(match draft.way {
            Way::Hand => WriteWay::Hand,
            Way::Strokes => WriteWay::Strokes,
            Way::Pinyin => WriteWay::Pinyin,
        });
        page.set_keys(match draft.way {
            Way::Strokes => strokes_shown(&draft.keys),
            _ => draft.keys.as_str().into(),
        });
        page.set_inked(!draft.ink.strokes().is_empty());
        page.set_strokes(count(draft.ink.strokes().len()));
        page.set_ink(draft.ink.picture());
        page.set_nothing(draft.nothing);
        page.set_unpicked(draft.unpicked && !draft.blank());
        page.set_dottable(draft.dottable());
        let cell = |(text, _): &(String, usize)| WriteCandidate {
            shown: fonts::shown(text).into(),
            text: text.into(),
            ems: ems(text),
        };
        page.set_candidates(model(draft.takes.iter().map(cell).collect()));
        page.set_page(0);
    }

    /// The engines' answers that have come; true if the page shows something new.
    pub(super) fn take_answers(&self, window: &KioskWindow) -> bool {
        let Some(answer) = self.worker.borrow_mut().newest() else {
            return false;
        };
        let page = window.global::<WriteAdapter>();
        match answer {
            Answer::Missing => page.set_missing(true),
            Answer::Candidates(candidates) => {
                let mut draft = self.draft.borrow_mut();
                draft.joins = false;
                draft.takes = candidates.into_iter().map(|it| (it.text, it.takes)).collect();
                if draft.way == Way::Pinyin
                    && let Some(letters) = writing::pinyin::as_letters(&draft.keys)
                {
                    let at = if draft.lettered {
                        0
                    } else {
                        LETTERS_AT.min(draft.takes.len())
                    };
                    draft.takes.insert(at, (letters.text, letters.takes));
                }
                draft.nothing = draft.takes.is_empty() && !draft.blank();
                if draft.blank() && draft.expected() == Expected::Surname {
                    // Nine of ten names begin with one of these: they are offered before anything is written.
                    let families = writing::common::SURNAMES.split_whitespace();
                    draft.takes = families.map(|it| (it.to_owned(), 0)).collect();
                }
                page.set_missing(false);
            }
            Answer::Joined(characters) => {
                let mut draft = self.draft.borrow_mut();
                draft.joins = true;
                draft.takes = characters.into_iter().map(|it| (it.to_string(), 2)).collect();
            }
            Answer::Joinable(joinable) => page.set_joinable(joinable),
        }
        self.show_draft(window);
        true
    }

    /// Whether what is written has to be picked before the visitor goes on.
    pub(super) fn unpicked(&self) -> bool {
        let draft = self.draft.borrow();
        draft.unpicked && !draft.blank()
    }

    /// Wakes the loop when an answer comes.
    pub(super) fn poll(&self, context: &mut Context<'_>) -> Poll<()> {
        self.worker.borrow_mut().poll(context)
    }

    /// Waits until the newest question is answered; for tests and measurements, the page never does.
    pub(super) fn finish(&self) {
        self.worker.borrow_mut().finish();
    }

    fn pick(&self, text: &str, taps: &Taps) {
        let (joins, following) = {
            let draft = self.draft.borrow();
            (draft.joins, draft.following(text))
        };
        let taken = {
            let mut draft = self.draft.borrow_mut();
            let takes = draft.takes.iter().find(|it| it.0 == text).map(|it| it.1);
            let taken = takes.filter(|_| !draft.joins);
            // Letters that the word does not take are still to be read.
            let rest = match (draft.way, taken) {
                (Way::Pinyin, Some(takes)) => draft.keys.get(takes..).unwrap_or("").to_owned(),
                _ => String::new(),
            };
            draft.forget();
            draft.keys = rest;
            takes.is_some()
        };
        if !taken {
            return;
        }
        if joins {
            taps(Tap::Erase);
            taps(Tap::Erase);
        }
        // What is expected next follows from the name, so what is left to read is asked when that is shown.
        taps(Tap::Written(following));
    }
}

/// How wide a text is, in Chinese characters.
fn ems(text: &str) -> f32 {
    text.chars().map(|it| if it.is_ascii() { 0.6 } else { 1.0 }).sum()
}

/// What the five keys look like, one sign a stroke.
fn strokes_shown(keys: &str) -> SharedString {
    let sign = |it: char| match it {
        'h' => '一',
        's' => '丨',
        'p' => '丿',
        'n' => '丶',
        _ => '乛',
    };
    keys.chars().map(sign).collect::<String>().into()
}

pub(super) fn connect(window: &KioskWindow, desk: &Rc<Desk>, taps: &Taps) {
    let page = window.global::<WriteAdapter>();
    let weak = window.as_weak();
    // What the page does: something to the draft, then the page anew.
    let with = |act: fn(&Desk, &Taps)| {
        let (desk, taps, weak) = (desk.clone(), taps.clone(), weak.clone());
        move || {
            act(&desk, &taps);
            if let Some(window) = weak.upgrade() {
                desk.show_draft(&window);
            }
        }
    };
    page.on_clear(with(|desk, _| {
        desk.draft.borrow_mut().forget();
        desk.ask();
    }));
    page.on_erase(with(|desk, taps| {
        let erased = {
            let mut draft = desk.draft.borrow_mut();
            let erased = draft.keys.pop().is_some() || draft.ink.take_back();
            draft.unpicked &= !draft.blank();
            erased
        };
        if erased {
            desk.ask();
        } else {
            desk.draft.borrow_mut().forget();
            taps(Tap::Erase);
        }
    }));
    page.on_join(with(|desk, _| {
        let pair = desk.draft.borrow().last_two();
        if let Some(pair) = pair {
            desk.worker.borrow_mut().ask(Question::Join(pair));
        }
    }));
    page.on_left_out(with(|desk, taps| {
        desk.draft.borrow_mut().forget();
        taps(Tap::Written(LEFT_OUT.to_string()));
    }));
    page.on_skip(with(|_, taps| taps(Tap::Skip)));
    page.on_left_to_clerk(with(|_, taps| taps(Tap::LeftToClerk)));
    page.on_dot(with(|desk, taps| {
        if desk.draft.borrow().dottable() {
            taps(Tap::Written(DOT.to_string()));
        }
    }));
    page.on_next(with(|desk, taps| {
        // What is drawn or typed stands beside the name as if it were entered, and would be gone.
        let written = !desk.draft.borrow().blank();
        desk.draft.borrow_mut().unpicked = written;
        taps(if written { Tap::StillHere } else { Tap::Next });
    }));
    page.on_ink_up(with(|desk, _| {
        let ended = desk.draft.borrow_mut().ink.up();
        if ended {
            desk.ask();
        }
    }));
    let (it, shown) = (desk.clone(), weak.clone());
    page.on_way_chosen(move |way| {
        {
            let mut draft = it.draft.borrow_mut();
            draft.forget();
            draft.way = match way {
                WriteWay::Hand => Way::Hand,
                WriteWay::Strokes => Way::Strokes,
                WriteWay::Pinyin => Way::Pinyin,
            };
        }
        it.ask();
        if let Some(window) = shown.upgrade() {
            it.show_draft(&window);
        }
    });
    let (it, shown) = (desk.clone(), weak.clone());
    window.global::<SearchAdapter>().on_way_chosen(move |way| {
        let Some(window) = shown.upgrade() else { return };
        window.global::<SearchAdapter>().set_way(way);
        let way = match way {
            SearchWay::Hand => WriteWay::Hand,
            SearchWay::Strokes => WriteWay::Strokes,
            SearchWay::Letters | SearchWay::Digits => return,
        };
        it.draft.borrow_mut().searching = true;
        window.global::<WriteAdapter>().invoke_way_chosen(way);
    });
    let (it, shown) = (desk.clone(), weak.clone());
    page.on_key(move |key| {
        {
            let mut draft = it.draft.borrow_mut();
            if draft.keys.len() < KEYS_MAX {
                draft.keys.push_str(&key);
            }
        }
        it.ask();
        if let Some(window) = shown.upgrade() {
            it.show_draft(&window);
        }
    });
    let (it, shown, picked) = (desk.clone(), weak.clone(), taps.clone());
    page.on_picked(move |text| {
        it.pick(&text, &picked);
        if let Some(window) = shown.upgrade() {
            it.show_draft(&window);
        }
    });
    let (it, shown) = (desk.clone(), weak.clone());
    page.on_ink_down(move |x, y, width, height| {
        it.draft.borrow_mut().ink.down(Point { x, y }, width, height);
        draw(&it, &shown);
    });
    let (it, shown) = (desk.clone(), weak);
    page.on_ink_moved(move |x, y| {
        it.draft.borrow_mut().ink.moved(Point { x, y });
        draw(&it, &shown);
    });
}

/// Only the ink: the finger is on the glass.
fn draw(desk: &Desk, window: &slint::Weak<KioskWindow>) {
    if let Some(window) = window.upgrade() {
        let draft = desk.draft.borrow();
        let page = window.global::<WriteAdapter>();
        page.set_inked(true);
        page.set_strokes(count(draft.ink.strokes().len()));
        page.set_ink(draft.ink.picture());
    }
}

pub(super) fn show(window: &KioskWindow, view: &View<'_>, desk: &Desk, turned: bool) {
    let page = window.global::<WriteAdapter>();
    let walk = view.flow.walk();
    let searching = search::writes(window, view);
    let named = view.flow.page() == Page::Who(Step::Write);
    let here = named || searching;
    if turned || !here {
        // Whoever comes next finds clean paper; the engines stay read.
        *desk.draft.borrow_mut() = Draft::default();
        desk.worker.borrow_mut().forget();
        page.set_missing(false);
        page.set_joinable(false);
    }
    let name = match (named, searching) {
        (true, _) => walk.written.as_str(),
        (_, true) => walk.query.as_str(),
        _ => "",
    };
    let begun = desk.draft.borrow().searching != searching;
    let changed = desk.draft.borrow().name != name || begun;
    desk.draft.borrow_mut().name = name.to_owned();
    desk.draft.borrow_mut().searching = searching;
    desk.draft.borrow_mut().lettered = view.language() != Language::Chinese;
    page.set_dottable(desk.draft.borrow().dottable());
    let shown = match named {
        true if walk.masked => mask::name(name),
        true => name.to_owned(),
        false => String::new(),
    };
    page.set_name(fonts::shown(&shown).into());
    page.set_marked(named && walk.to_be_filled());
    if here && (changed || turned) {
        desk.ask();
        let pair = desk.draft.borrow().last_two().filter(|_| named);
        match pair {
            Some(pair) => desk.worker.borrow_mut().ask(Question::Joinable(pair)),
            None => page.set_joinable(false),
        }
    }
    if turned || !here {
        desk.show_draft(window);
    }
}

/// No ink.
fn blank() -> Image {
    Image::default()
}
