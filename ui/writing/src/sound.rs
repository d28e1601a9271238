//! How characters sound: syllables without tones, as they are typed.

use pinyin::ToPinyinMulti;

/// Every way a character is read, the commonest first, as it is typed: `lv` for 绿. None for what is not Chinese.
pub fn readings(character: char) -> impl Iterator<Item = String> {
    let readings = character.to_pinyin_multi();
    let mut seen: Vec<String> = Vec::new();
    for reading in readings.into_iter().flatten() {
        let typed = typed(reading.plain());
        if !seen.contains(&typed) {
            seen.push(typed);
        }
    }
    seen.into_iter()
}

/// A syllable in letters a keyboard has.
fn typed(syllable: &str) -> String {
    syllable
        .chars()
        .map(|it| match it {
            'ü' => 'v',
            'ê' => 'e',
            it => it,
        })
        .filter(char::is_ascii_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_with_several_readings_tells_them_all() {
        assert_eq!(readings('行').take(2).collect::<Vec<_>>(), ["xing", "hang"]);
        assert_eq!(readings('绿').next().unwrap(), "lv");
        assert_eq!(readings('a').next(), None);
    }
}
