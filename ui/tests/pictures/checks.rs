//! What a machine can judge of a page, from its element tree.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;

use i_slint_backend_testing::{AccessibleRole, ElementHandle, ElementRoot};
use slint::ComponentHandle;
use ui::{KioskWindow, Navigation};

use crate::Panel;

/// The height in millimetres below which a finger misses: keys one writes with.
const FINGER_MM: f32 = 14.0;

/// The height of what a page is for.
const MAIN_MM: f32 = 22.0;

#[derive(Debug, Clone, Copy, PartialEq)]
struct Area {
    x: f32,
    y: f32,
    width: f32,
    height: f32,
}

impl Area {
    fn of(element: &ElementHandle) -> Self {
        let (at, size) = (element.absolute_position(), element.size());
        Area {
            x: at.x,
            y: at.y,
            width: size.width,
            height: size.height,
        }
    }

    fn meets(&self, other: &Area) -> bool {
        // Half a pixel of rounding is no overlap.
        self.x + 0.5 < other.x + other.width
            && other.x + 0.5 < self.x + self.width
            && self.y + 0.5 < other.y + other.height
            && other.y + 0.5 < self.y + self.height
    }

    fn inside(&self, panel: Panel) -> bool {
        self.x > -0.5
            && self.y > -0.5
            && self.x + self.width < panel.width as f32 + 0.5
            && self.y + self.height < panel.height as f32 + 0.5
    }
}

/// Has every element find its place.
pub fn look(window: &KioskWindow) {
    for text in ElementHandle::find_by_element_type_name(window, "Text") {
        let _ = Area::of(&text);
    }
}

/// How high letters are set, in pixels: for each thing that has a label, every run of words in it, in order.
pub type Letters = BTreeMap<String, Vec<f32>>;

/// The letters of everything that has a label.
pub fn letters(window: &KioskWindow) -> Letters {
    let labelled = |it: &ElementHandle| it.accessible_label().is_some_and(|it| !it.is_empty());
    let all = uppermost(window)
        .query_descendants()
        .match_predicate(labelled)
        .find_all();
    let mut letters = BTreeMap::new();
    for element in all {
        let runs = element.query_descendants().match_id("Label::letters").find_all();
        if let Some(label) = element.accessible_label().filter(|_| !runs.is_empty()) {
            letters.insert(
                label.to_string(),
                runs.iter().map(|it| it.size().height).collect(),
            );
        }
    }
    letters
}

/// The rows of a list, in order, by what they are called.
pub fn rows(window: &KioskWindow) -> Vec<String> {
    let rows = ElementHandle::find_by_element_type_name(window, "ListRow");
    rows.filter_map(|it| it.accessible_label())
        .map(|it| it.to_string())
        .collect()
}

/// Presses what is called `label`.
pub fn press(window: &KioskWindow, label: &str) {
    let mut called = ElementHandle::find_by_accessible_label(window, label);
    called
        .next()
        .expect("it is on the page")
        .invoke_accessible_default_action();
}

/// Characters our own sentences can hardly do without, and no name of the pictures has.
const OUR_WORDS_IN_CHINESE: &[&str] = &["请", "您", "的", "号", "页", "办", "查", "叫", "取", "找"];

/// What can be pressed lies in here: while a dialog asks something, nothing beneath it.
fn uppermost(window: &KioskWindow) -> ElementHandle {
    ElementHandle::find_by_element_type_name(window, "HelpDialog")
        .chain(ElementHandle::find_by_element_type_name(window, "VoiceDialog"))
        .next()
        .unwrap_or_else(|| window.root_element())
}

