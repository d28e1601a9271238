//! The words of the steps beside settling a matter: turns of duty, working together, progress told, objections,
//! the clock of an application for information, and who answered from when to when. Part of the one table (see
//! [`words`](super::words)).

/// Key, 中文, English.
pub(super) const TABLE: &[(&str, &str, &str)] = &[
    ("outcome.declined", "不予办理", "Declined"),
    ("outcome.not-again", "不再受理", "Not taken up again"),
    (
        "outcome.given-back",
        "已退回交办单位",
        "Given back to whoever passed it down",
    ),
    (
        "basis.enquiry",
        "向上级或 12345 询问主管单位",
        "asking upward or 12345 who is competent",
    ),
    ("document.extension", "延期告知书", "extension, with the reason"),
    (
        "bell.date-owed",
        "下班前转办单无人接收，请与群众约定答复日期",
        "Nobody took the handover before closing: give the visitor a date",
    ),
    (
        "bell.urgent-unanswered",
        "重大紧急事项，带班领导还没有答复，请逐级过问",
        "Major or urgent, and the leader on duty has not answered: please see to it",
    ),
    (
        "bell.urgent-marked",
        "有来访被标为紧急或危急，请带班领导掌握",
        "A visit was marked urgent or dangerous: for the leader on duty",
    ),
    (
        "bell.urgent-unseen",
        "紧急或危急的来访还没有人接待，请逐级过问",
        "An urgent or dangerous visit has not been seen to: please do",
    ),
    ("bell.visitor", "有群众到访", "A visitor is here"),
    (
        "bell.came-back",
        "补齐材料回来了，等您接待",
        "Came back with the papers and waits for you",
    ),
    ("visit.taker", "由谁接待", "Who takes it"),
    (
        "taker.same",
        "补材料回来 · 由{name}接待",
        "Came back · for {name}",
    ),
    (
        "taker.stand-in",
        "补材料回来 · {away}不在，由{name}接待",
        "Came back · {away} is away, for {name}",
    ),
    (
        "taker.anybody",
        "补材料回来 · {away}不在，本科室都可接待",
        "Came back · {away} is away, for anybody of the department",
    ),
    (
        "refusal.same-officer",
        "这位群众补材料回来，由原来的经办人接待；经办人不在时会转到 B 岗。",
        "This visitor came back to the officer who goes on with it; B post takes over when they are away.",
    ),
    (
        "step.third-party",
        "征求第三方意见，时限暂停",
        "Third parties are asked: the clock stands still",
    ),
    (
        "step.heard",
        "第三方已答复，时限继续",
        "Third parties have answered: the clock runs on",
    ),
    (
        "step.unclear",
        "补正告知（一次，七个工作日内）",
        "Told what is unclear (once, within 7 working days)",
    ),
    (
        "step.corrected",
        "收到补正申请，时限重新计算",
        "Corrected application: the clock begins anew",
    ),
    ("limit.petition-notice", "信访书面告知", "written information"),
    ("limit.petition-opinion", "信访处理意见", "petition decision"),
    ("limit.duty-request", "履行职责", "duty request"),
    ("limit.review", "复查、复核", "review"),
    (
        "limit.transfer-objection",
        "对交办提出异议",
        "objection to what was passed down",
    ),
    ("limit.information", "政府信息公开", "government information"),
    ("limit.information-unclear", "补正告知", "what is unclear"),
    ("limit.materials", "材料补正告知", "missing papers"),
    ("limit.matter", "办理时限", "time limit"),
    ("limit.leader-report", "领导研究答复", "report to the leader"),
    ("limit.upward-enquiry", "向上询问", "enquiry upward"),
    // Who answered from when to when.
    ("took.asked", "首问责任人", "asked first"),
    ("took.served", "接待办理", "received the visitor"),
    ("took.accepted", "接收转办", "accepted the handover"),
    ("took.decided", "领导裁定", "by the leader's decision"),
    (
        "took.escalated",
        "回避，领导裁定前由其负责",
        "until it is decided, for whoever stays out",
    ),
    ("took.handed-on", "交接班", "with the turn of duty"),
    (
        "took.sealed",
        "密封后由纪检联络员",
        "sealed for the discipline contact",
    ),
    ("took.otherwise", "变更", "changed"),
    ("answers.away", "外出，未交接", "away, nothing handed over"),
    // The story.
    (
        "story.handed-on",
        "交接班：{name} 交给 {to}，以后由其负责",
        "Turn of duty: {name} handed on to {to}, who answers from here",
    ),
    (
        "story.joined",
        "{name} 请 {to} 协办",
        "{name} asked {to} to work on it too",
    ),
    (
        "story.progress",
        "{name} 已告知进展（{told}）",
        "{name} told the visitor how it stands ({told})",
    ),
    (
        "story.clock",
        "{name}：{reason}，{date}前答复",
        "{name}: {reason}; reply by {date}",
    ),
    (
        "story.objected",
        "{name} 对交办提出异议",
        "{name} objected to its having been passed down",
    ),
    (
        "story.consented",
        "交办单位同意退回，{name} 记录",
        "It may be given back, noted by {name}",
    ),
    (
        "story.rejected",
        "交办单位不同意退回，{name} 记录",
        "It stays here, noted by {name}",
    ),
    // Refusals.
    (
        "refusal.same-department",
        "这位同事就在承办科室，不用请协办。",
        "That colleague is of the department that has the matter.",
    ),
    (
        "refusal.review-needed",
        "不再受理要写明复核意见文号和此前来访次数，并确认事实和理由相同。",
        "Write the number of the final review and the earlier visits, and confirm that the facts are the same.",
    ),
    (
        "refusal.contact-accused",
        "被反映人是本单位纪检联络员，不能由其接收：请用“已告知主管单位”告知上级纪委监委的地址和电话（12388）。",
        "The discipline contact is the one concerned: close it as told of the competent body, the higher commission \
         (12388).",
    ),
    // Pages.
    ("join.title", "请协办", "Ask to work together"),
    (
        "join.hint",
        "最先受理的科室牵头，其他科室协办；责任人不变。",
        "Whoever received first goes on leading; the responsible officer stays.",
    ),
    ("join.who", "请谁协办", "Who"),
    ("progress.title", "已告知进展", "Told how it stands"),
    (
        "progress.hint",
        "时间过半告知一次进展；电话告知也要登记。",
        "At half time the visitor hears how it stands; by telephone too it is noted.",
    ),
    ("clock.title", "补正、征求意见", "Clock of the application"),
    (
        "clock.hint",
        "补正告知只能一次，写明要补正什么；收到补正后重新计时。第三方答复期间不计入时限。",
        "What is unclear is told once; the clock begins anew with the corrected application. Days third parties \
         are given do not count.",
    ),
    ("clock.step", "发生了什么", "What happened"),
    ("object.title", "提出异议", "Object"),
    (
        "object.hint",
        "收到交办后五个工作日内，写明理由；经同意才能退回。",
        "Within five working days, with the reason; it is given back only with consent.",
    ),
    ("answer-objection.title", "登记异议答复", "Note the answer"),
    (
        "answer-objection.consented",
        "交办单位同意退回",
        "It may be given back",
    ),
    (
        "answer-objection.rejected",
        "交办单位不同意，由我单位办理",
        "It stays here",
    ),
    ("answer-objection.what", "答复", "The answer"),
    ("notice.told", "怎样告知", "How it is told"),
    ("done.join", "已请协办", "Noted"),
    ("done.progress", "已登记告知", "Noted"),
    ("done.clock", "已登记，时限已更新", "Noted; the clock is set"),
    ("done.object", "异议已登记", "Objection noted"),
    ("done.answer-objection", "异议答复已登记", "Answer noted"),
    (
        "petition.same-facts",
        "事实和理由与复核意见相同",
        "Same facts and reasons as that review",
    ),
    (
        "petition.same-facts.legend",
        "不再受理须确认",
        "To be confirmed for that",
    ),
    ("list.comma", "、", ", "),
    ("document.print", "打印", "Print"),
    ("sequence.title", "办理顺序", "Order of the matters"),
    (
        "sequence.hint",
        "一个号依次办这些事项；把下一件放到最前面。",
        "One number goes through these matters in this order; the first open one is next.",
    ),
    ("sequence.up", "上移", "Up"),
    ("sequence.down", "下移", "Down"),
    ("sequence.place", "第 {n} 件", "No. {n}"),
    ("sequence.back", "回到这次来访", "Back to the visit"),
    ("done.sequence", "已调整办理顺序", "Order changed"),
    ("follow", "跟进", "To follow up"),
    (
        "follow.accepted",
        "首办，尚未告知群众结果",
        "accepted by you first; the visitor has not been told",
    ),
    ("follow.joined", "协办", "worked on together"),
    ("register.asked", "一起被问到的同事", "Asked together with me"),
    (
        "register.asked.hint",
        "同时问到几个人的，由职务最高的首问负责。",
        "Of several asked together the highest in rank answers.",
    ),
    ("duty.handover.what", "一并交接的事项", "What goes along"),
    (
        "duty.handover.what.hint",
        "勾选的事项从现在起由接班人负责，群众手里的号码不变。",
        "Whoever comes on answers for what is ticked; the visitor's number stays.",
    ),
    (
        "duty.handover.none",
        "没有由您负责的未办结事项。",
        "You answer for nothing that is open.",
    ),
    ("duty.handed", "交接 {list}", "handed on: {list}"),
];
