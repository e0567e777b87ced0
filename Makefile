# Everything here works in a virtual environment of its own, .venv, which the first
# target that needs it makes from pyproject.toml and constraints.txt; what needs other
# versions works in another: .venv-benchmark, .venv-lowest, .venv-nightly, .venv-wheel.
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/installed
BROWSER_INSTALLED := .venv/browser-installed
NOTEBOOKS_INSTALLED := .venv/notebooks-installed
MUTANTS_INSTALLED := .venv/mutants-installed
BENCHMARK_BIN := .venv-benchmark/bin
BENCHMARK_INSTALLED := .venv-benchmark/installed
LOWEST_BIN := .venv-lowest/bin
LOWEST_INSTALLED := .venv-lowest/installed
NIGHTLY_BIN := .venv-nightly/bin
NIGHTLY_WHEELS := https://pypi.anaconda.org/scientific-python-nightly-wheels/simple
WHEEL_BIN := .venv-wheel/bin
INSTALL := -m pip install --quiet --disable-pip-version-check
ROUNDS ?= 5
MOMENTS ?= 50
START_PAGE := docs/_build/html/index.html
SPHINX := $(BIN)/python -m sphinx -W -n --keep-going -d docs/_build/doctrees

# nothing that a build prints or draws may depend on who runs it
export PYTHONHASHSEED := 0
export MPLBACKEND := agg
# the processes that share the cores would only wait for each other's threads
export OMP_NUM_THREADS := 1

# what needs a browser needs this one; it brings none of its own
CHROMIUM ?= chromium
export CHROMIUM

.PHONY: help site check-browser check-browser-all run-lessons screenshots page-weights playground-speed pdf test grade-class coverage crash test-lowest test-nightly test-wheel lint dist gallery check-site readme-picture site-picture benchmark mutants clean chromium
.DEFAULT_GOAL := help

help: ## list the targets
	@echo "usage: make TARGET [PYTHON=python3.12] [JOBS=1]"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-18s %s\n", $$1, $$2 }' Makefile

site: $(INSTALLED) ## run every gallery script and build the website, from clean (JOBS pages at a time)
	rm -rf docs/_build docs/gallery docs/exercises/*.md docs/api/generated
	GALLERY_JOBS=$(JOBS) $(SPHINX) -b html docs docs/_build/html
	@$(BIN)/python docs/page_times.py docs/_build/page_times.xml
	@$(BIN)/python docs/lesson_lengths.py docs/_build/html
	@echo "The start page of the site is:"
	@echo "$(CURDIR)/$(START_PAGE)"

test: $(INSTALLED) ## run the tests
	$(BIN)/python -m pytest -n auto

grade-class: $(INSTALLED) ## grade thirty made-up students, in less than five minutes on two cores
	$(BIN)/python -m pytest -m slow -s tests/exercises

coverage: $(INSTALLED) ## run the tests, and show the lines and branches that none of them takes
	$(BIN)/python -m pytest -n auto --cov --cov-report=term-missing

crash: $(INSTALLED) ## kill trainings at 50 random moments and let them go on (MOMENTS of them)
	CRASH_MOMENTS=$(MOMENTS) $(BIN)/python -m pytest -n auto tests/estimators/test_crash.py

test-lowest: $(LOWEST_INSTALLED) ## run the tests with the lowest versions that pyproject.toml allows, on PYTHON=python3.11
	$(LOWEST_BIN)/python -m pytest -n auto

# pip says that this scikit-learn is beyond nnteach's limit, and installs it
test-nightly: $(NIGHTLY_BIN)/python ## run the tests with scikit-learn's nightly build, whatever pyproject.toml allows
	$(NIGHTLY_BIN)/python $(INSTALL) -c constraints.txt -e '.[test]'
	$(NIGHTLY_BIN)/python $(INSTALL) --pre --upgrade --extra-index-url $(NIGHTLY_WHEELS) scikit-learn
	$(NIGHTLY_BIN)/python $(INSTALL) --no-deps -e .
	$(NIGHTLY_BIN)/python -m pytest -n auto

test-wheel: $(WHEEL_BIN)/python ## run the tests with the wheel of make dist, where the sources are out of reach
	@ls dist/*.whl > /dev/null 2>&1 || { echo "There is no wheel in dist; run make dist" >&2; exit 2; }
	$(WHEEL_BIN)/python $(INSTALL) -c constraints.txt "$$(ls dist/*.whl)[test]"
	$(WHEEL_BIN)/python $(INSTALL) --no-deps --force-reinstall dist/*.whl
	rm -rf build/without-sources && mkdir -p build/without-sources
	git ls-files -z ':!nnteach' | xargs -0 cp --parents -t build/without-sources
	cd build/without-sources && ../../$(WHEEL_BIN)/python -m pytest -n auto tests --pyargs nnteach

lint: $(INSTALLED) ## check format, style, types, the floors, and the files that other services read
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.citation-file-format --force-filetype yaml CITATION.cff

dist: $(INSTALLED) ## build the source distribution and the wheel into dist
	rm -rf dist
	$(BIN)/python -m build

gallery: $(INSTALLED) ## run and build one page: make gallery PAGE=plot_1_decision_boundary
	@test -n "$(PAGE)" || { echo "Which page? make gallery PAGE=plot_1_…" >&2; exit 2; }
	@ls gallery/*/$(basename $(notdir $(PAGE))).py > /dev/null
	rm -f docs/gallery/*/$(basename $(notdir $(PAGE))).py.md5
	$(SPHINX) -b html -D sphinx_gallery_conf.filename_pattern='/$(basename $(notdir $(PAGE)))\.py' \
		docs docs/_build/html
	@ls $(CURDIR)/docs/_build/html/gallery/*/$(basename $(notdir $(PAGE))).html

