//! Every word the console says, in Chinese and English, in one table.
//!
//! Codes of refusals, faults, outcomes, stages, reasons, printer and storage states are looked up here
//! under their family (`refusal.away`); a test shows that no code and no page lacks its words.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::domain::office::{Language, Words};

/// What `key` says in `language`; the key itself if the table lacks it, which a test rules out.
pub fn say(key: &str, language: Language) -> &'static str {
    let found = pair(key);
    match language {
        Language::Chinese => found.0,
        Language::English => found.1,
    }
}

/// The same with `{name}` filled in.
pub fn say_with(key: &str, language: Language, with: &[(&str, String)]) -> String {
    let mut text = say(key, language).to_owned();
    for (name, value) in with {
        text = text.replace(&format!("{{{name}}}"), value);
    }
    text
}

/// Whether the table has `key`.
pub fn knows(key: &str) -> bool {
    INDEX.contains_key(key)
}

/// What the desk's code `code` says in both languages: a refusal, else a fault, else an error of the
/// console's own.
pub fn of_code(code: &str) -> Words {
    let families = ["refusal", "fault", "error"];
    let key = families
        .iter()
        .map(|it| format!("{it}.{code}"))
        .find(|it| knows(it));
    let (zh, en) = pair(key.as_deref().unwrap_or("error.unexpected"));
    Words {
        zh: zh.to_owned(),
        en: en.to_owned(),
    }
}

fn pair(key: &str) -> (&'static str, &'static str) {
    INDEX
        .get(key)
        .copied()
        .unwrap_or(("（缺少文字）", "(words missing)"))
}

static INDEX: LazyLock<HashMap<&str, (&str, &str)>> =
    LazyLock::new(|| all().map(|&(key, zh, en)| (key, (zh, en))).collect());

/// Every line of every table.
fn all() -> impl Iterator<Item = &'static (&'static str, &'static str, &'static str)> {
    TABLE
        .iter()
        .chain(super::words_of_matters::TABLE)
        .chain(super::words_of_steps::TABLE)
        .chain(super::words_duty::TABLE)
        .chain(super::words_order::TABLE)
}

