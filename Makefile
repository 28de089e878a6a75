# NewsLadder: sample news to a scored student, one file target after the other.
#
#   make demo                                          the main job on the bundled sample, offline, no GPU
#   make curriculum NEWS=my.jsonl RUN=mine             the same on a corpus of one's own
#   make curriculum PROFILE=full NEWS=my.jsonl RUN=study    Qwen2.5-0.5B-Instruct on one GPU
#   make data DATA=v2 TEACHER=gpt-4o-mini TEACH="--max-usd 2"    another strategy, a served teacher (OPENAI_API_KEY)
#   make -n stage5                                     what stage 5 needs, as a flow chart

PROFILE ?= nano
RUN     ?= $(PROFILE)
NEWS    ?= data_builders/sample/news.jsonl
TEACHER ?= extractive
DATA    ?= v1
PORT    ?= 7860
PLAN    ?= 5stage
STRATEGY ?= full
PLANS   ?= 1stage,4stage,5stage
STRATEGIES ?= full,lr_adj
SEEDS   ?= 1,2
CONTROLS ?= none
SOURCE  ?= udn
N       ?= 500
GGUF    ?=
MODEL   ?=
FORMS   ?= safetensors,f16,q8_0,q4_k_m

# The default runs keep their data in data/, where the recipes look for it; a named run has a folder of its own, and so
# has each strategy but v1: RUN=mine DATA=v3 lies in data/mine-v3, saves/mine-v3, results/mine-v3.
ifneq ($(filter-out v1 v2 v3 v4,$(DATA)),)
  $(error DATA=$(DATA): expected v1, v2, v3 or v4. Next: give one of these)
endif
OWN      := $(RUN)$(addprefix -,$(filter-out v1,$(DATA)))
DATA_DIR := $(if $(filter nano full,$(OWN)),data,data/$(OWN))
V3_DIR   := data/$(RUN)-v3
SAVES    := saves/$(OWN)
RESULTS  := results/$(OWN)
COMPARED ?= results/compare
RECIPES  := $(if $(filter full,$(PROFILE)),yaml_recipes,yaml_recipes/$(PROFILE))

# The baselines: encoder-decoders and P-tuning on short news; a nano one starts from a tiny stand-in.
BASELINE ?= t5_pegasus
STANDIN_t5_pegasus      := t5
STANDIN_randeng_pegasus := pegasus
STANDIN_chatglm_ptuning := glm

# The sibling tasks: their rows, runs and results lie in tasks/ of the run's folders; several tasks are mixed by +.
TASK    ?= wmt
NAMED_STUDENT := $(STUDENT)
TASK_NAMES := $(subst +, ,$(subst 3in1,wmt+cnn_dailymail+squad2,$(TASK)))
TASK_DATA  := $(DATA_DIR)/tasks
TASK_RUN   := $(OWN)/tasks/$(subst wmt+cnn_dailymail+squad2,3in1,$(TASK))

# A nano run makes its own student; another one comes from the hub or from a folder.
ifndef STUDENT
  STUDENT := $(if $(filter nano,$(PROFILE)),$(SAVES)/student,Qwen/Qwen2.5-0.5B-Instruct)
endif
OWN_STUDENT := $(if $(filter $(SAVES)/student,$(STUDENT)),$(SAVES)/student/student.json)

PYTHON3 ?= python3
PYTHON  := .venv/bin/python
BUILD   := $(PYTHON) -m data_builders
LADDER  := $(PYTHON) -m curriculum
EVAL    := $(PYTHON) -m eval
FOR_RUN := --run $(OWN) --profile $(PROFILE) --data $(DATA_DIR) --student $(STUDENT)
UV      := uv==0.13.8

# A task starts from its study's model, a nano one from a student with random weights, the same for all tasks.
TASK_STUDENT := $(or $(NAMED_STUDENT),$(if $(filter nano,$(PROFILE)),$(SAVES)/tasks/student))

