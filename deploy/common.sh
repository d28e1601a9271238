# shellcheck shell=sh
# What try.sh and test.sh share: Debian packages, Rust, and a line that shows a long step is alive.
# Sourced from the checkout's root, never run.

# The Rust our dependencies need (Cargo.toml says the same).
RUST_MINOR=92
# Where a Rust of our own goes, if there is none and Debian has none: never over an existing one.
LOBBY_CACHE=${LOBBY_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/lobby}

child=
work=$(mktemp -d "${TMPDIR:-/tmp}/lobby.XXXXXX")

say() { printf '%s\n' "$*" >&2; }

# Ends what runs in the background, with all its children: each step leads a process group of its own.
end_child() {
    if [ -n "$child" ]; then
        kill -s TERM -- "-$child" 2>/dev/null || true
        wait "$child" 2>/dev/null || true
        child=
    fi
}

# More to do at the end; test.sh sets it.
at_end=:
finish() {
    code=$?
    trap - EXIT
    # Whatever comes now, the rest is done.
    trap '' INT TERM HUP
    set +e
    end_child
    $at_end
    rm -rf "$work"
    exit "$code"
}
trap finish EXIT
trap 'say ""; say "已停止 stopped"; exit 130' INT
trap 'exit 143' TERM HUP

# step LABEL COMMAND…: runs it with its output in a file, and shows a line that moves. On a terminal the line
# tells the time and what is being compiled; elsewhere a plain line every minute does.
step() {
    label=$1
    shift
    log=$work/log
    : >"$log"
    begun=$(date +%s)
    said=0
    rm -f "$work/code"
    # The code goes through a file: a shell may hold an ended child as a zombie that still answers `kill -0`.
    # shellcheck disable=SC2016 # meant for the inner shell
    setsid sh -c 'file=$1; shift; "$@"; echo $? >"$file"' sh "$work/code" "$@" >"$log" 2>&1 </dev/null &
    child=$!
    turn=0
    while [ ! -s "$work/code" ] && kill -0 "$child" 2>/dev/null; do
        sleep 0.5
        elapsed=$(($(date +%s) - begun))
        now=$(sed -n 's/^ *\(Compiling\|Checking\|Downloaded\|Unpacking\|Setting up\|Get:[0-9]*\) \([^ ]*\).*/\2/p' "$log" | tail -n 1)
        if [ -t 2 ]; then
            turn=$(((turn + 1) % 3))
            case $turn in 0) mark='|' ;; 1) mark='/' ;; *) mark='-' ;; esac
            printf '\r\033[K%s %s  %d:%02d  %.40s' "$mark" "$label" $((elapsed / 60)) $((elapsed % 60)) "$now" >&2
        elif [ $((elapsed / 60)) -gt "$said" ]; then
            said=$((elapsed / 60))
            say "… $label: $said min, $now"
        fi
    done
    wait "$child" 2>/dev/null || true
    child=
    code=$(cat "$work/code" 2>/dev/null) || code=
    code=${code:-143}
    elapsed=$(($(date +%s) - begun))
    [ -t 2 ] && printf '\r\033[K' >&2
    if [ "$code" -ne 0 ]; then
        tail -n 40 "$log" >&2
        say "✗ $label: 失败 failed ($code)"
        return "$code"
    fi
    say "✓ $label ($((elapsed / 60)):$(printf %02d $((elapsed % 60))))"
}

has() { command -v "$1" >/dev/null 2>&1; }
installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

missing=
updated=

