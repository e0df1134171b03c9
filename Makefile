# Every target does its own set-up. The one thing this needs is Python 3.11 or newer.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
.DEFAULT_GOAL := help

help:               ## what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | column -t -s '|'

$(VENV)/.run: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Foothold needs Python 3.11 or newer; try: make PYTHON=python3.11 demo"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

setup: $(VENV)/.run ## a virtual environment with everything the bot needs, compiled
	$(BIN)/python -m compileall -q bot
	$(BIN)/python -m bot.app.library.content

demo: $(VENV)/.run ## the whole service on this machine, with phones to try it on; no token
	$(BIN)/foothold demo

test: $(VENV)/.dev ## all tests, on every core
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal

check: $(VENV)/.dev ## lint, types, import contracts, flows, words, cards, lock
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/check_lock.py
	$(BIN)/python tools/check_words.py
	$(BIN)/python tools/check_cards.py
	$(BIN)/python tools/transcripts.py
	$(BIN)/foothold check --shipped

bench: $(VENV)/.dev ## figures, beside a bot written the plain way
	@missed=0; for part in bench bench.checkins bench.alerting bench.searching bench.pages bench.importing bench.replies; do $(BIN)/python -m $$part || missed=1; done; exit $$missed

safety: $(VENV)/.dev ## how well danger is heard, with and without the second reader
	$(BIN)/python -m bench.listening

second-reader: $(VENV)/.dev ## train the second reader of danger on the corpus
	$(BIN)/python -m bench.training

coverage: $(VENV)/.dev ## tests with branch coverage
	$(BIN)/coverage run -m pytest
	$(BIN)/coverage report

example: $(VENV)/.run ## rewrite config.example.toml from the settings
	$(BIN)/python tools/example.py

cards: $(VENV)/.dev ## rewrite docs/safety/cards.md and transcripts.md: what clinicians read and mark
	$(BIN)/python tools/check_cards.py --write
	$(BIN)/python tools/transcripts.py --write

data-map: $(VENV)/.run ## rewrite docs/data-map.md from data/data-map.yaml
	$(BIN)/python tools/data_map.py

lock: $(VENV)/.dev ## rewrite the lock files from pyproject.toml
	$(BIN)/python tools/lock.py

clean:              ## remove the virtual environment and caches (never var/)
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.PHONY: help setup demo test check bench safety second-reader coverage example cards data-map lock clean
