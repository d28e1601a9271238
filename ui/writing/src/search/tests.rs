//! What visitors type, and what they find by it.

use super::*;

/// Name, and other words for it; the first is asked most.
const CATALOGUE: [(&str, &str); 14] = [
    ("社会保障卡补换", "社保卡 社保卡丢了 医保卡"),
    ("城乡最低生活保障申请", "低保 低保怎么办 吃低保 困难补助"),
    ("住房困难与渗漏水调处", "楼上漏水 房子漏水 天花板滴水 水管爆了"),
    ("老年人优待证办理", "老年证 老人卡 敬老卡"),
    ("残疾人证申领", "残疾证 残疾评定"),
    ("失业登记", "没工作 失业金 下岗"),
    ("生育登记", "准生证 二胎 生孩子"),
    ("占道经营投诉", "摆摊 占路 流动摊贩"),
    ("噪音扰民投诉", "广场舞 半夜施工 装修太吵"),
    ("高龄津贴", "80岁补贴 尊老金"),
    ("出租房屋登记备案", "租房备案 房东 租房合同备案"),
    ("居民医保参保", "医保 城乡居民医疗保险 合作医疗"),
    ("老旧小区加装电梯", "装电梯 电梯坏了"),
    ("婚姻登记档案查询", "结婚证丢了 查结婚档案"),
];

fn finder() -> Finder {
    let words: Vec<Vec<String>> = CATALOGUE
        .iter()
        .map(|it| it.1.split(' ').map(str::to_owned).collect())
        .collect();
    let subjects = CATALOGUE.iter().zip(&words).enumerate();
    Finder::new(subjects.map(|(at, (it, words))| Subject {
        name: it.0,
        words,
        asked: 100 - at as u32,
    }))
}

fn found(typed: &str) -> Vec<&'static str> {
    let found = finder().find(typed, 5);
    found.iter().map(|it| CATALOGUE[it.subject].0).collect()
}

fn first(typed: &str) -> &'static str {
    found(typed).first().copied().unwrap_or_default()
}

#[test]
fn first_letters_full_pinyin_and_characters_find_the_same_matter() {
    for typed in [
        "shbz",
        "shehuibaozhang",
        "社会保障",
        "shbaozhang",
        "社hbz",
        "SHBZ",
        "sh b z",
        "社会bao",
    ] {
        assert_eq!(first(typed), "社会保障卡补换", "{typed}");
    }
}

#[test]
fn results_come_while_typing() {
    for typed in ["l", "la", "lao", "laon", "laoni", "laonia", "laonian", "laonianz"] {
        assert!(found(typed).contains(&"老年人优待证办理"), "{typed}");
    }
}

#[test]
fn what_people_call_it_finds_it() {
    assert_eq!(first("低保"), "城乡最低生活保障申请");
    assert_eq!(first("dibao"), "城乡最低生活保障申请");
    assert_eq!(first("lrk"), "老年人优待证办理");
    assert_eq!(first("80岁"), "高龄津贴");
    assert_eq!(first("80sui"), "高龄津贴");
}

#[test]
fn a_complaint_as_one_says_it_finds_where_it_goes() {
    assert_eq!(first("楼上漏水"), "住房困难与渗漏水调处");
    assert_eq!(first("我家楼上漏水怎么办"), "住房困难与渗漏水调处");
    assert_eq!(first("低保怎么办"), "城乡最低生活保障申请");
    assert_eq!(first("楼下天天跳广场舞太吵了"), "噪音扰民投诉");
    assert_eq!(first("结婚证找不到了，丢了"), "婚姻登记档案查询");
}

#[test]
fn one_mistake_is_forgiven() {
    // A letter wrong, missing, too many, two changed places; a character wrong, missing, too many.
    for (typed, wanted) in [
        ("laoniamzheng", "老年人优待证办理"),
        ("laoninzheng", "老年人优待证办理"),
        ("laonianzzheng", "老年人优待证办理"),
        ("laonianzhneg", "老年人优待证办理"),
        ("canjirenzeng", "残疾人证申领"),
        ("shebaoka", "社会保障卡补换"),
        ("sebaoka", "社会保障卡补换"),
        ("shenaoka", "社会保障卡补换"),
        ("社报卡", "社会保障卡补换"),
        ("残疾人正", "残疾人证申领"),
        ("失业的登记", "失业登记"),
        ("占道营", "占道经营投诉"),
        ("gaolinjintie", "高龄津贴"),
    ] {
        assert_eq!(first(typed), wanted, "{typed}");
    }
}

