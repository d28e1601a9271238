//! Finding a matter by whatever a visitor types of it: characters, full pinyin, the first letter of each syllable,
//! any mixture of these, another word for it, or the whole complaint as one would say it. What is written in letters
//! (an English name) is read letter by letter from the beginning of each of its words, and from nowhere else.
//!
//! What is found exactly comes first; then what is found with one mistake (a letter or a character wrong, missing,
//! too many, or changed places with its neighbour); then what shares the most telling characters with a sentence. Among equals what is asked most
//! comes first. Every word is looked at only if an index names it, so that a catalogue of ten thousand answers
//! while the finger is still on the key.

use std::cmp::Reverse;
use std::collections::HashMap;

use crate::sound;

/// Letters or characters of a question that are looked at; a longer one is a story, not a search.
const LONGEST: usize = 40;

/// The same of a name or another word: names in letters are long.
const LONGEST_WORD: usize = 200;

/// Words that are compared letter by letter when a mistake is looked for: bounds the time, not the catalogue.
const TRIED_WITH_MISTAKE: usize = 400;

/// Places of letters and characters that are counted when a mistake is looked for, the rarest first: what stands
/// everywhere tells nothing apart.
const COUNTED: usize = 12_000;

/// From how many letters or characters on a mistake is forgiven: shorter, everything would be like everything.
const FORGIVEN_FROM: usize = 3;

/// What a sentence is made of whatever it is about; such characters tell next to nothing.
const EMPTY_WORDS: &str =
    "我你他她的了吗呢吧啊呀么怎办要想请问去找谁哪里有人家个这那在是不没给来能可以得着被把和跟到说";

/// How much of a word a sentence has to share, of 100, counted by how telling the characters are.
const SHARED_PERCENT: u32 = 60;

/// Something that can be found.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// What it is called.
    pub name: &'a str,
    /// Other words for it, and how people complain of it.
    pub words: &'a [String],
    /// How often it is asked for, in whatever unit: only the order counts.
    pub asked: u32,
}

/// How a subject was found, the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// Its name begins so, or is that.
    Name,
    /// Another word for it begins so.
    Word,
    /// Its name has it inside.
    InName,
    /// Another word has it inside.
    InWord,
    /// The sentence has the name or another word inside.
    InSentence,
    /// With one mistake.
    Nearly,
    /// The sentence and a word of it share what tells most.
    Shared,
}

/// A subject found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// Its place in the list [`Finder::new`] was given.
    pub subject: usize,
    /// How.
    pub how: How,
}

/// A catalogue that can be searched.
#[derive(Debug, Default)]
pub struct Finder {
    words: Vec<Word>,
    letters: Vec<Letter>,
    syllables: Vec<String>,
    asked: Vec<u32>,
    /// Where a character stands.
    by_character: HashMap<char, Places>,
    /// Where a pair of first letters stands; the second is `END` after the last character.
    by_firsts: HashMap<(u8, u8), Places>,
    /// The words whose full pinyin, and whose first letters, hold a pair of letters.
    by_pair: [HashMap<(u8, u8), Vec<u32>>; 2],
}

/// Places by how a find there counts: `How::Name` to `How::InWord`.
type Places = [Vec<Place>; 4];

/// After the last character of a word.
const END: u8 = b'$';

#[derive(Debug, Clone, Copy)]
struct Word {
    subject: u32,
    /// Into `letters`.
    from: u32,
    length: u8,
    is_name: bool,
}

/// A character of a word and how it may be typed.
#[derive(Debug, Clone)]
struct Letter {
    character: char,
    /// Into `syllables`.
    sounds: Vec<u16>,
    /// How much it tells of what it stands in.
    telling: u32,
    /// Whether what is typed may begin here: not within a word of letters.
    begins: bool,
}

#[derive(Debug, Clone, Copy)]
struct Place {
    word: u32,
    at: u8,
}

