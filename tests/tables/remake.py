"""Makes the two small workbooks of tests/tables: the same month as other programs save it.

    pip install xlwt odfpy && python tests/tables/remake.py
"""

import datetime
from pathlib import Path

import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

HEADS = ["日期", "班次", "值班人员", "带班领导", "备注"]
ROWS = [
    [datetime.date(2026, 10, 1), "节假日", "张𬭎、陆一帆", "周建国", "国庆"],
    [datetime.date(2026, 10, 8), "夜间", "曹刚 董志军", "", ""],
    [datetime.date(2026, 10, 9), "午间", "何文俊", "", ""],
]
here = Path(__file__).parent

book = xlwt.Workbook(encoding="utf-8")
sheet = book.add_sheet("值班表")
dated = xlwt.easyxf(num_format_str="yyyy/m/d")
for at, head in enumerate(HEADS):
    sheet.write(0, at, head)
for line, row in enumerate(ROWS, 1):
    for at, cell in enumerate(row):
        if at == 0:
            sheet.write(line, at, cell, dated)
        else:
            sheet.write(line, at, cell)
book.save(here / "duty.xls")

book = OpenDocumentSpreadsheet()
table = Table(name="值班表")
for row in [HEADS, *ROWS]:
    line = TableRow()
    for cell in row:
        if isinstance(cell, datetime.date):
            one = TableCell(valuetype="date", datevalue=cell.isoformat())
            one.addElement(P(text=f"{cell.year}年{cell.month}月{cell.day}日"))
        else:
            one = TableCell(valuetype="string")
            one.addElement(P(text=cell))
        line.addElement(one)
    table.addElement(line)
book.spreadsheet.addElement(table)
book.save(here / "duty.ods")
