# make run and make test install what they need; the rest of the targets too.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# Every recipe that builds runs with the tool chain that scripts/setup chose.
ENV := source scripts/env &&

.PHONY: help
help: ## Show the targets
	@grep -E '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 16

.PHONY: setup
setup: ## Install what is missing: Rust's WebAssembly target, build tools, npm packages
	@scripts/setup

.PHONY: run
run: build ## Build the release, load the demo partner, serve on http://127.0.0.1:8080
	@$(ENV) $(BIN) demo
	@$(ENV) exec $(BIN) serve

BIN = "$${CARGO_TARGET_DIR:-target}/release/partner-center"

.PHONY: build
build: setup charts ## Build the release: target/release/partner-center with target/site
	@$(ENV) scripts/build

.PHONY: charts
charts: setup
	@$(ENV) esbuild app/js/charts.ts --bundle --minify --format=esm --log-level=warning --outfile=public/charts.js

.PHONY: watch
watch: setup charts ## Serve the development build and rebuild on change
	@$(ENV) cargo leptos watch -- serve

.PHONY: format
format: setup ## Format the code
	@$(ENV) cargo fmt

.PHONY: lint
lint: setup ## Formatting and clippy, for the server and for the browser
	@$(ENV) cargo fmt --check
	@$(ENV) cargo clippy --workspace --exclude frontend --all-targets -- -D warnings
	@$(ENV) cargo clippy -p frontend --target wasm32-unknown-unknown -- -D warnings

.PHONY: unit
unit: setup ## Unit, service and host tests
	@$(ENV) cargo test --workspace --exclude frontend

.PHONY: end2end
end2end: build ## What a person does, in a real browser, on the release build
	@scripts/setup --browser
	@$(ENV) tsc --noEmit -p end2end
	@$(ENV) playwright test --config end2end/playwright.config.ts $(ARGS)

.PHONY: sdk
sdk: build ## The open API with the official SDK, against the release build
	@scripts/setup --sdk
	@$(ENV) "$${CARGO_TARGET_DIR:-target}/venv/bin/pytest" end2end/sdk -q -p no:cacheprovider $(ARGS)

.PHONY: test
test: lint unit end2end sdk ## Everything that CI checks

.PHONY: check-export
check-export: build ## Recompute exported files with DuckDB, and have focus-validator look at FOCUS
	@$(ENV) python3 scripts/check-export

.PHONY: bench
bench: build ## Measure, as ratios: docs/benchmarks.md
	@scripts/setup --browser
	@$(ENV) cargo build --release -p bare
	@$(ENV) exec python3 bench/run $(ARGS)
