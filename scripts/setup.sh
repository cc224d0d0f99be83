#!/bin/sh
# Builds the two environments, each only when its pinned requirements (or this script) changed.
#   scripts/setup.sh run | dev | assistant | uv
# Safe to interrupt and to repeat: an environment counts as built once its stamp is written, at the very end.
set -eu
cd "$(dirname "$0")/.."

PYTHON_VERSION=3.11
OURS=.venv
RASA=assistant/.venv

say() { printf '==> %s\n' "$*"; }
fail() { printf '\nset-up failed: %s\n' "$*" >&2; exit 1; }

find_python() {
    for candidate in "${PYTHON:-}" python3.11 python3 python; do
        if [ -n "$candidate" ] && command -v "$candidate" >/dev/null 2>&1 &&
            "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            printf '%s' "$candidate"
            return
        fi
    done
    return 1
}

digest() { # of the contents of files
    cat "$@" scripts/setup.sh | "$(find_python)" -c 'import hashlib, sys; print(hashlib.sha256(sys.stdin.buffer.read()).hexdigest())'
}

ensure_uv() {
    python=$(find_python) || fail "Python 3.11 or newer is not on the PATH; install it, or set PYTHON=/path/to/python3"
    if [ -x .tools/bin/uv ]; then return; fi
    say "getting uv (into .tools/)"
    "$python" -m pip --version >/dev/null 2>&1 || {
        "$python" -m venv .tools/pip >/dev/null 2>&1 && python=.tools/pip/bin/python ||
            fail "this Python has neither pip nor venv; on Debian: apt-get install python3-venv"
    }
    "$python" -m pip install --quiet --disable-pip-version-check --no-input --root-user-action=ignore --upgrade --target .tools \
        --require-hashes --no-deps -r requirements/uv.txt ||
        fail "uv could not be downloaded; check the network (or pip's index settings) and run make again"
}

ensure_environment() { # directory, stamp's name, requirement files...
    directory=$1 name=$2
    shift 2
    wanted=$(digest "$@")
    if [ "$(cat "$directory/.built-$name" 2>/dev/null || true)" = "$wanted" ]; then return; fi
    ensure_uv
    say "building $directory from $* (minutes, the first time)"
    if [ ! -x "$directory/bin/python" ] || ! "$directory/bin/python" -c '' 2>/dev/null; then
        .tools/bin/uv venv --quiet --clear --python "$PYTHON_VERSION" "$directory" ||
            fail "no Python $PYTHON_VERSION: install python$PYTHON_VERSION, or let uv download one (it needs the network)"
    fi
    rm -f "$directory"/.built-*
    # --compile-bytecode: without it the first start compiles thousands of files (10 s for Rasa).
    .tools/bin/uv pip sync --python "$directory/bin/python" --require-hashes --compile-bytecode "$@" ||
        fail "packages could not be installed into $directory; check network and disk space, then run make again"
    printf '%s\n' "$wanted" >"$directory/.built-$name"
}

ensure_ours() { # what runs; an environment for development holds that too
    if [ "$(cat "$OURS/.built-dev" 2>/dev/null || true)" != "$(digest requirements/dev.txt)" ]; then
        ensure_environment "$OURS" run requirements/base.txt
    fi
    ensure_project
}

ensure_project() { # the project itself, editable: the `sigap` command and the list of packages
    wanted=$(digest pyproject.toml)
    if [ "$(cat "$OURS/.built-project" 2>/dev/null || true)" = "$wanted" ]; then return; fi
    .tools/bin/uv pip install --quiet --python "$OURS/bin/python" --no-deps --no-build-isolation --config-setting editable_mode=compat --editable . ||
        fail "the project itself could not be installed into $OURS; remove $OURS and run make again"
    printf '%s\n' "$wanted" >"$OURS/.built-project"
}

case "${1:-run}" in
uv) ensure_uv ;;
run) ensure_ours ;;
dev)
    ensure_environment "$OURS" dev requirements/dev.txt
    ensure_project
    ;;
assistant) ensure_environment "$RASA" assistant assistant/requirements.txt ;;
*) fail "unknown part $1" ;;
esac