/// What assistive technology is not told of the page: a role without a label, a field without its value, a key
/// that does nothing for it. Presses everything, so the page is spent.
pub fn untold(window: &KioskWindow) -> Vec<String> {
    use AccessibleRole as Role;
    let touched = Rc::new(Cell::new(0));
    let counting = touched.clone();
    window
        .global::<Navigation>()
        .on_touched(move || counting.set(counting.get() + 1));
    let mut wrong = Vec::new();
    let with_role = |it: &ElementHandle| it.accessible_role().is_some();
    let all = uppermost(window)
        .query_descendants()
        .match_predicate(with_role)
        .find_all();
    let mut buttons = Vec::new();
    for element in all {
        let complete = match element.accessible_role() {
            None | Some(Role::None) => continue,
            Some(Role::Checkbox) => {
                element.accessible_checkable() == Some(true) && element.accessible_checked().is_some()
            }
            Some(Role::TextInput) => {
                element.accessible_value().is_some() && element.accessible_read_only() == Some(true)
            }
            Some(Role::Spinbox) => {
                let before = touched.get();
                element.invoke_accessible_increment_action();
                element.invoke_accessible_decrement_action();
                element.accessible_value().is_some()
                    && element.accessible_value_minimum().is_some()
                    && element.accessible_value_maximum().is_some()
                    && touched.get() == before + 2
            }
            Some(Role::Button | Role::Text | Role::Image | Role::ListItem | Role::Groupbox) => true,
            Some(other) => {
                wrong.push(format!(
                    "nobody has said what a {other:?} must tell: {}",
                    describe(&element)
                ));
                true
            }
        };
        if !complete {
            wrong.push(format!("its state is not told: {}", describe(&element)));
        }
        if element.accessible_label().unwrap_or_default().is_empty() {
            wrong.push(format!("it has no label: {}", describe(&element)));
        }
        if matches!(element.accessible_role(), Some(Role::Button | Role::Checkbox)) {
            buttons.push(element);
        }
    }
    for button in buttons {
        // Turning a page takes the rows of the last one away.
        if !button.is_valid() || button.accessible_enabled() == Some(false) {
            continue;
        }
        let before = touched.get();
        let which = describe(&button);
        button.invoke_accessible_default_action();
        if touched.get() != before + 1 {
            wrong.push(format!("nothing happens by the action of {which}"));
        }
    }
    wrong
}

