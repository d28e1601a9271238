//! The command line: what can be typed, in Chinese and English.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Lobby 首问大厅：街道办事处大厅的接待一体机 · the reception appliance of a sub-district office
#[derive(Debug, Parser)]
#[command(
    name = "lobby",
    version,
    about,
    max_term_width = 100,
    arg_required_else_help = true
)]
pub struct Cli {
    /// 输出语言，默认随系统 · language of messages, by default the system's
    #[arg(long, global = true, value_name = "zh|en")]
    pub lang: Option<Tongue>,
    /// 要做什么 · what to do
    #[command(subcommand)]
    pub command: Command,
}

/// A language of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Tongue {
    /// 中文
    Zh,
    /// English
    En,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// 按设置运行大厅 · run the lobby by its settings
    Run(ConfigFile),
    /// 大厅不能运行时屏幕上的话，由 run 自己启动 · what the panel says while the lobby cannot run; started by run itself
    #[command(hide = true)]
    Sorry(ConfigFile),
    /// 演示：内置数据库、模拟设备、一间虚构的街道办 · demonstration: embedded database, simulated devices, a fictional office
    Demo(Demo),
    /// 检查设置、分派和值班表，一次列出全部错误 · check settings, routing and roster, all mistakes in one go
    Check(ConfigFile),
    /// 向单位数据库上报台账 · send the journal to the office database
    Sync(Sync),
    /// 台账 · the journal
    #[command(subcommand)]
    Journal(Journal),
    /// 只运行模拟打印机 · the simulated printer alone
    Printer(Printer),
    /// 打印一张测试页 · print a test page
    PrintTest(Place),
    /// 打印每日小结（数字和台账哈希） · print the day's summary, with the journal's hash
    PrintDay(Place),
    /// 工作人员的登录 · logins of staff
    #[command(subcommand)]
    Staff(Staff),
    /// 放假安排：查看、导入国办通知、导出 · the working calendar: show, import a notice, export
    #[command(subcommand)]
    Calendar(Calendar),
    /// 值班表：查看、导入、导出（CSV、XLSX） · the duty roster: show, import, export
    #[command(subcommand)]
    Roster(Roster),
    /// 为什么到这里：事项在某个时间由谁接待，依据哪条规则 · where a matter goes at a time, and why
    Route(Route),
    /// 单位数据库（在单位一侧由管理员运行） · the office database (run by its owner)
    #[command(subcommand)]
    Office(Office),
    /// 检查磁盘、时钟、数据库、打印机、屏幕、字体、单位数据库 · check disk, clock, database, printer, screen, fonts, office database
    Doctor(Doctor),
    /// 触摸校准：按设置写出 udev 规则 · calibration of the touch screen: the udev rule the settings ask for
    TouchRule(TouchRule),
    /// 模拟：按种子演若干个工作日，并与别的排队和估计办法对照 · play days of an office from a seed, its order and waits against others
    Simulate(Simulate),
    /// 测量 · measure
    Bench(Bench),
}

/// Which settings.
#[derive(Debug, Clone, Args)]
pub struct ConfigFile {
    /// 设置文件 · settings file
    #[arg(long, value_name = "FILE", default_value = "/etc/lobby/kiosk.toml")]
    pub config: PathBuf,
}

/// Which lobby: that of the settings, or a demonstration's.
#[derive(Debug, Clone, Args)]
pub struct Place {
    /// 设置文件 · settings file
    #[arg(long, value_name = "FILE", default_value = "/etc/lobby/kiosk.toml")]
    pub config: PathBuf,
    /// 改用演示大厅的数据目录 · the data directory of a demonstration instead
    #[arg(long, value_name = "DIR", conflicts_with = "config")]
    pub demo: Option<PathBuf>,
}

