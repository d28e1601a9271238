//! Tables as offices and their programs write them, well and badly.

use std::path::Path;

use chrono::NaiveDate;
use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;
use crate::domain::office::Office;
use crate::domain::roster::Turn;

fn office() -> Office {
    crate::config::demo(Path::new("/nowhere"), &["generic-80"])
        .office
        .as_ref()
        .clone()
}

fn today() -> NaiveDate {
    "2026-09-20".parse().unwrap()
}

/// What a table of turns says, or what is wrong with it.
fn turns(bytes: &[u8]) -> String {
    let name = Path::new("值班表.csv");
    let table = rows(name, bytes).and_then(|it| read_turns(name, &it, &office(), today()));
    match table {
        Err(mistakes) => told(&mistakes),
        Ok(table) => {
            let mut said = format!(
                "{} to {}, {} past\n",
                table.it.from, table.it.until, table.it.past
            );
            for row in turn_rows(&office(), &table.it.turns).iter().skip(1) {
                said += &(row.join(" ").trim_end().to_owned() + "\n");
            }
            said + &told(&table.warnings)
        }
    }
}

fn calendar(bytes: &[u8]) -> String {
    let name = Path::new("2027.csv");
    match rows(name, bytes).and_then(|it| read_calendar(name, &it, None, today())) {
        Err(mistakes) => told(&mistakes),
        Ok(year) => {
            format!(
                "{} {} {} days\n",
                year.it.year,
                year.it.notice,
                year.it.days.len()
            ) + &told(&year.warnings)
        }
    }
}

fn told(mistakes: &[Mistake]) -> String {
    mistakes
        .iter()
        .map(|it| {
            format!(
                "{} [{}] {} → {}\n",
                it.place(),
                it.code(),
                it.says().zh,
                it.remedy().zh
            )
        })
        .collect()
}

fn check(said: &str, expected: Expect) {
    expected.assert_eq(said);
}

const OCTOBER: &str = "临河街道2026年10月值班表\n\
    日期,星期,班次,值班人员,带班领导,联系电话,备注\n\
    10月1日,四,节假日,张　𬭎、陆一帆（13800138000）,周建国,13800138000,国庆\n\
    ,,,潘宇,,,\n\
    2026/10/8,星期四,夜间,曹刚 董志军,,,\n\
    2026.10.9,五,午间,hewenjun,,,\n\
    注：值班人员保持电话畅通,,,,,,\n";