impl Finder {
    /// Makes a catalogue searchable. Takes some microseconds a word.
    pub fn new<'a>(subjects: impl IntoIterator<Item = Subject<'a>>) -> Self {
        let mut finder = Self::default();
        let mut known: HashMap<String, u16> = HashMap::new();
        let mut sounds_of: HashMap<char, Vec<u16>> = HashMap::new();
        for (number, subject) in subjects.into_iter().enumerate() {
            finder.asked.push(subject.asked);
            let names = std::iter::once((subject.name, true));
            for (text, is_name) in names.chain(subject.words.iter().map(|it| (it.as_str(), false))) {
                let characters = begun(text);
                if characters.is_empty() {
                    continue;
                }
                let from = finder.letters.len() as u32;
                for &(character, begins) in &characters {
                    let sounds = sounds_of.entry(character).or_insert_with(|| {
                        let mut sounds: Vec<String> = sound::readings(character).collect();
                        if character.is_ascii() {
                            sounds.push(character.to_string());
                        }
                        let mut number = |sound: String| {
                            let next = known.len() as u16;
                            *known.entry(sound.clone()).or_insert_with(|| {
                                finder.syllables.push(sound);
                                next
                            })
                        };
                        sounds.into_iter().map(&mut number).collect()
                    });
                    let sounds = sounds.clone();
                    finder.letters.push(Letter {
                        character,
                        sounds,
                        telling: 0,
                        begins,
                    });
                }
                let length = characters.len() as u8;
                let word = Word {
                    subject: number as u32,
                    from,
                    length,
                    is_name,
                };
                finder.index(word);
                finder.words.push(word);
            }
        }
        for at in 0..finder.letters.len() {
            finder.letters[at].telling = finder.telling(finder.letters[at].character);
        }
        finder
    }

    fn index(&mut self, word: Word) {
        let number = self.words.len() as u32;
        let letters = &self.letters[word.from as usize..];
        let mut pairs: [Vec<(u8, u8)>; 2] = Default::default();
        for (at, letter) in letters.iter().enumerate() {
            let place = Place {
                word: number,
                at: at as u8,
            };
            let how = how(word, letter, place.at) as usize;
            if letter.begins {
                let places = self.by_character.entry(letter.character).or_default();
                places[how].push(place);
            }
            let mut firsts = Vec::new();
            let next = letters.get(at + 1);
            for &sound in &letter.sounds {
                let sound = self.syllables[usize::from(sound)].as_bytes();
                pairs[0].extend(sound.windows(2).map(|it| (it[0], it[1])));
                let followers = next.into_iter().flat_map(|it| &it.sounds);
                for &follower in followers {
                    let follower = self.syllables[usize::from(follower)].as_bytes()[0];
                    firsts.push((sound[0], follower));
                    pairs[0].push((sound[sound.len() - 1], follower));
                    pairs[1].push((sound[0], follower));
                }
                if next.is_none_or(|it| it.sounds.is_empty()) {
                    firsts.push((sound[0], END));
                }
            }
            firsts.sort_unstable();
            firsts.dedup();
            firsts.retain(|_| letter.begins);
            for pair in firsts {
                self.by_firsts.entry(pair).or_default()[how].push(place);
            }
        }
        for (index, mut pairs) in self.by_pair.iter_mut().zip(pairs) {
            pairs.sort_unstable();
            pairs.dedup();
            for pair in pairs {
                index.entry(pair).or_default().push(number);
            }
        }
    }

    /// What `typed` finds, the surest first, at most `most`; nothing for nothing.
    pub fn find(&self, typed: &str, most: usize) -> Vec<Found> {
        let question: Vec<char> = plain(typed).take(LONGEST).collect();
        if question.is_empty() || most == 0 {
            return Vec::new();
        }
        let mut best = Best::default();
        let starts = self.starts(&question);
        for how in [How::Name, How::Word, How::InName, How::InWord] {
            // What is found less surely would come after these.
            if most <= best.0.len() {
                break;
            }
            for place in starts.iter().flat_map(|it| &it[how as usize]) {
                let word = self.words[place.word as usize];
                if self.reads(word, usize::from(place.at), &question, false) {
                    best.note(word, how, u32::from(word.length));
                }
            }
        }
        if best.0.len() < most {
            self.inside(&question, &mut best);
        }
        if best.0.len() < most && FORGIVEN_FROM <= question.len() {
            for word in self.alike(&question, &starts) {
                let word = self.words[word as usize];
                let mut places = self.letters_of(word).iter().enumerate().filter(|it| it.1.begins);
                if places.any(|(at, _)| self.reads(word, at, &question, true)) {
                    best.note(word, How::Nearly, u32::from(word.length));
                }
            }
            self.shared(&question, &mut best);
        }
        let mut found: Vec<(u32, (How, u32))> = best.0.into_iter().collect();
        found.sort_unstable_by_key(|&(subject, (how, badness))| {
            let asked = Reverse(self.asked[subject as usize]);
            // Where a sentence is concerned, how much is shared tells more than how often a matter is asked for.
            match how {
                How::Shared => (how, badness, asked, subject),
                how => (how, 0, asked, subject),
            }
        });
        found.truncate(most);
        let plainly = |(subject, (how, _))| Found {
            subject: subject as usize,
            how,
        };
        found.into_iter().map(plainly).collect()
    }

    /// Where the question may begin.
    fn starts(&self, question: &[char]) -> Vec<&Places> {
        let first = question[0];
        if !first.is_ascii() {
            return self.by_character.get(&first).into_iter().collect();
        }
        let first = first as u8;
        // The first piece is one syllable or a part of it: six letters at most, and the next begins after it.
        let seconds = question[1..].iter().take(6).take_while(|it| it.is_ascii());
        let mut seconds: Vec<u8> = seconds.map(|it| *it as u8).collect();
        // Perhaps all that was typed is one syllable, or a character follows: then any second letter will do.
        if seconds.len() < 6 && self.may_be_one(question) {
            let all = self.by_firsts.iter().filter(|it| it.0.0 == first);
            return all.map(|it| it.1).collect();
        }
        seconds.sort_unstable();
        seconds.dedup();
        let pairs = seconds.into_iter().map(|it| (first, it));
        pairs.filter_map(|it| self.by_firsts.get(&it)).collect()
    }

    /// Whether the letters the question begins with may all belong to one character.
    fn may_be_one(&self, question: &[char]) -> bool {
        let letters = question.iter().take_while(|it| it.is_ascii()).count();
        let begins = |it: &String| common(it.as_bytes(), &question[..letters]) == letters;
        letters < question.len() || self.syllables.iter().any(begins)
    }

    fn letters_of(&self, word: Word) -> &[Letter] {
        &self.letters[word.from as usize..][..usize::from(word.length)]
    }

    /// Whether `word` from its `at`-th character on can be read as the question.
    fn reads(&self, word: Word, at: usize, question: &[char], with_mistake: bool) -> bool {
        let letters = &self.letters_of(word)[at..];
        let all = question.len();
        // Bit j: the first j letters of the question are accounted for; without and with a mistake made, and with the next
        // two having changed places.
        let (mut right, mut wrong, mut swapped) = (1_u64, 0_u64, 0_u64);
        for (at, letter) in letters.iter().enumerate() {
            if right | wrong | swapped == 0 {
                return false;
            }
            if with_mistake {
                // A letter or character too many.
                wrong |= right << 1;
            }
            let (mut next_right, mut next_wrong) = (0, swapped << 2);
            swapped = 0;
            for from in bits(right) {
                next_right |= self.ways(letter, question, from);
                if with_mistake {
                    next_wrong |= self.ways_with_mistake(letter, question, from);
                    swapped |=
                        u64::from(changed_places(letter, letters.get(at + 1), &question[from..])) << from;
                }
            }
            for from in bits(wrong) {
                next_wrong |= self.ways(letter, question, from);
            }
            if with_mistake && right & 1 == 0 {
                // A character left out, but not the first.
                next_wrong |= right;
            }
            (right, wrong) = (next_right, next_wrong);
            if (right | wrong) >> all & 1 == 1 {
                return true;
            }
        }
        with_mistake && (right << 1) >> all & 1 == 1
    }

    /// How far the question is accounted for if `letter` is read at its `from`-th letter, as bits.
    fn ways(&self, letter: &Letter, question: &[char], from: usize) -> u64 {
        let Some(&first) = question.get(from) else {
            return 0;
        };
        if !first.is_ascii() {
            return u64::from(first == letter.character) << (from + 1);
        }
        let mut ways = 0;
        for &sound in &letter.sounds {
            let sound = self.syllables[usize::from(sound)].as_bytes();
            let same = common(sound, &question[from..]);
            if same == 0 {
                continue;
            }
            // The first letter, zh, ch or sh; the whole; or as much as has been typed so far.
            ways |= 1 << (from + 1);
            if 2 <= same && sound[1] == b'h' {
                ways |= 1 << (from + 2);
            }
            if same == sound.len() || from + same == question.len() {
                ways |= 1 << (from + same);
            }
        }
        ways
    }

    /// The same with one mistake inside this letter.
    fn ways_with_mistake(&self, letter: &Letter, question: &[char], from: usize) -> u64 {
        let rest = &question[from.min(question.len())..];
        let Some(&first) = rest.first() else {
            return 0;
        };
        if !first.is_ascii() {
            // Another character in its place; the two changed places is that twice, and found by what is shared.
            return 1 << (from + 1);
        }
        let mut ways = 0;
        for &sound in &letter.sounds {
            let sound = self.syllables[usize::from(sound)].as_bytes();
            if sound.len() == 1 {
                // Another letter in its place, but hardly the first of all.
                let lettered = letter.character.is_ascii_alphabetic();
                ways |= u64::from(0 < from && lettered) << (from + 1);
                continue;
            }
            let same = common(sound, rest);
            let tail = &sound[same..];
            let after = |skip: usize| rest.get(same + skip..).unwrap_or_default();
            // One wrong, one missing, one too many, two changed places; whatever follows must be whole.
            if let [wanted, tail @ ..] = tail {
                if common(tail, after(1)) == tail.len() && same < rest.len() && rest[same].is_ascii() {
                    ways |= 1 << (from + same + 1 + tail.len());
                }
                if common(tail, after(0)) == tail.len() && 1 < same + tail.len() {
                    ways |= 1 << (from + same + tail.len());
                }
                if let [other, tail @ ..] = tail
                    && let [typed, then, ..] = after(0)
                    && (*typed, *then) == (char::from(*other), char::from(*wanted))
                    && common(tail, after(2)) == tail.len()
                {
                    ways |= 1 << (from + same + 2 + tail.len());
                }
            }
            if common(tail, after(1)) == tail.len() && same < rest.len() {
                ways |= 1 << (from + same + 1 + tail.len());
            }
        }
        ways & (u64::MAX >> (63 - question.len()))
    }

    /// Words that stand inside the question, which is then a sentence.
    fn inside(&self, question: &[char], best: &mut Best) {
        for (at, character) in question.iter().enumerate() {
            let Some(places) = self.by_character.get(character) else {
                continue;
            };
            for place in places[How::Name as usize]
                .iter()
                .chain(&places[How::Word as usize])
            {
                let word = self.words[place.word as usize];
                let length = usize::from(word.length);
                if length < 2 || question.len() <= length || place.at != 0 {
                    continue;
                }
                let letters = &self.letters[word.from as usize..][..length];
                let same = question[at..].iter().zip(letters);
                if at + length <= question.len() && same.into_iter().all(|(a, b)| *a == b.character) {
                    best.note(word, How::InSentence, u32::from(word.length));
                }
            }
        }
    }

    /// Words so like the question that one mistake may be all that parts them, the likest first.
    fn alike(&self, question: &[char], starts: &[&Places]) -> Vec<u32> {
        let mut shared = vec![0_u8; self.words.len()];
        let mut seen: Vec<u32> = Vec::new();
        let mut count = |number: u32| {
            let count = &mut shared[number as usize];
            if *count == 0 {
                seen.push(number);
            }
            *count = count.saturating_add(1);
        };
        // What begins as the question does is worth a try, also in a mixture of both ways to type.
        let beginning = starts.iter().flat_map(|it| it.iter().flatten());
        beginning
            .take(TRIED_WITH_MISTAKE / 2)
            .for_each(|it| count(it.word));
        let mut needed = 1;
        if question.iter().all(char::is_ascii) {
            for pairs in &self.by_pair {
                let of = |it: &[char]| pairs.get(&(it[0] as u8, it[1] as u8));
                let lists: Vec<&Vec<u32>> = question.windows(2).filter_map(of).collect();
                let lists = rarest(lists);
                lists.into_iter().flatten().for_each(|it| count(*it));
            }
        } else {
            let lists = question.iter().filter(|it| !it.is_ascii());
            let lists = lists
                .filter_map(|it| self.by_character.get(it))
                .flatten()
                .collect();
            rarest(lists).into_iter().flatten().for_each(|it| count(it.word));
            needed = 2;
        }
        seen.retain(|it| needed <= shared[*it as usize]);
        let likest = |it: &u32| Reverse(shared[*it as usize]);
        if TRIED_WITH_MISTAKE < seen.len() {
            seen.select_nth_unstable_by_key(TRIED_WITH_MISTAKE, likest);
            seen.truncate(TRIED_WITH_MISTAKE);
        }
        seen
    }

    /// Words that share the most telling characters with a sentence.
    fn shared(&self, question: &[char], best: &mut Best) {
        let mut asked: Vec<char> = question.iter().copied().filter(|it| !it.is_ascii()).collect();
        asked.sort_unstable();
        asked.dedup();
        asked.retain(|it| !EMPTY_WORDS.contains(*it));
        if asked.len() < 2 {
            return;
        }
        let lists = asked.iter().filter_map(|it| self.by_character.get(it)).flatten();
        let rare = rarest(lists.collect());
        let mut numbers: Vec<u32> = rare.into_iter().flatten().map(|it| it.word).collect();
        numbers.sort_unstable();
        numbers.dedup();
        for number in numbers {
            let word = self.words[number as usize];
            let letters = &self.letters[word.from as usize..][..usize::from(word.length)];
            let (mut both, mut weight, mut whole) = (0, 0, 0);
            for letter in letters {
                whole += letter.telling;
                if asked.contains(&letter.character) {
                    both += 1;
                    weight += letter.telling;
                }
            }
            let percent = weight * 100 / whole.max(1);
            if 2 <= both && SHARED_PERCENT <= percent {
                best.note(word, How::Shared, 100 - percent);
            }
        }
    }

    /// How much a character tells of what it stands in: the rarer in the catalogue, the more.
    fn telling(&self, character: char) -> u32 {
        if EMPTY_WORDS.contains(character) {
            return 1;
        }
        let places = self.by_character.get(&character);
        let places: usize = places.map_or(0, |it| it.iter().map(Vec::len).sum());
        let among = self.words.len() / (places + 1);
        2 + among.checked_ilog2().unwrap_or(0)
    }
}

