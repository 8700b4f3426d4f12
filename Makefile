# brainstemd: `make run` tries it, `make test` tests it. Both set themselves up in .venv; neither needs root.

PYTHON ?= python3
PORT ?= 5514
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip --disable-pip-version-check install --quiet
LOCKED := $(INSTALL) --require-hashes --only-binary :all: -r
COMPILE := $(BIN)/python -m piptools compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-header \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options

.DEFAULT_GOAL := help
.PHONY: help run test test-all lint format bench lock clean

help:
	@echo "make run       set up and run the daemon here, unprivileged, state in .run/ (PORT=$(PORT))"
	@echo "make test      set up and run the tests that take seconds"
	@echo "make test-all  all tests, the slow ones too"
	@echo "make lint      ruff, mypy, import contracts"
	@echo "make format    let ruff rewrite what it can"
	@echo "make bench     lines a second, step by step and beside rsyslog and syslog-ng (15 minutes)"
	@echo "make lock      compute packaging/*.lock again from pyproject.toml"
	@echo "make clean     remove .venv, .run and caches"

run: $(VENV)/.runtime
	@PORT=$(PORT) sh packaging/run-here.sh $(BIN)

test: $(VENV)/.dev
	$(BIN)/python -m pytest -m "not slow" $(PYTEST_ARGS)

test-all: $(VENV)/.dev
	$(BIN)/python -m pytest $(PYTEST_ARGS)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.dev
	@for bench in decode drain memory intake; do echo "== $$bench"; $(BIN)/python -m tests.bench.$$bench || exit 1; done

# On the oldest Python that is supported, so that the lock holds what it needs; newer ones need no more.
lock: $(VENV)/.dev
	$(INSTALL) pip-tools
	$(COMPILE) -o packaging/requirements.lock pyproject.toml packaging/build.in
	$(COMPILE) --extra test --extra lint -c packaging/requirements.lock \
		-o packaging/requirements-dev.lock pyproject.toml packaging/build.in
	sed -i '1i # Made by `make lock`: what brainstemd needs to run, every file by its hash.' packaging/requirements.lock
	sed -i '1i # Made by `make lock`: the same and what testing and linting need.' packaging/requirements-dev.lock

clean:
	rm -rf $(VENV) .run .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

# ---------------------------------------------------------------- set-up: a venv filled from the lock, by hash, wheels only

$(VENV)/.made:
	@sh packaging/preflight.sh $(PYTHON)
	@echo "making $(VENV) with $$($(PYTHON) --version)"
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.runtime: $(VENV)/.made packaging/requirements.lock pyproject.toml
	@echo "installing packaging/requirements.lock"
	@$(LOCKED) packaging/requirements.lock
	@$(INSTALL) --no-index --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime packaging/requirements-dev.lock
	@echo "installing packaging/requirements-dev.lock"
	@$(LOCKED) packaging/requirements-dev.lock
	@touch $@