/// Key, 中文, English.
const TABLE: &[(&str, &str, &str)] = &[
    // The frame of every page.
    ("product", "首问大厅工作台", "Lobby console"),
    ("language.other", "English", "中文"),
    ("nav.queue", "队列", "Queue"),
    ("nav.register", "登记来访", "Register"),
    ("nav.display", "大厅屏", "Display"),
    ("nav.admin", "管理", "Administration"),
    ("nav.skip", "跳到主要内容", "Skip to content"),
    ("logout", "退出", "Log out"),
    (
        "lost",
        "与自助机的连接已断开，正在重连…… 以下内容可能不是最新的。",
        "Connection to the box lost; reconnecting. What stands below may be out of date.",
    ),
    ("back", "返回", "Back"),
    ("back.queue", "返回队列", "Back to the queue"),
    ("cancel", "取消", "Cancel"),
    ("save", "保存", "Save"),
    ("minutes", "{n} 分钟", "{n} min"),
    ("seconds", "{n} 秒", "{n} s"),
    ("keys", "快捷键", "Keys"),
    // Login.
    ("login", "登录", "Log in"),
    ("login.staff", "工号", "Staff id"),
    ("login.password", "密码", "Password"),
    (
        "login.hint",
        "忘记密码请联系本单位管理员。离开座位请退出。",
        "Forgotten? Ask your administrator. Log out when you leave your seat.",
    ),
    (
        "login.again",
        "登录已结束，请重新登录。",
        "Your login has ended. Please log in again.",
    ),
    // The queue.
    ("queue", "队列", "Queue"),
    ("queue.mine", "我的窗口", "My counter"),
    ("queue.all", "全部科室", "All departments"),
    ("waiting", "等候", "Waiting"),
    ("active", "叫号与办理", "Called and being served"),
    ("missed", "过号", "Missed"),
    ("closed", "今日办结", "Closed today"),
    ("waiting.none", "现在没有人等候。", "Nobody is waiting."),
    (
        "active.none",
        "没有叫到的号，也没有正在办理的来访。",
        "No number is called and nobody is being served.",
    ),
    ("missed.none", "没有过号。", "No missed numbers."),
    (
        "closed.none",
        "今天还没有办结的来访。",
        "Nothing closed yet today.",
    ),
    ("counter", "窗口", "Counter"),
    ("counter.choose", "选择窗口", "Choose a counter"),
    ("counter.change", "更换", "Change"),
    ("counter.take", "就坐这个窗口", "Sit at this counter"),
    (
        "counter.none",
        "您所在的科室没有可以叫号的窗口，请联系管理员。",
        "No counter calls your department's numbers. Ask your administrator.",
    ),
    (
        "counter.not-chosen",
        "还没有选择窗口，选好后才能叫号。",
        "Choose your counter first; then you can call.",
    ),
    ("counter.free", "窗口空闲", "Counter is free"),
    (
        "counter.waiting-here",
        "本科室等候 {n} 人",
        "{n} waiting for your department",
    ),
    ("column.number", "号码", "Number"),
    ("column.class", "类别", "Class"),
    ("column.matter", "事项", "Matter"),
    ("column.arrived", "到达", "Arrived"),
    ("column.waited", "已等", "Waited"),
    ("column.responsible", "当前责任人", "Responsible"),
    ("column.name", "来访人", "Visitor"),
    ("column.name_staff", "姓名", "Name"),
    ("column.department", "科室", "Department"),
    ("column.where", "窗口", "Counter"),
    ("column.stage", "状态", "State"),
    ("column.outcome", "结果", "Outcome"),
    ("column.closed", "办结时间", "Closed at"),
    ("matter.unknown", "不知道该找谁", "Does not know whom to ask"),
    ("matter.gone", "（事项已停用）", "(matter no longer listed)"),
    ("anonymous", "未留姓名", "No name given"),
    (
        "name-by-clerk",
        "请工作人员填写姓名",
        "Name left to staff to fill in",
    ),
    ("people", "{n} 人", "{n} people"),
    ("rolled-over", "{date} 的号", "from {date}"),
    ("offer.pending", "待 {name} 接收", "offered to {name}"),
    ("calls.so-far", "已叫 {n} 次", "called {n}×"),
    // Keys.
    ("act.next", "下一位", "Next visitor"),
    ("act.call", "叫这个号", "Call this number"),
    ("act.recall", "重呼", "Call again"),
    ("act.begin", "开始办理", "Begin"),
    ("act.miss", "过号", "Missed"),
    ("act.rejoin", "重新排队", "Rejoin the queue"),
    ("act.offer", "转办", "Hand over"),
    ("act.accept", "接收", "Accept"),
    ("act.refuse", "退回", "Refuse"),
    ("act.close", "办结", "Close"),
    ("act.reprint", "补打", "Print again"),
    ("act.open", "查看", "Open"),
    (
        "act.go-and-look",
        "已叫两次。第三次叫号前，请到大厅看一看。",
        "Called twice. Please look into the hall before the third call.",
    ),
    (
        "act.miss-later",
        "叫满三次后才能记为过号。",
        "A number counts as missed after three calls.",
    ),
    // What a key has done.
    ("done.called", "已叫号 {number}", "Called {number}"),
    ("done.call", "已叫号", "Called"),
    ("done.begin", "已开始办理", "Begun"),
    ("done.miss", "已记为过号", "Marked as missed"),
    (
        "done.rejoin",
        "已重新排队，保留原到达时间",
        "Back in the queue; the first arrival is kept",
    ),
    (
        "done.offer",
        "已发出转办单，等待对方接收",
        "Handover offered; waiting for acceptance",
    ),
    (
        "done.accept",
        "已接收，现在由您负责",
        "Accepted; you answer for it now",
    ),
    ("done.refuse", "已退回", "Refused"),
    ("done.close", "已办结", "Closed"),
    ("done.reprint", "正在补打号票", "Printing the slip again"),
    ("done.registered", "已登记，号码 {number}", "Registered: {number}"),
    (
        "done.again",
        "这次登记之前已经完成，号码 {number}",
        "This was registered before: {number}",
    ),
    ("done.counter", "您在 {name}", "You are at {name}"),
    ("done.password", "密码已设置", "Password set"),
    ("done.push", "已开始上报", "Sending has begun"),
    // Offers.
    ("help", "自助机前有人求助", "Somebody at the screen wants help"),
    ("help.where", "停在“{page}”页", "on the page “{page}”"),
    ("help.goes", "{name} 已过去", "{name} is going there"),
    ("help.coming", "我这就过去", "I am going"),
    ("help.register", "在窗口替他登记", "Register from the desk"),
    ("help.over", "已经帮好", "Done"),
    (
        "help.said.coming",
        "屏幕上已告诉群众：马上过来。",
        "The screen says that you are coming.",
    ),
    ("help.said.over", "求助已结束。", "The call is over."),
    ("page.home", "首页", "First page"),
    ("page.matters", "选事项", "Choosing a matter"),
    ("page.search", "搜一搜", "Searching"),
    ("page.bring", "带什么", "What to bring"),
    ("page.reading", "看说明", "Reading"),
    ("page.who-notice", "要不要留称呼", "Leaving a name or not"),
    ("page.who-name", "怎么称呼", "Name"),
    ("page.who-phone", "电话", "Phone"),
    ("page.ticket", "号码", "Number"),
    ("page.progress", "查办理进度", "Asking how it stands"),
    ("page.paused", "暂停取号", "No numbers now"),
    ("offers", "等您接收的转办", "Handovers awaiting you"),
    ("offers.from", "{name} 转来", "from {name}"),
    ("offers.left", "请在 {n} 分钟内答复", "answer within {n} min"),
    ("offer.title", "转办 {number}", "Hand over {number}"),
    ("offer.to", "转给谁", "To whom"),
    (
        "offer.to.hint",
        "已按事项归属预选 A 岗；A 岗不在时为 B 岗。",
        "Proposed: the A post of whose matter it is, the B post if A is away.",
    ),
    ("offer.recused", "回避", "Stays out"),
    ("offer.reason", "转办原因", "Reason"),
    ("offer.led", "由我带群众过去", "I will lead the visitor there"),
    (
        "offer.led.hint",
        "对方接收之前，请让群众坐着等候；接收之前仍由您负责。",
        "Let the visitor stay seated until it is accepted; until then it stays with you.",
    ),
    ("offer.send", "发出转办单", "Offer the handover"),
    ("offer.away", "不在岗", "Away"),
    ("offer.on-duty", "在岗", "On duty"),
    ("offer.responsible", "当前责任人", "Responsible now"),
    ("refuse.title", "退回 {number}", "Refuse {number}"),
    ("refuse.reason", "退回原因", "Reason"),
    // Closing.
    ("close.title", "办结 {number}", "Close {number}"),
    ("close.outcome", "办理结果", "Outcome"),
    ("close.told", "已告知群众本人？", "Has the visitor been told?"),
    ("close.note", "说明", "Note"),
    (
        "close.note.hint",
        "不予办理、不再受理时必填，写明依据和理由。",
        "Required for a refusal: its basis and reason.",
    ),
    // One visit.
    ("visit", "来访", "Visit"),
    ("visit.first", "首问责任人", "First responder"),
    ("visit.responsible", "当前责任人", "Responsible now"),
    ("visit.post", "身份", "Capacity"),
    ("visit.rule", "分派规则", "Routing rule"),
    ("visit.phone", "电话", "Telephone"),
    ("visit.people", "人数", "People"),
    ("visit.origin", "登记方式", "Registered"),
    ("visit.origin.kiosk", "自助机", "at the kiosk"),
    ("visit.origin.desk", "{name} 代为登记", "at the desk by {name}"),
    ("visit.slip", "号票", "Slip"),
    ("visit.bring", "需带材料", "What to bring"),
    ("visit.limit", "办理时限", "Time limit"),
    ("visit.language", "语言", "Language"),
    ("language.zh", "中文", "Chinese"),
    ("language.en", "英文", "English"),
    ("visit.who", "谁在什么时候负责", "Who answered, from when to when"),
    ("visit.until-now", "至今", "until now"),
    ("visit.story", "经过", "What happened"),
    ("visit.none", "—", "—"),
    (
        "story.registered",
        "登记，由{post} {name} 负责",
        "Registered; {name} ({post}) answers",
    ),
    (
        "story.called",
        "{name} 叫号到{counter}（第 {n} 次）",
        "{name} called the number to {counter} (call {n})",
    ),
    (
        "story.begun",
        "{name} 在{counter}开始办理，即由其负责",
        "{name} began at {counter} and answers from here",
    ),
    ("story.missed", "{name} 记为过号", "{name} marked it missed"),
    (
        "story.rejoined",
        "{name} 让其重新排队",
        "{name} let the visitor rejoin",
    ),
    (
        "story.offered",
        "{name} 转给 {to}（{reason}）",
        "{name} offered it to {to} ({reason})",
    ),
    ("story.led", "，由人带领前往", ", led in person"),
    (
        "story.accepted",
        "{to} 已接收，即由其负责",
        "{to} accepted and answers from here",
    ),
    (
        "story.refused",
        "{to} 退回（{reason}），仍由转出前的责任人负责",
        "{to} refused ({reason}); it stays where it was",
    ),
    (
        "story.lapsed",
        "{to} 未在时限内接收，仍由转出前的责任人负责",
        "{to} did not answer in time; it stays where it was",
    ),
    (
        "story.closed",
        "{name} 办结：{outcome}（{told}）",
        "{name} closed it: {outcome} ({told})",
    ),
    (
        "story.reprinted",
        "{name} 补打号票",
        "{name} printed the slip again",
    ),
    ("story.slip", "号票：{outcome}", "Slip: {outcome}"),
    // Registering.
    ("register", "登记来访", "Register a visitor"),
    ("register.matter", "来办什么事", "What is it about"),
    (
        "register.search",
        "查找事项，如：养老、盖章",
        "Find a matter, such as pension or seal",
    ),
    ("register.find", "查找", "Find"),
    ("register.name", "姓名（可不填）", "Name (optional)"),
    ("register.phone", "电话（可不填）", "Telephone (optional)"),
    (
        "register.privacy",
        "仅用于办理本次事项；办结后按规定删除。不填也可以取号。",
        "Used for this matter only and deleted by the rules after closing. Both may stay empty.",
    ),
    ("register.people", "人数", "People"),
    ("register.class", "类别", "Class"),
    ("register.language", "号票语言", "Language of the slip"),
    ("register.give", "取号", "Give a number"),
    (
        "register.none",
        "没有找到。可以选“不知道该找谁”。",
        "Nothing found. You may choose “Does not know whom to ask”.",
    ),
    (
        "register.urgent.hint",
        "“紧急”由您负责判断，会记入台账。",
        "“Urgent” is your judgement and is journaled.",
    ),
    // The strip.
    ("strip.printer", "打印机", "Printer"),
    ("strip.papers", "待打印 {n} 张", "{n} slips waiting"),
    ("strip.storage", "存储", "Storage"),
    ("strip.sync", "上报", "Sending"),
    ("strip.clock", "时钟", "Clock"),
    ("strip.clock.ok", "准确", "trusted"),
    (
        "strip.clock.bad",
        "时间不可信，请联系管理员校准；号码继续使用原工作日",
        "not trusted; have it set. Numbers go on from the last day",
    ),
    ("strip.office.open", "上班时间", "Office open"),
    ("strip.office.closed", "非上班时间", "Outside office hours"),
    (
        "strip.watched",
        "有管理员正在查看自助机屏幕",
        "An administrator is looking at the kiosk's screen",
    ),
    (
        "sync.never",
        "尚未上报过，{n} 条待上报",
        "never sent; {n} entries waiting",
    ),
    (
        "sync.good",
        "正常，上次成功 {when}，{n} 条待上报",
        "well; last success {when}, {n} waiting",
    ),
    (
        "sync.late",
        "已超过 26 小时未成功上报（上次成功 {when}），{n} 条待上报，请联系管理员",
        "no success for more than 26 hours (last {when}), {n} waiting; tell the administrator",
    ),
    (
        "sync.failed",
        "上次上报未成功；数据都在本机，会自动再试（上次成功 {when}），{n} 条待上报",
        "the last try failed; everything is kept here and it tries again (last success {when}), {n} waiting",
    ),
    // The roll, and pages for staff.
    ("roll.left", "约还能打 {n} 张", "about {n} slips left"),
    (
        "roll.short",
        "约还能打 {n} 张，可能不够半天：请备好新纸卷",
        "about {n} slips left, perhaps not half a day: have a new roll at hand",
    ),
    ("roll.new", "已换新纸卷", "A new roll is in"),
    (
        "roll.hint",
        "缺纸或纸将尽后换纸会自动重新计数；提前换纸时请按这里。",
        "After paper was low or out the count starts anew by itself; press this after changing a roll early.",
    ),
    ("printer.day", "打印每日小结", "Print the day's summary"),
    (
        "printer.day.hint",
        "今天的数字和台账末条的哈希，贴入值班日志，可证明台账未被改动。",
        "Today's figures and the hash of the journal's last entry: kept in the duty log, it proves the journal unchanged.",
    ),
    ("printer.test", "打印自检页", "Print a self-test page"),
    (
        "printer.test.hint",
        "检查纸宽、中文、生僻字和二维码。",
        "Shows width, Chinese, rare characters and a code.",
    ),
    ("done.roll", "已记下：新纸卷", "Noted: a new roll"),
    ("done.page", "已打印", "Printed"),
    ("done.fault", "故障已开始", "The fault has begun"),
    ("done.healed", "故障已解除", "The fault is over"),
    (
        "error.page-in-doubt",
        "已发送，但打印机没有回答：请看有没有出纸。",
        "Sent, but the printer did not answer: see whether paper came out.",
    ),
    (
        "error.page-busy",
        "打印机正忙，请稍后再试。",
        "The printer is busy; try again in a moment.",
    ),
    (
        "error.page-not-sent",
        "没有打印：请按打印机状态处理后再试。",
        "Not printed: mend what the printer says, and try again.",
    ),
    // A demonstration's switches.
    ("faults", "模拟设备", "Simulated devices"),
    ("faults.list", "故障", "Faults"),
    (
        "faults.hint",
        "演示用：替来访人刷证、扫号票，或让设备出故障，看大厅怎样应对。触摸屏在另一页打开着看。",
        "For the demonstration: lay on a card, hold up a slip, or break a device, and see what the lobby does. Keep the \
         touch screen open beside this page.",
    ),
    ("faults.break", "开始", "Begin"),
    ("faults.heal", "解除", "End"),
    ("device.printer", "打印机", "Printer"),
    ("device.reader", "身份证读卡器", "Card reader"),
    ("device.scanner", "扫码器", "Scanner"),
    ("done.deed", "做了，请看触摸屏", "Done; look at the touch screen"),
    ("fault-of.reader.reader-mute", "不应答", "mute"),
    ("fault-of.reader.reader-hang-up", "拔掉连线", "cable pulled out"),
    (
        "fault-of.reader.reader-garbage",
        "线路有杂讯",
        "rubbish on the line",
    ),
    ("fault-of.reader.reader-checksum", "校验错误", "wrong checksums"),
    (
        "fault-of.reader.reader-half",
        "应答只说一半",
        "stops within each answer",
    ),
    ("fault-of.reader.reader-slow", "应答太慢", "answers too late"),
    (
        "fault-of.reader.reader-broken",
        "安全模块故障",
        "its module is broken",
    ),
    ("fault-of.scanner.scanner-hang-up", "拔掉连线", "cable pulled out"),
    ("fault-of.printer.no-paper", "缺纸", "no paper"),
    ("fault-of.printer.near-end", "纸将用完", "paper near its end"),
    ("fault-of.printer.cover", "上盖打开", "cover open"),
    ("fault-of.printer.cutter", "切刀卡住", "cutter stuck"),
    ("fault-of.printer.head-hot", "打印头过热", "head too hot"),
    ("fault-of.printer.offline", "脱机", "off line"),
    (
        "fault-of.printer.mute",
        "不应答（仍打印）",
        "mute (it prints all the same)",
    ),
    ("fault-of.printer.hang-up", "拔掉连线", "cable pulled out"),
    ("fault-of.printer.power-off", "断电", "power off"),
    (
        "fault-of.printer.wrong-echo",
        "回答错误的编号",
        "echoes a wrong id",
    ),
    (
        "fault-of.printer.late-echo",
        "半分钟后才回答",
        "answers half a minute late",
    ),
    ("fault-of.printer.garbage", "线路有杂讯", "rubbish on the line"),
    (
        "fault-of.printer.old-echo",
        "回答上一张的编号",
        "echoes the job before",
    ),
    (
        "fault-of.printer.xoff",
        "流控停发（XOFF）",
        "stopped by flow control (XOFF)",
    ),
    (
        "fault-of.printer.half-written",
        "写到一半卡住",
        "line stuck half way",
    ),
    // Printer.
    ("find", "查找", "Find"),
    ("find.hint", "号票、号码、姓名、电话", "Slip, number, name, phone"),
    (
        "find.more",
        "扫号票；或输入号码（A023）、号码和日期（A023 2026-03-02）、号码和手机后四位（A023 8000）、姓名、电话",
        "Scan a slip; or type a number (A023), a number and a day (A023 2026-03-02), a number and the telephone's last four digits (A023 8000), a name, a telephone",
    ),
    ("done.found", "找到了 {number}", "Found {number}"),
    ("done.found-several", "找到了 {n} 次来访", "Found {n} visits"),
    ("found.title", "查找结果", "What was found"),
    (
        "found.hint",
        "未办结的在前，其余按日期从近到远；只列您可以查看的，密封件不在其中。",
        "Open ones first, then the newest; only what you may see, and nothing sealed.",
    ),
    ("found.day", "日期", "Day"),
    ("found.none", "没有可以显示的。", "There is nothing to show."),
    (
        "error.find-unclear",
        "请扫号票上的码，或输入号码（如 A023）；以前的加一个空格和日期（A023 2026-03-02），号票丢了的加手机号后四位；也可以输入姓名或电话。",
        "Scan the slip's code, or type its number such as A023; of an earlier day add the date (A023 2026-03-02), for a lost slip the last four digits of the telephone; or type a name or a telephone.",
    ),
    ("strip.reader", "读卡器", "Card reader"),
    ("strip.scanner", "扫码器", "Scanner"),
    ("strip.speaker", "喇叭", "Loudspeaker"),
    ("sense.off", "未安装", "none installed"),
    ("sense.unknown", "尚未应答", "not heard from yet"),
    ("sense.ready", "正常", "ready"),
    (
        "sense.mute",
        "没有应答：检查电源、连线和波特率",
        "does not answer: check power, cable and speed",
    ),
    (
        "sense.unplugged",
        "未连接：检查连线和设置里的设备名",
        "not connected: check cable and the name in the settings",
    ),
    (
        "sense.denied",
        "没有权限：检查服务的用户组",
        "not permitted: check the groups of the service",
    ),
    ("sense.in-use", "被别的程序占用", "another program uses it"),
    ("sense.broken", "故障：请换一台", "broken: replace it"),
    ("visit.preview", "纸样", "On paper"),
    ("printer.unknown", "尚未应答", "not heard from yet"),
    ("printer.off", "未安装", "none installed"),
    ("printer.ready", "正常", "ready"),
    ("printer.paper-low", "纸快用完", "paper is low"),
    ("printer.paper-out", "缺纸", "out of paper"),
    ("printer.cover-open", "上盖打开", "cover open"),
    ("printer.cutter", "切刀卡住", "cutter stuck"),
    ("printer.hot", "打印头过热", "head too hot"),
    ("printer.offline", "脱机", "offline"),
    ("printer.mute", "没有应答", "does not answer"),
    ("printer.unplugged", "未连接", "not connected"),
    ("printer.in-use", "被别的程序占用", "another program uses it"),
    ("printer.denied", "没有权限", "not permitted"),
    (
        "printer.no-answer",
        "收到号票却不回话",
        "does not answer for slips",
    ),
    ("printer.broken", "故障", "broken"),
    ("remedy.unknown", "稍等片刻", "wait a moment"),
    (
        "remedy.off",
        "请告诉群众记住号码",
        "tell visitors to remember their number",
    ),
    ("remedy.ready", "", ""),
    ("remedy.paper-low", "请备好一卷新纸", "have a new roll at hand"),
    (
        "remedy.paper-out",
        "请换纸：热敏面朝外，装好后合上上盖；未打的号票会自动补上",
        "put in a new roll, thermal side out, and close the cover; waiting slips print by themselves",
    ),
    (
        "remedy.cover-open",
        "请合上上盖，听到“咔”一声",
        "close the cover until it clicks",
    ),
    (
        "remedy.cutter",
        "关电源，取出卡纸，再开电源",
        "switch it off, take the jammed paper out, switch it on",
    ),
    (
        "remedy.hot",
        "等几分钟会自己恢复",
        "it recovers by itself in a few minutes",
    ),
    (
        "remedy.offline",
        "按打印机上的进纸键或联机键",
        "press the printer's feed or online key",
    ),
    (
        "remedy.mute",
        "检查电源和串口线；不行就关开一次电源",
        "check power and serial cable; else switch it off and on",
    ),
    (
        "remedy.no-answer",
        "关开一次电源，再打一张自检页；仍不回话，请在型号文件里改 fence",
        "switch it off and on and print a self-test page; if that stays so, change fence in its profile",
    ),
    (
        "remedy.unplugged",
        "检查串口线或 USB 转接头",
        "check the serial cable or USB adapter",
    ),
    (
        "remedy.in-use",
        "停掉那个程序（fuser -v 可查），大厅会自己接着打",
        "stop that program (fuser -v shows which); the lobby then goes on by itself",
    ),
    (
        "remedy.denied",
        "请管理员把服务的用户加入 dialout 组",
        "have an administrator add the service's user to the group dialout",
    ),
    (
        "remedy.broken",
        "请报修；在此期间请告诉群众记住号码",
        "call for repair; until then tell visitors to remember their number",
    ),
    // Storage.
    ("storage.sound", "正常", "well"),
    (
        "storage.disk-full",
        "磁盘已满：暂停取号，请改用手工登记并联系管理员清理",
        "disk is full: no numbers are given; use paper and tell the administrator",
    ),
    (
        "storage.database-failed",
        "写入失败：暂停取号，正在自动重试",
        "writing fails: no numbers are given; it keeps trying",
    ),
    (
        "storage.database-damaged",
        "数据文件损坏：只能查看。请重启自助机，会自动恢复可读的记录",
        "file is damaged: read only. Restart the box; it recovers what can be read",
    ),
    // Stages, classes, posts.
    ("stage.waiting", "等候", "Waiting"),
    ("stage.called", "已叫号", "Called"),
    ("stage.serving", "办理中", "Being served"),
    ("stage.missed", "过号", "Missed"),
    ("stage.closed", "办结", "Closed"),
    ("class.ordinary", "普通", "Ordinary"),
    ("class.priority", "优先照顾", "Priority"),
    ("class.urgent", "紧急", "Urgent"),
    ("post.a", "A岗", "A post"),
    ("post.b", "B岗", "B post"),
    ("post.head", "科室负责人", "head of department"),
    ("post.reception", "综合窗口", "reception"),
    ("post.duty", "值班人员", "duty officer"),
    (
        "post.otherwise",
        "指定负责人",
        "person named for when nobody is rostered",
    ),
    ("role.officer", "科室人员", "Officer"),
    ("role.reception", "接待人员", "Reception"),
    ("role.leader", "带班领导", "Leader"),
    ("role.administrator", "管理员", "Administrator"),
    ("kind.service", "办事", "Services"),
    ("kind.enquiry", "咨询", "Enquiries"),
    ("kind.petition", "反映诉求（信访）", "Petitions"),
    ("kind.archive", "查档", "Archive"),
    ("kind.seal", "用印", "Seals"),
    ("kind.meeting", "会议", "Meetings"),
    ("kind.official", "公务来访", "Official visits"),
    ("kind.delivery", "送文送件", "Deliveries"),
    // Outcomes and reasons.
    ("outcome.answered", "当场答复", "Answered at once"),
    (
        "outcome.outside-told",
        "已告知主管单位",
        "Sent to the competent body",
    ),
    (
        "outcome.procedure-told",
        "已告知法定途径",
        "Told the legal procedure",
    ),
    ("outcome.replied", "已答复", "Replied"),
    ("outcome.left", "群众已离开", "Visitor left"),
    ("outcome.missed", "过号未到", "Called, nobody came"),
    ("told.in-person", "当面", "In person"),
    ("told.phone", "电话", "By telephone"),
    ("told.writing", "书面", "In writing"),
    ("told.not-told", "未能告知（已离开）", "Not told: they had left"),
    (
        "handover.other-duty",
        "属其他科室职责",
        "Another department's duty",
    ),
    ("handover.together", "需有关科室共同办理", "To be done together"),
    (
        "handover.absent",
        "承办人外出，由同事代办",
        "Handler is away; a colleague acts",
    ),
    (
        "handover.other-matter",
        "群众来意有变",
        "The visitor wants something else",
    ),
    ("handover.taken-over", "综合窗口接手", "Taken over by reception"),
    (
        "refuse.not-our-duty",
        "不属本科室职责",
        "Not our department's duty",
    ),
    (
        "refuse.already-handled",
        "已由他人承办",
        "Somebody has it already",
    ),
    ("refuse.away", "正在外出", "Away now"),
    ("refuse.recusal", "需回避", "Conflict of interest"),
    ("slip.waiting", "等待打印", "waiting to print"),
    ("slip.printed", "已打印", "printed"),
    (
        "slip.in-doubt",
        "不确定是否打出，请问群众",
        "not known whether it came out; ask the visitor",
    ),
    (
        "slip.expired",
        "未打印，已不需要",
        "not printed, no longer needed",
    ),
    ("slip.replaced", "由补打代替", "replaced by a reprint"),
    ("slip.reprint", "补打", "reprint"),
    // Administration.
    ("admin", "管理", "Administration"),
    ("admin.accounts", "登录账号", "Accounts"),
    ("admin.since", "密码设置于", "Password set"),
    ("admin.no-account", "还不能登录", "cannot log in yet"),
    ("admin.password", "新密码", "New password"),
    ("admin.password.hint", "至少 8 个字符。", "At least 8 characters."),
    ("admin.set", "设置", "Set"),
    ("admin.roles", "角色", "Roles"),
    ("admin.screen", "查看自助机屏幕", "Look at the kiosk's screen"),
    (
        "admin.screen.hint",
        "只能看，不能操作；个人信息遮黑；自助机上会显示“工作人员正在协助您查看屏幕”，并记入台账。",
        "View only, personal fields black; the kiosk says so on its screen, and it is journaled.",
    ),
    ("admin.push", "立即上报", "Send now"),
    (
        "admin.api",
        "接口说明（OpenAPI）",
        "Interface description (OpenAPI)",
    ),
    ("screen.title", "自助机屏幕", "Kiosk screen"),
    (
        "screen.touch",
        "用鼠标或手指操作，如同在自助机前。",
        "Touch it with mouse or finger, as at the kiosk.",
    ),
    ("screen.connecting", "正在连接……", "Connecting…"),
    ("screen.live", "已连接", "Connected"),
    (
        "screen.lost",
        "连接已断开，正在重连……",
        "Connection lost; reconnecting…",
    ),
    (
        "screen.needs-script",
        "此页需要浏览器允许脚本。",
        "This page needs scripts to be allowed.",
    ),
    // The hall display.
    ("display.title", "叫号", "Now calling"),
    ("display.please", "请到", "Please go to"),
    (
        "display.priority",
        "优先照顾的群众，按早到 {n} 分钟排队",
        "Visitors with priority queue as if they had come {n} minutes earlier",
    ),
    ("display.serving", "正在办理", "Being served"),
    ("display.waiting", "等候人数", "Waiting"),
    (
        "display.none",
        "请在自助机上取号，或到综合窗口。",
        "Please take a number at the kiosk, or go to reception.",
    ),
    (
        "display.lost",
        "显示暂时中断，请留意窗口叫号",
        "Display interrupted; please listen for your number",
    ),
    // Refusals of the desk.
    (
        "refusal.not-found",
        "没有这次来访，可能已经结束。",
        "There is no such visit; it may have ended.",
    ),
    (
        "refusal.tried-enough",
        "试的次数太多了，请到窗口查询。",
        "Too many tries; please ask at the counter.",
    ),
    (
        "refusal.unknown-matter",
        "事项目录里没有这个事项。",
        "The catalogue has no such matter.",
    ),
    (
        "refusal.unknown-staff",
        "没有这位工作人员。",
        "There is no such member of staff.",
    ),
    (
        "refusal.wrong-counter",
        "这个窗口不办理该科室的号。",
        "That counter does not serve this department.",
    ),
    (
        "refusal.already-closed",
        "这次来访已经办结。",
        "The visit is already closed.",
    ),
    (
        "refusal.called-enough",
        "已叫满三次，请记为过号。",
        "Called three times; mark it as missed.",
    ),
    (
        "refusal.call-again-first",
        "叫满三次后才能记为过号，请先重呼。",
        "Call again first; it counts as missed after three calls.",
    ),
    (
        "refusal.not-extendable",
        "这项时限不能延长，或已经延长过一次。",
        "This limit cannot be extended, or has been extended already.",
    ),
    (
        "refusal.extension-too-long",
        "延长太久：信访处理意见最多 30 日，信息公开最多 20 个工作日。",
        "Too long: at most 30 days for a petition, 20 working days for information.",
    ),
    (
        "refusal.limit-over",
        "期限已过，不能再延长，请尽快办结并向领导说明。",
        "The limit is over and can no longer be extended; finish soon and tell the leader.",
    ),
    (
        "refusal.date-stands",
        "群众已经被告知更早的日期：可以提前，不能自行推后；确需延长的，按规定报批后办“延期”。",
        "The visitor was told an earlier date: it may be brought forward, not put off; more time takes an approved extension.",
    ),
    (
        "refusal.answer-owed",
        "已向群众承诺答复或者已经受理，群众离开后仍要办理并答复，不能按“已离开”“过号未到”办结。",
        "An answer was promised, or the petition was taken on: it is owed though the visitor has left, so answer before closing.",
    ),
    (
        "refusal.bad-dates",
        "日期不对：结束要晚于开始，并且不能太长。",
        "The dates do not fit: the end must come after the beginning, and not too late.",
    ),
    (
        "refusal.in-the-past",
        "这段时间已经过去，不能再改。",
        "That time has passed and stays as it was.",
    ),
    ("refusal.already-noted", "已经登记过了。", "It is noted already."),
    (
        "refusal.nobody-in-turn",
        "有一个班次没有值班人员，请补上姓名。",
        "A turn names nobody; fill in who is on duty.",
    ),
    (
        "refusal.not-in-turn",
        "这个班次里没有这个人，请刷新页面看最新的值班表。",
        "That person is not on duty in that turn; reload the roster.",
    ),
    (
        "refusal.too-soon",
        "刚刚叫过，请过 {n} 秒再重呼。",
        "Called a moment ago; wait {n} seconds before calling again.",
    ),
    (
        "refusal.counter-busy",
        "窗口上还有另一个号，请先办完。",
        "Another number is at that counter; finish it first.",
    ),
    ("refusal.nobody-waits", "现在没有人等候。", "Nobody is waiting."),
    (
        "refusal.out-of-turn",
        "现在不能这样做：号的状态已经变了，请看最新状态。",
        "Not possible now: the number has moved on. Look at its present state.",
    ),
    (
        "refusal.not-yours",
        "这次来访由其他科室办理。",
        "The visit is with another department.",
    ),
    (
        "refusal.not-offered-to-you",
        "这张转办单不是发给您的。",
        "The handover was offered to somebody else.",
    ),
    (
        "refusal.same-person",
        "现在就由这位同事负责，不必转办。",
        "That colleague answers for it already.",
    ),
    (
        "refusal.offer-open",
        "转办单还在等对方答复。",
        "A handover is waiting for its answer.",
    ),
    (
        "refusal.offer-over",
        "这张转办单已经答复或已超时。",
        "The handover was answered or has lapsed.",
    ),
    (
        "refusal.away",
        "这位同事现在不在岗，请转给其他人。",
        "That colleague is away now; choose another.",
    ),
    (
        "refusal.note-needed",
        "请写明主管单位（或法定途径）的名称、地址和电话；不予办理、不再受理的写明依据和理由。",
        "Write down the competent body, its address and telephone; a refusal states its basis.",
    ),
    (
        "refusal.procedure-needed",
        "法定途径还要写明：哪种途径（如劳动仲裁），到什么时候为止。",
        "For a procedure of the law also write which it is and until when it is open.",
    ),
    (
        "refusal.told-needed",
        "请选择怎样告知群众的；群众已离开的选“未能告知”。",
        "Say how the visitor was told; if they had left, choose “Not told”.",
    ),
    (
        "refusal.numbers-used-up",
        "今天这个队列的号已经发完。",
        "Today's numbers of this queue are used up.",
    ),
    (
        "refusal.not-taken",
        "这件事现在不办：看看办理时间，或今天的号已满。",
        "This matter is not taken now: see its hours, or today's numbers are gone.",
    ),
    (
        "refusal.bad-name",
        "姓名过长，或含有不能用的字符。",
        "The name is too long or has characters no name has.",
    ),
    (
        "refusal.bad-phone",
        "电话号码应为 5 至 18 位数字。",
        "A telephone number has 5 to 18 digits.",
    ),
    (
        "refusal.bad-note",
        "说明过长，最多 500 字。",
        "The note is too long: at most 500 characters.",
    ),
    (
        "refusal.not-allowed",
        "您没有这项权限。",
        "You are not allowed to do that.",
    ),
    // Faults of the world.
    (
        "fault.disk-full",
        "磁盘已满，没有保存。请改用手工登记并联系管理员。",
        "The disk is full; nothing was saved. Use paper and tell the administrator.",
    ),
    (
        "fault.database-failed",
        "没有保存成功，请再试一次。",
        "It was not saved. Please try again.",
    ),
    (
        "fault.database-damaged",
        "数据文件损坏，没有保存。请重启自助机。",
        "The file is damaged; nothing was saved. Restart the box.",
    ),
    (
        "fault.database-newer",
        "数据文件来自更新的版本，请先升级。",
        "The file is of a newer version; upgrade first.",
    ),
    (
        "fault.database-of-other-box",
        "数据文件属于另一台自助机。",
        "The file belongs to another box.",
    ),
    (
        "fault.stopped",
        "自助机正在停机，没有保存。",
        "The box is stopping; nothing was saved.",
    ),
    // Errors of the console's own.
    (
        "error.unexpected",
        "出了意外的问题，没有保存，请再试一次。",
        "Something unexpected went wrong; nothing was saved. Please try again.",
    ),
    ("error.no-page", "没有这个页面。", "There is no such page."),
    (
        "error.wrong-method",
        "这个地址不接受这种请求。",
        "This address does not take that kind of request.",
    ),
    (
        "error.too-large",
        "内容过大，没有接收。",
        "Too large; not accepted.",
    ),
    (
        "error.timeout",
        "等待过久，请再试一次。",
        "It took too long. Please try again.",
    ),
    (
        "error.bad-request",
        "请求内容不对，没有接收。",
        "The request is not well formed; not accepted.",
    ),
    (
        "error.bad-json",
        "JSON 内容不对：{detail}",
        "The JSON is not as expected: {detail}",
    ),
    (
        "error.not-json",
        "请用 application/json 发送。",
        "Send it as application/json.",
    ),
    (
        "error.bad-text",
        "文字不是有效的 UTF-8。",
        "The text is not valid UTF-8.",
    ),
    (
        "error.missing-field",
        "缺少或不认识的内容：{detail}",
        "Missing or not understood: {detail}",
    ),
    ("error.login-needed", "请先登录。", "Please log in first."),
    (
        "error.wrong-login",
        "工号或密码不对。",
        "Staff id or password is wrong.",
    ),
    (
        "error.locked",
        "试错次数过多，请 {wait} 后再试。",
        "Too many wrong tries. Try again in {wait}.",
    ),
    (
        "error.csrf",
        "页面已过期，请刷新后再试。",
        "The page is out of date. Reload it and try again.",
    ),
    (
        "error.elsewhere",
        "请求来自别的网站，已拒绝。",
        "The request came from another site and was refused.",
    ),
    (
        "error.wrong-host",
        "请用 http://127.0.0.1 或 http://localhost 打开。",
        "Open it as http://127.0.0.1 or http://localhost.",
    ),
    (
        "error.too-many",
        "同时打开的页面过多，请关闭一些。",
        "Too many pages are open at once; close some.",
    ),
    (
        "error.bad-password",
        "密码需要 8 至 200 个字符。",
        "A password has 8 to 200 characters.",
    ),
    (
        "error.no-screen",
        "这台自助机的屏幕不能在这里查看。",
        "This kiosk's screen cannot be shown here.",
    ),
    ("error.choose", "请先选好再提交。", "Choose first, then send."),
    ("error.bad-people", "人数应为 1 至 999。", "People: 1 to 999."),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::{PrinterState, Storage};
    use crate::domain::event::{
        Basis, Bell, Class, ClockStep, DeliveryWay, Document, EscalationReason, Form, HandoverReason,
        OpenReason, Outcome, PaperKind, PetitionCategory, RefuseReason, SlipOutcome, Told,
    };
    use crate::domain::limit::LimitKind;
    use crate::domain::office::{MatterKind, Role};
    use crate::domain::presence::Whereabouts;
    use crate::domain::refusal::Refusal;
    use crate::domain::roster::DutyPost;
    use crate::domain::sensitive::BadPersonal;

    /// Every refusal; the match makes a new one fail to compile until it stands here.
    fn refusals() -> Vec<Refusal> {
        use Refusal::*;
        let all = vec![
            NotFound,
            UnknownMatter,
            UnknownStaff,
            WrongCounter,
            AlreadyClosed,
            CalledEnough,
            CallAgainFirst,
            TooSoon { seconds: 1 },
            CounterBusy,
            NobodyWaits,
            OutOfTurn,
            NotYours,
            NotOfferedToYou,
            SamePerson,
            OfferOpen,
            OfferOver,
            Away,
            NoteNeeded,
            ProcedureNeeded,
            ToldNeeded,
            NotExtendable,
            ExtensionTooLong,
            LimitOver,
            BadDates,
            InThePast,
            AlreadyNoted,
            NobodyInTurn,
            NotInTurn,
            UnknownContent,
            SameClass,
            UrgentUsedUp,
            AlreadyRolled,
            NotClosing,
            NumbersUsedUp,
            NotTaken,
            SameOfficer,
            Personal(BadPersonal::Name),
            Personal(BadPersonal::Phone),
            Personal(BadPersonal::Note),
            Recused,
            WithLeader,
            LeaderDecided,
            NothingMissing,
            NoticeOnce,
            BadDate,
            DateStands,
            AnswerOwed,
            ReasonNeeded,
            DeliveryNeeded,
            PolicyNeeded,
            RegisterNeeded,
            ItemNeeded,
            SealFirst,
            Representatives,
            MattersFull,
            NoContact,
            WrongKey,
            SameDepartment,
            ReviewNeeded,
            ContactAccused,
            NotAllowed,
            TriedEnough,
        ];
        for it in &all {
            match it {
                NotFound
                | UnknownMatter
                | UnknownStaff
                | WrongCounter
                | AlreadyClosed
                | CalledEnough
                | CallAgainFirst
                | TooSoon { .. }
                | CounterBusy
                | NobodyWaits
                | OutOfTurn
                | NotYours
                | NotOfferedToYou
                | SamePerson
                | OfferOpen
                | OfferOver
                | Away
                | NoteNeeded
                | ProcedureNeeded
                | ToldNeeded
                | NotExtendable
                | ExtensionTooLong
                | LimitOver
                | BadDates
                | InThePast
                | AlreadyNoted
                | NobodyInTurn
                | NotInTurn
                | UnknownContent
                | SameClass
                | UrgentUsedUp
                | AlreadyRolled
                | NotClosing
                | NumbersUsedUp
                | NotTaken
                | SameOfficer
                | Recused
                | WithLeader
                | LeaderDecided
                | NothingMissing
                | NoticeOnce
                | BadDate
                | DateStands
                | AnswerOwed
                | ReasonNeeded
                | DeliveryNeeded
                | PolicyNeeded
                | RegisterNeeded
                | ItemNeeded
                | SealFirst
                | Representatives
                | MattersFull
                | NoContact
                | WrongKey
                | SameDepartment
                | ReviewNeeded
                | ContactAccused
                | NotAllowed
                | TriedEnough
                | Personal(BadPersonal::Name | BadPersonal::Phone | BadPersonal::Note) => {}
            }
        }
        all
    }

    fn printers() -> Vec<PrinterState> {
        use PrinterState::*;
        let all = vec![
            Unknown, Off, Ready, PaperLow, PaperOut, CoverOpen, Cutter, Hot, Offline, Mute, Unplugged, InUse,
            Denied, NoAnswer, Broken,
        ];
        for it in &all {
            match it {
                Unknown | Off | Ready | PaperLow | PaperOut | CoverOpen | Cutter | Hot | Offline | Mute
                | Unplugged | InUse | Denied | NoAnswer | Broken => {}
            }
        }
        all
    }

    #[test]
    fn no_code_lacks_words() {
        let mut keys: Vec<String> = Vec::new();
        keys.extend(refusals().iter().map(|it| format!("refusal.{}", it.code())));
        // The store is none of this door's business, but what it calls its faults must have words.
        let store =
            std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src/store/mod.rs")).unwrap();
        let (_, codes) = store.split_once("pub fn code(&self) -> &'static str {").unwrap();
        let codes: Vec<_> = codes
            .split("\n    }\n")
            .next()
            .unwrap()
            .split('"')
            .skip(1)
            .step_by(2)
            .collect();
        assert!(4 < codes.len(), "{codes:?}");
        keys.extend(
            codes
                .into_iter()
                .chain(["stopped"])
                .map(|it| format!("fault.{it}")),
        );
        keys.extend(Outcome::ALL.iter().map(|it| format!("outcome.{}", it.code())));
        keys.extend(Told::ALL.iter().map(|it| format!("told.{}", it.code())));
        keys.extend(
            HandoverReason::ALL
                .iter()
                .map(|it| format!("handover.{}", it.code())),
        );
        keys.extend(RefuseReason::ALL.iter().map(|it| format!("refuse.{}", it.code())));
        keys.extend(SlipOutcome::ALL.iter().map(|it| format!("slip.{}", it.code())));
        keys.extend(MatterKind::ALL.iter().map(|it| format!("kind.{}", it.code())));
        keys.extend(Role::ALL.iter().map(|it| format!("role.{}", it.code())));
        keys.extend(DutyPost::ALL.iter().map(|it| format!("post.{}", it.code())));
        for it in printers() {
            keys.push(format!("printer.{}", it.code()));
            keys.push(format!("remedy.{}", it.code()));
        }
        for it in crate::desk::SenseState::ALL {
            keys.push(format!("sense.{}", it.code()));
        }
        for it in [Storage::Sound, Storage::Full, Storage::Failing, Storage::Damaged] {
            keys.push(format!("storage.{}", it.code()));
        }
        for it in Class::ALL {
            keys.push(format!("class.{}", it.code()));
            keys.push(format!("class.hint.{}", it.code()));
        }
        let coded: [(&str, Vec<&str>); 12] = [
            ("bell", Bell::ALL.iter().map(|it| it.code()).collect()),
            (
                "escalation",
                EscalationReason::ALL.iter().map(|it| it.code()).collect(),
            ),
            ("basis", Basis::ALL.iter().map(|it| it.code()).collect()),
            ("reason", OpenReason::ALL.iter().map(|it| it.code()).collect()),
            ("paper", PaperKind::ALL.iter().map(|it| it.code()).collect()),
            ("document", Document::ALL.iter().map(|it| it.code()).collect()),
            ("way", DeliveryWay::ALL.iter().map(|it| it.code()).collect()),
            ("form", Form::ALL.iter().map(|it| it.code()).collect()),
            (
                "category",
                PetitionCategory::ALL.iter().map(|it| it.code()).collect(),
            ),
            ("presence", Whereabouts::ALL.iter().map(|it| it.code()).collect()),
            ("step", ClockStep::ALL.iter().map(|it| it.code()).collect()),
            ("limit", LimitKind::ALL.iter().map(|it| it.code()).collect()),
        ];
        for (family, codes) in coded {
            keys.extend(codes.into_iter().map(|it| format!("{family}.{it}")));
        }
        for stage in ["waiting", "called", "serving", "missed", "pending", "closed"] {
            keys.push(format!("stage.{stage}"));
        }
        let missing: Vec<_> = keys.iter().filter(|it| !knows(it)).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn every_word_a_page_or_a_source_asks_for_is_in_the_table() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut missing = Vec::new();
        let mut asked = 0;
        for folder in ["ui/console", "src/console"] {
            for file in std::fs::read_dir(root.join(folder)).unwrap() {
                let path = file.unwrap().path();
                if path.ends_with("words.rs") || path.ends_with("words_of_matters.rs") {
                    continue;
                }
                let text = std::fs::read_to_string(&path).unwrap_or_default();
                for call in [
                    ".t(\"",
                    ".t_with(\"",
                    "words::say(\"",
                    "No::new(\"",
                    "No::with(\"",
                    "both(\"",
                ] {
                    for found in text.split(call).skip(1) {
                        let key = found.split('"').next().unwrap();
                        asked += 1;
                        if !knows(key) && !knows(&format!("error.{key}")) && !key.is_empty() {
                            missing.push(format!("{}: {key}", path.display()));
                        }
                    }
                }
            }
        }
        assert!(50 < asked, "the search for words found only {asked}");
        assert!(missing.is_empty(), "{missing:#?}");
    }

    #[test]
    fn no_key_stands_twice_and_none_is_half_translated() {
        assert_eq!(INDEX.len(), all().count());
        for (key, zh, en) in all() {
            assert_eq!(zh.is_empty(), en.is_empty(), "{key}");
            let names = |text: &str| text.matches('{').count();
            assert_eq!(names(zh), names(en), "{key}: both languages fill in the same");
        }
    }
}
