//! What can be wrong in the files of an office, and the one table of words for it: what is wrong and what to
//! do, in Chinese and English. Where the reader finds a mistake it only names the problem.

use std::fmt;
use std::path::PathBuf;

use crate::domain::office::{Language, Words};

/// Whether the lobby can start with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// The lobby does not start.
    Error,
    /// It starts; somebody should know.
    Warning,
}

/// One thing wrong in one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The file, as it was named.
    pub file: PathBuf,
    /// The line, from 1; none where the whole file is meant.
    pub line: Option<usize>,
    /// What is wrong.
    pub problem: Problem,
}

impl Mistake {
    /// A short key of the problem, such as `unknown-key`.
    pub fn code(&self) -> String {
        let mut code = String::new();
        for (at, letter) in self.problem.name().char_indices() {
            if letter.is_ascii_uppercase() && at > 0 {
                code.push('-');
            }
            code.push(letter.to_ascii_lowercase());
        }
        code
    }

    /// Whether the lobby can start with it.
    pub fn severity(&self) -> Severity {
        self.problem.severity()
    }

    /// Where it is: `file:line`.
    pub fn place(&self) -> String {
        match self.line {
            Some(line) => format!("{}:{line}", self.file.display()),
            None => self.file.display().to_string(),
        }
    }

    /// What is wrong.
    pub fn says(&self) -> Words {
        self.problem.says()
    }

    /// What to do about it.
    pub fn remedy(&self) -> Words {
        self.problem.remedy()
    }

    /// For a person at a terminal: place and code, what is wrong, what to do; in one language or, with
    /// none given, in both.
    pub fn report(&self, language: Option<Language>) -> String {
        let (says, remedy) = (self.says(), self.remedy());
        let (error, warning) = match language {
            Some(Language::Chinese) => ("错误", "提醒"),
            Some(Language::English) => ("error", "warning"),
            None => ("错误 error", "提醒 warning"),
        };
        let severity = if self.severity() == Severity::Error {
            error
        } else {
            warning
        };
        let mut report = format!("{}: {severity} [{}]", self.place(), self.code());
        for it in [Language::Chinese, Language::English] {
            if language.is_none_or(|wanted| wanted == it) {
                report.push_str(&format!("\n    {}\n    → {}", says.get(it), remedy.get(it)));
            }
        }
        report
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; {}", self.place(), self.says().en, self.remedy().en)
    }
}

macro_rules! problems {
    ($($name:ident { $($field:ident),* } $severity:ident
        $zh:literal, $zh_remedy:literal
        $en:literal, $en_remedy:literal;)*) => {
        /// Everything that can be wrong. The fields are what the words name.
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[allow(missing_docs, reason = "the fields are the words' blanks")]
        pub enum Problem {
            $(#[doc = $en] $name { $($field: String),* },)*
        }

        impl Problem {
            fn name(&self) -> &'static str {
                match self { $(Self::$name { .. } => stringify!($name),)* }
            }

            /// Whether the lobby can start with it.
            pub fn severity(&self) -> Severity {
                match self { $(Self::$name { .. } => Severity::$severity,)* }
            }

            /// What is wrong.
            pub fn says(&self) -> Words {
                match self {
                    $(Self::$name { $($field),* } => {
                        $(let _ = $field;)*
                        Words { zh: format!($zh), en: format!($en) }
                    })*
                }
            }

            /// What to do about it.
            pub fn remedy(&self) -> Words {
                match self {
                    $(Self::$name { $($field),* } => {
                        $(let _ = $field;)*
                        Words { zh: format!($zh_remedy), en: format!($en_remedy) }
                    })*
                }
            }
        }
    };
}