/// How to demonstrate.
#[derive(Debug, Args)]
pub struct Demo {
    /// 数据目录（再次启动时沿用） · data directory, used again by the next start
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// 工作台地址 · where the console is served
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8620")]
    pub listen: SocketAddr,
    /// 屏幕：窗口，或在浏览器里 · the screen: a window, or in the browser; by default whichever there is
    #[arg(long, value_name = "window|headless")]
    pub screen: Option<DemoScreen>,
    /// 已有的单位数据库，不另建临时库 · an office database that exists, instead of a throw-away one
    #[arg(long, value_name = "URL")]
    pub office_url: Option<String>,
    /// 屏幕尺寸 · size of the screen
    #[arg(long, value_name = "WxH", default_value = "1080x1920")]
    pub size: String,
    /// 打印机型号 · model of the printer
    #[arg(long, value_name = "NAME", default_value = "generic-80")]
    pub profile: String,
    /// 设备一开始就有的故障，可重复 · a fault a device starts with; may be repeated
    #[arg(long, value_name = "FAULT")]
    pub fault: Vec<String>,
    /// 不建单位数据库 · without an office database
    #[arg(long, conflicts_with = "office_url")]
    pub no_office: bool,
}

/// Where the demonstration shows its screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DemoScreen {
    /// In a window.
    Window,
    /// In the browser.
    Headless,
}

/// How to send.
#[derive(Debug, Args)]
pub struct Sync {
    /// 哪一个大厅 · which lobby
    #[command(flatten)]
    pub place: Place,
    /// 现在上报一次就结束（默认） · send once, now, and end (the default)
    #[arg(long)]
    pub once: bool,
}

/// What to do with the journal.
#[derive(Debug, Subcommand)]
pub enum Journal {
    /// 核对每一条的哈希链 · check the hash chain of every entry
    Verify(Place),
    /// 逐行导出 JSON（不含个人信息） · export as JSON lines, without personal data
    Export(Place),
}

/// The simulated printer alone.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Printer {
    /// 探测真打印机 · ask a real printer what it knows
    #[command(subcommand)]
    pub command: Option<PrinterCommand>,
    /// 串口链接 · where to put the serial line
    #[arg(long, value_name = "PATH", required = true)]
    pub link: Option<PathBuf>,
    /// 号票文件夹（.bin .txt .png） · folder the slips fall into
    #[arg(long, value_name = "DIR", required = true)]
    pub out: Option<PathBuf>,
    /// 型号 · model
    #[arg(long, value_name = "NAME", default_value = "generic-80")]
    pub profile: String,
    /// 波特率 · bits a second
    #[arg(long, value_name = "BAUD")]
    pub baud: Option<u32>,
    /// 走纸速度，毫米每秒 · millimetres of paper a second
    #[arg(long, value_name = "MM", default_value_t = 150, value_parser = clap::value_parser!(u16).range(20..=500))]
    pub paper_speed: u16,
    /// 故障，可重复 · a fault; may be repeated
    #[arg(long, value_name = "FAULT")]
    pub fault: Vec<String>,
}

/// What is done with a real printer.
#[derive(Debug, Subcommand)]
pub enum PrinterCommand {
    /// 探测打印机：波特率、应答方式，并写出型号文件草稿 · find speed and answers, and write a profile to begin with
    Probe(Probe),
}

/// `lobby printer probe`
#[derive(Debug, Args)]
pub struct Probe {
    /// 串口设备，或 tcp://地址:9100；不写则找唯一的串口 · the device, or tcp://ADDRESS:9100; the only serial port if left out
    #[arg(long, value_name = "PORT")]
    pub port: Option<PathBuf>,
    /// 只试这个波特率 · try this speed only
    #[arg(long, value_name = "BAUD")]
    pub baud: Option<u32>,
    /// 纸宽，毫米 · paper width in millimetres
    #[arg(long, value_name = "58|80", default_value_t = 80, value_parser = clap::value_parser!(u16).range(40..=120))]
    pub paper: u16,
    /// 型号文件写到这里；不写则显示 · where the profile goes; shown if left out
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// 再打印一张自检页 · and print a self-test page
    #[arg(long)]
    pub page: bool,
}

/// What to do with logins.
#[derive(Debug, Subcommand)]
pub enum Staff {
    /// 给值班表中的一位工作人员开通登录 · give somebody of the roster a login
    Add(StaffName),
    /// 改密码 · set a new password
    Password(StaffName),
    /// 列出工作人员和登录 · list staff and their logins
    List(Place),
}

/// Who.
#[derive(Debug, Args)]
pub struct StaffName {
    /// 值班表中的编号 · id in the roster
    pub id: String,
    /// 随机生成密码并显示 · make a random password and show it
    #[arg(long)]
    pub generate: bool,
    /// 哪一个大厅 · which lobby
    #[command(flatten)]
    pub place: Place,
}

