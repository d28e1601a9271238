#!/bin/sh
# Shows the whole lobby on this computer: installs what is missing, builds, and starts the demonstration with a
# simulated printer, the console and a throw-away office database. Debian 12 or later; ends with Ctrl-C.
#
#   sh deploy/try.sh [ARGUMENTS OF `lobby demo`]
set -eu
from=$(pwd)
cd "$(dirname "$0")/.."
# shellcheck source=deploy/common.sh
. deploy/common.sh

# To build, to draw Chinese in rare characters too, and an office database to sync with.
want gcc:cc libc6-dev pkg-config:pkg-config libfontconfig-dev libasound2-dev fonts-noto-cjk fonts-hanazono rime-data-stroke
# A window needs these; they are looked for at run time.
if [ -n "${DISPLAY:-}" ]; then want libx11-6 libx11-xcb1 libxcursor1 libxi6 libxkbcommon-x11-0 libxrandr2; fi
want_postgres
# shellcheck disable=SC2119 # no further packages
want_rust
install_wanted
need_postgres
need_rust

step "编译 building (首次约十分钟以上 the first time takes ten minutes or more)" cargo build --release --locked

target=${CARGO_TARGET_DIR:-target}
case $target in /*) ;; *) target=$(pwd)/$target ;; esac
# exec passes the trap by.
rm -rf "$work"
trap - EXIT INT TERM HUP
cd "$from"
exec "$target/release/lobby" demo "$@"
