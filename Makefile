# Each target is one documented line of pip, dbt, pytest or python, in the environment .venv.
# On Windows use those lines directly: README has them.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: build release test nightly docs browser-test lint cohort impact demo population requirements clean

build: .venv/build.txt  ## Build everything on the extract (the demo, or PHM_EXTRACT_DIR) and test it.
	$(BIN)/dbt build

release: .venv/build.txt  ## The same, and publish what may leave anew: docs/what_may_leave.md
	$(BIN)/dbt build --vars '{release: true}'

test: .venv/test.txt  ## Every test: on the demo, on bad input, against the Python oracle.
	$(BIN)/python -m pytest

nightly: .venv/test.txt  ## And what takes long: random searches by the hundred, planted mistakes, orders of dates.
	PHM_PROPERTY_EXAMPLES=500 $(BIN)/python -m pytest -m '' tests

docs: build  ## The documentation as pages that open in a browser: target/docs/index.html
	$(BIN)/dbt docs generate --static
	$(BIN)/python tools/documentation.py

browser-test: .venv/test.txt docs  ## The documentation in Chromium, Chrome or Edge, which has to be there already.
	$(BIN)/python -m pytest tests/browser

lint: .venv/test.txt  ## Style and conventions of what differs from main; of every file, with all=yes
	$(BIN)/python tools/lint.py $(if $(all),--all)

cohort: .venv/build.txt  ## Lay down a new search: make cohort name=diabetes_without_bmi; and then its unit test, with tests=yes
	$(BIN)/python tools/new_cohort.py '$(name)' $(if $(tests),--tests)

impact: .venv/build.txt  ## What the working tree does to the numbers: make impact base=main
	$(BIN)/python tools/impact.py $(base)

demo: .venv/build.txt  ## Write the synthetic demo extract again (the same bytes).
	$(BIN)/python demo/generate.py

patients ?= 817000
folder ?= warehouse/population_$(patients)
population: .venv/build.txt  ## Write a synthetic extract of any size: make population patients=817000 folder=...
	$(BIN)/python demo/generate.py --patients $(patients) --format parquet --output $(folder)

requirements: .venv/test.txt  ## Pin the newest allowed versions, after a change of requirements/*.in.
	$(BIN)/python -m pip install --quiet uv
	cd requirements && for set in build test benchmarks; do ../$(BIN)/uv pip compile --quiet --config-file uv.toml \
	  --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-annotate --no-header --upgrade --output-file $$set.txt $$set.in || exit 1; done

clean:  ## Everything that can be made again, except the warehouse.
	rm -rf .venv target logs

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "PHM needs Python 3.11 or newer, and $(PYTHON) is older: name another with make PYTHON=...")'
	$(PYTHON) -m venv .venv

# --no-deps: the lists are complete; see requirements/uv.toml for the one package left out on purpose.
.venv/%.txt: requirements/%.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --no-deps --require-hashes -r $<
	@cp $< $@
