# Each target is a line that a person could type.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SCALE := mini

.PHONY: all plan snakemake-report test bench lint format slurm browser readmes lock clean

all: $(VENV)/installed
	$(BIN)/snakemake --cores all --config scale=$(SCALE)

# What a scale will take, before it starts: make plan SCALE=paper
plan: $(VENV)/installed
	$(BIN)/snakemake --cores 1 --quiet all --config scale=$(SCALE) -- results/$(SCALE)/plan.csv
	cat logs/$(SCALE)/plan.log

# Snakemake's own report, with its graph of rules and the times of all jobs.
snakemake-report: $(VENV)/installed
	$(BIN)/snakemake --config scale=$(SCALE) --report results/$(SCALE)/report/snakemake.html

test: $(VENV)/installed $(VENV)/validator/installed lint
	$(BIN)/pytest --numprocesses 2 --dist loadgroup

# Ours beside its peers in one run, into results/bench.csv.
bench: $(VENV)/installed
	$(BIN)/pip install --quiet --constraint envs/lock.txt --editable '.[bench]'
	$(BIN)/python tests/bench

lint: $(VENV)/installed
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/snakefmt --check Snakefile rules
	$(BIN)/snakemake --lint

format: $(VENV)/installed
	$(BIN)/ruff check --fix --exit-zero
	$(BIN)/ruff format
	$(BIN)/snakefmt Snakefile rules

# Debian, as root: with SLURM's daemons on the machine, `make test` tests the SLURM profile too.
slurm:
	apt-get update
	DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends slurmctld slurmd slurm-client slurm-wlm-basic-plugins munge

# Debian, as root: with these on the machine, `make test` opens the pages in a browser too.
browser:
	apt-get update
	DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends chromium nodejs

readmes: $(VENV)/installed
	$(BIN)/python -m latent_assays readmes

# The versions that `make` installs. Run after changing pyproject.toml.
lock: $(VENV)/installed
	$(BIN)/pip freeze --exclude-editable | grep -v '^pip==' > envs/lock.txt

$(VENV)/installed: pyproject.toml envs/lock.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --no-compile --constraint envs/lock.txt --editable '.[test]'
	$(BIN)/python -m compileall -qq -j 0 -x '/tests?/' $(VENV)/lib || true # some files are for newer Pythons
	touch $@

# Checks the pack's description. It needs older libraries than the workflow, so it lives by itself.
$(VENV)/validator/installed: $(VENV)/installed
	$(PYTHON) -m venv $(VENV)/validator
	$(VENV)/validator/bin/pip install --quiet roc-validator==0.13.0
	touch $@

clean:
	rm -rf $(VENV)