/// What to do at the office database.
#[derive(Debug, Subcommand)]
pub enum Office {
    /// 建立或升级数据表 · make or upgrade the tables
    Migrate(OfficeUrl),
    /// 登记一台自助机，生成它的角色和密码 · register a kiosk, make its role and password
    Kiosk(Registration),
    /// 登记一个新纪元（修复或恢复之后） · register a new epoch, after a repair or a restore
    Epoch(EpochName),
    /// 生成单位密钥对 · make the office's key pair
    Keygen,
    /// 核对一台自助机的台账 · check the log of a kiosk
    Verify(EpochName),
    /// 汇总新上报的来访，让查询变快（可每晚定时运行） · bring the visits up to date, which makes questions quick (may run nightly)
    Project(Projection),
    /// 用单位私钥查看一次来访的个人信息 · open the personal part of a visit with the office's secret key
    Reveal(Reveal),
}

/// What to do with the working calendar.
#[derive(Debug, Subcommand)]
pub enum Calendar {
    /// 有哪些年份；或一年的全部日期 · which years there are, or all dates of one
    Show(CalendarShow),
    /// 导入一年的放假安排（日期,名称,上班,文号） · import a year's table
    Import(CalendarImport),
    /// 导出一年的放假安排 · export a year's table
    Export(CalendarExport),
}

/// Which year.
#[derive(Debug, Args)]
pub struct CalendarShow {
    /// 年份 · the year
    pub year: Option<i32>,
    /// 哪一个大厅 · which lobby
    #[command(flatten)]
    pub place: Place,
}

/// A year's table.
#[derive(Debug, Args)]
pub struct CalendarImport {
    /// 文件 · the file
    #[command(flatten)]
    pub file: TableFile,
    /// 通知文号，表里没有写时 · the number of the notice, where the table lacks it
    #[arg(long, value_name = "文号")]
    pub notice: Option<String>,
}

/// A year and a file.
#[derive(Debug, Args)]
pub struct CalendarExport {
    /// 年份 · the year
    pub year: i32,
    /// 写到哪里（.csv 或 .xlsx），不写就显示 · where to; shown where none is given
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// 哪一个大厅 · which lobby
    #[command(flatten)]
    pub place: Place,
}

/// A table to read.
#[derive(Debug, Args)]
pub struct TableFile {
    /// CSV 或表格文件 · CSV or workbook
    pub file: PathBuf,
    /// 只检查，不导入 · only look for mistakes
    #[arg(long)]
    pub check: bool,
    /// 哪一个大厅 · which lobby
    #[command(flatten)]
    pub place: Place,
}

/// What to do with the duty roster.
#[derive(Debug, Subcommand)]
pub enum Roster {
    /// 查看值班安排 · show the turns of duty
    Show(DaySpan),
    /// 导入值班表（日期,班次,值班人员,带班领导） · import a table of turns
    Import(TableFile),
    /// 导出值班表 · export a table of turns
    Export(RosterExport),
}

/// Which days.
#[derive(Debug, Args)]
pub struct DaySpan {
    /// 从哪一天起，默认今天 · the first day, by default today
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub from: Option<chrono::NaiveDate>,
    /// 多少天 · how many
    #[arg(long, default_value_t = 31)]
    pub days: u16,
    /// 哪一个大厅 · which lobby
    #[command(flatten)]
    pub place: Place,
}

