# Everything is installed into this folder: `make clean` leaves nothing behind.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# The functions' version first; the others do for everything here but compiling for Lambda.
PYTHON_VERSIONS = 3.13 3.12 3.14 3.11

PYTHON = .venv/bin/python
UV = .venv/bin/uv
SAM_PYTHON = .tools/sam/bin/python
SAM = $(SAM_PYTHON) -m samcli
CFN_LINT = $(SAM_PYTHON) .tools/sam/bin/cfn-lint
# Fills what stands between cog's markers in a page, from the project's own modules.
COG = $(PYTHON) -m cogapp -P -I . --verbosity=1
PAGES = README.md docs/*.md
CHECKOV = .tools/checkov/bin/checkov --config-file .checkov.yaml
INSTALLED = .venv/installed .tools/sam/installed .tools/ministack/installed
TESTING = $(INSTALLED) $(addprefix .tools/,$(addsuffix /installed,clients locust schemathesis))

# The system's certificates, which is what works behind a proxy that inspects TLS.
export UV_SYSTEM_CERTS = 1
export SAM_CLI_TELEMETRY = 0
# uv's own cache, or one in this folder where HOME can't be written.
export UV_CACHE_DIR := $(shell cache="$${UV_CACHE_DIR:-$${XDG_CACHE_HOME:-$$HOME/.cache}/uv}"; \
	mkdir -p "$$cache" 2>/dev/null && test -w "$$cache" || cache="$(CURDIR)/.tools/cache"; echo "$$cache")
# What was given, as it was typed: $(value) keeps make from expanding it, and "$$GIVEN_ID" the shell.
GIVEN = API_ID BATCHES BATCH_SIZE ENVIRONMENT EVENT FUNCTION HOT ID K PORT PROCESSES RATE READS SECONDS STACK TESTS URL USERS
$(foreach name,$(GIVEN),$(eval export GIVEN_$(name) := $$(value $(name))))

.PHONY: help
help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: $(INSTALLED) ## Start the service here, send samples over every route, show what is stored, stop
	@$(PYTHON) -m tools.local run

.PHONY: serve
serve: $(INSTALLED) ## The same, staying up until Ctrl-C, with a try-it page: [PORT=8000]
	@$(PYTHON) -m tools.local serve $(if $(value PORT),--port "$$GIVEN_PORT")

.PHONY: redeploy
redeploy: .venv/installed ## Give the running 'make serve' the sources in functions/ as they are now, in seconds
	@$(PYTHON) -m tools.local redeploy

.PHONY: logs
logs: .venv/installed ## Follow what the functions of the running 'make serve' log
	@$(PYTHON) -m tools.local logs

.PHONY: invoke
invoke: .venv/installed ## Send one event to the running 'make serve': EVENT=events/… [FUNCTION=Ingest|Many|Read|Authorizer]
	@$(require-event)
	@$(PYTHON) -m tools.local invoke "$$GIVEN_EVENT" $(function-option)

# With -d, SAM CLI starts a debugger in the container.
DEBUGGER = $(if $(filter -d --debug-port,$(SAM_ARGS)),.tools/debugpy/installed)

.PHONY: sam-invoke
sam-invoke: $(INSTALLED) $(DEBUGGER) ## The same in Docker, by 'sam local invoke', with SAM_ARGS='…' of your own
	@$(require-event)
	@$(PYTHON) -m tools.local sam-invoke $(function-option) "$$GIVEN_EVENT" -- $(SAM_ARGS)

.PHONY: sam-start-api
sam-start-api: $(INSTALLED) $(DEBUGGER) ## Serve the API in Docker, by 'sam local start-api': [PORT=3000] [SAM_ARGS='…']
	@$(PYTHON) -m tools.local sam-start-api -- $(if $(value PORT),--port "$$GIVEN_PORT") $(SAM_ARGS)

require-event = test -n "$$GIVEN_EVENT" || { echo "Say which event: make $@ EVENT=events/stored-full.json" >&2; exit 1; }
function-option = $(if $(value FUNCTION),--function "$$GIVEN_FUNCTION")

.PHONY: test
test: $(TESTING) ## Run all tests, or TESTS=tests/unit/test_body.py, or those that match K='merge and not batch'
	@$(PYTHON) -m pytest $$GIVEN_TESTS $(if $(value K),-k "$$GIVEN_K")

.PHONY: coverage
coverage: $(TESTING) ## Run the unit and integration tests, and show which lines and branches of functions/ they reach
	@$(PYTHON) -m coverage run -m pytest tests/unit tests/integration
	@$(PYTHON) -m coverage report

.PHONY: ci
ci: check test gate ## What continuous integration runs

.PHONY: check
check: $(INSTALLED) .tools/checkov/installed ## Check code and template; changes nothing
	$(PYTHON) -m ruff check
	$(PYTHON) -m ruff format --check
	$(PYTHON) -m mypy
	$(PYTHON) -m openapi_spec_validator openapi.yaml
	$(COG) --check --diff --check-fail-msg='A generated table is out of date: run make pages.' $(PAGES)
	$(CFN_LINT) template.yaml monitoring.yaml
	$(SAM) validate --region us-east-1
	$(CHECKOV) --file template.yaml
	@mkdir -p .local
	$(foreach template,template monitoring,$(check-translation))

# W2001: SAM has filled some parameters in. E3005: CloudFormation drops a dependency whose condition is false.
define check-translation
$(SAM_PYTHON) -m tools.local.translate $(template).yaml > .local/$(template).json
	$(CFN_LINT) .local/$(template).json --ignore-checks W2001 E3005
	$(CHECKOV) --file .local/$(template).json

endef

.PHONY: reliability
reliability: $(TESTING) ## Run the reliability tests at full size, then break each line that they protect
	@$(PYTHON) -m tools.mutation

.PHONY: openapi
openapi: .venv/installed ## Write what the models, the errors and events/ say into openapi.yaml and the Postman collection
	@$(PYTHON) -m tools.openapi

.PHONY: pages
pages: .venv/installed ## Fill the generated tables of README.md and docs/ again
	$(COG) -r $(PAGES)

.PHONY: outdated
outdated: .venv/installed ## List the installed packages of which there is a newer version
	@for python in $(wildcard .venv/bin/python .tools/*/bin/python); do \
		echo "$$python"; $(UV) pip list --quiet --outdated --python $$python; done

.PHONY: bench
bench: .venv/installed ## Measure the service beside a typical one and a bare call; update the pages
	@$(PYTHON) -m tools.bench
	$(COG) -r $(PAGES)

.PHONY: gate
gate: .venv/installed ## Check the service's instructions against a typical one's and a bare call's; needs valgrind
	@$(PYTHON) -m tools.bench gate

.PHONY: format
format: .venv/installed ## Format the code, and fix what can be fixed
	$(PYTHON) -m ruff check --fix
	$(PYTHON) -m ruff format

.PHONY: build
build: .venv/installed .tools/sam/installed ## Build for AWS into .aws-sam/, for both processors
	UV="$(CURDIR)/$(UV)" $(SAM) build

.PHONY: deploy
deploy: require-environment build ## Build and deploy to AWS: ENVIRONMENT=dev, staging or prod (samconfig.toml)
	$(SAM) deploy --config-env "$$GIVEN_ENVIRONMENT"

.PHONY: require-environment
require-environment:
	@grep -qxF "[$$GIVEN_ENVIRONMENT.deploy.parameters]" samconfig.toml || { \
		echo "Say where to: make deploy ENVIRONMENT=dev, or another one of samconfig.toml." >&2; exit 1; }

.PHONY: smoke-test
smoke-test: .venv/installed ## Check that a stack keeps its promises: STACK=…, LOCAL=1, or URL=… with API_ID and API_SECRET exported
	@$(PYTHON) -m tools.smoke_test $(STACK_OPTION) $(if $(value URL),--url "$$GIVEN_URL")

STACK_OPTION = $(if $(LOCAL),--local,$(if $(value STACK),--stack "$$GIVEN_STACK"))
CLIENT_TARGETS = client-add client-rotate client-finish client-remove

.PHONY: client-list
client-list: .venv/installed ## Say who may call the API: [STACK=…], or LOCAL=1 for 'make serve'
	@$(PYTHON) -m tools.operations $(STACK_OPTION) clients list

