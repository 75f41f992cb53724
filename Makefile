# Everything a maintainer runs. The environment lives outside the checkout: ${SUPPORT_POLICY_DEV:-~/.cache/support_policy}
.DEFAULT_GOAL := help
.PHONY: help run test lint format shell mail whatsapp story bench storm screenshots i18n lock setup clean-env
DB ?= support_policy_demo
CYCLES ?= 5000
KILLS ?= 50
HISTORIES ?= 200
do := @dev/do
ifdef PORT
export PORT
endif

run: ## set up, make the demo database, start Odoo on 127.0.0.1:$PORT (8069)
	$(do) run
test: ## set up, lint, run every test on a new database; ARGS="-k name" goes to the pytest of the addon
	$(do) test $(ARGS)
lint: ## ruff, pylint-odoo, prettier, OCA's checks of XML, CSV and PO
	$(do) lint
format: ## let ruff and prettier put the formatting right
	$(do) format
shell: ## Odoo's Python shell; DB=support_policy_test for another database
	$(do) shell $(DB)
mail: ## deliver the message FILE=x.eml to the running Odoo, as a mail server would
	$(do) mail "$(FILE)" $(DB)
whatsapp: ## write TEXT="…" by WhatsApp to the running Odoo; FROM=+9665… is somebody else
	$(do) whatsapp "$$TEXT" "$$FROM"
story: ## play a request through the whole policy and print its timeline
	$(do) play dev/story.py
bench: ## measure what has to be fast
	$(do) play $(sort $(wildcard dev/bench_*.py))
storm: ## break everything on purpose: CYCLES=5000 due, KILLS=50 by kill -9, HISTORIES=200, SEED=1 as before, ONLY=climb some of it
	$(do) storm $(CYCLES) $(KILLS) $(HISTORIES) "$(SEED)" $(ONLY)
screenshots: ## take the README's pictures from the demo database
	$(do) python dev/screenshots.py
i18n: ## bring the translations' files in line with the code
	$(do) play dev/i18n.py
lock: ## choose newer versions: writes the three lock files
	$(do) lock
setup: ## only the set-up, as the other targets do it by themselves
	$(do) setup
clean-env: ## stop PostgreSQL, remove the environment with its databases
	$(do) clean-env
help: ## this list
	@sed -nE 's/^([a-z-]+): ## (.*)/\1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 14