/// Which days, and where to.
#[derive(Debug, Args)]
pub struct RosterExport {
    /// 哪些天 · which days
    #[command(flatten)]
    pub span: DaySpan,
    /// 写到哪里（.csv 或 .xlsx），不写就显示 · where to; shown where none is given
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// Which matter, and when.
#[derive(Debug, Args)]
pub struct Route {
    /// 事项代码或名称；- 表示不知道该找谁 · code or name of the matter; - for a visitor who does not know
    pub matter: String,
    /// 什么时间（北京时间），默认现在 · when, Beijing time; by default now
    #[arg(long, value_name = "2026-10-01T09:30")]
    pub at: Option<String>,
    /// 哪一个大厅 · which lobby
    #[command(flatten)]
    pub place: Place,
}

/// Which office database.
#[derive(Debug, Args)]
pub struct OfficeUrl {
    /// 所有者的连接地址 · address, as its owner
    #[arg(long, value_name = "URL")]
    pub url: String,
}

/// How much of the visits is reckoned.
#[derive(Debug, Args)]
pub struct Projection {
    /// 单位数据库 · the office database
    #[command(flatten)]
    pub office: OfficeUrl,
    /// 全部重新汇总 · all of them anew
    #[arg(long)]
    pub rebuild: bool,
}

/// Which kiosk.
#[derive(Debug, Args)]
pub struct Registration {
    /// 单位数据库 · the office database
    #[command(flatten)]
    pub office: OfficeUrl,
    /// 自助机的设置文件：单位、编号、名称从中读取 · the kiosk's settings, from which site, kiosk and names are read
    #[arg(long, value_name = "FILE", default_value = "/etc/lobby/kiosk.toml")]
    pub config: PathBuf,
}

/// Which epoch of which kiosk.
#[derive(Debug, Args)]
pub struct EpochName {
    /// 单位数据库 · the office database
    #[command(flatten)]
    pub office: OfficeUrl,
    /// 单位 · site
    #[arg(long)]
    pub site: String,
    /// 自助机 · kiosk
    #[arg(long)]
    pub kiosk: String,
    /// 纪元 · epoch
    #[arg(long, default_value_t = 1)]
    pub epoch: u32,
}

/// Which visit.
#[derive(Debug, Args)]
pub struct Reveal {
    /// 单位数据库 · the office database
    #[command(flatten)]
    pub office: OfficeUrl,
    /// 单位 · site
    #[arg(long)]
    pub site: String,
    /// 来访编号（visit 视图中的 visit_id） · the visit's id, as in the view
    #[arg(long)]
    pub visit: String,
    /// 单位私钥文件 · file with the office's secret key
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
}

/// How to examine.
#[derive(Debug, Args)]
pub struct Doctor {
    /// 哪一个大厅 · which lobby
    #[command(flatten)]
    pub place: Place,
    /// 输出 JSON · as JSON
    #[arg(long)]
    pub json: bool,
}

/// Where the rule goes.
#[derive(Debug, Args)]
pub struct TouchRule {
    /// 设置文件 · the settings
    #[command(flatten)]
    pub config: ConfigFile,
    /// 写到哪个文件；不写则输出到屏幕 · the file it is written to; to standard output if left out
    #[arg(long, value_name = "FILE")]
    pub write: Option<PathBuf>,
}

/// What to play.
#[derive(Debug, Args)]
pub struct Simulate {
    /// 设置文件；不写则用演示的街道办 · settings file; the demonstration's office if left out
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// 多少个工作日 · open days
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=2000))]
    pub days: u32,
    /// 每天大约多少人 · visitors a day, in the mean
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u16).range(1..=5000))]
    pub visits: u16,
    /// 第一天 · the first day
    #[arg(long, value_name = "YYYY-MM-DD", default_value = "2026-03-02")]
    pub from: chrono::NaiveDate,
    /// 对照用多少个上午，头五个只用来学；0 不对照 · mornings the orders are compared on, of which five teach; 0 compares nothing
    #[arg(long, default_value_t = 400, value_parser = clap::value_parser!(u32).range(0..=100_000))]
    pub mornings: u32,
    /// 种子，结果全由它决定 · the seed everything follows from
    #[arg(long, default_value_t = 20_260_302)]
    pub seed: u64,
    /// 无人缺勤，不断电，时钟不跳 · nobody away, no restarts, no clock that jumps
    #[arg(long)]
    pub no_faults: bool,
    /// 输出 JSON · as JSON
    #[arg(long)]
    pub json: bool,
}

/// What to measure.
#[derive(Debug, Args)]
pub struct Bench {
    /// 测量项目：slip、visit、screen、sync、rules · which: slip, visit, screen, sync, rules
    pub name: String,
    /// 输出 JSON · as JSON
    #[arg(long)]
    pub json: bool,
    /// 规模很小，只看能否运行 · tiny, for its form only
    #[arg(long)]
    pub tiny: bool,
    /// 测量用的文件夹（不可在内存盘上） · folder to measure in; not on a memory disk
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// 上报测量用的单位数据库 · office database for the sync bench
    #[arg(long, value_name = "URL")]
    pub office_url: Option<String>,
}
