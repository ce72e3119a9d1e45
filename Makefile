# Two commands matter: `make demo` and `make test`. Each sets up what it needs.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

VENV := .venv
PY := $(VENV)/bin/python
STAMP := $(VENV)/.installed
DISTRIBUTIONS := core airflow_plugin dagster_lib
# extra arguments: `make test ARGS="tests/unit -x"`, `make bench ARGS="--orders 500000"`
ARGS ?=
# processes that share the tests, of which some wait for servers most of the time;
# `make test WORKERS=0 ARGS="tests/unit --pdb"` keeps all in one
WORKERS ?= 3

# the tests start processes of their own, and those must find the tools of the environment
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help
help: ## Show this help
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) \
	  | awk -F ':.*## ' '{ printf "  \033[36m%-16s\033[0m %s\n", $$1, $$2 }'

# ---------------------------------------------------------------- the environment
.PHONY: setup
setup: $(STAMP) ## Create .venv with everything that demo, tests and checks need

$(STAMP): pyproject.toml constraints.txt $(DISTRIBUTIONS:%=%/pyproject.toml) .ci/make-venv
	@bash .ci/make-venv $(VENV)
	@echo "· installing Sluicegate, Airflow, Dagster and the tools (a minute or two) …"
	@$(PY) -m pip install --quiet --quiet --constraint constraints.txt --group dev \
	  --editable 'core[postgres,duckdb]' --editable airflow_plugin --editable dagster_lib
	@$(PY) -m pip check >/dev/null || { $(PY) -m pip check; exit 1; }
	@touch $@
	@echo "· ready: $$($(PY) --version) in $(VENV)"

# ---------------------------------------------------------------- the main job
.PHONY: demo
demo: $(STAMP) ## Guard a shop's data in real PostgreSQL, Airflow and Dagster runs, and look on
	@$(PY) -m example_dags.demo $(ARGS)

# ---------------------------------------------------------------- tests and checks
# in CI nothing may be skipped for a missing service: tests/ci_no_skips.py fails the run
.PHONY: test
test: $(STAMP) ## Run every test; ARGS selects some
	@PYTHONPATH=tests $(PY) -m pytest -q -rs -n $(WORKERS) --dist loadfile $(if $(CI),-p ci_no_skips) $(ARGS)

.PHONY: matrix
matrix: $(STAMP) ## Run the integrations' tests on other versions of Airflow and Dagster; ARGS selects
	@$(PY) tests/matrix/run.py $(ARGS)

.PHONY: check
check: lint type contracts wheels markers scorecard ## Run every gate that needs no tests: what CI checks first

.PHONY: lint
lint: $(STAMP) ## Check style and format
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .

.PHONY: fmt
fmt: $(STAMP) ## Repair style and format
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

.PHONY: type
type: $(STAMP) ## Check types, sources and tests
	@$(PY) -m mypy

.PHONY: contracts
contracts: $(STAMP) ## Check which part may import which
	@$(VENV)/bin/lint-imports --no-cache

.PHONY: wheels
wheels: $(STAMP) # the contents of the three wheels; part of `check`
	@$(PY) -m pytest -q -p no:randomly tests/packaging

.PHONY: markers
markers: # unfinished work is an issue, not a comment; part of `check`
	@! grep -rnE --include='*.py' --include='*.md' --include='*.yaml' --include='*.toml' \
	  '(#|<!--) *(TODO|FIXME|XXX|HACK)\b' $(DISTRIBUTIONS) tests example_dags docs *.md

SCORECARD := docs/detection-scorecard.json
EVALUATE := $(VENV)/bin/sluicegate detectors evaluate --generated
# a folder of labelled corpora, if there is one; the generated corpus is always there
CORPUS ?= $(wildcard ../shared/corpus)

.PHONY: scorecard
scorecard: $(STAMP) # no class may be found worse than the scorecard says; part of `check`
	@$(EVALUATE) $(CORPUS) --baseline $(SCORECARD) --format markdown >/dev/null
	@echo "· detection is as good as $(SCORECARD) says"

.PHONY: scorecard-update
scorecard-update: $(STAMP) ## Measure detection again and store it in docs/
	@$(EVALUATE) $(CORPUS) --save $(SCORECARD) $(ARGS)
	@$(PY) -m tests.docs.measured_detection # the part of it that attestations carry

.PHONY: bench
bench: $(STAMP) ## Measure detection and extraction against the alternatives, as ratios
	@for file in tests/bench/bench_*.py; do echo "== $$file"; $(PY) "$$file" $(ARGS); done

.PHONY: docs
docs: $(STAMP) ## Write the reference, check the documents: links lead somewhere, code blocks run
	@$(PY) -m tests.docs.reference_documents
	@$(PY) -m pytest -q -rs tests/packaging/test_documents.py $(wildcard tests/docs)

# ---------------------------------------------------------------- releases
.PHONY: build
build: $(STAMP) ## Build the three wheels and source distributions into dist/
	@rm -rf dist
	@for folder in $(DISTRIBUTIONS); do \
	  (cd "$$folder" && ../$(PY) -m hatchling build --directory ../dist >/dev/null); \
	done
	@ls -1 dist

.PHONY: clean
clean: ## Remove what the targets made, the environment too
	@rm -rf $(VENV) .demo .matrix dist .coverage htmlcov .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@find $(DISTRIBUTIONS) tests example_dags -name __pycache__ -type d -prune -exec rm -rf {} +