problems! {
    // The file as such.
    CannotRead { why } Error
        "文件打不开：{why}", "检查路径和权限：文件应当存在，并且允许运行本程序的用户读取"
        "the file cannot be read: {why}", "check the path and that the lobby's user may read it";
    NotAFile {} Error
        "这不是一个文件", "把路径改成文件，而不是文件夹或设备"
        "this is not a regular file", "name a file, not a folder or a device";
    TooLarge { bytes } Error
        "文件太大（{bytes} 字节）", "设置文件不会超过 4 MB，看看是不是选错了文件"
        "the file is too large ({bytes} bytes)", "settings never exceed 4 MB: is this the right file?";
    NotUtf8 {} Error
        "这一行的文字不是 UTF-8 编码", "用编辑器另存为 UTF-8（不是 GBK 或 ANSI）"
        "the text of this line is not UTF-8", "save the file as UTF-8, not GBK or ANSI";
    Syntax { says } Error
        "写法不符合 TOML 格式：{says}", "改正这一行；常见原因是引号、方括号没有成对，或用了中文标点"
        "not TOML: {says}", "mend this line; often a quote or bracket is not closed, or is a Chinese one";
    // Keys.
    UnknownKey { key, place, known } Error
        "{place} 里没有“{key}”这一项", "删掉它，或改成这里可以写的：{known}"
        "{place} has no setting {key}", "remove it, or write one of: {known}";
    MissingKey { key, place } Error
        "{place} 缺少 {key}", "补上 {key} = …，写法见随机附带的同名文件"
        "{place} lacks {key}", "add {key} = …; the file that came with the lobby shows how";
    MissingTable { table } Error
        "缺少 {table} 一段", "补上 {table}，写法见随机附带的同名文件"
        "there is no {table}", "add {table}; the file that came with the lobby shows how";
    WrongType { key, zh, en } Error
        "{key} 应当是{zh}", "改成{zh}"
        "{key} must be {en}", "write {en}";
    OutOfRange { key, least, most } Error
        "{key} 超出范围", "改成 {least} 到 {most} 之间的数"
        "{key} is out of range", "write a number from {least} to {most}";
    NotOneOf { key, value, known } Error
        "{key} 不能是“{value}”", "可以写：{known}"
        "{key} cannot be {value}", "write one of: {known}";
    FlatTouch {} Error
        "touch_matrix 把整个屏幕压成了一条线", "六个数照屏幕的校准结果填写；不需要校准就删去这一行"
        "touch_matrix presses the whole screen into a line", "write the six numbers of the calibration, or leave the line out";
    // Texts.
    Empty { key } Error
        "{key} 是空的", "填写内容"
        "{key} is empty", "fill it in";
    ControlCharacter { key } Error
        "{key} 里有看不见的控制字符或换行", "删掉重新输入这一项"
        "{key} holds a control character or line break", "type it again";
    TooLong { key, columns, most } Error
        "{key} 太长（{columns} 列），号票和屏幕放不下", "缩短到 {most} 列以内（一个汉字算两列）"
        "{key} is too long for slip and screen ({columns} columns)",
        "shorten it to {most} columns; a Chinese character counts two";
    BadCode { key, value } Error
        "{key} 的代码“{value}”不合规定", "只用小写字母、数字和短横线，最多 32 个"
        "{key} = {value} is not a code", "use lower-case letters, digits and hyphens, at most 32";
    BadPhone { key, value } Error
        "{key} 的“{value}”不像电话号码", "写成 0500-8110101 这样，只用数字、空格、+ 和 -"
        "{key} = {value} is no telephone number", "write it like 0500-8110101: digits, spaces, + and -";
    PrivateMobile { key } Warning
        "{key} 看起来是手机号码，会印在号票上", "改成办公电话：不公布个人手机"
        "{key} looks like a mobile number and is printed on slips", "give the office telephone instead";
    NoEnglish { what } Warning
        "{what} 没有英文", "补上 …_en；不补的话英文页面显示中文"
        "{what} has no English", "add …_en; until then the English pages show Chinese";
    BringLines { matter, zh, en } Error
        "事项 {matter} 的 bring 有 {zh} 行，bring_en 有 {en} 行", "让两边一行对一行"
        "matter {matter} has {zh} lines in bring and {en} in bring_en", "make them correspond line by line";
    BadUrl { key } Error
        "{key} 不是可用的网址", "写成 https://lobby.example.gov.cn 这样：https 开头，末尾不带斜杠，不带空格"
        "{key} is not a usable address", "write it like https://lobby.example.gov.cn, no slash at the end";
    // Time.
    BadTime { key, value } Error
        "{key} 的“{value}”不是时间", "写成 \"08:30\" 这样，从 00:00 到 23:59"
        "{key} = {value} is no time of day", "write it like \"08:30\", from 00:00 to 23:59";
    UnknownBody { value } Error
        "review 写的“{value}”不在 [[body]] 里", "写上 [[body]] 里的 code，或者补一个 [[body]]"
        "review = {value} is no [[body]]", "write the code of a [[body]], or add one";
    NoReviewBody {} Warning
        "没有写 review：信访答复只能写“向上一级机关申请复查”", "写上 review = \"…\"，[[body]] 里复查机关的 code"
        "no review: replies to petitions name the reviewing body only as the one above", "write review = \"…\", the code of a [[body]]";
    BadCount { key, value } Error
        "{key} 的“{value}”不是时限", "写成 \"即办\"、\"5 个工作日\"、\"15 日\" 或 \"2 个月\""
        "{key} = {value} is no limit of time", "write it like \"at once\", \"5 working days\", \"15 days\" or \"2 months\"";
    BadSpan { value } Error
        "“{value}”不是时间段", "写成 \"08:30-12:00\" 这样，先早后晚"
        "{value} is no span of time", "write it like \"08:30-12:00\", the earlier time first";
    SpansOutOfOrder { first, second } Error
        "时间段 {second} 应当在 {first} 结束之后开始", "按先后顺序写，不要重叠"
        "the span {second} must begin after {first} has ended", "put them in order, without overlap";
    BadDay { value } Error
        "“{value}”不是星期几", "写 mon tue wed thu fri sat sun，或一段如 \"mon-fri\""
        "{value} is no day of the week", "write mon tue wed thu fri sat sun, or a range such as \"mon-fri\"";
    BadDate { key } Error
        "{key} 不是可用的日期时间", "写成 2026-03-02T08:30:00 或 2026-03-02，用北京时间，不带时区"
        "{key} is not a usable date", "write 2026-03-02T08:30:00 or 2026-03-02, Beijing time, no zone";
    // Names that must be one of a kind, or exist.
    Duplicate { key, value, line } Error
        "{key} = “{value}”已经在第 {line} 行用过", "换一个，各不相同"
        "{key} = {value} stands on line {line} already", "choose another";
    BadLetter { value } Error
        "号码字母“{value}”不可用", "写一个大写英文字母 A–Z，各科室不同"
        "{value} is no queue letter", "write one capital letter A–Z, each department its own";
    UnknownDepartment { key, value, near } Error
        "{key}：没有代码为“{value}”的科室", "改成 routing.toml 里已有的科室（{near}），或先加上这个科室"
        "{key}: there is no department {value}", "name one of routing.toml ({near}), or add it there first";
    UnknownStaff { key, value, near } Error
        "{key}：没有 id 为“{value}”的工作人员", "改成 roster.toml 里已有的人员（{near}），或先加上这个人"
        "{key}: there is nobody called {value}", "name somebody of roster.toml ({near}), or add them there first";
    UnknownMatter { key, value, near } Error
        "{key}：没有代码为“{value}”的事项", "改成已有的事项（{near}），或先加上这个事项"
        "{key}: there is no matter {value}", "name one of the catalogue ({near}), or add it first";
    UnknownCounter { key, value, near } Error
        "{key}：没有 {value} 号窗口", "改成已有的窗口（{near}），或先加上这个窗口"
        "{key}: there is no counter {value}", "name an existing one ({near}), or add it first";
    NothingOf { table } Error
        "一个 {table} 也没有", "至少写一个 {table}"
        "there is no {table} at all", "write at least one {table}";
    // The office.
    SamePosts { place, staff } Error
        "{place} 的 A 岗和 B 岗是同一个人（{staff}）", "把 b_post 改成另一个人：A 岗不在时由 B 岗接待"
        "A post and B post of {place} are the same person ({staff})",
        "name somebody else as b_post: B acts when A is away";
    PostElsewhere { department, staff, other } Warning
        "{department} 的 A/B 岗 {staff} 属于科室 {other}，看不到 {department} 的队列",
        "改成本科室的人，或给这个人加上 reception 角色"
        "{staff}, a post of {department}, belongs to {other} and does not see its queue",
        "name somebody of that department, or give them the reception role";
    NoCounter { department } Error
        "科室 {department} 没有窗口，叫不了号", "在某个 [[counter]] 的 departments 里加上 \"{department}\""
        "department {department} has no counter to call to",
        "add \"{department}\" to the departments of a [[counter]]";
    NoRole { role } Warning
        "没有人有 {role} 角色", "在 roster.toml 里给至少一个人的 roles 加上 \"{role}\""
        "nobody has the role {role}", "add \"{role}\" to the roles of somebody in roster.toml";
    // Rules.
    EmptyCondition { id } Error
        "规则 {id} 的 when 是空的", "写上 matter、matters、kind 或 kinds；要接住一切就不写 when 并放在最后"
        "the when of rule {id} is empty", "give it a matter or kind; to take everything, leave `when` out and put it last";
    LastHasCondition { id } Error
        "最后一条规则 {id} 带有 when，会有事项无人接", "在最后加一条不带 when 的规则，交给综合窗口所在的科室"
        "the last rule {id} has a condition, so some matters have no department",
        "add a last rule without `when` that goes to reception";
    RuleNeverMatches { id } Error
        "规则 {id} 永远不会生效：目录里没有符合它的事项", "改 when，或删掉这条规则"
        "rule {id} can never match: no matter of the catalogue fits", "change its `when`, or remove it";
    RuleShadowed { id, by } Error
        "规则 {id} 永远不会生效：它的事项都已被前面的规则 {by} 接走", "把它移到 {by} 前面，或删掉它"
        "rule {id} can never match: rule {by} before it takes all its matters",
        "move it before {by}, or remove it";
    // Roster.
    NobodyOnDuty { department, when } Warning
        "{department} 在{when}没有 A 岗、B 岗或负责人当班，来访人会转到综合窗口", "在班次里加上其中一人"
        "nobody of {department} is on duty ({when}); visitors fall back to reception",
        "add its A post, B post or head to a shift of that time";
    OnlyHeadOnDuty { department, when, head } Warning
        "{department} 在{when}没有 A 岗和 B 岗当班，只有负责人 {head}", "在班次里加上 A 岗或 B 岗"
        "neither A post nor B post of {department} is on duty ({when}), only its head {head}",
        "add its A post or B post to a shift of that time";
    NoDiscipline {} Warning
        "没有写 [discipline]：本单位收不了检举控告，自助机上不出现“反映干部作风、举报问题”", "在 kiosk.toml 里写上 [discipline]：纪检联络员、公钥、接待室和上级纪委监委"
        "there is no [discipline]: 检举控告 cannot be taken, and the screen does not offer it",
        "add [discipline] to kiosk.toml: the contact, their public key, the room and the higher body";
    ReceptionUnmanned { department, when } Warning
        "综合窗口（{department}）在{when}没有人当班", "在班次里加上 A 岗、B 岗或负责人"
        "reception ({department}) is not manned ({when})", "add its A post, B post or head to a shift of that time";
    NobodyOutsideHours { when, otherwise } Warning
        "{when}没有值班人员，来访人会由 {otherwise} 负责", "加一个 duty = true 的班次"
        "nobody is on the duty list ({when}); {otherwise} answers for visitors", "add a shift with duty = true";
    NobodyInShift {} Error
        "这个班次没有人", "在 staff 里写上人员，或删掉这个班次"
        "this shift has nobody", "name its staff, or remove it";
    TermBackwards { department } Error
        "临时机构 {department} 在开始之前就结束了", "until 是最后一天，不能早于 from"
        "the temporary department {department} ends before it begins", "`until` is its last day and not before `from`";
    RestsBackwards { matter } Error
        "事项 {matter} 的暂停办理在开始之前就结束了", "rests_until 是暂停的最后一天，不能早于 rests_from"
        "the matter {matter} rests until before it begins to", "`rests_until` is the last day it rests and not before `rests_from`";
    NeverTaken { matter } Warning
        "事项 {matter} 只在本单位不上班的日子或时间办理，群众永远取不到它的号", "改它的 days 或 spans，要和 kiosk.toml 的 [hours] 有重合"
        "the matter {matter} is only taken while the office is closed, so nobody ever gets a number for it", "change its `days` or `spans` so that they meet the `[hours]` of kiosk.toml";
    LastIsTemporary { id, department } Error
        "最后一条规则 {id} 交给了临时机构 {department}，它撤销后会有事项无人接", "最后一条规则要交给长期存在的科室"
        "the last rule {id} goes to the temporary department {department}, after whose end some matters have none",
        "let the last rule go to a department that stays";
    ReceptionIsTemporary { department } Error
        "综合窗口所在的科室 {department} 写了起止日期", "综合窗口要由长期存在的科室负责，删掉它的 from 和 until"
        "reception ({department}) is a temporary department", "remove its `from` and `until`";
    RoomTwice { room, first, second } Warning
        "{second} 和 {first} 写了同一个房间 {room}", "核对门牌：来访人会走错门；确实合用的，写成“203（东）”“203（西）”这样"
        "{second} and {first} have the same room {room}",
        "check the door plates; where they do share it, write 203 (east), 203 (west)";
    DoubtfulPhone { key, value } Warning
        "{key} 的“{value}”不像真实的电话号码", "改成能打通的办公电话"
        "{key} = {value} does not look like a real telephone number", "give the office telephone";
    PostNeverWorks { place, staff } Warning
        "{place} 的 A/B 岗 {staff} 不在任何上班班次里", "在 roster.toml 的班次里加上此人，或换人"
        "{staff}, a post of {place}, is on no shift of work", "add them to a shift of roster.toml, or name somebody else";
    BothPostsAway { place, when, staff } Warning
        "{place} 的 A 岗和 B 岗（{staff}）从 {when} 起同时不在", "请其中一人调整时间，或临时换人：两人都不在时来访人转到综合窗口"
        "A post and B post of {place} ({staff}) are both away from {when}", "let one of them change, or name somebody else; visitors fall back to reception";
    NobodyRostered { when, phone } Warning
        "{when} 值班表上没有人，来访人只拿到总值班电话 {phone}", "补上这个时间的值班班次"
        "nobody is rostered at {when}; visitors are given the telephone {phone}", "add a turn of duty for that time";
    CalendarMissing { year } Warning
        "还没有 {year} 年的放假安排，跨年的日期按周末推算", "国办通知公布后导入：lobby calendar import"
        "the calendar of {year} is missing; plain weekends are counted", "import it once the notice is out: lobby calendar import";
    DepartmentOver { department, until } Warning
        "临时机构 {department} 已于 {until} 结束", "不再需要时从 routing.toml 删掉它和它的规则；延期的改 until"
        "the temporary department {department} ended on {until}", "remove it and its rules from routing.toml, or move its `until`";
    AbsenceBackwards { staff } Error
        "{staff} 的请假在开始之前就结束了", "until 要晚于 from"
        "the absence of {staff} ends before it begins", "make `until` later than `from`";
    // Tables of the office: the calendar and the duty turns.
    TableTooLarge { bytes } Error
        "文件太大（{bytes} 字节）", "一张表不会超过 2 MB，看看是不是选错了文件"
        "the file is too large ({bytes} bytes)", "a table never exceeds 2 MB: is this the right file?";
    TableTooLong { rows } Error
        "表格有 {rows} 行", "只留要导入的内容，最多 5000 行"
        "the table has {rows} rows", "keep what is to be imported, at most 5000 rows";
    TableEmpty {} Error
        "表格里没有内容", "打开文件核对：内容要在第一个有字的工作表里"
        "the table is empty", "look into the file: the table must be on its first sheet that holds something";
    TableEncoding {} Error
        "这一行的文字读不出来", "另存为 .xlsx，或“CSV UTF-8（逗号分隔）”，再导入"
        "the text of this line cannot be read", "save it as .xlsx, or as CSV UTF-8, and import that";
    QuoteOpen {} Error
        "从这一行开始的引号没有结束", "补上英文双引号，或另存为 .xlsx 再导入"
        "a quote opened on this line is never closed", "close it, or save the table as .xlsx";
    WorkbookBroken { why } Error
        "工作簿打不开：{why}", "用表格软件打开，另存为 .xlsx（不设密码），再导入"
        "the workbook cannot be opened: {why}", "open it in a spreadsheet program and save it as .xlsx without a password";
    NoTableHead { wanted } Error
        "找不到表头", "表格上方要有一行表头，例如：{wanted}"
        "there is no row that names the columns", "put one on top, such as: {wanted}";
    BadTableDate { value } Error
        "“{value}”不是日期", "写成 2026-10-01、2026年10月1日 或 10月1日"
        "{value} is no date", "write it like 2026-10-01";
    BadWorks { value } Error
        "“上班”一栏的“{value}”看不懂", "上班写“是”，放假写“否”"
        "the column 上班 holds {value}", "write 是 for a working day, 否 for a day off";
    WorkedAnyway { date } Warning
        "{date} 是星期一到星期五，本来就上班", "核对日期：调休上班日都在周末"
        "{date} is a weekday and worked anyway", "check the date: make-up days are weekend days";
    YearIsOver { year, now } Error
        "这是 {year} 年的放假安排，已经过去", "导入 {now} 年或以后的放假安排"
        "this is the table of {year}, which is over", "import that of {now} or later";
    NoNotice {} Error
        "没有写通知文号", "在“文号”一栏写上国办通知的文号，例如 国办发明电〔2025〕7号"
        "the number of the notice is missing", "write it in the column 文号, such as 国办发明电〔2025〕7号";
    FewDaysOff { year, days } Warning
        "{year} 年只列出 {days} 天放假，少于法定的 13 天", "对照国办通知核对，周末的放假日也要列出"
        "only {days} days off in {year}, fewer than the thirteen of the law", "compare with the notice; list the weekend days too";
    DateTwice { value } Error
        "{value} 写了两次", "删掉一行"
        "{value} stands there twice", "remove one of the rows";
    OtherYear { date, year } Error
        "{date} 不是 {year} 年的日期", "一张表只写一年（可以带上一年 12 月的几天）"
        "{date} is not of {year}", "one table holds one year, and may hold days of the December before";
    OtherWeekday { date, said, is } Error
        "{date} 是{is}，表里写的是“{said}”", "核对是不是用了去年的表，或日期写错了"
        "{date} is {is}, and the table says {said}", "is it last year's table, or a wrong date?";
    UnknownTurnKind { value, known } Error
        "班次“{value}”看不懂", "写：{known}；当天只有一班的可以不写"
        "{value} is no kind of turn", "write one of: {known}; leave it empty where a day has one turn";
    BadTableHours { value } Error
        "时间“{value}”看不懂", "写成 17:30-次日8:30，或不写（按上下班时间）"
        "{value} is no span of time", "write it like 17:30-8:30, or leave it empty for the usual hours";
    NobodyOnRow { date } Error
        "{date} 没有写值班人员", "补上姓名，或删掉这一行"
        "nobody is named for {date}", "fill in a name, or remove the row";
    MobileInNote {} Error
        "备注里有手机号码", "删掉号码：值班表不公布个人手机"
        "a note holds a mobile number", "remove it: private mobiles are not published";
    UnknownName { value, near } Error
        "没有叫“{value}”的工作人员", "改成 roster.toml 里的姓名（{near}），或先把这个人加进去"
        "there is nobody called {value}", "name somebody of roster.toml ({near}), or add them there first";
    NameTwice { value, ids } Error
        "叫“{value}”的不止一人", "改写编号：{ids}"
        "there is more than one {value}", "write an id instead: {ids}";
    TurnsOverlap { date, other } Error
        "{date} 的这一班和第 {other} 行的时间重叠", "改时间或班次；同一班的多个人写在同一行"
        "the turn of {date} overlaps that of line {other}", "change hours or kind; people of one turn stand in one row";
    AllInThePast { until } Error
        "整张表都已经过去（到 {until} 为止）", "看看是不是选了上个月的表，或年份写错了"
        "the whole table is over (it ends on {until})", "is it last month's, or of a wrong year?";
    // Doors.
    BadListen { value } Error
        "监听地址“{value}”不对", "写成 \"127.0.0.1:8620\" 这样：IP 地址、冒号、端口"
        "{value} is no address to listen on", "write it like \"127.0.0.1:8620\": address, colon, port";
    ListenNeedsTls { listen } Error
        "{listen} 局域网也能访问，但没有设置证书，密码会被偷看",
        "设置 certificate 和 key，或写 self_signed = true，或改回 127.0.0.1"
        "{listen} is open to the network without a certificate, so passwords could be read",
        "set certificate and key, or self_signed = true, or listen on 127.0.0.1";
    HalfCertificate { key, other } Error
        "写了 {key} 却没有 {other}", "证书和私钥要一起写"
        "{key} is set without {other}", "certificate and key go together";
    TwoCertificates {} Error
        "既写了 certificate，又写了 self_signed = true", "只留一个"
        "both certificate and self_signed are set", "keep one of them";
    NoSuchFile { key, path } Error
        "{key}：文件 {path} 不存在或打不开", "放好这个文件，或改正路径（相对路径从本文件所在文件夹算起）"
        "{key}: {path} does not exist or cannot be read",
        "put the file there, or mend the path (relative ones begin at this file's folder)";
    UnknownProfile { value, known } Error
        "没有“{value}”这个打印机型号", "写一个自带的型号（{known}），或写带斜杠的型号文件路径"
        "there is no printer profile {value}", "name a built-in one ({known}), or the path of a file, with a slash";
    UnknownModel { value, known } Error
        "没有“{value}”这个型号", "写一个自带的型号（{known}），或写带斜杠的型号文件路径"
        "there is no model {value}", "name a built-in one ({known}), or the path of a file, with a slash";
    BadVolumeHours { value } Error
        "“{value}”不是时段和音量", "写成 \"12:00-14:30 0\"：时段，空格，音量 0 到 100"
        "{value} is no span with a volume", "write it like \"12:00-14:30 0\": span, space, 0 to 100";
    NotAbsolute { key } Error
        "{key} 要写完整路径", "以 / 开头，例如 /dev/lobby-printer"
        "{key} must be a full path", "begin with /, such as /dev/lobby-printer";
    BadSyncUrl { key } Error
        "{key} 不是 PostgreSQL 地址", "写成 postgresql://用户@主机:5432/数据库"
        "{key} is no PostgreSQL address", "write it like postgresql://user@host:5432/database";
    PasswordInUrl { key } Error
        "{key} 里有密码", "从地址里删掉密码，写进 password_file 指的文件，并更换这个密码"
        "{key} holds a password", "take it out, put it into the file password_file names, and change it";
    SyncNeedsCa {} Error
        "数据库不在本机，却没有写 ca，连接无法核实对方身份", "写上 ca = \"office-ca.pem\"（单位数据库的根证书）"
        "the database is on another machine and there is no ca to know it by",
        "set ca = \"office-ca.pem\", the root certificate of the office database";
    BadPassword { path } Error
        "密码文件 {path} 应当只有一行密码", "文件里只留密码一行，不超过 256 个字符"
        "the password file {path} must hold one line", "leave nothing but the password in it, at most 256 characters";
    SecretReadable { path } Warning
        "别的用户也能读 {path}", "执行 chmod 600 {path}"
        "other users may read {path}", "run chmod 600 {path}";
    BadPublicKey { key } Error
        "{key} 不是公钥", "写 64 位十六进制数字，由单位数据库管理员提供"
        "{key} is no public key", "write the 64 hexadecimal digits the office's administrator gave you";
    NoPublicKey {} Warning
        "没有写 office_public_key，个人信息不会离开本机", "向单位数据库管理员要公钥并写上"
        "without office_public_key no personal data leaves the box", "ask the office's administrator for the key";
}
