# The front door: `make help` lists what there is. Every target sets up what it needs (a virtual environment in
# .venv, the wheel, the C library) and does nothing twice.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export CARGO_TERM_COLOR ?= auto

RUST_SOURCES := Cargo.toml Cargo.lock $(shell find iapt-core iapt-c iapt-py -name '*.rs' -o -name Cargo.toml)
PACKAGE_SOURCES := $(RUST_SOURCES) iapt-py/pyproject.toml iapt-py/README.md $(shell find iapt-py/python -type f -not -name '*.so' -not -name '*.pyc')

# What is Python without saying so in its name.
PYTHON_SCRIPTS := $(shell grep -lE '^\#!.*python' scripts/*)

.DEFAULT_GOAL := help
.PHONY: help demo test test-rust test-c test-python test-examples test-same test-install test-docs lint docs bench \
	install uninstall wheel test-wheel test-package public-api test-abi abi test-cinstall test-hosts test-spark \
	fuzz test-sanitizers mutants audit sbom traceability release header clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

demo: $(VENV)/.iapt ## a caseload scored and reported, England's figures recomputed, one patient explained
	@$(BIN)/python examples/demo.py

test: test-rust test-c test-install test-python test-examples test-same ## every test, in every language

test-rust: ## the Rust crates: unit tests, documentation examples, vectors, the whole space of scores
	cargo test --locked --workspace --all-features
	cargo test --locked -p iapt-core --no-default-features

test-c: ## the C library from C and C++
	scripts/test-c

test-install: $(VENV)/.tools ## the C library as installed: examples built outside the tree by pkg-config and CMake
	scripts/test-install

test-python: $(VENV)/.iapt ## the Python package as installed from its wheel
	$(BIN)/python -m pytest -q -n auto --dist worksteal tests/python

test-examples: $(VENV)/.iapt ## the same cases in four languages, and every block of code in the README
	scripts/test-examples

test-same: $(VENV)/.iapt ## real questionnaires scored in three languages: one result
	scripts/test-same

test-docs: $(VENV)/.docs $(VENV)/.iapt ## the documentation site: every block of code on its pages, every public name
	$(BIN)/python scripts/test-docs

lint: $(VENV)/.tools ## formatting, lints, types, documentation links, the stated Rust version
	cargo fmt --all --check
	rustfmt --check --edition 2024 docs/hooks/facts.rs tests/fuzz/targets/*.rs tests/fuzz/fhir.rs
	cargo clippy --locked --workspace --all-targets --all-features -- -D warnings
	cargo clippy --locked -p iapt-core --no-default-features -- -D warnings
	RUSTDOCFLAGS='-D warnings' cargo doc --locked --workspace --all-features --no-deps
	scripts/check-msrv
	$(BIN)/ruff check . $(PYTHON_SCRIPTS)
	$(BIN)/ruff format --check . $(PYTHON_SCRIPTS)

docs: $(VENV)/.docs $(VENV)/.iapt ## the documentation site, in target/site
	$(BIN)/python scripts/docs

bench: $(VENV)/.iapt $(VENV)/.rivals ## speed, as ratios against what users would use instead
	scripts/bench

install: ## the C library into PREFIX (/usr/local), by way of DESTDIR where that is set
	scripts/install

uninstall: ## what install put there
	scripts/install uninstall

wheel: $(VENV)/.tools ## the Python package as a wheel for every Python from 3.11 on, and as its sources, in dist
	scripts/wheel

test-wheel: wheel ## the Python package from that wheel on every Python found, and from its sources
	scripts/test-wheel

test-package: ## the Rust crate as it would be published, and its public names (needs cargo-public-api)
	scripts/test-package

public-api: ## write the list of public names anew after a change of them
	scripts/test-package --bless

test-abi: ## the exported ABI against its description (needs libabigail)
	scripts/test-abi

abi: ## write that description anew after a change of the ABI
	scripts/test-abi --bless

test-cinstall: $(VENV)/.tools ## cargo cinstall and make install install the same (needs cargo-c)
	scripts/test-cinstall

test-hosts: ## PHP, Java, Node, Go and R call the C library; installs what is missing
	scripts/test-hosts --install

test-spark: $(VENV)/.iapt requirements/spark.txt ## Spark gives what is computed without it (needs Java 17 or newer)
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements/spark.txt
	$(BIN)/python -m pytest -q tests/python/test_spark.py

fuzz: $(VENV)/.tools ## arbitrary input for every way in, TIME=60 seconds each (needs cargo-fuzz)
	TIME=$(or $(TIME),60) scripts/fuzz

test-sanitizers: ## the C and C++ tests under AddressSanitizer, UBSan, ThreadSanitizer and valgrind
	scripts/test-sanitizers

mutants: ## each change of the rules must be noticed by a test; hours (needs cargo-mutants)
	scripts/mutants

audit: ## licences, sources and versions of what is depended on (needs cargo-deny)
	scripts/audit

sbom: ## a CycloneDX bill of materials for each library (needs cargo-cyclonedx)
	scripts/sbom

traceability: ## write the table of rules, their sources and their tests anew
	scripts/traceability

release: $(VENV)/.docs $(VENV)/.iapt ## all of a release but its publication, as RELEASING.md has it; DRAFT=1 before there is a version
	scripts/release $(if $(DRAFT),--draft)

header: ## write iapt.h anew after a change of the C functions
	IAPT_BLESS=1 cargo test --locked -p iapt-c --test header

clean: ## remove everything that was built
	rm -rf $(VENV) target

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo 'iapt needs Python 3.11 or newer; name one: make PYTHON=python3.12 ...' >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.tools: $(VENV)/.python requirements/test.txt
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements/test.txt
	@touch $@

$(VENV)/.docs: $(VENV)/.tools requirements/docs.txt
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements/docs.txt
	@touch $@

$(VENV)/.rivals: $(VENV)/.tools requirements/bench.txt
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements/bench.txt
	@touch $@

$(VENV)/.iapt: $(VENV)/.tools $(PACKAGE_SOURCES)
	PATH="$(abspath $(BIN)):$$PATH" $(BIN)/pip install --quiet --disable-pip-version-check \
		--no-build-isolation --no-deps --force-reinstall ./iapt-py
	@touch $@