INGESTED   := $(DATA_DIR)/ingest/manifest.json
CURATED    := $(DATA_DIR)/articles/manifest.json
TAUGHT     := $(DATA_DIR)/rationales/manifest.json
STAGE_ROWS := $(foreach k,1 2 3 4 5,$(DATA_DIR)/stages/s$(k)_manifest.json)
MADE_FOR   := NEWS=$(NEWS) PROFILE=$(PROFILE) STUDENT=$(STUDENT)$(addprefix $() TEACHER=,$(filter-out extractive,$(TEACHER)))
# One ledger for all runs: a reply is paid for once, and `make clean-data` leaves it alone.
SERVED     := $(if $(filter extractive,$(TEACHER)),,--ledger data/ledger.sqlite3 $(addprefix --base-url ,$(BASE_URL)) $(TEACH))

.DEFAULT_GOAL := help
.PHONY: help setup demo news data student stage0 stage1 stage2 stage3 stage4 stage5 curriculum predict score report \
        board status doctor test test-slow check lint types generated format clean-data review test-browser leaks \
        compare plan matrix task translate baseline baselines export forms try
.PRECIOUS: $(DATA_DIR)/% $(SAVES)/% $(RESULTS)/%
.DELETE_ON_ERROR:
.NOTPARALLEL:

# A folder holds the data of one corpus, profile and student. Asking it for another would mix them, so it is refused.
NEEDS_DATA := demo data student stage0 stage1 stage2 stage3 stage4 stage5 curriculum predict score report board \
        review leaks plan matrix
ifneq ($(filter $(NEEDS_DATA),$(MAKECMDGOALS)),)
  HELD := $(shell cat $(DATA_DIR)/made_for.txt 2>/dev/null)
  ifneq ($(HELD),)
    ifneq ($(HELD),$(MADE_FOR))
      $(error $(DATA_DIR)/ holds [$(HELD)], asked for [$(MADE_FOR)]. Name a run for it, such as RUN=mine, or empty \
        the folder with: make clean-data RUN=$(RUN) DATA=$(DATA))
    endif
  endif
  ifeq ($(wildcard $(NEWS)),)
    $(error NEWS=$(NEWS): expected a news file (JSONL, JSON, CSV or Parquet), found none. Next: check the path)
  endif
endif

##@ Start here
help:  ## this list
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} \
	      /^[a-z0-9-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))
	@printf '\nVariables: NEWS=FILE  RUN=NAME  PROFILE=nano|full  STUDENT=FOLDER|HUB-NAME  PORT=7860  RUNS="a b"\n'
	@printf '           DATA=v1|v2|v3|v4 (strategy)  TEACHER=extractive|MODEL  BASE_URL=http://…/v1  TEACH="--max-usd 2 …"\n'
	@printf '           FORMS=safetensors,f16,q8_0,q4_k_m  (make export)\n'
	@printf '           SOURCE=udn|cna|ltn|ettoday|…  N=500  CONTACT=E-MAIL  (make news)\n'

setup: .venv/ready  ## create .venv with everything pinned, and print the versions

.venv/ready: requirements.lock
	@[ ! -L .venv ] || { \
	  echo 'error: .venv: expected a folder of this checkout, found a link, and --clear would empty what it leads to. Next: set up the environment where it lies, then touch .venv/ready'; exit 1; }
	@$(PYTHON3) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "error: $(PYTHON3): expected Python 3.11 or later, found $$($(PYTHON3) -V 2>&1). Next: make setup PYTHON3=python3.11"; exit 1; }
	$(PYTHON3) -m venv --clear .venv
	$(PYTHON) -m pip install --quiet --disable-pip-version-check $(UV)
	.venv/bin/uv pip install --quiet --python $(PYTHON) --requirements requirements.lock
	$(BUILD) environment
	@touch $@

