# clustersim on a fresh machine needs Python 3.11 or newer and make: everything else is installed into .venv.

.DEFAULT_GOAL := help
.NOTPARALLEL:
SHELL := /bin/bash
# Where the environment forbids bytecode files, each of the hundreds of programs that tests start would compile all that it
# imports anew, for seconds.
unexport PYTHONDONTWRITEBYTECODE

WORKERS ?= 2
PYTHONS ?= 3.11 3.12 3.13
EXTRAS := dev,facts,experiments,page
BIN := .venv/bin
TABLES := parameters mechanisms metrics schedule rules layouts policies shocks panels draws results
# Tests of one file share worlds that are dear to make, so a file stays with one worker.
PYTEST := pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder
PIP := -m pip --disable-pip-version-check --quiet --quiet
# What is only used here a few times is not compiled to bytecode in advance: installing takes half as long.
INSTALL := install --no-compile
# What `make test` is made of: each is a target of its own, timed. One more part is one more word here; parts joined by +
# run side by side, since they wait much for one process or for packages.
PARTS := installed lint+warm check uncompiled oldest+wheel+short-demo
# Rules also run with the compiler off, the engine in test_same_bits; Mesa, bits and the commands also run on the oldest
# Python.
UNCOMPILED := tests/model/by_hand tests/kernel/test_draws.py tests/kernel/test_records.py
OLDEST := tests/mesa_model tests/model/engine/test_same_bits.py tests/cli/test_cli.py
UV := UV_PYTHON_DOWNLOADS=never .venv-uv/bin/uv pip
REPLICATIONS ?= 16
OUT := results/demo
SHORTER :=
FINDING_SEEDS ?= 12
SECONDS ?= 60
SEED ?= 1
TIMES ?= 5
reversed = $(if $(1),$(call reversed,$(wordlist 2,$(words $(1)),$(1))) $(firstword $(1)))

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# -- installing, once --------------------------------------------------------------------------------------

.venv/bin/python:
	@python=$$(.ci/find-python 3.12 3.13 3.11 newer) \
	    || { echo "clustersim needs Python 3.11 or newer with the venv module; none was found" >&2; exit 1; }; \
	echo "Making .venv with $$("$$python" --version)"; \
	"$$python" -m venv .venv

.venv/installed: pyproject.toml | .venv/bin/python
	@echo "Installing clustersim into .venv (once)"
	@$(BIN)/python $(PIP) install --editable .
	@touch $@

.venv/installed-page: pyproject.toml | .venv/bin/python
	@echo "Installing clustersim and its page into .venv (once)"
	@$(BIN)/python $(PIP) install --editable '.[page]'
	@touch .venv/installed $@

.venv/installed-dev: pyproject.toml | .venv/bin/python
	@echo "Installing clustersim and what its tests need into .venv (once)"
	@$(BIN)/python $(PIP) $(INSTALL) --editable '.[$(EXTRAS)]'
	@touch .venv/installed .venv/installed-page $@

.venv-%/installed-dev: pyproject.toml
	@python=$$(.ci/find-python $*) || { echo "Python $* was not found" >&2; exit 1; }; \
	test -x .venv-$*/bin/python || "$$python" -m venv .venv-$*
	@echo "Installing clustersim and what its tests need into .venv-$* (once)"
	@.venv-$*/bin/python $(PIP) $(INSTALL) --editable '.[$(EXTRAS)]'
	@touch $@

installed: ## .venv with everything that tests need, a browser, and that of the oldest Python, where it is found
	@# What fails beside it is tried again, and told, by `make oldest`.
	@if .ci/find-python $(firstword $(PYTHONS)) > /dev/null; then \
	    $(MAKE) --no-print-directory .venv-$(firstword $(PYTHONS))/installed-dev 2> /dev/null & \
	fi; \
	.ci/browser; browser=$$?; \
	$(MAKE) --no-print-directory .venv/installed-dev; outcome=$$?; wait; exit $$((outcome + browser))