# want PACKAGE[:COMMAND] …: notes the Debian packages that are missing. A package counts as there if its command
# is, however it came.
want() {
    for item; do
        package=${item%%:*}
        command=
        [ "$package" = "$item" ] || command=${item#*:}
        if installed "$package" || { [ -n "$command" ] && has "$command"; }; then continue; fi
        missing="$missing $package"
    done
}

# Fetches the package lists, once, where we may.
update_lists() {
    if [ -z "$updated" ] && [ "$(id -u)" -eq 0 ] && has apt-get; then
        updated=yes
        step "软件包目录 package lists" apt-get update -q || say "(用旧的目录继续 going on with the old lists)"
    fi
}

# Installs what is wanted; all in one go, so that whoever must ask for help needs to ask once.
install_wanted() {
    [ -n "$missing" ] || return 0
    if ! has apt-get; then
        say "这里没有 apt-get。请自行安装相当于这些 Debian 软件包的程序："
        say "There is no apt-get here. Please install what these Debian packages hold:$missing"
    elif [ "$(id -u)" -eq 0 ]; then
        update_lists
        # shellcheck disable=SC2086 # a list of words
        step "安装 installing$missing" env DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -q --no-install-recommends $missing
    elif has sudo && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
        # In the foreground: sudo may ask for a password.
        say "需要安装 to be installed:$missing"
        sudo apt-get update -q || true
        # shellcheck disable=SC2086
        sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing
    else
        say "请用 root 执行下面这一行，然后再来一次。 Run this line as root, then start again:"
        say "  apt-get update && apt-get install -y --no-install-recommends$missing"
        exit 1
    fi
    missing=
}

# PostgreSQL's own programs, which Debian keeps off the path.
want_postgres() { find_postgres || want postgresql; }

need_postgres() {
    find_postgres && return 0
    say "找不到 PostgreSQL 的 initdb。请安装 PostgreSQL 再来一次。"
    say "There is no initdb. Install PostgreSQL, then start again."
    exit 1
}

# Their folder is $pg_bin.
find_postgres() {
    for pg_bin in /usr/lib/postgresql/*/bin "$(pg_config --bindir 2>/dev/null)" "$(dirname "$(command -v initdb)" 2>/dev/null)"; do
        if [ -x "$pg_bin/initdb" ] && [ -x "$pg_bin/postgres" ]; then return 0; fi
    done
    return 1
}

# Whether the rustc and cargo in folder $1 are new enough.
rust_in() {
    [ -x "$1/cargo" ] && [ -x "$1/rustc" ] || return 1
    version=$("$1/rustc" --version 2>/dev/null) || return 1
    "$1/cargo" --version >/dev/null 2>&1 || return 1
    version=${version#rustc }
    major=${version%%.*}
    version=${version#*.}
    minor=${version%%.*}
    case $major$minor in *[!0-9]* | '') return 1 ;; esac
    [ "$major" -gt 1 ] || [ "$minor" -ge "$RUST_MINOR" ]
}

find_rust() {
    here=$(command -v cargo 2>/dev/null) || here=
    for folder in "${here%/*}" "${CARGO_HOME:-$HOME/.cargo}/bin" /usr/bin /usr/local/bin; do
        if [ -n "$folder" ] && rust_in "$folder"; then
            PATH=$folder:$PATH
            export PATH
            return 0
        fi
    done
    # One that an earlier start put there.
    if (own_rust && rust_in "$CARGO_HOME/bin"); then
        own_rust
        return 0
    fi
    return 1
}

own_rust() {
    export RUSTUP_HOME="$LOBBY_CACHE/rustup" CARGO_HOME="$LOBBY_CACHE/cargo"
    export PATH="$CARGO_HOME/bin:$PATH"
}

# Debian's own Rust, where it is new enough and would push no other one out.
debian_rust_fits() {
    has apt-cache || return 1
    for other in rustc rustup rustc-mozilla; do
        if installed "$other"; then return 1; fi
    done
    candidate=$(apt-cache policy rustc-web 2>/dev/null | sed -n 's/^ *Candidate: 1\.\([0-9]*\)\..*/\1/p')
    [ -n "$candidate" ] && [ "$candidate" -ge "$RUST_MINOR" ]
}

# want_rust [PACKAGE …]: a Rust that is new enough; the packages are those wanted with Debian's.
want_rust() {
    if find_rust; then
        if [ "$(command -v rustc)" = /usr/bin/rustc ] && installed rustc-web; then want "$@"; fi
        return 0
    fi
    update_lists
    if debian_rust_fits; then want rustc-web cargo-web "$@"; else want curl:curl ca-certificates; fi
}

# After the packages are there: if none of them was a Rust, one goes into a folder of our own.
need_rust() {
    if find_rust; then return 0; fi
    own_rust
    mkdir -p "$LOBBY_CACHE"
    step "下载 downloading rustup" curl --proto '=https' --tlsv1.2 -sSfL -o "$work/rustup.sh" https://sh.rustup.rs
    step "安装 installing Rust ($RUSTUP_HOME)" sh "$work/rustup.sh" -y --no-modify-path --profile minimal \
        --component rustfmt --component clippy --default-toolchain stable
    rust_in "$CARGO_HOME/bin" || {
        say "装好的 Rust 仍低于 1.$RUST_MINOR。请安装 1.$RUST_MINOR 以上的 Rust 再来一次。"
        say "The Rust installed is still older than 1.$RUST_MINOR. Install a newer one, then start again."
        exit 1
    }
}
