"""An ESC/POS client that is not ours: prints what is asked of it, and says what it reads, a line each."""

import sys

from escpos.printer import Serial

printer = Serial(devfile=sys.argv[1], baudrate=int(sys.argv[2]), timeout=2)
for line in sys.stdin:
    if line.strip() == "status":
        print("online" if printer.is_online() else "offline", printer.paper_status(), flush=True)
    elif line.strip() == "print":
        printer.set(align="center", double_width=True, double_height=True)
        printer.text("A023\n")
        printer.set(align="left", double_width=False, double_height=False)
        printer._raw(b"\x1c\x26" + "张三 民政办\n".encode("gb18030"))
        printer.qr("https://lobby.example.org/v/A023", native=True, size=6)
        printer.cut(mode="PART")
        print("sent", flush=True)
