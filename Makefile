# The front door: a thin layer over scripts/ and dbt, which also work by hand.

RUN := .venv/bin/python
# VERBOSE=1 shows all of dbt's lines.
DBT := $(RUN) scripts/run_dbt.py $(if $(VERBOSE),--verbose)

# Of `build` and `docs`: TARGET=athena builds where STEDI_* and AWS_* say, instead of on DuckDB.
ENGINE := $(subst $() ,+,$(or $(TARGET),local))
ON_ATHENA := $(filter athena,$(ENGINE))
CHECK := $(if $(ON_ATHENA),$(RUN) scripts/preflight.py)

# Landing data is generated only for those who name no landing root and have none.
MISSING_LANDING := $(if $(wildcard data/landing/*),,landing)
LANDING := $(if $(ON_ATHENA)$(STEDI_LANDING),,$(MISSING_LANDING))
# Its blanks are escaped, as it is a target.
DATABASE := $(subst $() ,\ ,$(or $(STEDI_DUCKDB),data/stedi.duckdb))
LOCAL_DATABASE := $(if $(ON_ATHENA),,$(DATABASE))
ARTIFACTS := $(or $(DBT_TARGET_PATH),target)

# `make test` is the same whatever the caller set, and leaves the caller's database and pepper alone.
ON_GENERATED_DATA := STEDI_LANDING= STEDI_PUBLISHED_COUNTS=
IN_TEST_DATABASE := STEDI_SCHEMA=stedi STEDI_DUCKDB=data/test.duckdb STEDI_SECRET= \
    DBT_TARGET_PATH=target/test

# Options of `make benchmark`, e.g. BENCHMARK="--sizes 1 --runs 1".
BENCHMARK :=

# Each worker has a Trino of its own. A file's tests share what they build: each file goes to one
# worker, those that build first.
TWO_WORKERS := -n 2 --dist loadfile --no-loadscope-reorder

# A machine without Terraform's registry has its provider in a folder; empty, Terraform downloads it.
TERRAFORM_PLUGINS := $(or $(TF_PLUGIN_DIR),$(wildcard /opt/tf-plugins))

# Where `terraform apply` was run, and the tag or commit whose code `make deploy` sends.
INFRA := infra
CODE := HEAD
TERRAFORM := terraform
OUTPUT = $(TERRAFORM) -chdir=$(INFRA) output -raw

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help build test docs example lint landing clean runtime dev athena
.PHONY: benchmark benchmark-group examples-group local-athena test-local-athena test-athena test-athena-full
.PHONY: infra test-infra test-infra-full deploy known-target

help:  ## List the targets
	@awk -F ':.*  ## ' '/^[a-z].*  ## / {printf "make %-17s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# dbt exits with 1 where tables or tests have failed, with 2 where it has not begun.
build: known-target runtime profiles.yml $(LANDING)  ## Build all tables, list them; TARGET=athena, VERBOSE=1
	@$(CHECK)
	@$(if $(ON_ATHENA),,$(RUN) scripts/make_pepper.py)
	@$(DBT) build --target $(ENGINE) || status=$$?; \
	[ $${status:-0} -gt 1 ] || $(RUN) scripts/summarize_build.py --target $(ENGINE) || exit 1; \
	exit $${status:-0}

test: dev profiles.yml $(MISSING_LANDING) lint  ## Lint, build with all tests on generated data, pytest
	@rm -f data/test.duckdb data/test.duckdb.wal
	@$(ON_GENERATED_DATA) $(IN_TEST_DATABASE) $(DBT) build --target local --selector everything
	@$(ON_GENERATED_DATA) $(RUN) -m pytest -n 2 --dist worksteal

docs: known-target runtime profiles.yml $(LOCAL_DATABASE)  ## Make the lineage site and the page of figures
	@$(CHECK)
	@$(DBT) docs generate --static --target $(ENGINE)
	@$(RUN) scripts/draw_accounting.py --target $(ENGINE)
	@echo "The lineage site: $(ARTIFACTS)/static_index.html"

example: examples-group $(DATABASE)  ## Export the research zone, train a baseline on it
	@$(RUN) scripts/export_research.py --out data/example --overwrite
	@$(RUN) examples/train_baseline.py data/example

benchmark: benchmark-group  ## Measure beside PySpark and DuckDB by hand: about an hour
	@$(RUN) scripts/benchmark.py $(BENCHMARK)

local-athena: athena profiles.yml $(MISSING_LANDING)  ## Start a local Athena; its buckets: local_athena.toml
	@$(RUN) -m local_athena up

test-athena: athena  ## Build on a local Athena, compare with DuckDB: minutes
	@$(ON_GENERATED_DATA) $(RUN) -m pytest $(TWO_WORKERS) -m "not full" tests/parity

test-local-athena: athena  ## Test the local Athena itself (packages/local-athena)
	@$(RUN) -m pytest $(TWO_WORKERS) -m "not full" packages/local-athena

test-athena-full: athena  ## Both of these, ten times the data, every scenario
	@$(RUN) -m pytest $(TWO_WORKERS) packages/local-athena
	@$(ON_GENERATED_DATA) $(RUN) -m pytest $(TWO_WORKERS) tests/parity

deploy: runtime  ## Send the pepper and the code to the account of infra/
	@$(OUTPUT) env > $(INFRA)/.env.part && mv $(INFRA)/.env.part $(INFRA)/.env
	@set -a && . $(INFRA)/.env && $(RUN) scripts/make_pepper.py --target athena
	@git archive --format zip --output $(INFRA)/stedi.zip $(CODE)
	@place=$$($(OUTPUT) code) && PATH="$$PATH:.venv/bin" && \
	aws s3 cp --only-show-errors $(INFRA)/stedi.zip "$$place" && echo "Sent the code of $(CODE) to $$place"

test-infra: infra  ## Check infra/; apply it to a local AWS endpoint: minutes
test-infra-full: infra  ## The same, and a night whose build fails after its tables
test-infra test-infra-full:
	@$(ON_GENERATED_DATA) TF_PLUGIN_DIR=$(TERRAFORM_PLUGINS) $(RUN) -m pytest $(TWO_WORKERS) \
	    $(if $(filter test-infra,$@),-m "not full") tests/infra

lint: dev  ## Check the style of SQL, YAML and Python
	@$(RUN) -m sqlfluff lint --processes 2 models tests packages
	@$(RUN) -m yamllint --strict $(if $(NO_COLOR),--format standard) .
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .

landing: runtime  ## Generate landing data of made-up people, if there is none
	@set -- data/landing/*; [ -e "$$1" ] || $(RUN) scripts/generate_landing.py --out data/landing

clean:  ## Remove what building made; landing, pepper, .venv stay
	@rm -rf target logs .pytest_cache .ruff_cache
	@rm -rf data/stedi.duckdb data/stedi.duckdb.* data/test.duckdb data/test.duckdb.*

known-target:
	$(if $(filter-out local athena,$(ENGINE)),$(error TARGET is '$(TARGET)': it takes local or athena))

runtime:
	@scripts/bootstrap.sh runtime

dev:
	@scripts/bootstrap.sh dev

infra:
	@scripts/bootstrap.sh infra

examples-group:
	@scripts/bootstrap.sh examples

athena:
	@scripts/bootstrap.sh athena

benchmark-group:
	@scripts/bootstrap.sh benchmark

profiles.yml:
	@cp profiles.example.yml .$@.$$$$ && mv .$@.$$$$ $@

$(DATABASE):
	@$(MAKE) build TARGET=local
