# Each target is one documented line of pip, dbt, pytest or python, in the environment .venv.
# On Windows use those lines directly: README has them.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: build test docs lint cohort demo requirements clean

build: .venv/build.txt  ## Build everything on the extract (the demo, or PHM_EXTRACT_DIR) and test it.
	$(BIN)/dbt build

test: .venv/test.txt  ## Every test: on the demo, on bad input, against the Python oracle.
	$(BIN)/python -m pytest

docs: build  ## The documentation as one file that opens in a browser: target/static_index.html
	$(BIN)/dbt docs generate --static

lint: .venv/test.txt  ## Style and conventions: sqlfluff, dbt-bouncer, yamllint, and what dbt calls deprecated.
	$(BIN)/python tools/lint.py

cohort: .venv/build.txt  ## Lay down a new search: make cohort name=diabetes_without_bmi
	$(BIN)/python tools/new_cohort.py '$(name)'

demo: .venv/build.txt  ## Write the synthetic demo extract again (the same bytes).
	$(BIN)/python demo/generate.py

requirements: .venv/test.txt  ## Pin the newest allowed versions, after a change of requirements/*.in.
	$(BIN)/python -m pip install --quiet uv
	cd requirements && for set in build test; do ../$(BIN)/uv pip compile --quiet --config-file uv.toml \
	  --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-annotate --no-header --upgrade --output-file $$set.txt $$set.in || exit 1; done

clean:  ## Everything that can be made again, except the warehouse.
	rm -rf .venv target logs

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "PHM needs Python 3.11 or newer, and $(PYTHON) is older: name another with make PYTHON=...")'
	$(PYTHON) -m venv .venv

# --no-deps: the lists are complete; see requirements/uv.toml for the one package left out on purpose.
.venv/%.txt: requirements/%.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $<
	@cp $< $@
