//! Finding a matter by what people call it: what is asked most first, then whatever letters and characters lead to.
//! Characters are written with a finger or by their strokes, with the engines of the page for names.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use slint::ComponentHandle;
use ui::{KioskWindow, SearchAdapter, SearchWay};
use writing::search::{Finder, Subject};

use crate::domain::ids::MatterCode;
use crate::domain::office::{Language, Matter, Office};
use crate::kiosk::flow::{Page, Tap};
use crate::kiosk::{Taps, View, keep, matters, model};

/// Answers at most, some pages of them.
const ANSWERS: usize = 24;

/// The catalogue, made searchable when somebody first searches, and again when another matter is asked for more or another
/// language is read.
#[derive(Default)]
pub(super) struct Catalogue {
    made: RefCell<Option<Made>>,
}

/// How often each matter was asked for when it was made, for readers of which language, and it.
type Made = (Arc<HashMap<MatterCode, u32>>, Language, Finder);

impl std::fmt::Debug for Catalogue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Catalogue")
    }
}

impl Catalogue {
    /// The matters `typed` leads to, the surest first.
    fn find<'a>(&self, view: &View<'a>, typed: &str) -> Vec<&'a Matter> {
        let mut made = self.made.borrow_mut();
        let (asked, language) = (&view.snapshot.asked, view.language());
        let same = |it: &Made| Arc::ptr_eq(&it.0, asked) && it.1 == language;
        if !made.as_ref().is_some_and(same) {
            *made = Some((asked.clone(), language, finder(view.office, asked, language)));
        }
        let (.., finder) = made.as_ref().expect("it was just made");
        let found = finder.find(typed, ANSWERS);
        found
            .iter()
            .filter_map(|it| view.office.matters.get(it.subject))
            .collect()
    }
}

/// Makes `office`'s catalogue searchable for who reads `language`: by the names the screen shows, and by what people call it
/// in Chinese. On the Chinese screen letters are sounds, and no English name is looked for.
pub fn finder(office: &Office, asked: &HashMap<MatterCode, u32>, language: Language) -> Finder {
    let chinese = |it: &Matter| match language {
        Language::Chinese => Vec::new(),
        Language::English => vec![it.name.zh.clone()],
    };
    let words = office
        .matters
        .iter()
        .map(|it| [chinese(it), it.synonyms.clone()].concat());
    let words: Vec<Vec<String>> = words.collect();
    Finder::new(office.matters.iter().zip(&words).map(|(it, words)| Subject {
        name: it.name.get(language),
        words,
        asked: asked.get(&it.code).copied().unwrap_or(0),
    }))
}

/// The catalogue as the screen lists it: what is asked most first, the rest in the order of the file.
pub(super) fn most_asked<'a>(view: &View<'a>) -> Vec<&'a Matter> {
    let mut matters: Vec<_> = view.office.matters.iter().collect();
    matters.sort_by_key(|it| std::cmp::Reverse(view.snapshot.asked.get(&it.code).copied().unwrap_or(0)));
    matters
}

pub(super) fn connect(window: &KioskWindow, taps: &Taps) {
    let search = window.global::<SearchAdapter>();
    let typed = taps.clone();
    search.on_letter(move |text| {
        for letter in text.chars() {
            typed(Tap::Letter(letter));
        }
    });
    for (hook, tap) in [
        (Hook::Erase, Tap::Erase),
        (Hook::Clear, Tap::Clear),
        (Hook::Unsure, Tap::Unsure),
    ] {
        let taps = taps.clone();
        let fire = move || taps(tap.clone());
        match hook {
            Hook::Erase => search.on_erase(fire),
            Hook::Clear => search.on_clear(fire),
            Hook::Unsure => search.on_unsure(fire),
        }
    }
    let taps = taps.clone();
    search.on_chosen(move |code| taps(Tap::Matter(code.as_str().into())));
}

enum Hook {
    Erase,
    Clear,
    Unsure,
}

/// Whether characters are being written on the page.
pub(super) fn writes(window: &KioskWindow, view: &View<'_>) -> bool {
    let way = window.global::<SearchAdapter>().get_way();
    view.flow.page() == Page::Search && matches!(way, SearchWay::Hand | SearchWay::Strokes)
}

/// Shows the answers; true if there are none to what was asked.
pub(super) fn show(window: &KioskWindow, view: &View<'_>, catalogue: &Catalogue) -> bool {
    let search = window.global::<SearchAdapter>();
    if view.flow.page() != Page::Search {
        // What somebody searched for is nobody else's business, not even behind another page.
        search.set_query("".into());
        search.set_found(model(Vec::new()));
        search.set_found_page(0);
        search.set_way(SearchWay::Letters);
        return false;
    }
    let query = view.flow.walk().query.as_str();
    if search.get_query() != query {
        search.set_found_page(0);
    }
    search.set_query(query.into());
    let found = if query.is_empty() {
        most_asked(view).into_iter().take(ANSWERS).collect()
    } else {
        catalogue.find(view, query)
    };
    let found: Vec<_> = found.into_iter().map(|it| matters::choice(view, it)).collect();
    let nothing = found.is_empty();
    search.set_found(keep(search.get_found(), found));
    nothing
}
