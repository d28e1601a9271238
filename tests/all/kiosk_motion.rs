//! What moves on the pages: where each comes in from.

use crate::kiosk_pages::Visitor;

impl Visitor {
    /// How far to the right of its place something stands now, before the time it takes has passed.
    fn drifts(&self, words: &str) -> f32 {
        let at = || {
            let found = self
                .found(words)
                .unwrap_or_else(|| panic!("{words} stands nowhere"));
            found.absolute_position().x
        };
        let first = at();
        self.waits(1);
        first - at()
    }
}

#[test]
fn a_page_comes_in_from_the_side_one_goes_to_each_question_too() {
    let visitor = Visitor::comes();
    let forward = [
        ("办事", "最低生活保障申请"),
        ("社保卡补办", "到哪里 社会保障办公室 205 室"),
        ("下一步", "我需要优先照顾"),
        ("填写称呼和电话", "称呼"),
        ("写姓名", "姓名"),
        ("下一步", "电话"),
    ];
    for (key, words) in forward {
        visitor.touches(&[key]);
        let drift = visitor.drifts(words);
        assert!(10.0 < drift, "on from {key}: {drift}");
    }
    let backward = [
        ("返回", "称呼"),
        ("返回", "我需要优先照顾"),
        ("返回", "到哪里 社会保障办公室 205 室"),
        ("返回", "最低生活保障申请"),
        ("首页", "办事"),
    ];
    for (key, words) in backward {
        visitor.touches(&[key]);
        let drift = visitor.drifts(words);
        assert!(drift < -10.0, "{key} to {words}: {drift}");
    }
}