run-lessons: $(NOTEBOOKS_INSTALLED) ## run each lesson of the built site as a script and as a notebook, without a warning
	$(BIN)/python docs/run_lessons.py

check-site: $(INSTALLED) ## check the built site: links, requests to other hosts, alt text; terms, symbols and lengths of the lessons
	$(BIN)/python docs/check_site.py docs/_build/html
	$(BIN)/python docs/check_course.py docs/_build/html

check-browser: chromium $(BROWSER_INSTALLED) ## look at the built site in Chromium: every page, and nine of them in every mode
	cd tests/browser && ../../$(BIN)/python -m pytest -c pytest.ini -n auto $(if $(EVERY),--every) .

check-browser-all: ## look at every page of the built site in Chromium in every mode
	$(MAKE) check-browser EVERY=1

screenshots: chromium $(BROWSER_INSTALLED) ## photograph each page: light, dark and as wide as a phone
	$(BIN)/python docs/browser/screenshots.py

page-weights: chromium $(BROWSER_INSTALLED) ## weigh each lesson and time its first paint on a slow machine
	$(BIN)/python docs/browser/page_weights.py

playground-speed: chromium $(BROWSER_INSTALLED) ## time the playground of the built site: epochs a second, twenty starts, longest task
	$(BIN)/python docs/browser/playground_speed.py

pdf: chromium $(BROWSER_INSTALLED) ## print the whole course of the built site into one PDF
	$(BIN)/python docs/browser/course_pdf.py

chromium:
	@ls $(START_PAGE) > /dev/null 2>&1 || { echo "There is no site yet; run make site" >&2; exit 2; }
	@command -v "$(CHROMIUM)" > /dev/null || { \
		echo "There is no Chromium here; install it (on Debian and Ubuntu: apt-get install chromium)" \
			"or name it: make $(or $(MAKECMDGOALS),check-browser) CHROMIUM=/path/to/chromium" >&2; exit 2; }

readme-picture: $(INSTALLED) ## draw the README's picture anew, by running the README's code
	$(BIN)/python docs/readme_picture.py

site-picture: chromium $(BROWSER_INSTALLED) ## photograph the start page of the built site for the README
	$(BIN)/python docs/browser/site_picture.py

benchmark: $(BENCHMARK_INSTALLED) ## time against other libraries, everything or a part: make benchmark WORK=moons [ROUNDS=5]
	@mkdir -p build
	@rm -f build/benchmark.json
	$(BENCHMARK_BIN)/python -m pytest -c tests/benchmarks/pytest.ini tests/benchmarks --rounds=$(ROUNDS) \
		$(if $(WORK),-k '$(WORK)') --benchmark-json=build/benchmark.json
	$(BENCHMARK_BIN)/python docs/performance_report.py build/benchmark.json $(if $(WORK),--keep)

# mutmut changes functions and methods. It leaves out the lambdas and constants of a
# module and properties; and a change has no effect, and so survives, in what has run by
# the time it is chosen: what is called while a module is imported
mutants: $(MUTANTS_INSTALLED) ## show the changes of a file that no engine test notices: make mutants FILE=nnteach/engine/… [JOBS=1]
	@test -f "$(FILE)" || { echo "Which file? make mutants FILE=nnteach/engine/…" >&2; exit 2; }
	rm -rf mutants
	$(BIN)/python -m mutmut run $(if $(JOBS),--max-children $(JOBS)) '$(subst /,.,$(FILE:.py=)).x*'
	@for mutant in $$($(BIN)/python -m mutmut results | grep -E '^ *$(subst /,.,$(FILE:.py=))\.x' \
			| cut -d : -f 1); do \
		$(BIN)/python -m mutmut show $$mutant; \
	done

clean: ## remove what the targets have made, except the virtual environments
	rm -rf build dist mutants docs/_build docs/gallery docs/page_figures docs/exercises/*.md docs/api/generated
	rm -rf docs/performance/*.png docs/performance/*.webp docs/performance/*.rst
	rm -rf .coverage* .import_linter_cache .pytest_cache .ruff_cache .mypy_cache *.egg-info
	find nnteach gallery tests docs \( -name __pycache__ -o -name .pytest_cache \) -prune -exec rm -rf {} +

$(INSTALLED): pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/python $(INSTALL) -c constraints.txt -e '.[test,docs]'
	@touch $@

$(BROWSER_INSTALLED): $(INSTALLED)
	$(BIN)/python $(INSTALL) -c constraints.txt -e '.[browser]'
	@touch $@

$(NOTEBOOKS_INSTALLED): $(INSTALLED)
	$(BIN)/python $(INSTALL) -c constraints.txt -e '.[notebooks]'
	@touch $@

$(MUTANTS_INSTALLED): $(INSTALLED)
	$(BIN)/python $(INSTALL) -c constraints.txt -e '.[mutants]'
	@touch $@

$(BENCHMARK_INSTALLED): pyproject.toml constraints.txt tests/benchmarks/constraints.txt | $(BENCHMARK_BIN)/python
	$(BENCHMARK_BIN)/python $(INSTALL) -c constraints.txt -c tests/benchmarks/constraints.txt -e '.[bench]'
	@touch $@

$(LOWEST_INSTALLED): pyproject.toml tests/lowest.txt | $(LOWEST_BIN)/python
	$(LOWEST_BIN)/python $(INSTALL) -c tests/lowest.txt -e '.[test]'
	@touch $@

$(BIN)/python $(BENCHMARK_BIN)/python $(LOWEST_BIN)/python $(NIGHTLY_BIN)/python $(WHEEL_BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "nnteach needs Python 3.11 or newer, and '$(PYTHON)' is not; name one that is:" \
			"make PYTHON=python3.12 site" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || { \
		echo "'$(PYTHON)' comes without its venv module; install it (on Debian and Ubuntu:" \
			"apt install python3-venv) or name another Python: make PYTHON=python3.12 site" >&2; exit 1; }
	$(PYTHON) -m venv $(@:/bin/python=)
