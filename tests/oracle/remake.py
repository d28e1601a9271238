"""Writes chinesecalendar.txt anew: what the PyPI package says of each day the lobby's calendar knows.

    python3 -m venv /tmp/oracle && /tmp/oracle/bin/pip install chinesecalendar==1.11.0
    /tmp/oracle/bin/python tests/oracle/remake.py > tests/oracle/chinesecalendar.txt
"""
import datetime
import importlib.metadata

import chinese_calendar

print("# chinesecalendar", importlib.metadata.version("chinesecalendar"))
day = datetime.date(2024, 1, 1)
while day.year < 2027:
    print(day, "workday" if chinese_calendar.is_workday(day) else "off")
    day += datetime.timedelta(days=1)
