# `make run` starts everything with demo people, `make test` proves that it works. PORT=8001 make run changes the port.
PYTHON ?= python3
.PHONY: run start test quick format benchmark

run:  ## the whole platform with demo people, on http://localhost:8000
	@$(PYTHON) -m scripts.run --demo

start:  ## the same without demo people; asks for the first administrator
	@$(PYTHON) -m scripts.run

test:  ## every check and every test, on SQLite and PostgreSQL, with the browser
	@$(PYTHON) -m scripts.check

quick:  ## the daily loop: style, contracts and the quick tests on SQLite
	@$(PYTHON) -m scripts.check --quick

format:  ## put code and templates into shape
	@$(PYTHON) -m scripts.check --format

benchmark:  ## what each page costs, beside a bare view of the same run
	@.venv/bin/python -m benchmarks