/// What is wrong with the page as it stands, in words.
pub fn complaints(window: &KioskWindow, panel: Panel, english: bool) -> Vec<String> {
    let mut wrong = Vec::new();
    let pressable = |element: &ElementHandle| {
        matches!(
            element.accessible_role(),
            Some(AccessibleRole::Button | AccessibleRole::Checkbox)
        )
    };
    let root = uppermost(window);
    let asleep = window.global::<Navigation>().get_dimmed();
    let keys: Vec<_> = root
        .query_descendants()
        .match_predicate(pressable)
        .find_all()
        .into_iter()
        .filter(|it| !asleep || panel.width as f32 <= Area::of(it).width)
        .collect();
    let named: Vec<(String, Area)> = keys
        .iter()
        .map(|key| {
            (
                key.accessible_label().unwrap_or_default().to_string(),
                Area::of(key),
            )
        })
        .collect();
    for (i, (name, area)) in named.iter().enumerate() {
        if name.is_empty() {
            wrong.push(format!("a key at {area:?} has no label"));
        }
        if !area.inside(panel) {
            wrong.push(format!("“{name}” leaves the window: {area:?}"));
        }
        for (size, what) in [(area.height, "high"), (area.width, "wide")] {
            if size * panel.mm_per_px < FINGER_MM - 0.05 {
                wrong.push(format!(
                    "“{name}” is only {:.1} mm {what}",
                    size * panel.mm_per_px
                ));
            }
        }
        for (other, place) in &named[i + 1..] {
            if area.meets(place) {
                wrong.push(format!("“{name}” lies on “{other}”: {area:?}, {place:?}"));
            }
        }
    }
    for main in root.query_descendants().match_id("Key::main-mark").find_all() {
        let area = Area::of(&main);
        let mm = area.height * panel.mm_per_px;
        if mm < MAIN_MM - 0.05 {
            wrong.push(format!("what the page is for is only {mm:.1} mm high: {area:?}"));
        }
        // What says that time is running out lies over the head of the page, where nothing else is pressed.
        let counting = 0 <= window.global::<Navigation>().get_seconds_left();
        if panel.width < panel.height && !counting && area.y + area.height < panel.height as f32 * 0.4 {
            wrong.push(format!(
                "what the page is for is out of the thumb's reach: {area:?}"
            ));
        }
    }
    for tile in root.query_descendants().match_type_name("Tile").find_all() {
        let mm = Area::of(&tile).height * panel.mm_per_px;
        if mm < MAIN_MM - 0.05 {
            wrong.push(format!("a tile is only {mm:.1} mm high: {}", describe(&tile)));
        }
    }
    // One field is written into with the finger itself.
    let fields = root
        .query_descendants()
        .match_accessible_role(AccessibleRole::TextInput);
    let fields: Vec<Area> = fields.find_all().iter().map(Area::of).collect();
    for touch in root.query_descendants().match_type_name("Touch").find_all() {
        let area = Area::of(&touch);
        let known = named
            .iter()
            .map(|it| &it.1)
            .chain(&fields)
            .any(|it| it.meets(&area));
        if !asleep && !known {
            wrong.push(format!(
                "something can be pressed that no assistive technology knows: {area:?}"
            ));
        }
    }
    if english {
        let labelled = |it: &ElementHandle| it.accessible_label().is_some();
        for element in root.query_descendants().match_predicate(labelled).find_all() {
            let label = element.accessible_label().unwrap_or_default();
            // A single character is a sign, as on a door.
            if 1 < label.chars().count() && OUR_WORDS_IN_CHINESE.iter().any(|it| label.contains(it)) {
                wrong.push(format!("“{label}” has stayed Chinese"));
            }
        }
    }
    for text in ElementHandle::find_by_element_type_name(window, "Text") {
        let area = Area::of(&text);
        if area.width < 1.0 || area.height < 1.0 || !area.inside(panel) {
            wrong.push(format!(
                "words leave the window or vanish: {} {area:?}",
                describe(&text)
            ));
        }
    }
    // Where a dialog, a sleeping screen or a countdown lies over the page, words may be beneath.
    if !asleep && window.global::<Navigation>().get_seconds_left() < 0 {
        let within: Vec<Area> = keys
            .iter()
            .flat_map(|it| it.query_descendants().match_inherits("Text").find_all())
            .map(|it| Area::of(&it))
            .collect();
        for text in root.query_descendants().match_inherits("Text").find_all() {
            let words = Area::of(&text);
            let free = !within.contains(&words);
            if let Some((name, _)) = named.iter().find(|it| free && it.1.meets(&words)) {
                wrong.push(format!("“{name}” lies on words: {} {words:?}", describe(&text)));
            }
        }
    }
    // Words lie on no other words.
    if !asleep && window.global::<Navigation>().get_seconds_left() < 0 {
        let words: Vec<_> = root.query_descendants().match_inherits("Label").find_all();
        let places: Vec<Area> = words.iter().map(Area::of).collect();
        for (i, place) in places.iter().enumerate() {
            for (other, beside) in words[i + 1..].iter().zip(&places[i + 1..]) {
                if place.meets(beside) {
                    wrong.push(format!(
                        "words lie on words: {} {} {place:?}, {beside:?}",
                        describe(&words[i]),
                        describe(other)
                    ));
                }
            }
        }
    }
    let notices = root.query_descendants().match_type_name("Notice").find_all();
    let cards = root.query_descendants().match_type_name("Card").find_all();
    for card in notices.iter().chain(&cards) {
        let area = Area::of(card);
        for text in card.query_descendants().match_inherits("Text").find_all() {
            let words = Area::of(&text);
            if words.y + 0.5 < area.y || area.y + area.height + 0.5 < words.y + words.height {
                wrong.push(format!("words do not fit their card: {words:?} in {area:?}"));
            }
        }
    }
    for key in &keys {
        let area = Area::of(key);
        for text in key.query_descendants().match_inherits("Text").find_all() {
            let words = Area::of(&text);
            if words.y + 0.5 < area.y || area.y + area.height + 0.5 < words.y + words.height {
                wrong.push(format!("words spill out of {}: {words:?}", describe(key)));
            }
        }
    }
    for cut in ElementHandle::find_by_element_id(window, "Label::cut") {
        wrong.push(format!("words are cut off near {:?}", Area::of(&cut)));
    }
    wrong
}

fn describe(element: &ElementHandle) -> String {
    format!("{:?} {:?}", element.id(), element.accessible_label())
}