demo: report  ## the main job on the bundled sample: curate, teach, build, train s1-s5, predict, score, report
	@echo
	@echo "The report: $(CURDIR)/$(RESULTS)/report.html"

##@ Data
news: .venv/ready  ## crawl N articles of SOURCE politely into data/news/SOURCE (CONTACT=you@example.edu says who asks)
	$(BUILD) crawl --source $(SOURCE) --limit $(N) --out data/news/$(SOURCE) $(if $(CONTACT),--contact '$(CONTACT)')
	@echo 'Next: make curriculum NEWS=data/news/$(SOURCE)/articles.jsonl RUN=$(SOURCE)'

data: $(STAGE_ROWS) $(DATA_DIR)/stages/s0_manifest.json  ## everything up to the stages' rows

$(INGESTED): $(NEWS) | .venv/ready
	$(BUILD) ingest $(NEWS) --out $(@D)
	@echo '$(MADE_FOR)' > $(DATA_DIR)/made_for.txt

$(CURATED): $(INGESTED)
	$(BUILD) curate $(<D) --out $(@D)

ifeq ($(DATA),v4)
# V4 is V3 with what people decided over it. No decision yet is an error that says how to make one.
$(TAUGHT): $(CURATED) $(V3_DIR)/rationales/manifest.json $(wildcard $(V3_DIR)/review/review.sqlite3*)
	$(BUILD) review export --data $(V3_DIR) --out $(@D)

$(V3_DIR)/rationales/manifest.json:
	$(MAKE) -f $(firstword $(MAKEFILE_LIST)) $@ DATA=v3
else
$(TAUGHT): $(CURATED)
	$(BUILD) teach --articles $(<D) --teacher $(TEACHER) --strategy $(DATA) $(strip $(SERVED)) --out $(@D)
endif

student: $(OWN_STUDENT)  ## a student with random weights, for the nano profile

$(SAVES)/student/student.json: $(CURATED)
	$(BUILD) student --preset nano --corpus $(<D) --out $(@D)

$(DATA_DIR)/stages/s0_manifest.json $(DATA_DIR)/stages/s1_manifest.json: $(DATA_DIR)/stages/%_manifest.json: $(CURATED) $(OWN_STUDENT) $(RECIPES)/%.yaml
	$(BUILD) build --stage $* --profile $(PROFILE) --data $(DATA_DIR) --student $(STUDENT)

$(DATA_DIR)/stages/%_manifest.json: $(TAUGHT) $(OWN_STUDENT) $(RECIPES)/%.yaml
	$(BUILD) build --stage $* --profile $(PROFILE) --data $(DATA_DIR) --student $(STUDENT)

# V4 is made of what people decide over V3's drafts, so these are the ones to review.
REVIEWED := $(if $(filter v4,$(DATA)),$(V3_DIR),$(DATA_DIR))
review: $(REVIEWED)/rationales/manifest.json  ## correct the teacher's drafts on 127.0.0.1:PORT: make review DATA=v4
	$(BUILD) review serve --data $(REVIEWED) --port $(PORT)

leaks: $(STAGE_ROWS)  ## prove that no stage trains on what is like a test article
	$(BUILD) leaks $(foreach k,1 2 3 4 5,--train $(DATA_DIR)/stages/s$(k)_train.jsonl) --test $(DATA_DIR)/articles/test.jsonl

doctor: .venv/ready  ## check the run's datasets by LLaMA-Factory's rules, and that its export sends the prompt trained on
	$(BUILD) doctor --dir $(DATA_DIR)
	@if [ -f exports/$(OWN)/manifest.json ]; then $(LADDER) doctor --run $(OWN); fi

clean-data:  ## empty the run's data folder (checkpoints and results stay)
	rm -rf $(addprefix $(DATA_DIR)/,ingest articles rationales stages dataset_info.json made_for.txt)