/// The shortest of `lists`, until there are enough places among them; the shortest in any case.
fn rarest<T>(mut lists: Vec<&Vec<T>>) -> Vec<&Vec<T>> {
    lists.retain(|it| !it.is_empty());
    lists.sort_by_key(|it| it.len());
    let mut counted = 0;
    let enough = lists.iter().position(|it| {
        let before = counted;
        counted += it.len();
        before != 0 && COUNTED < counted
    });
    lists.truncate(enough.unwrap_or(lists.len()));
    lists
}

/// What was found so far: how, and how badly, each subject.
#[derive(Default)]
struct Best(HashMap<u32, (How, u32)>);

impl Best {
    fn note(&mut self, word: Word, how: How, badness: u32) {
        let entry = self.0.entry(word.subject).or_insert((how, badness));
        *entry = (*entry).min((how, badness));
    }
}

fn how(word: Word, letter: &Letter, at: u8) -> How {
    match (word.is_name, at) {
        (true, 0) => How::Name,
        (false, 0) => How::Word,
        // Each word of a name in letters is a word for it.
        (true, _) if letter.character.is_ascii_alphabetic() => How::Word,
        (true, _) => How::InName,
        (false, _) => How::InWord,
    }
}

fn bits(mut of: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        if of == 0 {
            return None;
        }
        let at = of.trailing_zeros() as usize;
        of &= of - 1;
        Some(at)
    })
}

