# Every target may be interrupted and run again.
.DEFAULT_GOAL := help
.PHONY: help run test check bench lock clean setup setup-run browser
SHELL := /bin/sh
BIN := .venv/bin
UV := .tools/bin/uv
LOCK := $(UV) pip compile -q --universal --generate-hashes --no-emit-index-url --no-header -p 3.11

help: ## show this help
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /|/' | awk -F'|' '{printf "  make %-8s %s\n", $$1, $$2}'

run: setup-run ## set up what is missing, train what is stale, start everything in demo mode
	@$(BIN)/sigap train all
	@exec $(BIN)/sigap up --demo

test: setup ## everything: format, lint, types, data, import rules, all tests in a real browser too
	@sh scripts/verify.sh all

check: setup ## format, lint, types and the fast tests
	@sh scripts/verify.sh fast

bench: setup ## the benchmarks, with a table at the end
	@sh scripts/bench.sh

lock: ## refresh the pinned requirement files of both environments
	@sh scripts/setup.sh uv
	$(LOCK) --upgrade requirements/base.in -o requirements/base.txt
	$(LOCK) --upgrade -c requirements/base.txt requirements/dev.in -o requirements/dev.txt
	$(LOCK) --upgrade --override assistant/overrides.txt assistant/requirements.in -o assistant/requirements.txt
	$(LOCK) --upgrade requirements/uv.in -o requirements/uv.txt

clean: ## remove environments, tools, caches; data in var/ stays
	rm -rf .venv assistant/.venv .tools .rasa .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

setup-run:
	@sh scripts/setup.sh run
	@sh scripts/setup.sh assistant

setup:
	@sh scripts/setup.sh dev
	@sh scripts/setup.sh assistant
