# Python 3.11 or newer and make: the rest is installed on first use, into .venv and .local.

PYTHON ?= python3
PORT ?= 4566
QUEUE ?=
STAGE ?=
ONCE ?=
ID ?=
API_URL ?=
DATA ?=
OUT ?=
TRAIN ?=
TEST ?=
OOS ?=
TESTS ?= tests

export PORT

BIN := .venv/bin
DEV := .venv/.ready
LOCAL := .local/venv-ministack/.ready
LEARN := .local/venv-train/.ready

.DEFAULT_GOAL := help
.PHONY: help run up down status test lint types imports template tests format bench package \
	policies deploy redrive consents campaign eval-alerts train-triage eval-triage clean

help: ## Show this
	@echo "Temas. make TARGET:"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(DEV) $(LOCAL) ## Play the whole story on this machine (ONCE=1 ends after it, PORT=4566 moves it)
	@exec $(BIN)/python -m infra.local run $(if $(filter-out 0 no,$(ONCE)),--once)

up: $(DEV) $(LOCAL) ## Start the local stack in the background, without the story (PORT=)
	@exec $(BIN)/python -m infra.local up

down: $(DEV) ## End the local stack
	@exec $(BIN)/python -m infra.local down

status: $(DEV) ## Say whether the local stack is up, and where
	@exec $(BIN)/python -m infra.local status

test: lint types imports template tests ## Run every check: style, types, imports, template, tests

lint: $(DEV) ## Check style
	@echo "== ruff"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(DEV) ## Check types
	@echo "== mypy"
	@$(BIN)/mypy

imports: $(DEV) ## Check which package imports which
	@echo "== import-linter"
	@$(BIN)/lint-imports

template: $(DEV) ## Check the CloudFormation template
	@echo "== cfn-lint"
	@$(BIN)/cfn-lint infra/template.yaml

tests: $(DEV) $(LOCAL) $(LEARN) ## Run the tests alone (TESTS=tests/unit runs a part)
	@echo "== pytest"
	@$(BIN)/python -m pytest -n 3 --dist loadscope $(TESTS) $(if $(filter tests,$(TESTS)),--cov=chalicelib --cov-fail-under=90 --cov-report=term:skip-covered)

format: $(DEV) ## Put the code into style
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(DEV) $(LOCAL) ## Measure cold starts, requests, costs and throughput
	@exec $(BIN)/python -m tests.bench

package: $(DEV) ## Build the zip and the template of a stage into .local/package-STAGE (STAGE=)
	@$(call need,STAGE)
	@exec $(BIN)/python -m infra.package --stage $(STAGE) --out .local/package-$(STAGE)

policies: $(DEV) ## Write .chalice again from infra/policies.py, with one more stage if STAGE= is new
	@exec $(BIN)/python -m infra.policies $(STAGE)

deploy: $(DEV) ## Deploy to AWS, with the credentials of your shell (STAGE=, ALARM_EMAIL=, MAIL_DOMAIN=)
	@$(call need,STAGE)
	@exec $(BIN)/python -m infra.deploy $(STAGE) $(if $(ALARM_EMAIL),--alarm-email $(ALARM_EMAIL)) $(if $(MAIL_DOMAIN),--mail-domain $(MAIL_DOMAIN))

redrive: $(DEV) ## Send dead letters back into their queue (QUEUE=inbound STAGE=prod)
	@$(call need,QUEUE)
	@$(call need,STAGE)
	@exec $(BIN)/python -m infra.redrive $(QUEUE) --stage $(STAGE)

consents: $(DEV) ## Write everybody's consents for İYS into a file (STAGE=, OUT=.local/izin.csv, SINCE=)
	@$(call need,STAGE)
	@exec $(BIN)/python -m infra.consents --stage $(STAGE) --out $(or $(OUT),.local/izin.csv) $(if $(SINCE),--since $(SINCE))

campaign: $(DEV) ## Watch a campaign until it is done (ID=cmp_… STAGE=local, or with API_URL= and TEMAS_API_KEY)
	@$(call need,ID)
	@exec $(BIN)/python -m infra.campaigns $(if $(STAGE),--stage $(STAGE)) $(if $(API_URL),--api-url $(API_URL)) watch $(ID)

eval-alerts: $(DEV) ## Replay labelled series and tell how good the alerts are (DATA=folder)
	@$(call need,DATA)
	@exec $(BIN)/python -m infra.eval_alerts "$(DATA)"

train-triage: $(LEARN) ## Train what triage knows from labelled texts (DATA=folders or CSV files, OUT=file)
	@exec .local/venv-train/bin/python -m infra.train_triage --data $(or $(DATA),infra/triage) --out "$(or $(OUT),chalicelib/triage/default.model)"

eval-triage: $(LEARN) ## Train from one CSV file, tell how good triage is on another (TRAIN=, TEST=, OOS=)
	@$(call need,TRAIN)
	@$(call need,TEST)
	@exec .local/venv-train/bin/python -m infra.eval_triage --train "$(TRAIN)" --test "$(TEST)" $(if $(OOS),--oos "$(OOS)")

clean: ## Delete what make made; end the local stack first
	@if [ -x $(BIN)/python ]; then $(BIN)/python -m infra.local down; fi
	rm -rf .venv .local .chalice/deployments .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

need = test -n "$($(1))" || { echo "$(1)= is missing, as in: make $@ $(1)=…"; exit 2; }

define venv
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Temas needs Python 3.11 or newer, and $(PYTHON) is not. Name one that is: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@echo "Installing $(2) into $(1), once…"
	@rm -rf $(1)
	@$(PYTHON) -m venv $(1) || { \
		echo "$(PYTHON) cannot make a virtual environment. On Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@$(1)/bin/python -m pip install --quiet --disable-pip-version-check --no-compile --no-deps -r $(2)
	@touch $(1)/.ready
endef

$(DEV): requirements.txt requirements-dev.txt
	$(call venv,.venv,requirements-dev.txt)

$(LOCAL): requirements-local.txt
	$(call venv,.local/venv-ministack,requirements-local.txt)

$(LEARN): requirements-train.txt
	$(call venv,.local/venv-train,requirements-train.txt)
