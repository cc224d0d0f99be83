#!/bin/sh
# Every benchmark in turn: benchmarks/<name>/run.py; each prints its table at the end and keeps its figures as JSON.
set -eu
cd "$(dirname "$0")/.."
.venv/bin/sigap train all
for program in benchmarks/*/run.py; do
    module=$(printf '%s' "${program%.py}" | tr / .)
    printf '==> %s\n' "$module"
    .venv/bin/python -m "$module" || {
        printf '\n%s failed; its reason is above\n' "$module" >&2
        exit 1
    }
done
