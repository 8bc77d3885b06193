# Everything is installed into this folder. `make clean` removes it.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: $(shell sed -nE 's/^([a-z-]+):.*/\1/p' Makefile)

# The functions' version first. The others run everything here, but cannot compile for Lambda.
PYTHON_VERSIONS = 3.13 3.12 3.14 3.11

PYTHON = .venv/bin/python
UV = .venv/bin/uv
SAM_PYTHON = .tools/sam/bin/python
SAM = $(SAM_PYTHON) -m samcli
CFN_LINT = $(SAM_PYTHON) .tools/sam/bin/cfn-lint
# Fills what stands between cog's markers in a page, from the project's own modules.
COG = $(PYTHON) -m cogapp -P -I . --verbosity=1
PAGES = README.md docs/*.md
LOCUST = .tools/locust/bin/python -m locust
CHECKOV = .tools/checkov/bin/checkov --config-file .checkov.yaml
INSTALLED = .venv/installed .tools/ministack/installed
TESTING = $(INSTALLED) $(addprefix .tools/,$(addsuffix /installed,sam clients locust schemathesis))

# Arguments such as ID=acme are read from the command line only. A variable of the shell with the same name is ignored.
# Only STACK may be exported, as docs/operations.md does: a command must not change another stack than the last one did.
ARGUMENTS = BATCHES ENVIRONMENT EVENT FUNCTION HOT ID K LOCAL PORT PROCESSES RATE READS SAM_ARGS SECONDS TESTS URL USERS
$(foreach name,$(ARGUMENTS),$(if $(filter command,$(origin $(name))),,$(eval override $(name) =)$(eval unexport $(name))))

# Variables of the shell that would change what Python, pip, uv, make and SAM CLI do. Those about package indexes stay.
KEPT = UV_CACHE_DIR UV_DEFAULT_INDEX UV_EXTRA_INDEX_URL UV_FIND_LINKS UV_HTTP_% UV_INDEX% UV_INSECURE_HOST \
	UV_KEYRING_PROVIDER UV_NATIVE_TLS UV_OFFLINE UV_SYSTEM_CERTS
unexport $(filter-out $(KEPT),$(filter PYTHON% SAM_% UV_%,$(.VARIABLES))) MAKEFLAGS MFLAGS \
	PIP_CONSTRAINT PIP_DRY_RUN PIP_PREFIX PIP_ROOT PIP_TARGET
export PIP_USER = 0
export PYTHONUTF8 = 1
export SAM_CLI_TELEMETRY = 0
# The system's certificates work behind a proxy that inspects TLS.
export UV_SYSTEM_CERTS = 1
# uv's own cache, or one in this folder if HOME is not writable.
export UV_CACHE_DIR := $(shell cache="$${UV_CACHE_DIR:-$${XDG_CACHE_HOME:-$$HOME/.cache}/uv}"; \
	mkdir -p "$$cache" 2>/dev/null && test -w "$$cache" || cache="$(CURDIR)/.tools/cache"; echo "$$cache")

# An upgrade of Python (Homebrew, pyenv) can remove the interpreter of an environment, which is then installed again.
$(shell for python in .venv/bin/python .tools/*/bin/python; do test -L "$$python" && test ! -x "$$python" && \
	rm -rf "$${python%/bin/python}" && echo "The Python of $${python%/bin/python} is gone. Installing it again." >&2; done)

help: ## List the commands
	@awk -F ':.*## ' '/^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' Makefile

##@ Try and change the service on this machine

# `exec`, so that a signal to make reaches the command and not a shell.
run: $(INSTALLED) ## Deploy to a local emulator, send samples, print what is stored, and stop
	@exec $(PYTHON) -m tools.local run

serve: $(INSTALLED) ## The same, but stay up until Ctrl-C, with a try-it page: [PORT=8000]
	@exec $(PYTHON) -m tools.local serve $(if $(PORT),--port "$$PORT")

redeploy: $(INSTALLED) ## Update the running 'make serve' from functions/, in seconds
	@$(PYTHON) -m tools.local redeploy

logs: .venv/installed ## Follow the logs of the running 'make serve'
	@exec $(PYTHON) -m tools.local logs

invoke: .venv/installed ## Invoke a function of the running 'make serve': EVENT=events/… [FUNCTION=Ingest|Many|Read|Authorizer]
	@$(require-event)
	@$(PYTHON) -m tools.local invoke "$$EVENT" $(function-option)

# With -d, SAM CLI starts a debugger in the container.
DEBUGGER = $(if $(filter -d --debug-port,$(SAM_ARGS)),.tools/debugpy/installed)

sam-invoke: $(INSTALLED) .tools/sam/installed $(DEBUGGER) ## The same in Docker, with 'sam local invoke': EVENT=events/… [FUNCTION=…] [SAM_ARGS='…']
	@$(require-event)
	@$(PYTHON) -m tools.local sam-invoke $(function-option) "$$EVENT" -- $(SAM_ARGS)

sam-start-api: $(INSTALLED) .tools/sam/installed $(DEBUGGER) ## Serve the API in Docker, with 'sam local start-api': [PORT=3000] [SAM_ARGS='…']
	@exec $(PYTHON) -m tools.local sam-start-api -- $(if $(PORT),--port "$$PORT") $(SAM_ARGS)

require-event = test -n "$$EVENT" || { echo "EVENT is not set. Example: make $@ EVENT=events/stored-full.json" >&2; exit 1; }
function-option = $(if $(FUNCTION),--function "$$FUNCTION")

clean: ## Remove everything that was installed or built here
	rm -rf .venv .tools .local .aws-sam .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name '__pycache__' -prune -exec rm -rf {} +

##@ Before a commit

format: .venv/installed ## Format the code and apply automatic fixes
	$(PYTHON) -m ruff check --fix
	$(PYTHON) -m ruff format

test: $(TESTING) ## Run the tests: [TESTS=tests/unit/test_body.py] [K='merge and not batch']
	@$(PYTHON) -m pytest $$TESTS $(if $(K),-k "$$K")

coverage: $(TESTING) ## Run the unit and integration tests, and show which lines and branches of functions/ they reach
	@$(PYTHON) -m coverage run -m pytest tests/unit tests/integration
	@$(PYTHON) -m coverage report

ci: check test gate ## Run everything that CI runs

check: $(TESTING) .tools/checkov/installed ## Check style, types, and templates; changes no files
	$(PYTHON) -m ruff check
	$(PYTHON) -m ruff format --check
	$(PYTHON) -m mypy
	$(PYTHON) -m mypy functions/packaging/*.py
	$(PYTHON) -m openapi_spec_validator openapi.yaml
	$(COG) --check --diff --check-fail-msg='A generated table is out of date: run make pages.' $(PAGES)
	$(CFN_LINT) template.yaml monitoring.yaml
	$(SAM) validate --region us-east-1
	$(CHECKOV) --file template.yaml
	@mkdir -p .local
# W2001: SAM has replaced some parameters by their values. E3005: CloudFormation drops a dependency with a false condition.
	for name in template monitoring; do $(SAM_PYTHON) -m tools.local.translate $$name.yaml > .local/$$name.json && \
		$(CFN_LINT) .local/$$name.json --ignore-checks W2001 E3005 && $(CHECKOV) --file .local/$$name.json || exit 1; done

gate: .venv/installed ## Check the instruction count against a typical service's and a bare call's (needs valgrind)
	@$(PYTHON) -m tools.bench gate

reliability: $(TESTING) ## Run the reliability tests at full size, then break each line that they protect
	@$(PYTHON) -m tools.mutation

pages: .venv/installed ## Update the generated tables of README.md and docs/
	$(COG) -r $(PAGES)

bench: .venv/installed ## Benchmark the service against a typical one and a bare call; update the pages
	@$(PYTHON) -m tools.bench
	$(COG) -r $(PAGES)

capacity: .venv/installed ## Measure what the service writes; update docs/capacity.md, also from its prices and assumptions
	$(PYTHON) -m tools.capacity
	$(COG) -r $(PAGES)

pins: .venv/installed ## Upgrade functions/requirements.txt to the newest versions that requirements.in allows
	$(UV) pip compile --quiet --upgrade --universal --python-version 3.11 --only-binary :all: --generate-hashes \
		--no-header --no-annotate --no-emit-index-url functions/requirements.in --output-file functions/requirements.txt

# Installs what the other targets need. Each of them also does this itself.
tools: $(TESTING) .tools/checkov/installed

##@ Deploy and operate

build: .venv/installed .tools/sam/installed ## Build for AWS into .aws-sam/ (arm64 and x86_64)
	PATH="$(CURDIR)/.venv/bin:$$PATH" $(SAM) build

deploy: require-environment build ## Build and deploy to AWS: ENVIRONMENT=dev|staging|prod
	$(SAM) deploy --config-env "$$ENVIRONMENT"

require-environment:
	@grep -qxF "[$$ENVIRONMENT.deploy.parameters]" samconfig.toml || { echo "ENVIRONMENT must be dev, staging, or prod" \
		"(samconfig.toml). Example: make deploy ENVIRONMENT=dev" >&2; exit 1; }
	@echo "Target: the stack conversation-metadata-$$ENVIRONMENT"

smoke-test: .venv/installed ## Check that a stack keeps its promises: STACK=…, LOCAL=1, or URL=… with API_ID and API_SECRET exported
	@$(PYTHON) -m tools.smoke_test $(if $(LOCAL),--local) $(if $(URL),--url "$$URL")

STACK_OPTION = $(if $(LOCAL),--local,$(if $(STACK),--stack "$$STACK"))

client-list: .venv/installed ## List the API's clients: [STACK=…], or LOCAL=1 for 'make serve'
	@$(PYTHON) -m tools.operations $(STACK_OPTION) clients list

client-add: .venv/installed ## Add a client and print its secret once: ID=…
client-rotate: .venv/installed ## Give a client a second secret and print it once: ID=…
client-finish: .venv/installed ## End the rotation, so that only the new secret is valid: ID=…
client-remove: .venv/installed ## Remove a client: ID=…
client-add client-rotate client-finish client-remove:
	@test -n "$$ID" || { echo "ID is not set. Example: make $@ ID=acme" >&2; exit 1; }
	@$(PYTHON) -m tools.operations $(STACK_OPTION) clients $(@:client-%=%) -- "$$ID"

load: .tools/locust/installed ## Load-test the running 'make serve' with LOCAL=1, or URL=… API_ID=… with API_SECRET in the environment
	@$(LOCUST) --locustfile tools/load.py $(if $(LOCAL),--local) $(foreach name,$(LOAD_OPTIONS),$(load-option))

LOAD_OPTIONS = URL API_ID SECONDS USERS RATE READS BATCHES HOT PROCESSES
load-option = $(if $($(name)),--$(shell echo $(name) | tr A-Z_ a-z-) "$$$(name)")

# An environment is installed if its last file exists, so an interrupted installation starts again. Only wheels are
# installed: no code of a package runs before it is used. Python 3.11 installs setuptools as well.

INSTALL = $(UV) pip install --quiet --only-binary :all: $(if $(TOOLS_AS_OF),--exclude-newer $(TOOLS_AS_OF))

# The dependencies of the tools in tools/pins/ are the newest of this day, so that they are the same everywhere. If your
# package index has no upload times (PEP 700), run `export TOOLS_AS_OF=` first.
TOOLS_AS_OF ?= 2026-11-26T00:00:00Z

.venv/installed: tools/pins/dev.txt tools/pins/uv.txt functions/requirements.txt
	@python=$$(functions/packaging/find-python.sh $(PYTHON_VERSIONS) 2>/dev/null) || { \
		echo "Python 3.11 or later was not found. Install Python 3.13, which Lambda runs." >&2; exit 1; }; \
	version=$$("$$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
	test $$version = 3.13 || echo "Python 3.13 was not found. Using Python $$version."; \
	printf 'Installing the project ... '; start=$$(date +%s); rm -rf .venv; \
	output=$$("$$python" -m venv .venv 2>&1) || { echo "$$output" >&2; exit 1; }; \
	output=$$($(PYTHON) -m pip install --quiet --disable-pip-version-check --only-binary :all: \
		--requirement tools/pins/uv.txt 2>&1) || { echo "$$output" >&2; \
		echo "pip could not install uv. Can it reach your package index? A network or proxy error looks like this, too." >&2; exit 1; }; \
	$(UV) pip uninstall --quiet --python $(PYTHON) setuptools && \
	$(INSTALL) --python $(PYTHON) --requirement tools/pins/dev.txt && \
	echo ../../../../functions > "$$(echo .venv/lib/python*/site-packages)/functions.pth" && \
	touch $@ && echo "$$(($$(date +%s) - start)) s"

# A folder of packages that a container can mount, not an environment.
.tools/debugpy/installed: tools/pins/debugpy.txt | .venv/installed
	@$(INSTALL) --target .tools/debugpy --python-version 3.13 --requirement $< && touch $@

.tools/%/installed: tools/pins/%.txt | .venv/installed
	@printf 'Installing $* ... '; start=$$(date +%s); \
	$(UV) venv --quiet --clear --python $(PYTHON) .tools/$* && \
	$(INSTALL) --python .tools/$*/bin/python --requirement tools/pins/$*.txt && \
	touch $@ && echo "$$(($$(date +%s) - start)) s"