# uv finds the lowest and the newest versions that fit together. Nothing else needs it.
.venv-uv/bin/uv:
	@python=$$(.ci/find-python 3.12 3.13 3.11 newer) && "$$python" -m venv .venv-uv
	@.venv-uv/bin/python $(PIP) install uv

.venv-lowest/installed-dev: pyproject.toml .ci/lowest-bounds .venv-uv/bin/uv
	@python=$$(.ci/find-python 3.11) || { echo "Python 3.11 was not found" >&2; exit 1; }; \
	test -x .venv-lowest/bin/python || "$$python" -m venv .venv-lowest
	.venv-lowest/bin/python .ci/lowest-bounds > .venv-lowest/bounds.txt
	$(UV) install --quiet --python .venv-lowest/bin/python --constraint .venv-lowest/bounds.txt --editable '.[$(EXTRAS)]'
	@touch $@

.venv-next/installed-dev: pyproject.toml .ci/next.txt .venv-uv/bin/uv
	@python=$$(.ci/find-python 3.14 $(call reversed,$(PYTHONS))) || { echo "no Python was found" >&2; exit 1; }; \
	test -x .venv-next/bin/python || "$$python" -m venv .venv-next
	$(UV) install --quiet --upgrade --python .venv-next/bin/python --override .ci/next.txt --editable '.[$(EXTRAS)]'
	@touch $@

# -- using -------------------------------------------------------------------------------------------------

demo: .venv/installed ## compare the real 45-cluster plan with four others; results/demo
	$(BIN)/clustersim demo --replications $(REPLICATIONS) --workers $(WORKERS) --out $(OUT) $(SHORTER)

page: .venv/installed-page ## .venv with what a page in the browser needs, in class or alone
	@echo "In class: $(BIN)/clustersim serve --lesson why_cluster"

short-demo: ## the demo with two replications of six years
	@$(MAKE) --no-print-directory demo REPLICATIONS=2 OUT=results/short-demo SHORTER='--years 3+3'

# -- testing -----------------------------------------------------------------------------------------------

test: ## everything that must hold before a change is merged, and how long each part took
	@MAKE='$(MAKE)' .ci/parts $(PARTS)

lint: .venv/installed-dev ## style, types and the layers of the architecture
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/oxlint --deny-warnings sim
	$(BIN)/mypy
	$(BIN)/lint-imports

warm: .venv/installed-dev ## compile all rules, which the processes of the test suite would do each for itself
	$(BIN)/clustersim warm --quiet

check: .venv/installed-dev ## the test suite
	$(BIN)/$(PYTEST) -m "not long" --ignore=tests/test_wheel.py

long: .venv/installed-dev ## the tests that `make test` leaves out for their length
	$(BIN)/$(PYTEST) -m long

uncompiled: .venv/installed-dev ## rules and engine with the compiler off
	NUMBA_DISABLE_JIT=1 $(BIN)/$(PYTEST) -m "not slow" $(UNCOMPILED)

oldest: ## Mesa, bits and commands on the oldest Python, with the oldest line of Mesa
	@$(MAKE) --no-print-directory test-pythons PYTHONS=$(firstword $(PYTHONS)) SELECT='$(OLDEST)'

