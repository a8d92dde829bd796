# Python 3.11 or newer and make are all that has to be there before.

# The first that runs and is new enough; a name on PATH alone may be a shim for what is not there.
NEW_ENOUGH := import sys, venv; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
  $$p -c '$(NEW_ENOUGH)' 2>/dev/null && echo $$p && exit; done; echo python3)
BIN := .venv/bin
PACKAGES := quota scoring penalties server tests benchmarks
# One more than there are cores: tests wait for servers of their own.
TEST_WORKERS ?= $(shell echo $$(($$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2) + 1)))
WEB := $(shell find server/web \( -name node_modules -o -name built \) -prune -o -type f -print)
NPM := $(BIN)/python server/web/hatch_build.py npm

.DEFAULT_GOAL := help
.PHONY: help run demo test lint format clean load bench-precheck bench-ledger bench-redis-cost
.PHONY: bench-batch bench-embedded bench-memory bench-fold bench-scale bench-enforcement bench-detection
.PHONY: bench-members bench-painting bench-viewers screenshots web

help: ## list what can be done
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-17s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo '  Options go in ARGS: ARGS="--quick" is a run of seconds, ARGS="--help" tells of all.'

run: .venv/installed ## install if needed, then serve on the embedded stores
	$(BIN)/contact-quota serve $(ARGS)

demo: .venv/installed ## install if needed, then serve a sample organisation
	$(BIN)/contact-quota demo $(ARGS)

test: .venv/installed-dev server/web/node_modules/.installed ## every test (ARGS="-k caps" narrows)
	$(if $(ARGS),,$(NPM) test)
	$(BIN)/python -m pytest --numprocesses=$(TEST_WORKERS) --dist=worksteal $(ARGS)

web: .venv/installed-dev ## build the dashboard where its sources changed (`make run` does it, too)
	$(BIN)/python server/web/hatch_build.py

screenshots: .venv/installed-dev ## pictures of every page into docs/images/dashboard (2 min)
	$(BIN)/python -m tests.dashboard.screenshots $(ARGS)

lint: .venv/installed-dev server/web/node_modules/.installed ## formatting, rules, types, imports
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(NPM) run check

format: .venv/installed-dev server/web/node_modules/.installed ## put every file into the house's format
	$(BIN)/ruff format
	$(BIN)/ruff check --fix
	$(NPM) run format

clean: ## remove the environment and every cache
	rm -rf benchmarks/speed/peers/*/node_modules server/web/node_modules server/web/built
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find $(PACKAGES) -name __pycache__ -prune -exec rm -rf {} +

bench-precheck: .venv/installed-dev ## pre-checks/s side by side with peers (5 min)
	$(BIN)/python benchmarks/precheck.py $(ARGS)

bench-ledger: .venv/installed-dev ## decisions a second without HTTP, on a real Redis (4 min)
	$(BIN)/python benchmarks/ledger.py $(ARGS)

bench-redis-cost: .venv/installed-dev ## µs of redis-server a decision, by kind and group (7 min)
	$(BIN)/python benchmarks/redis_cost.py $(ARGS)

bench-batch: .venv/installed-dev ## decisions/s of the batch endpoint ÷ a bare script (2 min)
	$(BIN)/python benchmarks/batch.py $(ARGS)

bench-embedded: .venv/installed-dev ## pre-checks/s without Redis and database (3 min)
	$(BIN)/python benchmarks/embedded.py $(ARGS)

bench-memory: .venv/installed-dev ## bytes of a member in Redis and SQL, 10k to 1M (8 min)
	$(BIN)/python benchmarks/memory.py $(ARGS)

bench-fold: .venv/installed-dev ## events folded/s of a core, and the lag beside pre-checks
	$(BIN)/python benchmarks/fold.py $(ARGS)

bench-scale: .venv/installed-dev ## whether 1M members are as fast as 1k; 1..N processes (8 min)
	$(BIN)/python benchmarks/scale.py $(ARGS)

bench-members: .venv/installed-dev ## lists and history of an enterprise with 50,000 members (4 min)
	$(BIN)/python benchmarks/members.py $(ARGS)

bench-painting: .venv/installed-dev ## a page of 50,000 members in a browser: painted, sorted, searched (1 min)
	$(BIN)/python benchmarks/painting.py $(ARGS)

bench-viewers: .venv/installed-dev ## what 100 viewers of the dashboard cost pre-checks (4 min)
	$(BIN)/python benchmarks/viewers.py $(ARGS)

load: .venv/installed-dev ## adds through nginx and Envoy under load, and the books (5 min)
	$(BIN)/python benchmarks/load.py $(ARGS)

bench-enforcement: .venv/installed-dev ## what decisions cost (--database postgresql://…, one that is empty)
	$(BIN)/python benchmarks/enforcement.py $(ARGS)

bench-detection: .venv/installed-dev ## how well abusers are told apart (10 min)
	$(BIN)/python benchmarks/detection.py $(ARGS)

$(BIN)/python:
	@$(PYTHON) -c '$(NEW_ENOUGH)' \
	  || { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11 …"; exit 1; }
	$(PYTHON) -m venv .venv

# The installation builds the dashboard, too, where its sources changed.
.venv/installed: pyproject.toml constraints.txt $(WEB) | $(BIN)/python
	@echo 'Installing into .venv, about a minute …'
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	@touch $@

.venv/installed-dev: .venv/installed
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --group dev
	@touch $@

server/web/node_modules/.installed: server/web/package-lock.json .venv/installed-dev
	$(NPM) ci --ignore-scripts --loglevel=error
	@touch $@
