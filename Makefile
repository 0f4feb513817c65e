# What can a person do with the register?  `make` lists it.  Needs Python 3.11 or newer, and nothing else.
#
#   PORT=8001 HOST=0.0.0.0   where `make run` serves
#   DATABASE_URL=…           another PostgreSQL server than the embedded one
#   REGISTRY_VAR=…           another folder than var/ for the data
#   PYTHON=python3.12        the Python that .venv is made from

PYTHON ?= python3
FILE ?=
export FILE

# `exec` lets a signal reach the program itself, which then ends in good order.
launch := exec .venv/bin/python -m registry.launch
# Tests and checks have a data folder of their own: they never touch what people have stored.
apart := REGISTRY_VAR="$${REGISTRY_VAR:-var}/test"

.PHONY: help run test check reset shell backup restore venv screenshots vendor
.SUFFIXES:

help: ## list what can be done
	@sed -n 's/^\([a-z]*\):.*## /  make \1|/p' Makefile | while IFS='|' read -r name what; do \
		printf '%-16s %s\n' "  $$name" "$$what"; done

run: .venv/.installed ## start the register on http://127.0.0.1:8000 (PORT=8001: elsewhere)
	@$(launch) run

test: .venv/.installed-dev ## run all tests on a real PostgreSQL
	@$(apart) exec .venv/bin/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder $(TESTS)

check: .venv/.installed-dev ## lint, check the production settings and the migrations
	@.venv/bin/python -m ruff check .
	@.venv/bin/python -m ruff format --check .
	@key=$$(.venv/bin/python -c 'import secrets; print(secrets.token_urlsafe(64))') && \
		$(apart) SECRET_KEY="$$key" HTTPS=1 DEBUG=0 .venv/bin/python manage.py check --deploy --fail-level WARNING
	@$(apart) exec .venv/bin/python manage.py makemigrations --check --dry-run

reset: .venv/.installed ## remove everything stored, after asking
	@$(launch) reset

shell: .venv/.installed ## open a Python prompt on the register's data
	@exec .venv/bin/python manage.py shell

backup: .venv/.installed ## copy the database to FILE=…
	@$(launch) backup "$$FILE"

restore: .venv/.installed ## put the backup FILE=… in the database's place, after asking
	@$(launch) restore "$$FILE"

venv: .venv/.installed ## install the pinned dependencies into .venv

screenshots: .venv/.installed-dev ## take the pictures in docs/screenshots, of a register that runs on PORT
	@.venv/bin/python docs/screenshots.py "http://127.0.0.1:$${PORT:-8000}"

vendor: ## bring static/vendor up to package.json; for developers, needs Node
	npm ci --silent --no-audit --no-fund --ignore-scripts
	npx designsystemet tokens create --clean >/dev/null
	npx designsystemet tokens build --tokens node_modules/.tokens --clean --out-dir node_modules/.theme >/dev/null
	mkdir -p static/vendor/designsystemet static/vendor/leaflet/images
	cp node_modules/@digdir/designsystemet-css/dist/src/index.css static/vendor/designsystemet/designsystemet.css
	cp node_modules/@digdir/designsystemet-css/LICENSE static/vendor/designsystemet/LICENSE
	cp node_modules/.theme/register.css static/vendor/designsystemet/theme.css
	sed '/sourceMappingURL/d' node_modules/leaflet/dist/leaflet.js >static/vendor/leaflet/leaflet.js
	cp node_modules/leaflet/dist/leaflet.css node_modules/leaflet/LICENSE static/vendor/leaflet/
	cp node_modules/leaflet/dist/images/*.png static/vendor/leaflet/images/

# A .venv whose Python has gone (an upgraded or moved machine) is made anew.
python_is_there := $(wildcard .venv/bin/python)

.venv/.installed: requirements.txt $(if $(python_is_there),,missing_python)
	@test -w . || { echo "This folder is not writable: .venv cannot be made in it." >&2; exit 1; }
	@command -v "$(PYTHON)" >/dev/null || \
		{ echo "There is no $(PYTHON): install Python 3.11 or newer, or name it: make PYTHON=…" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "$(PYTHON) is older than Python 3.11: name a newer one: make PYTHON=python3.11" >&2; exit 1; }
	@"$(PYTHON)" -c 'import venv, ensurepip' 2>/dev/null || \
		{ echo "$(PYTHON) lacks the module venv: install it (on Debian and Ubuntu: apt install python3-venv)." >&2; exit 1; }
	@.venv/bin/python -m pip --version >/dev/null 2>&1 || \
		{ echo "Creating .venv …"; "$(PYTHON)" -m venv --clear .venv; }
	@echo "Installing the pinned dependencies into .venv …"
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/.installed-dev: requirements-dev.txt .venv/.installed
	@echo "Installing the pinned tools for tests and checks into .venv …"
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

.PHONY: missing_python
missing_python:
