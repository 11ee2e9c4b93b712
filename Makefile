# TAU's commands. Two do all the set-up: `make demo` and `make test`.
# `setup` runs on the host's Node (>= 20) and puts Node 24 into node_modules/.bin; npm scripts run on that one.

MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help setup build test demo dev bench compare integration simulate torture pins release cycle check format clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install dependencies and Node 24, unless they are there
	@node dev-env/scripts/setup.mjs

build: setup ## Build the libraries whose sources changed
	@npm run --silent build

test: build ## Run all tests of all libraries and the harness
	@npm run --silent test -- $(TEST_ARGS)

demo: build ## Watch GitHub issues being triaged by a durable workflow
	@npm run --silent demo

dev: build ## Start stand-in, kernel and extensions, and keep them running
	@npm run --silent dev

bench: build ## Measure TAU beside its peers and limits
	@npm run --silent bench

compare: setup ## Compare the newest results of `make bench` with the committed ones
	@npm run --silent compare

integration: build ## Prove each library alone and all together, as strangers install them (ARGS="--from-tree")
	@npm run --silent integration -- $(ARGS)

simulate: build ## Run the kernel under many seeds in virtual time (SEEDS=<n>, 2000 by itself)
	@TAU_SIMULATION_SEEDS=$${SEEDS:-2000} npm run --silent simulate

torture: build ## Kill the processes of a 50-issue demo at 60 moments (SEED=<n> to repeat)
	@npm run --silent torture

pins: setup ## Check out what integrators get, each library at its release, from this clone alone
	@npm run --silent umbrella -- init --yes

release: setup ## Show what a release would bring; nothing is changed (ARGS="--yes" releases)
	@npm run --silent umbrella -- release --all $(ARGS)

cycle: setup ## Take a change from a fork to a stranger's clone: release, pin, publish over http, build, demo
	@npm run --silent cycle

check: build ## Type-check, lint, format, unused code, purity, documents, contract
	@npm run --silent check

format: setup ## Format and fix what can be fixed
	@npm run --silent format

clean: ## Remove what was built
	@rm -rf */dist */coverage .demo
