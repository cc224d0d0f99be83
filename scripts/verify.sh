#!/bin/sh
# What `make check` (fast) and `make test` (all) run, cheapest first; the last line is pytest's.
set -eu
cd "$(dirname "$0")/.."
BIN=.venv/bin
RASA=assistant/.venv/bin/python

step() { # title, what to do when it fails, command...
    title=$1 advice=$2
    shift 2
    printf '==> %s\n' "$title"
    "$@" || {
        printf '\n%s failed: %s\n' "$title" "$advice" >&2
        exit 1
    }
}

validate() {
    RASA_TELEMETRY_ENABLED=false SIGAP_ACTIONS_URL=http://127.0.0.1:9 SIGAP_ASSISTANT_SECRET=validation \
        TF_CPP_MIN_LOG_LEVEL=3 CUDA_VISIBLE_DEVICES=-1 PYTHONPATH=. PYTHONWARNINGS=ignore \
        SQLALCHEMY_SILENCE_UBER_WARNING=1 $RASA -m rasa data validate --fail-on-warnings \
        --config config.yml --domain domain.yml --data nlu_data
}

types() { # the simulator's tables exist in demo mode only; no file of settings may decide what mypy sees
    SIGAP_DEMO=1 SIGAP_ENV_FILE=/dev/null SIGAP_STATE_DIR=build/none $BIN/mypy .
}

step "format" "run $BIN/ruff format" $BIN/ruff format --check --quiet .
step "lint" "run $BIN/ruff check --fix, mend the rest" $BIN/ruff check --quiet .
step "types" "mend what mypy names" types
step "import rules" "a room imports what architecture does not allow; see [tool.importlinter] in pyproject.toml" \
    $BIN/lint-imports --no-logo
if [ "${1:-all}" = fast ]; then
    exec $BIN/pytest -m "not slow and not e2e" -q
fi
step "rasa data validate" "mend the file it names" validate
step "browser" "install Chromium, or set CHROMIUM_PATH to its path" sh scripts/browser.sh
step "models" "see the message above" $BIN/sigap train all
exec $BIN/pytest