wheel: .venv/installed-dev ## build wheel and source archive, install the wheel in an empty place and use it there
	rm -rf dist
	$(BIN)/hatchling build
	WHEEL=$$(echo dist/*.whl) $(BIN)/pytest -m "not long" tests/test_wheel.py
	@.ci/try-wheel dist/*.whl $(BIN)/python

fuzz: .venv/installed-dev ## mutants of what users hand to the program, for SECONDS=60 seconds a test; SEED=2 for others
	FUZZ_SECONDS=$(SECONDS) FUZZ_SEED=$(SEED) $(BIN)/$(PYTEST) tests/fuzz

bench-page: .venv/installed-dev ## how soon the page of `clustersim serve` draws, and how fast; benchmarks/page.json
	$(BIN)/python -m benchmarks.page --store

bench-classroom: .venv/installed-dev ## how long a class of 40 waits for a result; benchmarks/classroom.json
	$(BIN)/python -m benchmarks.classroom --store

kills: .venv/installed-dev ## kill commands, their workers, workers of Dask and a served class at random moments, TIMES each: the same bits?
	TIMES=$(TIMES) $(BIN)/pytest -n 0 tests/kills

coverage: .venv/installed-dev ## the shorter tests with the compiler off: every line of every rule is counted
	@# The contract tests live through worlds by the hundred, which takes far too long uncompiled; the lines they reach
	@# are reached by tests of one rule, policy or shock each.
	@# Counting by sys.monitoring is faster, from Python 3.12 on.
	NUMBA_DISABLE_JIT=1 COVERAGE_CORE=$$($(BIN)/python -c 'import sys; print("sysmon" if sys.version_info >= (3, 12) else "ctrace")') \
	    $(BIN)/$(PYTEST) -m "not slow" --ignore=tests/contracts --cov=sim --cov-report=term --cov-fail-under=90

test-pythons: ## the test suite on each Python of PYTHONS that is found here; SELECT='-m "not slow"' for less
	@for version in $(PYTHONS); do \
	    if .ci/find-python $$version >/dev/null; then \
	        $(MAKE) --no-print-directory test-python-$$version || exit 1; \
	    else \
	        echo "Python $$version: not found here, not tested"; \
	    fi; \
	done

test-python-%: .venv-%/installed-dev
	@echo "Python $*, Mesa $$(.venv-$*/bin/python -c 'from importlib.metadata import version; print(version("mesa"))'):"
	.venv-$*/bin/$(PYTEST) $(SELECT)

test-lowest: .venv-lowest/installed-dev ## the shorter tests with the lower bound of every dependency, on Python 3.11
	@# What old releases say about newer ones is no failure here.
	.venv-lowest/bin/$(PYTEST) -m "not slow" -W default $(SELECT)

test-next: .venv-next/installed-dev ## the shorter tests with what comes next: Mesa 4, pandas 3; says what breaks
	.venv-next/bin/$(PYTEST) -m "not slow" $(SELECT)

constraints: .venv-uv/bin/uv ## .ci/constraints.txt anew: the newest versions that fit together, which CI installs
	@{ echo '# What CI installs, to the version. Written by `make constraints` from pyproject.toml.'; \
	   echo 'hatchling>=1.21' | UV_PYTHON_DOWNLOADS=never .venv-uv/bin/uv pip compile pyproject.toml - --all-extras --universal \
	       --python-version $(firstword $(PYTHONS)) --no-header --no-annotate --quiet; } > .ci/constraints.new
	@mv .ci/constraints.new .ci/constraints.txt

same-bits: .venv/installed ## whether every scenario gives the same bits as AGAINST=COMMIT; MEASURES=1 judges by measures alone
	@$(BIN)/python benchmarks/same_bits.py $(or $(AGAINST),$(error say against which commit: make same-bits AGAINST=main)) \
	    $(if $(MEASURES),--measures)

bench: .venv/installed ## measure speed and memory beside plain Mesa, and beside AGAINST=COMMIT; docs/performance.md
	@$(BIN)/python -m benchmarks.suite --docs $(if $(AGAINST),--against $(AGAINST))

bench-quick: .venv/installed ## the same in under three minutes, without compiling, the demo and large nations
	@$(BIN)/python -m benchmarks.suite --quick --docs $(if $(AGAINST),--against $(AGAINST))

bench-scale: .venv/installed ## cost and memory of a year up to a million firms; benchmarks/scale.json, docs/performance.md
	$(BIN)/python -m benchmarks.suite.scale

bench-batch: .venv/installed ## what 2,000 small runs cost beside the simulation; benchmarks/batch.json, docs/machines.md
	$(BIN)/python benchmarks/batch.py --runs $(or $(RUNS),2000) --store

# -- writing -----------------------------------------------------------------------------------------------

mutate: .venv/installed-dev ## put small faults into planning, incentives, statistics and store, one at a time: do tests find them?
	@$(BIN)/python $(PIP) install --editable '.[mutation]'
	$(BIN)/python -m tests.mutate $(SELECT)

format: .venv/installed-dev ## put the code in its usual shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