/// How many letters two beginnings have in common; `u` may stand for `v`, as in 绿 lu.
fn common(sound: &[u8], typed: &[char]) -> usize {
    let same = |(sound, typed): &(&u8, &char)| {
        let (sound, typed) = (char::from(**sound), **typed);
        sound == typed || sound == 'v' && typed == 'u'
    };
    sound.iter().zip(typed).take_while(same).count()
}

/// Whether what was typed begins with two letters of a word in the wrong order; syllables know that of themselves.
fn changed_places(one: &Letter, next: Option<&Letter>, typed: &[char]) -> bool {
    next.is_some_and(|next| {
        let letters = one.character.is_ascii_alphabetic() && next.character.is_ascii_alphabetic();
        letters && one.character != next.character && typed.starts_with(&[next.character, one.character])
    })
}

/// A letter small and narrow.
fn narrow(letter: char) -> char {
    match letter {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0).expect("ASCII"),
        'ü' | 'Ü' => 'v',
        it => it,
    }
    .to_ascii_lowercase()
}

/// Letters small and narrow, without what separates them.
fn plain(text: &str) -> impl Iterator<Item = char> {
    text.chars().map(narrow).filter(|it| it.is_alphanumeric())
}

/// The same of a name or another word, each with whether something may be looked for that begins there.
fn begun(text: &str) -> Vec<(char, bool)> {
    let mut within = false;
    let mut letters = Vec::new();
    for letter in text.chars().map(narrow).take(LONGEST_WORD) {
        if letter.is_alphanumeric() {
            letters.push((letter, !(within && letter.is_ascii_alphabetic())));
        }
        // "Veteran's" is one word.
        within = letter.is_ascii_alphabetic() || within && matches!(letter, '\'' | '’');
    }
    letters
}

#[cfg(test)]
mod tests;