##@ Train (stock llamafactory-cli; what is done is skipped)
stage0: $(SAVES)/s0/stage.done.json  ## pretrain a student with random weights on the raw articles (optional)
stage1: $(SAVES)/s1/stage.done.json  ## S1 Traditional Chinese
stage2: $(SAVES)/s2/stage.done.json  ## S2 essential aspects
stage3: $(SAVES)/s3/stage.done.json  ## S3 triples
stage4: $(SAVES)/s4/stage.done.json  ## S4 guided summary
stage5: $(SAVES)/s5/stage.done.json  ## S5 direct summary

$(SAVES)/s0/stage.done.json: $(DATA_DIR)/stages/s0_manifest.json $(OWN_STUDENT)
$(SAVES)/s1/stage.done.json: $(OWN_STUDENT) $(DATA_DIR)/stages/s1_manifest.json
$(SAVES)/s2/stage.done.json: $(SAVES)/s1/stage.done.json $(DATA_DIR)/stages/s2_manifest.json
$(SAVES)/s3/stage.done.json: $(SAVES)/s2/stage.done.json $(DATA_DIR)/stages/s3_manifest.json
$(SAVES)/s4/stage.done.json: $(SAVES)/s3/stage.done.json $(DATA_DIR)/stages/s4_manifest.json
$(SAVES)/s5/stage.done.json: $(SAVES)/s4/stage.done.json $(DATA_DIR)/stages/s5_manifest.json

$(SAVES)/%/stage.done.json: $(RECIPES)/%.yaml
	$(LADDER) run $* $(FOR_RUN)

curriculum: $(STAGE_ROWS)  ## all five stages, LLaMA-Factory imported once
	$(LADDER) run s1 s2 s3 s4 s5 $(FOR_RUN)

plan: $(STAGE_ROWS)  ## what PLAN by STRATEGY would train, and what it costs
	$(LADDER) plan --plan $(PLAN) --strategy $(STRATEGY) $(FOR_RUN) --costs

matrix: $(STAGE_ROWS)  ## PLANS x STRATEGIES x CONTROLS x SEEDS trained, predicted, scored and compared: a fair test
	$(LADDER) matrix --plans $(PLANS) --strategies $(STRATEGIES) --seeds $(SEEDS) --controls $(CONTROLS) $(FOR_RUN)

status: .venv/ready  ## how each stage of the run stands
	$(LADDER) status $(FOR_RUN)

board: $(STAGE_ROWS)  ## LLaMA-Board on 127.0.0.1:PORT with each stage as a preset: choose, load, start
	$(LADDER) board $(FOR_RUN) --port $(PORT)

##@ Models before and after fine-tuning
# Not NEEDS_DATA: it keeps its own data/RUN. make baselines INPUT=news.jsonl MODELS=distilgpt2,opt-350m RUN=try
baselines: .venv/ready  ## one table, pretrained | fine-tuned: make baselines INPUT=FILE [MODELS=a,b] [TEST=FILE] [RUN=NAME]
	@[ -n '$(INPUT)' ] || { \
	  echo 'error: INPUT: expected articles with summaries, found none. Next: make baselines INPUT=news.jsonl'; exit 2; }
	$(LADDER) baselines --input '$(INPUT)' --profile $(PROFILE) --run $(if $(filter nano full,$(RUN)),baselines,$(RUN)) \
	  $(if $(MODELS),--models '$(MODELS)') $(if $(TEST),--test '$(TEST)') $(BASELINES)

##@ Score
predict: $(STAGE_ROWS)  ## what the trained and the untrained student write for the test articles
	$(LADDER) run s1 s2 s3 s4 s5 predict predict_untrained $(FOR_RUN)

score: predict  ## ROUGE-1/2/L of the trained student
	$(EVAL) join --predictions $(SAVES)/predict/generated_predictions.jsonl --rows $(DATA_DIR)/stages/s5_test.jsonl \
	  --articles $(DATA_DIR)/articles/test.jsonl --out $(RESULTS)/pairs.jsonl
	$(EVAL) score --pairs $(RESULTS)/pairs.jsonl --metric rouge --mode rouge_chinese-jieba --out $(RESULTS)/scores.json

report: predict  ## results.json, report.md and a self-contained report.html
	$(EVAL) report --run $(OWN) --data $(DATA_DIR) --saves $(SAVES) --out $(RESULTS)

compare: .venv/ready  ## several runs beside each other: make compare RUNS="a b c" writes results/compare/report.html
	@[ -n "$(strip $(RUNS))" ] || { \
	  echo 'error: RUNS: expected two runs or more, found none. Next: make compare RUNS="a b c"'; exit 2; }
	$(EVAL) report $(addprefix --run ,$(RUNS)) --out $(COMPARED) $(addprefix --matrix ,$(MATRIX)) $(if $(COMMON),--common)

##@ Sibling tasks
# Rows that stand stay, unless an INPUT is named; without one the bundled sample serves. BUILD_TASK and TRAIN hand options
# on: make task TASK=wmt INPUT=corpus.tsv BUILD_TASK="--keywords words.txt --train 5897" TRAIN="--most-cut 0.01"
task: .venv/ready  ## rows, training, answers and scores of one task: make task TASK=wmt|cnn_dailymail|squad2|3in1|translation [INPUT=…]
ifneq ($(and $(INPUT),$(word 2,$(TASK_NAMES))),)
	@echo 'error: INPUT: expected one task, found $(TASK). Next: make task TASK=$(firstword $(TASK_NAMES)) INPUT=… for each, then TASK=$(TASK)'; exit 2
endif
	@set -e; for task in $(TASK_NAMES); do \
	  if [ -n '$(INPUT)' ] || [ ! -f $(TASK_DATA)/$${task}_manifest.json ]; then \
	    $(BUILD) task $$task $(addprefix --input ,$(INPUT)) --out $(TASK_DATA) $(BUILD_TASK); fi; done
	@[ '$(TASK_STUDENT)' != '$(SAVES)/tasks/student' ] || [ -f $(TASK_STUDENT)/student.json ] || \
	  $(BUILD) student --preset nano --corpus $(TASK_DATA) --out $(TASK_STUDENT)
	$(LADDER) run --plan $(TASK) --run $(TASK_RUN) --profile $(PROFILE) --data $(TASK_DATA) $(addprefix --student ,$(TASK_STUDENT)) $(TRAIN)
	$(EVAL) matrix $(TASK_RUN) $(if $(filter nano,$(PROFILE)),--max-new-tokens 32)

translate: .venv/ready  ## translate line by line at a prompt: make translate TO=zh_TW|en|ja [MODEL=…] [FROM=…]
	@[ -n '$(TO)' ] || { echo 'error: TO: expected zh_TW, en or ja, found none. Next: make translate TO=zh_TW'; exit 2; }
	@$(EVAL) translate --model $(or $(MODEL),$(SAVES)/tasks/translation/merged) --to $(TO) $(addprefix --from ,$(FROM))

# Trained by our own trainer, since LLaMA-Factory has no encoder-decoder. Rows that stand stay, unless an INPUT is named.
BASE_RUN     = $(OWN)/baselines
BASE_STUDENT = $(or $(NAMED_STUDENT),$(if $(filter nano,$(PROFILE)),$(SAVES)/baselines/students/$(STANDIN_$(BASELINE))))
BASE_MODEL   = $(or $(BASE_STUDENT),$(shell sed -n 's/^model_name_or_path: //p' $(RECIPES)/baselines/$(BASELINE).yaml))
BASE_ASK     = $(if $(filter nano,$(PROFILE)),--max-new-tokens 48)
BASE_OUT     = $(RESULTS)/baselines/$(BASELINE)
BASE_ROWS    = $(TASK_DATA)/short_news_test.jsonl
BASE_TRAINED = $(if $(filter %_ptuning,$(BASELINE)),--model $(BASE_MODEL) --adapter,--model) saves/$(BASE_RUN)/$(BASELINE)
baseline: .venv/ready  ## rows, training, answers and scores: make baseline BASELINE=t5_pegasus|randeng_pegasus|chatglm_ptuning [INPUT=…]
ifeq ($(STANDIN_$(BASELINE)),)
	@echo 'error: BASELINE: expected t5_pegasus, randeng_pegasus or chatglm_ptuning, found $(BASELINE). Next: give one of these'; exit 2