schema: .venv/installed ## the JSON schemas with which editors complete and check scenarios and experiments
	$(BIN)/clustersim schema --out scenarios/clustersim.schema.json
	$(BIN)/clustersim schema experiment --out experiments/experiment.schema.json

expected: .venv/installed-dev ## store what every scenario of the library gives now, for the tests
	$(BIN)/python -m tests.library.refresh

docs-tables: .venv/installed ## docs/tables, from the declarations in the code
	@mkdir -p docs/tables
	@for table in $(TABLES); do \
	    { printf '# %s\n\nWritten by `make docs-tables` from the declarations in the code.\n\n' "$${table^}"; \
	      $(BIN)/clustersim describe $$table --markdown; } > docs/tables/$$table.md || exit 1; \
	done

types: .venv/installed-dev ## the types of tables and parameters, so that a misspelled column fails the type check
	$(BIN)/python -m tests.kernel.write_types

docs-pictures: .venv/installed-dev ## the pictures of the page and of a class in README and docs, by headless Chromium
	$(BIN)/python docs/pictures.py

docs-rooms: .venv/installed ## the picture of the rooms and what they import
	$(BIN)/python docs/rooms.py

validity: .venv/installed-dev findings ## docs/validity.md: the neutral model against stylised facts, 30 seeds
	$(BIN)/clustersim facts neutral_china --replications 30 --workers $(WORKERS) --out results/facts-china_45
	$(BIN)/clustersim facts neutral --replications 30 --workers $(WORKERS) --out results/facts \
	    --docs docs/validity.md --beside results/facts-china_45 --findings results/findings

findings: .venv/installed-dev ## findings of published models, rerun with this one; results/findings
	$(BIN)/clustersim findings --replications $(FINDING_SEEDS) --workers $(WORKERS) --out results/findings

evidence: .venv/installed ## what is known of real industrial policies, sought in the model, 16 replications; results/evidence
	$(BIN)/clustersim evidence --replications 16 --workers $(WORKERS) --out results/evidence

calibration: .venv/installed-dev ## search free parameters on half of the facts; results/calibration
	$(BIN)/clustersim calibrate --workers $(WORKERS) --out results/calibration

answers: .venv/installed ## the answer keys of the lessons, 24 seeds; scenarios/lessons/answers.json
	$(BIN)/clustersim lessons --refresh --workers $(WORKERS)

tension: .venv/installed ## what is at stake in each preset of the governors' game, 6 seeds; scenarios/game/tension.json
	$(BIN)/python -m sim.game.tension --workers $(WORKERS)

regimes: .venv/installed ## what theory says about plans, 40 replications; results/regimes
	$(BIN)/clustersim regimes --replications 40 --workers $(WORKERS) --out results/regimes

plan-45: .venv/installed ## derive the real plan from the list of clusters again
	$(BIN)/python -m sim.studies.derived.plan_45

location: .venv/installed ## rank correlations of the real map with where industry is, 8 seeds; results/location_fit.csv
	$(BIN)/python -m sim.studies.derived.location_fit --output results/location_fit.csv

spread: .venv/installed ## search endowment_spread by how specialised provinces are, 6 seeds; results/endowment_spread.csv
	$(BIN)/python -m sim.studies.derived.endowment_spread --seeds 6 --output results/endowment_spread.csv

pass-through: .venv/installed ## what customers lose of a supplier's loss in a disaster, 8 seeds; results/pass_through.csv
	$(BIN)/python -m sim.studies.derived.pass_through --output results/pass_through.csv

clean: ## remove what was installed or computed; results stay
	rm -rf .venv .venv-* build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage* htmlcov
	find sim tests experiments benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: help installed demo page short-demo test lint warm check uncompiled oldest long wheel coverage test-pythons test-lowest test-next constraints fuzz bench bench-quick bench-scale bench-page bench-classroom kills same-bits bench-batch mutate format schema expected docs-tables types docs-rooms validity findings evidence calibration answers tension regimes plan-45 location spread pass-through clean
.PRECIOUS: .venv-%/installed-dev
