//! What is filled in already, as it shows on later pages and after 返回: enough to know it again, too little to read over
//! somebody's shoulder.

/// Digits a number has whose beginning and end may show.
const LONG: usize = 11;

/// 张** of a name; nothing of none.
pub(super) fn name(of: &str) -> String {
    of.chars().next().map_or_else(String::new, |it| format!("{it}**"))
}

/// 138****5678 of a telephone number; of shorter ones only the end.
pub(super) fn phone(of: &str) -> String {
    let digits: Vec<char> = of.chars().filter(char::is_ascii_digit).collect();
    if digits.is_empty() {
        return String::new();
    }
    let (head, tail) = if LONG <= digits.len() { (3, 4) } else { (0, 2) };
    let end = digits.len().saturating_sub(tail);
    let part = |of: &[char]| of.iter().collect::<String>();
    format!("{}****{}", part(&digits[..head]), part(&digits[end..]))
}

#[cfg(test)]
mod tests {
    #[test]
    fn little_shows_of_what_was_filled_in() {
        assert_eq!(super::name("𠅤小明"), "𠅤**");
        assert_eq!(super::name(""), "");
        assert_eq!(super::phone("138 0013 8000"), "138****8000");
        assert_eq!(super::phone("86001234"), "****34");
        assert_eq!(super::phone("1"), "****1");
        assert_eq!(super::phone(""), "");
    }
}
