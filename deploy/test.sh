#!/bin/sh
# Tests everything, in one build profile: installs what the tests need, starts a PostgreSQL of its own that lives as
# long as they do, checks style, and runs every test. Debian 12 or later; needs no terminal.
#
#   sh deploy/test.sh [ARGUMENTS OF THE TEST RUNNER]
set -eu
cd "$(dirname "$0")/.."
# shellcheck source=deploy/common.sh
. deploy/common.sh

want gcc:cc libc6-dev pkg-config:pkg-config libfontconfig-dev libasound2-dev fonts-noto-cjk fonts-hanazono rime-data-stroke \
    zbar-tools:zbarimg chromium:chromium chromium-driver:chromedriver python3-venv
want_postgres
want_rust rustfmt-web rust-web-clippy
install_wanted
need_postgres
need_rust

# --- Another ESC/POS program, which sees the simulated printer with its own eyes ----------------------------------
escpos=$LOBBY_CACHE/python-escpos
if ! "$escpos/bin/python" -c 'import escpos.printer, serial' >/dev/null 2>&1; then
    mkdir -p "$LOBBY_CACHE"
    python=python3
    # Debian's own, which the package python3-venv is for.
    if [ -x /usr/bin/python3 ]; then python=/usr/bin/python3; fi
    step "Python 环境 a Python of our own ($escpos)" "$python" -m venv --clear "$escpos"
    step "安装 installing python-escpos" "$escpos/bin/pip" install -q --disable-pip-version-check \
        python-escpos==3.1 pyserial==3.5
fi
LOBBY_TEST_PYTHON=$escpos/bin/python
export LOBBY_TEST_PYTHON

# --- An office database of our own ------------------------------------------------------------------------------
# Short, since the path of a socket may have some hundred characters only.
cluster=$(mktemp -d /tmp/lobby-pg.XXXXXX)
# PostgreSQL refuses to run as root.
as=
if [ "$(id -u)" -eq 0 ]; then
    if id postgres >/dev/null 2>&1; then owner=postgres; else owner=nobody; fi
    chown "$owner" "$cluster"
    as="runuser -u $owner --"
fi
stop_cluster() {
    # shellcheck disable=SC2086 # a list of words, or nothing
    $as "$pg_bin/pg_ctl" -D "$cluster/data" -m immediate -w -t 20 stop >/dev/null 2>&1 || true
    rm -rf "$cluster"
}
at_end=stop_cluster

# It may forget everything when the power goes, which makes it quick. Only its owner and root may enter the folder.
# shellcheck disable=SC2086
step "数据库 an office database for the tests" $as "$pg_bin/initdb" -D "$cluster/data" -U postgres -A trust -E UTF8 \
    --locale=C.UTF-8 --no-sync
# The server must not die with the step that starts it, so it is no step.
# shellcheck disable=SC2086
(cd /tmp && $as "$pg_bin/pg_ctl" -D "$cluster/data" -l "$cluster/data/log" -w -t 60 -o "-c listen_addresses='' \
    -c unix_socket_directories='$cluster' -c unix_socket_permissions=0700 -c fsync=off -c full_page_writes=off \
    -c max_connections=200" start) >"$work/log" 2>&1 </dev/null || {
    cat "$work/log" "$cluster/data/log" >&2 || true
    exit 1
}
# A superuser; each test makes databases and roles of its own.
LOBBY_TEST_POSTGRES="postgresql://postgres@$(printf %s "$cluster" | sed 's|/|%2F|g')/postgres"
export LOBBY_TEST_POSTGRES

# --- The calendar against another one -----------------------------------------------------------------------------
# The table in the tree was made from the package it names. Where Python and the network are at hand the package is
# asked again, so that a correction there is noticed; without them the table alone is compared, by the tests.
oracle="$LOBBY_CACHE/oracle"
if has python3 && { [ -x "$oracle/bin/python" ] || python3 -m venv "$oracle" >/dev/null 2>&1; } &&
    "$oracle/bin/python" -m pip install -q "chinesecalendar==$(sed -n '1s/# chinesecalendar //p' tests/oracle/chinesecalendar.txt)" >/dev/null 2>&1; then
    "$oracle/bin/python" tests/oracle/remake.py | cmp - tests/oracle/chinesecalendar.txt || {
        say "✗ 日历对照表与 chinesecalendar 不一致。 tests/oracle/chinesecalendar.txt is not what the package says."
        exit 1
    }
    say "✓ chinesecalendar"
else
    say "! 没有 Python 或网络，日历只与仓库里的对照表核对。 The calendar was compared with the table in the tree only."
fi

# --- Style ------------------------------------------------------------------------------------------------------
if cargo fmt --version >/dev/null 2>&1; then
    cargo fmt --all --check || {
        say "✗ 格式不对，请执行 cargo fmt。 Not formatted: run cargo fmt."
        exit 1
    }
    say "✓ cargo fmt"
else
    say "! 没有 rustfmt，未检查格式。 rustfmt is not installed: the format was not checked."
fi
if cargo deny --version >/dev/null 2>&1; then
    cargo deny check licenses bans sources
else
    say "! 没有 cargo-deny，未检查许可证。 cargo-deny is not installed: licences were not checked (deny.toml)."
fi
if cargo clippy --version >/dev/null 2>&1; then
    step "cargo clippy" cargo clippy --workspace --all-targets --locked -- -D warnings
else
    say "! 没有 clippy，未检查。 clippy is not installed: not checked."
fi

# --- Everything else --------------------------------------------------------------------------------------------
# Built first, with a line that moves; then run, with the runner's own words and count at the end.
if cargo nextest --version >/dev/null 2>&1; then
    # One more than there are cores: some tests only wait for paper to come out.
    : "${NEXTEST_TEST_THREADS:=$(($(nproc) + 1))}"
    export NEXTEST_TEST_THREADS
    step "编译测试 building the tests" cargo nextest run --workspace --locked --no-run
    cargo nextest run --workspace --locked --no-fail-fast "$@"
else
    step "编译测试 building the tests" cargo test --workspace --locked --no-run
    cargo test --workspace --locked --no-fail-fast "$@"
fi