#[test]
fn a_character_is_found_by_each_of_its_readings() {
    let finder = Finder::new([Subject {
        name: "银行征信重名查询",
        words: &[],
        asked: 0,
    }]);
    for typed in [
        "yinhang",
        "yhzx",
        "zhengxinchongming",
        "zhengxinzhongming",
        "yinxing",
    ] {
        assert_eq!(finder.find(typed, 1).len(), 1, "{typed}");
    }
}

#[test]
fn among_equals_the_most_asked_comes_first() {
    assert_eq!(found("登记")[..2], ["失业登记", "生育登记"]);
    // A name that begins so comes before a word inside, however often that is asked for.
    assert_eq!(first("居民医保"), "居民医保参保");
}

#[test]
fn nothing_is_found_by_nothing_and_by_nonsense() {
    for typed in ["", "  ", "？！", "qqqq", "xvzk", "𬭎𬭎𬭎"] {
        assert!(found(typed).is_empty(), "{typed}");
    }
    // Longer than any matter is called: looked at, and nothing breaks.
    assert!(found(&"q".repeat(500)).is_empty());
    assert!(found(&"漏".repeat(500)).len() <= 5);
}

#[test]
fn rare_characters_in_a_name_are_found() {
    let words = ["𪨧里社区".to_owned()];
    let subject = Subject {
        name: "𬭎桥社区居民委员会",
        words: &words,
        asked: 0,
    };
    let finder = Finder::new([subject]);
    assert_eq!(finder.find("𬭎桥", 3).len(), 1);
    assert_eq!(finder.find("hongqiao", 3).len(), 1);
    assert_eq!(finder.find("𪨧里", 3)[0].how, How::Word);
}

/// The names as the English screen has them, with Chinese words beside.
fn english(typed: &str) -> Vec<&'static str> {
    const NAMES: [(&str, &str); 6] = [
        ("Social security card: reissue and change of details", "社保卡"),
        ("Apply for the minimum living allowance", "低保"),
        ("Old-age allowance", "高龄津贴"),
        ("Veteran's preferential card", "优待证"),
        (
            "Certificate that somebody lives on a low income, for schools, hospitals and courts",
            "低收入",
        ),
        ("Medical insurance", "医保"),
    ];
    let words: Vec<[String; 1]> = NAMES.iter().map(|it| [it.1.to_owned()]).collect();
    let finder = Finder::new(NAMES.iter().zip(&words).map(|(it, words)| Subject {
        name: it.0,
        words,
        asked: 0,
    }));
    let found = finder.find(typed, 6);
    found.iter().map(|it| NAMES[it.subject].0).collect()
}

#[test]
fn a_name_in_letters_is_found_by_the_beginning_of_any_of_its_words() {
    assert_eq!(
        english("card")[..2],
        [
            "Social security card: reissue and change of details",
            "Veteran's preferential card"
        ]
    );
    assert_eq!(
        english("allow")[..2],
        ["Apply for the minimum living allowance", "Old-age allowance"]
    );
    assert_eq!(english("veterans"), ["Veteran's preferential card"]);
    assert_eq!(
        english("Social Security")[0],
        "Social security card: reissue and change of details"
    );
    // Far down a long name.
    assert_eq!(english("courts")[0].split(' ').next(), Some("Certificate"));
    // What a word ends with is no word: insur-ANCE, medic-AL.
    assert!(english("ance").is_empty() && english("ecurity").is_empty());
    // The Chinese for it still leads there, as it sounds too.
    assert_eq!(
        english("shebao")[0],
        "Social security card: reissue and change of details"
    );
}

#[test]
fn one_mistake_is_forgiven_in_letters_too() {
    for typed in ["alowance", "allowence", "allowannce", "allowacne"] {
        assert_eq!(
            english(typed)[..2],
            ["Apply for the minimum living allowance", "Old-age allowance"],
            "{typed}"
        );
    }
    assert!(english("zzzz").is_empty() && english("bllowance").is_empty());
}
