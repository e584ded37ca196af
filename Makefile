# make demo   install what it needs and run the main job on the bundled Donbas case
# make test   install what it needs and pass the tests (what .ci/run runs)
# The rest are for developers; `make help` lists them.
SHELL := /bin/sh
PY := .venv/bin/python
export UV_COMPILE_BYTECODE := 1
export UV_PYTHON_DOWNLOADS := never

.PHONY: help demo rehearsal room serve test check campaigns campaign mirror-campaign mutations equivocations two-lost leaks story benchmarks obligations scoreboard fuzz engines picture lock clean
help: ## this list
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed 's/:.*## /\t/'

demo: .venv/run.stamp ## run the main job: read, assess, log, report; says where the files are
	@.venv/bin/trucewatch demo

serve: .venv/run.stamp ## the same, and open the centre's page on loopback (http://127.0.0.1:8080)
	@.venv/bin/trucewatch demo --serve

rehearsal: .venv/run.stamp ## a centre, two mirrors, a witness and an observer on this machine: saved, received, sequenced, witnessed
	@scripts/rehearsal

room: .venv/run.stamp ## the operations room on this machine: both staffs, liaisons, a monitor, with rehearsal passkeys
	@scripts/room

story: .venv/dev.stamp ## a shift told in browsers against a real log, each step pictured on a desktop and a phone (minutes; OUT=folder)
	@scripts/chromium
	@OUT=$(abspath $(or $(OUT),out/story)) .venv/bin/pytest -m slow tests/web/room/test_browser_story.py tests/web/room/test_two_browsers.py

test: .venv/dev.stamp ## format, lint, types, boundaries, then every test but the slow ones
	@scripts/chromium
	@scripts/go
	@scripts/check

campaigns: .venv/dev.stamp ## the long campaigns marked slow, and the properties on examples drawn anew
	@scripts/go
	@.venv/bin/pytest -m slow
	@HYPOTHESIS_PROFILE=new .venv/bin/pytest -n 2 --dist loadfile tests/assess tests/test_whole_path.py tests/intake tests/agreement

campaign: .venv/dev.stamp ## power cuts, SIGKILLs, disks that refuse; then mutations, equivocations, leaks (a night; root for the real disks)
	@$(PY) benchmarks/power_cuts.py
	@$(PY) benchmarks/sigkill.py
	@$(PY) benchmarks/other_faults.py
	@$(MAKE) --no-print-directory mutations equivocations two-lost leaks

mirror-campaign: .venv/dev.stamp ## a million verdicts with the parties exchanged, and worlds of nothing but claims (hours; goes on where it stood)
	@$(PY) benchmarks/mirror_campaign.py

mutations: .venv/dev.stamp ## a hundred thousand mutated logs and both verifiers; writes the results page (an hour or so)
	@scripts/go
	@$(PY) benchmarks/mutations.py --page benchmarks/results/$$(date +%F)-mutations.md

equivocations: .venv/dev.stamp ## 10,000 lies to two mirrors and a witness, real processes, each proof checked twice (an hour)
	@scripts/go
	@$(PY) -m benchmarks.equivocations --page benchmarks/results/$$(date +%F)-equivocations.md

two-lost: .venv/dev.stamp ## any two of centre and mirrors destroyed, 100,000 entries: the third brings all back (minutes)
	@$(PY) -m benchmarks.two_lost --page benchmarks/results/$$(date +%F)-two-lost.md

leaks: .venv/dev.stamp ## thousands of names that must not be seen, sent the whole way and looked for everywhere (minutes)
	@$(PY) benchmarks/leaks.py --page benchmarks/results/$$(date +%F)-leaks.md

benchmarks: .venv/dev.stamp ## the figures of the README (minutes)
	@$(PY) benchmarks/assess.py

obligations: .venv-bench/bench.stamp ## statuses a second, and a million positions in dated zones beside SedonaDB and geopandas (minutes)
	@.venv-bench/bin/python -m benchmarks.obligations

scoreboard: .venv-bench/bench.stamp ## verdicts and association against their peers on simulated worlds (about 40 minutes; QUICK=1: two)
	@.venv-bench/bin/python -m benchmarks.scoreboard $(if $(QUICK),--quick)

fuzz: .venv/dev.stamp ## every reader of bytes of others, fuzzed one after the other (20 s each, about half an hour; FOR=seconds)
	@$(PY) -m benchmarks.fuzz.run --seconds $(or $(FOR),20)

engines: .venv-engines/engines.stamp ## the kernels on Sail and on two Spark workers give what one process gives (Java 17; minutes)
	@.venv-engines/bin/python -m pytest -m slow -W ignore tests/engines -k sail
	@.venv-engines/bin/python -m pytest -m slow -W ignore tests/engines -k local-cluster

picture: .venv/dev.stamp ## make the README's pictures anew from the demo
	@scripts/chromium
	@.venv/bin/trucewatch demo
	@$(PY) scripts/picture.py

lock: .tools/bin/uv ## resolve anew after a change of pyproject.toml
	.tools/bin/uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 pyproject.toml -o locks/run.txt
	.tools/bin/uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 pyproject.toml --group dev -o locks/dev.txt
	.tools/bin/uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 pyproject.toml --group bench -o locks/bench.txt
	.tools/bin/uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 pyproject.toml --group engines -o locks/engines.txt

clean: ## forget what was installed and the demo's results (other folders in out/ stay: one may hold a centre's log)
	rm -rf .venv .venv-bench .venv-engines .tools out/donbas

.tools/bin/uv .venv/run.stamp .venv/dev.stamp .venv-bench/bench.stamp .venv-engines/engines.stamp:
	@scripts/setup $@

.venv/run.stamp: locks/run.txt pyproject.toml
.venv/dev.stamp: locks/dev.txt pyproject.toml
.venv-bench/bench.stamp: locks/bench.txt pyproject.toml
.venv-engines/engines.stamp: locks/engines.txt pyproject.toml