.PHONY: $(CLIENT_TARGETS)
client-add: .venv/installed ## Let a client in: ID=…; client-rotate, client-finish and client-remove likewise
client-rotate client-finish client-remove: .venv/installed
$(CLIENT_TARGETS):
	@test -n "$$GIVEN_ID" || { echo "Say which client: make $@ ID=acme" >&2; exit 1; }
	@$(PYTHON) -m tools.operations $(STACK_OPTION) clients $(@:client-%=%) -- "$$GIVEN_ID"

.PHONY: load
load: .venv/installed .tools/locust/installed ## Load-test the running 'make serve' with LOCAL=1, or URL=… API_ID=… with API_SECRET in the environment
	@$(PYTHON) -m tools.load $(if $(LOCAL),--local) $(foreach name,$(LOAD_OPTIONS),$(load-option))

LOAD_OPTIONS = URL API_ID SECONDS USERS RATE READS BATCHES BATCH_SIZE HOT PROCESSES
load-option = $(if $(value $(name)),--$(shell echo $(name) | tr A-Z_ a-z-) "$$GIVEN_$(name)")

.PHONY: capacity
capacity: .venv/installed ## Measure what the service writes; update docs/capacity.md, also from tools/capacity/*.toml
	$(PYTHON) -m tools.capacity
	$(COG) -r $(PAGES)

.PHONY: pins
pins: .venv/installed ## Resolve what is deployed: the newest versions that functions/requirements.in allows, with hashes
	$(UV) pip compile --quiet --upgrade --universal --python-version 3.11 --only-binary :all: --generate-hashes \
		--no-header --no-annotate --no-emit-index-url functions/requirements.in --output-file functions/requirements.txt

.PHONY: tools
tools: $(TESTING) .tools/checkov/installed ## Install what the other targets need (they do so themselves)

.PHONY: clean
clean: ## Remove everything that was installed or built
	rm -rf .venv .tools .local .aws-sam .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name '__pycache__' -prune -exec rm -rf {} +

# An environment counts as installed when its last file is there, so one that was interrupted is made anew. Only wheels
# are installed: nothing of a package runs before it is used. Python 3.11 puts its own setuptools there.

INSTALL = $(UV) pip install --quiet --only-binary :all: $(if $(TOOLS_AS_OF),--exclude-newer $(TOOLS_AS_OF))

# What the tools in tools/pins/ themselves need is the newest of this day, so that it is the same everywhere. A package
# index that does not say when a file was uploaded (PEP 700) makes every install fail: there, `export TOOLS_AS_OF=`.
TOOLS_AS_OF ?= 2026-11-26T00:00:00Z

.venv/installed: tools/pins/dev.txt tools/pins/uv.txt functions/requirements.txt
	@python=$$(functions/build/find-python $(PYTHON_VERSIONS) 2>/dev/null) || { \
		echo "There is no Python here of 3.11 or later: install 3.13, which is what the functions run." >&2; exit 1; }; \
	version=$$($$python -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
	test $$version = 3.13 || echo "There is no Python 3.13 here: Python $$version will do."; \
	printf 'Installing the project ... '; start=$$(date +%s); rm -rf .venv; \
	told=$$({ $$python -m venv .venv && $(PYTHON) -m pip install --quiet --disable-pip-version-check \
		--only-binary :all: --requirement tools/pins/uv.txt; } 2>&1) || { echo "$$told" >&2; exit 1; }; \
	$(UV) pip uninstall --quiet --python $(PYTHON) setuptools && \
	$(INSTALL) --python $(PYTHON) --requirement tools/pins/dev.txt && \
	echo ../../../../functions > "$$(echo .venv/lib/python*/site-packages)/functions.pth" && \
	touch $@ && echo "$$(($$(date +%s) - start)) s"

# A folder of packages, which a container can mount, and no environment.
.tools/debugpy/installed: tools/pins/debugpy.txt | .venv/installed
	@$(INSTALL) --target .tools/debugpy --python-version 3.13 --requirement $< && touch $@

.tools/%/installed: tools/pins/%.txt | .venv/installed
	@printf 'Installing $* ... '; start=$$(date +%s); \
	$(UV) venv --quiet --clear --python $(PYTHON) .tools/$* && \
	$(INSTALL) --python .tools/$*/bin/python --requirement tools/pins/$*.txt && \
	touch $@ && echo "$$(($$(date +%s) - start)) s"
