//! What petitions are about (内容分类): the list of RULES §5, or the office's own.
//!
//! The journal keeps a code and never a name. Those below keep theirs for ever, also where an office leaves them out of
//! its list, so that what was registered under one goes on to be called by it.

use crate::domain::ids::ContentCode;
use crate::domain::office::{Office, Words};

/// One line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// As the journal writes it.
    pub code: ContentCode,
    /// What it is called.
    pub name: Words,
}

/// 其他: what a petition is about until somebody says more.
pub const OTHER: &str = "other";

/// The list of RULES §5: code, 中文, English.
pub const BUILT_IN: [(&str, &str, &str); 14] = [
    ("rural", "农村农业", "agriculture"),
    ("resources", "自然资源", "natural resources"),
    (
        "construction",
        "城乡建设（征收拆迁）",
        "construction, expropriation",
    ),
    ("labour", "劳动社保", "labour, social security"),
    ("health", "卫生健康", "health"),
    ("education", "教育", "education"),
    ("civil", "民政", "civil affairs"),
    ("justice", "政法", "justice"),
    ("environment", "生态环境", "environment"),
    ("transport", "交通", "transport"),
    ("market", "市场监管", "market"),
    ("personnel", "组织人事", "personnel"),
    ("discipline", "纪检监察", "discipline"),
    (OTHER, "其他", "other"),
];

/// What a code of ours is called.
pub fn built_in(code: &str) -> Option<Words> {
    let found = BUILT_IN.iter().find(|it| it.0 == code);
    found.map(|(_, zh, en)| Words {
        zh: (*zh).to_owned(),
        en: (*en).to_owned(),
    })
}

/// The whole list, for an office that has none of its own.
pub fn usual() -> Vec<Content> {
    let line = |(code, zh, en): &(&str, &str, &str)| Content {
        code: ContentCode::new(code),
        name: Words {
            zh: (*zh).to_owned(),
            en: (*en).to_owned(),
        },
    };
    BUILT_IN.iter().map(line).collect()
}

impl Office {
    /// The line of that code, if the office's list has it.
    pub fn content(&self, code: &ContentCode) -> Option<&Content> {
        self.contents.iter().find(|it| it.code == *code)
    }

    /// What the content is called: by the office's list, else by ours, else by its code (an old register may name one
    /// the office no longer has).
    pub fn content_name(&self, code: &ContentCode) -> Words {
        let own = self.content(code).map(|it| it.name.clone());
        own.or_else(|| built_in(code.as_str()))
            .unwrap_or_else(|| Words::same(code.as_str()))
    }
}
