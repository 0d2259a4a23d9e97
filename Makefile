# make video PROMPT="a dog in the snow"   a film from a sentence, with the embedded model
# make test                               everything that can be tested here
# make check                              format, lint, types, docs examples, architecture

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Debian packages: the renderer of the training world draws with Mesa, a real browser plays what
# comes out, openssl is the time-stamp authority of a test, and the server keeps its films in both
# kinds of databases.
SYSTEM := libegl1 libgl1-mesa-dri chromium openssl postgresql

# The prompt reaches the command by the environment: no quote or dollar sign in it can hurt.
PROMPT ?=
override PROMPT := $(value PROMPT)
export PROMPT

.PHONY: help video test check format system clean

help:
	@sed -n 's/^# make/make/p' Makefile

video: $(VENV)/.runtime
	@test -n "$$PROMPT" || { echo 'Say what to show: make video PROMPT="a dog in the snow"'; exit 2; }
	@$(BIN)/lichtspiel generate -- "$$PROMPT"

test: $(VENV)/.test system
	$(BIN)/python -m pytest -n auto --dist loadfile

check: $(VENV)/.test
	$(BIN)/ruff format --check src tests
	$(BIN)/ruff check src tests
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/test_architecture.py tests/test_docs.py

format: $(VENV)/.test
	$(BIN)/ruff format src tests
	$(BIN)/ruff check --fix src tests

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: $(BIN)/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[safety]'
	@touch $@

$(VENV)/.test: $(BIN)/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test]'
	@touch $@ $(VENV)/.runtime

# Installs the Debian packages where that can be done, and names them where it can't.
system:
	@missing=; \
	for package in $(SYSTEM); do \
		dpkg -s $$package >/dev/null 2>&1 || missing="$$missing $$package"; \
	done; \
	test -n "$$missing" || exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing Debian packages:$$missing"; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
			apt-get install -y -qq --no-install-recommends $$missing >/dev/null && exit 0; \
	fi; \
	echo "Some tests need these Debian packages, please install them:$$missing"

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis
