# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

# Needs git, make and python3 (3.11 or newer). Everything is installed into build/, without root.
# Matplotlib keeps a list of fonts: not in the home.
export MPLCONFIGDIR := $(CURDIR)/build/matplotlib
VENV := build/venv/bin
PYTHON ?= python3
BOOTSTRAP := $(PYTHON) host_tools/bootstrap.py

# Nothing is left outside the clone, temporary files neither.
export TMPDIR := $(CURDIR)/build/tmp
# A path may hold spaces, quotes and dollar signs: it reaches the shell as one quoted word.
RECORDING = $(if $(value AUDIO),'$(subst ','\'',$(value AUDIO))')

.PHONY: help setup prepare run hardware test soak bench evaluate lint types format clean lock pictures map
.DEFAULT_GOAL := help

help:            ## what there is
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 18

setup:           ## install everything into build/; looks again for parts that were missing
	@$(BOOTSTRAP) --retry

prepare:
	@$(BOOTSTRAP)

run: prepare     ## play a night to the simulated monitor (AUDIO=recording.wav, ARGS="more options")
	@$(if $(value AUDIO),,$(BOOTSTRAP) audio)
	@$(VENV)/chimewatch simulate $(RECORDING) $(ARGS)

hardware: prepare ## schematic, breadboard, figures, enclosure from hardware/*.toml; then all checks
	@$(VENV)/python -m hardware all

test: prepare    ## all tests, on CPython and on real MicroPython (ARGS="-k clock")
	@$(VENV)/python -m pytest -n auto --maxprocesses 4 --dist loadfile $(ARGS)

soak: prepare    ## 30 simulated days of the whole firmware; takes hours (ARGS="--days 2")
	@$(VENV)/python -m host_tools.soak $(ARGS)

bench: prepare   ## what listening costs: on the board, in memory, here (ARGS="--json FILE")
	@$(VENV)/python -m host_tools.bench $(ARGS)

evaluate: prepare ## how weak a sound it hears, how often it cries wolf (fetches 2.5 GB; ARGS="--quick")
	@$(BOOTSTRAP) packages $$($(VENV)/python -m host_tools.evaluate.corpus) || true
	@$(VENV)/chimewatch evaluate $(ARGS)

pictures: prepare ## the pictures of docs/: report, card and plan (needs Chromium; plays a night)
	@$(if $(value ARGS),,$(BOOTSTRAP) audio)
	@$(VENV)/python -m host_tools.pictures $(ARGS)

map: prepare     ## docs/pictures/architecture.svg, from the imports that the code has
	@$(VENV)/python -m host_tools.architecture

lint: prepare    ## style and likely mistakes
	@$(VENV)/ruff check .
	@$(VENV)/ruff format --check .

format: prepare  ## put the layout of the source right
	@$(VENV)/ruff check --fix-only --quiet .
	@$(VENV)/ruff format .

types: prepare   ## check types: the host tools as Python, the firmware against the board's stubs
	@$(VENV)/mypy
	@cd firmware && ../$(VENV)/mypy --config-file ../host_tools/mypy_firmware.ini --cache-dir ../build/mypy-firmware .

# "fewest": one version of each package for all Pythons, so that every machine runs the same code.
lock:            ## renew the pinned versions (needs uv)
	@for group in "--group test --group lint|requirements" "--no-deps --group board|requirements-board"; do \
	  uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	    --fork-strategy fewest --only-binary :all: --no-emit-index-url --custom-compile-command "make lock" \
	    $${group%|*} $$(test "$${group#*|}" = requirements && echo pyproject.toml) \
	    -o "$${group#*|}.lock" || exit 1; \
	done

clean:           ## remove everything that was installed or built
	rm -rf build .pytest_cache .mypy_cache .ruff_cache
