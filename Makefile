# The daily commands. Plain `make` lists them; each says what it does after its name.
# Many small fits: threads of the linear algebra only get in each other's way.
export OPENBLAS_NUM_THREADS = 1
.PHONY: help install up test check format kill bench screenshots lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

install: ## make the environment in .venv (nothing to do when it is current)
	@setup/install

up: install ## install, then start forms, dashboards and schedules, with a demonstration company at first
	@exec .venv/bin/yingke up

test: install ## install, fetch what the tests need, run every test
	@setup/test-needs
	@.venv/bin/pytest --numprocesses 2 --dist loadgroup

check: install ## form, likely bugs, types, and who may import whom
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports --no-logo

format: install ## write the code in its one form
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix .

kill: install ## 30 kills at random moments of import, refresh and publish
	@.venv/bin/python tests/kill/random_kills.py

bench: install ## what it takes, each as a ratio to a peer in the same run
	@.venv/bin/yingke bench

screenshots: install ## every page, in both languages and both themes
	@setup/test-needs
	@.venv/bin/python tests/journeys/screenshots.py

lock: install ## remake the lock after a change of requirements.in
	@setup/lock

clean: ## remove the environment and every cache; data stays
	@rm -rf .venv .venv-tool .pytest_cache .ruff_cache .mypy_cache .import_linter_cache .hypothesis *.egg-info build
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
