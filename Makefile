# Two commands: `make run` and `make test`. Both set up what they need and may be run again.
# The first Python that runs and is new enough; python3 where none is (set-up then says so).
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; \
	done || echo python3)
BIN := .venv/bin
PYTEST_PROCESSES ?= 2
# Where it is set, every process of the tests compiles every module anew: seconds each time.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test types suite drill lock clean

run: ## start Liuchi: make run PORT=8000
	@$(PYTHON) scripts/setup.py run
	@exec $(BIN)/liuchi serve

test: ## every check, the fastest first, types beside the tests
	@$(PYTHON) scripts/setup.py test
	@$(BIN)/ruff check src tests scripts
	@$(BIN)/ruff format --check src tests scripts
	@$(MAKE) --no-print-directory --jobs=2 types suite

types:
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

suite:
	@$(BIN)/pytest -n $(PYTEST_PROCESSES) --dist loadfile --no-loadscope-reorder -q

drill: ## kill -9 of web server, worker and PostgreSQL, fifty rounds
	@$(PYTHON) scripts/setup.py test
	@LIUCHI_CRASH_ROUNDS=50 $(BIN)/pytest -q -s tests/project/test_crash.py

lock: ## resolve the lock files anew
	@$(PYTHON) scripts/setup.py lock

clean: ## remove what set-up and tests have made; data under var/data stays
	rm -rf .venv node_modules var/tests-* /dev/shm/liuchi-tests-$$(id -u)-* .mypy_cache .ruff_cache .pytest_cache
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +
	find src -name '*.mo' -delete
