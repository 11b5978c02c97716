# maild from a checkout. Nothing is needed beforehand but git, make and python3 (3.11 or later) with python3-venv.
#
#   make demo        play a day of the desk and show what each person sees
#   make sandbox     a little mail world to try with one's own mail client
#   make test        every test, with Debian's Dovecot and PostgreSQL installed where that is possible
#   make test-quick  what needs Python alone, and is quick
#   make test-long   faults, simulations, growth
#   make fuzz        look for mail that hurts, guided by coverage (SECONDS=60)
#   make test-faults what breaks at every boundary, with figures (part of test-long)
#   make attacks     everything that somebody may try, counted; through a real MX too
#   make coverage-trust  every branch of what trust stands on
#   make mutants     small changes to it, which the tests must notice: MODULES=maild.desk.trust (part of test-long)
#   make cost-trust  what the trust checks cost a mail
#   make simulate    the daemon on a virtual clock: SEED=17, or SEEDS=1000
#   make simulate-year  a year of 40,000 tickets, each promise and warning judged (TICKETS=40000)
#   make lint types  style, import rules, types
#   make lock        write requirements.lock anew from pyproject.toml (needs uv)
#   make clean       remove .venv and caches; never your mail, ledger or keys in var/

PYTHON  ?= python3
WORKERS ?= 2
SECONDS ?= 60
VENV    := .venv
PY      := $(VENV)/bin/python
READY   := $(VENV)/.ready
PIP     := $(PY) -m pip --quiet --quiet --disable-pip-version-check --no-input
PYTEST  := $(PY) -m pytest -n $(WORKERS)

# Compiled code is kept, whatever the caller's environment says: without it each start and each test compiles the program anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo sandbox servers test test-quick test-long test-faults simulate simulate-year fuzz lint types lock clean

help:
	@sed -n '/^#   make/s/^#   //p' Makefile

setup: $(READY)

# The stamp is written last, so that a set-up that was interrupted is done again. setuptools comes first because it builds
# dkimpy, the one package without a wheel: that way every byte that runs was named by a hash in the lock.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "maild needs Python 3.11 or later; '$(PYTHON)' is not. Name another one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "Python's venv is missing here. On Debian: apt install python3-venv   (then run make again)" >&2; exit 1; }
	@echo "Setting up $(VENV): once, about a minute."
	@rm -f $@
	@$(PY) -c 'import pip' 2>/dev/null || $(PYTHON) -m venv --clear $(VENV)
	@echo "  1/3 build tools"
	@sed -n '/^setuptools==/,/^ *# via/p' requirements.lock > $(VENV)/build.lock
	@$(PIP) install --require-hashes --only-binary :all: -r $(VENV)/build.lock
	@echo "  2/3 $$(grep -c '^[a-z].*==' requirements.lock) packages, each checked against its hash"
	@$(PIP) install --require-hashes --no-build-isolation --use-pep517 --only-binary :all: --no-binary dkimpy -r requirements.lock
	@echo "  3/3 maild itself"
	@$(PIP) install --no-deps --no-build-isolation -e .
	@$(PY) -m compileall -q maild
	@touch $@
	@echo "Ready: $(VENV)/bin/maild"

demo: setup
	@$(VENV)/bin/maild demo

sandbox: setup
	@$(VENV)/bin/maild sandbox

servers:
	@tests/servers/install

test: setup servers
	$(PYTEST) -m "not long"

test-quick: setup
	$(PYTEST) -m "not server and not thorough and not long"

test-long: setup
	@tests/servers/install faults
	$(PYTEST) -m long --timeout 3000 --capture=tee-sys
	$(MAKE) mutants

attacks: setup servers
	$(PY) -m pytest -p no:xdist tests/attacks --timeout 1200 --deselect tests/attacks/test_bomb.py

# What decides whom to believe, and the one builder of letters: no branch without a test, and no test that would not notice.
TRUST := maild/desk/address.py,maild/ingest/authserv.py,maild/ingest/authentication.py,maild/desk/trust.py,maild/delivery/compose.py,maild/desk/markup.py
coverage-trust: setup
	@$(PY) -m coverage run --data-file=.coverage --branch --include=$(TRUST) -m pytest -p no:xdist tests/desk/test_address.py \
	  tests/ingest/test_authentication.py tests/desk/test_trust.py tests/delivery/test_compose.py \
	  tests/desk/test_words_in_markup.py
	@$(PY) -m coverage report --data-file=.coverage --show-missing --fail-under 100

mutants: setup
	@PYTHONPATH=tests $(PY) -m mutants $(MODULES)

cost-trust: setup
	@PYTHONPATH=tests $(PY) -m attacks.cost

fuzz: setup
	@tests/fuzz/run $(SECONDS)

test-faults: setup
	@tests/servers/install faults
	$(PY) -m pytest -m long tests/faults tests/daemon/test_restore_drill.py --timeout 900

simulate: setup
	@PYTHONPATH=tests $(PY) -m simulation $(if $(SEED),--seed $(SEED),--seeds $(or $(SEEDS),100))

simulate-year: setup
	@PYTHONPATH=tests $(PY) -m simulated_year --tickets $(or $(TICKETS),40000)

lint: setup
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(VENV)/bin/lint-imports --no-logo

types: setup
	$(PY) -m mypy

lock:
	@command -v uv >/dev/null || { echo "make lock needs uv" >&2; exit 1; }
	uv pip compile pyproject.toml --extra dkim --extra tnef --group dev --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header --quiet -o requirements.lock

clean:
	rm -rf $(VENV) .venv-debian .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .fuzz .coverage build dist *.egg-info
	find maild tests -name __pycache__ -type d -prune -exec rm -rf {} +