#[test]
fn a_table_is_read_as_offices_write_it() {
    check(
        &turns(OCTOBER.as_bytes()),
        expect![[r#"
        2026-10-01 to 2026-10-09, 0 past
        2026-10-01 星期四 节假日 08:30-次日08:30 张𬭎、陆一帆、潘宇 周建国 0500-8110204 国庆
        2026-10-08 星期四 夜间 17:30-次日08:30 曹刚、董志军  0500-8110208
        2026-10-09 星期五 午间 12:00-14:30 何文俊  0500-8110101
    "#]],
    );
}

#[test]
fn the_same_table_is_read_whatever_program_saved_it() {
    let expected = turns(OCTOBER.as_bytes());
    let marked = ["\u{feff}".as_bytes(), OCTOBER.as_bytes()].concat();
    assert_eq!(
        turns(&marked),
        expected,
        "UTF-8 with its mark, as Excel writes it"
    );
    let windows = OCTOBER.replace('\n', "\r\n");
    let (gb, _, _) = encoding_rs::GB18030.encode(&windows);
    assert_eq!(turns(&gb), expected, "GB18030, as Excel in Chinese writes it");
    let (recoded, _, _) = encoding_rs::GB18030.encode("\u{feff}");
    let recoded = [&recoded[..], &gb[..]].concat();
    assert_eq!(turns(&recoded), expected, "recoded from UTF-8 with its mark");
    let tabs = OCTOBER.replace(',', "\t");
    let utf16: Vec<u8> = "\u{feff}"
        .encode_utf16()
        .chain(tabs.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(turns(&utf16), expected, "UTF-16 with tabs, Excel's Unicode text");
    let cells: Vec<Vec<String>> = OCTOBER
        .lines()
        .map(|it| it.split(',').map(str::to_owned).collect())
        .collect();
    assert_eq!(turns(&xlsx("值班表", &cells)), expected, "a workbook");
}

#[test]
fn workbooks_of_older_and_of_free_programs_are_read_too() {
    let expected = expect![[r#"
        2026-10-01 to 2026-10-09, 0 past
        2026-10-01 星期四 节假日 08:30-次日08:30 张𬭎、陆一帆 周建国 0500-8110204 国庆
        2026-10-08 星期四 夜间 17:30-次日08:30 曹刚、董志军  0500-8110208
        2026-10-09 星期五 午间 12:00-14:30 何文俊  0500-8110101
    "#]];
    let xls = turns(include_bytes!("../../tests/tables/duty.xls"));
    expected.assert_eq(&xls);
    let ods = turns(include_bytes!("../../tests/tables/duty.ods"));
    assert_eq!(ods, xls);
}

#[test]
fn real_dates_and_times_of_a_workbook_are_read() {
    use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (at, head) in ["日期", "班次", "值班人员", "时间"].iter().enumerate() {
        sheet.write_string(3, at as u16, *head).unwrap();
    }
    let date = ExcelDateTime::from_ymd(2026, 10, 10).unwrap();
    sheet
        .write_datetime_with_format(4, 0, &date, &Format::new().set_num_format("yyyy/m/d"))
        .unwrap();
    sheet.write_string(4, 1, "夜班").unwrap();
    sheet.write_string(4, 2, "潘宇").unwrap();
    sheet.write_string(4, 3, "18：00至次日8:00").unwrap();
    check(
        &turns(&book.save_to_buffer().unwrap()),
        expect![[r#"
        2026-10-10 to 2026-10-10, 0 past
        2026-10-10 星期六 夜间 18:00-次日08:00 潘宇  0500-8110130
    "#]],
    );
}

#[test]
fn a_stray_cell_in_the_last_corner_of_a_sheet_neither_fills_the_memory_nor_the_table() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (row, line) in OCTOBER.lines().enumerate() {
        for (column, cell) in line.split(',').enumerate() {
            sheet.write_string(row as u32, column as u16, cell).unwrap();
        }
    }
    // A space, left by a hand that slipped: the sheet now reaches over seventeen thousand million cells.
    sheet.write_string(1_048_575, 16_383, " ").unwrap();
    assert_eq!(turns(&book.save_to_buffer().unwrap()), turns(OCTOBER.as_bytes()));
}

#[test]
fn every_mistake_is_told_with_its_line_and_what_to_do() {
    check(
        &turns(
            "日期,星期,班次,时间,值班人员,带班领导,备注\n\
             2026-10-01,星期三,节假日,,张𬭎,周建国,\n\
             十月二日,,节假日,,张𬭎,,\n\
             2026-10-03,,大夜班,,张𬭎,,\n\
             2026-10-04,,节假日,八点半,张𬭎,,\n\
             2026-10-05,,节假日,,,周建国,\n\
             2026-10-06,,节假日,,张红、王五,,\n\
             2026-10-07,,节假日,8:30-17:30,张𬭎,,有事打13800138000\n\
             2026-10-07,,夜间,17:00-8:30,潘宇,,\n"
                .as_bytes(),
        ),
        expect![[r#"
            值班表.csv:2 [other-weekday] 2026-10-01 是星期四，表里写的是“星期三” → 核对是不是用了去年的表，或日期写错了
            值班表.csv:3 [bad-table-date] “十月二日”不是日期 → 写成 2026-10-01、2026年10月1日 或 10月1日
            值班表.csv:4 [unknown-turn-kind] 班次“大夜班”看不懂 → 写：午间、夜间、周末、节假日；当天只有一班的可以不写
            值班表.csv:5 [bad-table-hours] 时间“八点半”看不懂 → 写成 17:30-次日8:30，或不写（按上下班时间）
            值班表.csv:6 [nobody-on-row] 2026-10-05 没有写值班人员 → 补上姓名，或删掉这一行
            值班表.csv:7 [unknown-name] 没有叫“张红”的工作人员 → 改成 roster.toml 里的姓名（张𬭎, 任静, 冯睿），或先把这个人加进去
            值班表.csv:7 [unknown-name] 没有叫“王五”的工作人员 → 改成 roster.toml 里的姓名（王䶮, 任静, 冯睿），或先把这个人加进去
            值班表.csv:8 [mobile-in-note] 备注里有手机号码 → 删掉号码：值班表不公布个人手机
            值班表.csv:9 [turns-overlap] 2026-10-07 的这一班和第 8 行的时间重叠 → 改时间或班次；同一班的多个人写在同一行
        "#]],
    );
    check(
        &turns("日期,值班人员\n2025-10-01,张𬭎\n".as_bytes()),
        expect![[r#"
            值班表.csv [all-in-the-past] 整张表都已经过去（到 2025-10-01 为止） → 看看是不是选了上个月的表，或年份写错了
        "#]],
    );
    check(
        &turns("姓名,电话\n张𬭎,1\n".as_bytes()),
        expect![[r#"
        值班表.csv:1 [no-table-head] 找不到表头 → 表格上方要有一行表头，例如：日期,班次,值班人员,带班领导
    "#]],
    );
    check(
        &turns(b""),
        expect![[r#"
        值班表.csv [table-empty] 表格里没有内容 → 打开文件核对：内容要在第一个有字的工作表里
    "#]],
    );
    check(
        &turns("日期,值班人员\n\"2026-10-01,张𬭎\n".as_bytes()),
        expect![[r#"
            值班表.csv:2 [quote-open] 从这一行开始的引号没有结束 → 补上英文双引号，或另存为 .xlsx 再导入
        "#]],
    );
    check(
        &turns(b"PK\x03\x04 this is no workbook"),
        expect![[r#"
        值班表.csv [workbook-broken] 工作簿打不开：Cannot detect file format → 用表格软件打开，另存为 .xlsx（不设密码），再导入
    "#]],
    );
    check(
        &turns(b"\xff\xfe\x00\xd8\n\x00\x00\xdc"),
        expect![[r#"
        值班表.csv:1 [table-encoding] 这一行的文字读不出来 → 另存为 .xlsx，或“CSV UTF-8（逗号分隔）”，再导入
    "#]],
    );
}

#[test]
fn days_that_are_over_are_left_as_they_were() {
    let table = "日期,值班人员\n2026-09-18,张𬭎\n2026-09-19,张𬭎\n2026-09-20,潘宇\n2026-09-26,潘宇\n";
    check(
        &turns(table.as_bytes()),
        expect![[r#"
        2026-09-20 to 2026-09-26, 2 past
        2026-09-20 星期日 夜间 17:30-次日08:30 潘宇  0500-8110130
        2026-09-26 星期六 节假日 08:30-次日08:30 潘宇  0500-8110130
    "#]],
    );
}

#[test]
fn what_is_written_is_read_again() {
    let office = office();
    let turns: Vec<Turn> = office.turns_between(today(), "2026-10-20".parse().unwrap());
    assert!(30 < turns.len());
    let table = turn_rows(&office, &turns);
    for bytes in [csv(&table), xlsx("值班表", &table)] {
        let rows = rows(Path::new("x"), &bytes).unwrap();
        let read = read_turns(Path::new("x"), &rows, &office, today()).unwrap();
        assert_eq!(read.it.turns, turns);
        assert!(read.warnings.is_empty());
    }
    let year = office.calendar.year(2026).unwrap();
    for bytes in [csv(&calendar_rows(year)), xlsx("2026", &calendar_rows(year))] {
        let rows = rows(Path::new("x"), &bytes).unwrap();
        assert_eq!(
            read_calendar(Path::new("x"), &rows, None, today()).unwrap().it,
            *year
        );
    }
}

#[test]
fn the_tables_that_are_shipped_are_read_as_any_other() {
    let shipped = crate::domain::calendar::Calendar::shipped();
    let bytes = include_bytes!("../../deploy/calendar/2026.csv");
    let rows = rows(Path::new("2026.csv"), bytes).unwrap();
    let told = read_calendar(Path::new("2026.csv"), &rows, None, today()).unwrap();
    assert_eq!(Some(&told.it), shipped.year(2026));
    assert!(told.warnings.is_empty());
}

#[test]
fn a_calendar_that_cannot_be_one_is_refused() {
    check(
        &calendar(
            "日期,名称,是否上班,文号\n\
             2027年1月1日,元旦,放假,国办发明电〔2026〕1号\n\
             2027-01-02,元旦,也许,\n\
             2027-01-03,元旦,休,\n\
             2027-01-03,元旦,休,\n\
             2027-01-05,元旦,班,\n"
                .as_bytes(),
        ),
        expect![[r#"
            2027.csv:3 [bad-works] “上班”一栏的“也许”看不懂 → 上班写“是”，放假写“否”
            2027.csv:6 [worked-anyway] 2027-01-05 是星期一到星期五，本来就上班 → 核对日期：调休上班日都在周末
            2027.csv [few-days-off] 2027 年只列出 3 天放假，少于法定的 13 天 → 对照国办通知核对，周末的放假日也要列出
            2027.csv:5 [date-twice] 2027-01-03 写了两次 → 删掉一行
        "#]],
    );
    check(
        &calendar("日期,上班,文号\n2025-01-01,否,一号\n".as_bytes()),
        expect![[r#"
            2027.csv [year-is-over] 这是 2025 年的放假安排，已经过去 → 导入 2026 年或以后的放假安排
            2027.csv [few-days-off] 2025 年只列出 1 天放假，少于法定的 13 天 → 对照国办通知核对，周末的放假日也要列出
        "#]],
    );
    check(
        &calendar("日期,上班\n2027-01-01,否\n2028-05-01,否\n".as_bytes()),
        expect![[r#"
            2027.csv [no-notice] 没有写通知文号 → 在“文号”一栏写上国办通知的文号，例如 国办发明电〔2025〕7号
            2027.csv [few-days-off] 2028 年只列出 2 天放假，少于法定的 13 天 → 对照国办通知核对，周末的放假日也要列出
            2027.csv:2 [other-year] 2027-01-01 不是 2028 年的日期 → 一张表只写一年（可以带上一年 12 月的几天）
        "#]],
    );
    check(
        &calendar("日期,上班,文号\n2027-01-01,否,一号\n2027-01-02,否,\n2029-05-01,否,\n".as_bytes()),
        expect![[r#"
            2027.csv [few-days-off] 2027 年只列出 3 天放假，少于法定的 13 天 → 对照国办通知核对，周末的放假日也要列出
            2027.csv:4 [other-year] 2029-05-01 不是 2027 年的日期 → 一张表只写一年（可以带上一年 12 月的几天）
        "#]],
    );
    check(
        &calendar("日期,上班,文号\n1月1日,否,一号\n1月3日,是,\n".as_bytes()),
        expect![[r#"
            2027 一号 2 days
            2027.csv [few-days-off] 2027 年只列出 1 天放假，少于法定的 13 天 → 对照国办通知核对，周末的放假日也要列出
        "#]],
    );
}

#[test]
fn a_cell_that_would_run_in_a_spreadsheet_is_only_text() {
    let rows = vec![vec![
        "=1+1".to_owned(),
        "a,\"b\"\nc".to_owned(),
        "𠅤㛃".to_owned(),
    ]];
    assert_eq!(
        String::from_utf8(csv(&rows)).unwrap(),
        "\u{feff}'=1+1,\"a,\"\"b\"\"\nc\",𠅤㛃\r\n"
    );
}

proptest! {
    #[test]
    fn rubbish_is_a_mistake_and_never_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400), head in 0_usize..4) {
        let heads: [&[u8]; 4] = [b"", "日期,值班人员\n".as_bytes(), "日期,上班\n".as_bytes(), b"PK\x03\x04"];
        let bytes = [heads[head], bytes.as_slice()].concat();
        turns(&bytes);
        calendar(&bytes);
    }

    #[test]
    fn a_broken_workbook_breaks_nothing(at in 0_usize..6000, byte: u8) {
        let mut bytes = xlsx("值班表", &[vec!["日期".into(), "值班人员".into()], vec!["2026-10-01".into(), "潘宇".into()]]);
        let at = at % bytes.len();
        bytes[at] = byte;
        turns(&bytes);
    }
}
