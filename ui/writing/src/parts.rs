//! 合字: one rare character of two that were written, 金 and 宏 making 𬭎.

/// The characters that can be made: the file `ui/writing/data/parts.txt`.
#[derive(Debug)]
pub struct Parts {
    text: String,
    /// Where the first line begins.
    from: usize,
}

/// The forms a radical takes beside others, before the one the table knows.
const FORMS: &str = "亻人 氵水 冫冰 扌手 忄心 犭犬 艹艸 草艸 礻示 衤衣 讠言 訁言 饣食 飠食 纟糸 糹糸 丝糸 钅金 釒金 灬火 刂刀 辶辵 牜牛 王玉 \
    月肉 罒网 车車 贝貝 见見 页頁 风風 马馬 鱼魚 鸟鳥 门門 韦韋 齿齒 龙龍 麦麥 卤鹵 黾黽";

/// The table cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the table of parts is damaged; install the lobby's data files again")]
pub struct NoParts;

impl Parts {
    /// Takes the file's text.
    ///
    /// # Errors
    /// [`NoParts`] if it is no such file.
    pub fn read(text: String) -> Result<Self, NoParts> {
        let line = "\n----\n";
        let from = text.find(line).ok_or(NoParts)? + line.len();
        Ok(Self { text, from })
    }

    /// What the two make, whichever form of a radical was written; usually one or none.
    pub fn made_of(&self, first: char, second: char) -> Vec<char> {
        let wanted = [plain(first), plain(second)];
        let lines = self.text[self.from..].lines();
        let made = lines.filter_map(|line| {
            let mut characters = line.chars();
            let parts = [characters.next()?, characters.next()?];
            let made = characters.next()?;
            (parts == wanted).then_some(made)
        });
        made.collect()
    }
}

fn plain(part: char) -> char {
    let mut forms = FORMS.split(' ').map(str::chars);
    let pair = forms.find_map(|mut it| (it.next() == Some(part)).then(|| it.next()).flatten());
    pair.unwrap_or(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts() -> Parts {
        Parts::read(include_str!("../data/parts.txt").to_owned()).unwrap()
    }

    #[test]
    fn two_characters_make_a_rare_one() {
        let parts = parts();
        for (first, second, wanted) in [
            ('金', '宏', '𬭎'),
            ('钅', '宏', '𬭎'),
            ('山', '仑', '𪨧'),
            ('亠', '思', '𠅤'),
            ('龙', '天', '䶮'),
        ] {
            assert!(parts.made_of(first, second).contains(&wanted), "{first}{second}");
        }
        assert!(parts.made_of('王', '王').iter().all(|it| *it != '王'));
        assert!(parts.made_of('a', 'b').is_empty());
    }

    #[test]
    fn another_file_is_refused() {
        assert!(Parts::read("金宏𬭎".to_owned()).is_err());
    }
}