endif
	@if [ -n '$(INPUT)' ] || [ ! -f $(TASK_DATA)/short_news_manifest.json ]; then \
	  $(BUILD) task short_news $(addprefix --input ,$(INPUT)) --out $(TASK_DATA) $(BUILD_TASK); fi
	@case '$(BASE_STUDENT)' in $(SAVES)/baselines/students/*) [ -f $(BASE_STUDENT)/student.json ] || \
	  $(BUILD) student --preset $(STANDIN_$(BASELINE)) --out $(BASE_STUDENT);; esac
	$(LADDER) run --recipe $(RECIPES)/baselines/$(BASELINE).yaml --run $(BASE_RUN) --data $(TASK_DATA) $(addprefix --student ,$(BASE_STUDENT))
	@mkdir -p $(BASE_OUT)
	$(EVAL) predict --rows $(BASE_ROWS) --task short_news --model $(BASE_MODEL) --out $(BASE_OUT)/untrained.jsonl $(BASE_ASK)
	$(EVAL) score --pairs $(BASE_OUT)/untrained.jsonl --task short_news --out $(BASE_OUT)/untrained_scores.json
	$(EVAL) predict --rows $(BASE_ROWS) --task short_news $(BASE_TRAINED) --out $(BASE_OUT)/pairs.jsonl $(BASE_ASK)
	$(EVAL) score --pairs $(BASE_OUT)/pairs.jsonl --task short_news --out $(BASE_OUT)/scores.json

##@ Out of the door
export: .venv/ready  ## the run's student as FORMS (GGUF needs the extra gguf), with Modelfile and MLC's commands, in exports/RUN
	$(LADDER) export --run $(OWN) --forms $(FORMS)

forms: export  ## each form's size, speed and ROUGE on the test rows: exports/RUN/forms.md
	$(LADDER) forms --run $(OWN)

##@ Use
try: .venv/ready  ## the phone page on 127.0.0.1:PORT; who writes: GGUF=FILE, or MODEL=NAME BASE_URL=http://…/v1
	$(PYTHON) -m app serve --port $(PORT) $(addprefix --gguf ,$(GGUF)) $(addprefix --model ,$(MODEL)) \
	  $(if $(MODEL),$(addprefix --base-url ,$(BASE_URL))) $(addprefix --contact ,$(CONTACT)) $(TRY)

##@ Work on the project
test: .venv/ready  ## the default tests: offline, under ten minutes
	$(PYTHON) -m pytest

test-slow: .venv/ready  ## the tests that train the nano student, and those that talk to 127.0.0.1
	$(PYTHON) -m pytest -m 'slow or network'

test-browser: .venv/ready  ## the tests that drive a real Chromium (they need chromium and playwright)
	@$(PYTHON) -c 'import playwright' 2>/dev/null || { \
	  echo "error: playwright: expected the extra 'browser' of pyproject.toml, found nothing. Next: .venv/bin/uv pip install playwright"; exit 1; }
	$(PYTHON) -m pytest -m browser -rs

check: lint types generated test  ## what CI runs: lint, types, generated files, default tests

lint: .venv/ready  ## ruff
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .

types: .venv/ready  ## mypy --strict
	.venv/bin/mypy

generated: .venv/ready  ## generated files are what the code generates
	$(BUILD) register --check
	$(LADDER) recipes --check

format: .venv/ready  ## let ruff format and fix
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .
