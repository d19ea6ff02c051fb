# The front door. Every target first installs the Debian packages that it needs and this machine lacks: as root at
# once, elsewhere after asking. The work itself is in the scripts named here.

KAFKA   ?= embedded
packages = docker/install-packages run build

.PHONY: help demo stack plan-demo test test-trixie build check bench clean programs

help:   ## this list
	@sed -n 's/^\([a-z-]*\): .*## \(.*\)/make \1	\2/p' Makefile

demo:   ## a minute of rotation on this machine, checked at the end (KAFKA=real: on Apache Kafka)
	@$(packages) demo $(if $(filter real,$(KAFKA)),kafka)
	@$(MAKE) --no-print-directory programs
	@venv=$$(tests/stack/prepare venv) && PYTHONPATH=tests "$$venv/bin/python" -m demo --kafka $(KAFKA)

stack:  ## what docker/compose.yaml starts, on this machine without containers, up until Ctrl-C (KAFKA=real: Apache Kafka)
	@$(packages) demo stack $(if $(filter real,$(KAFKA)),kafka)
	@$(MAKE) --no-print-directory programs
	@venv=$$(tests/stack/prepare venv) && PYTHONPATH=tests "$$venv/bin/python" -m demo.local --kafka $(KAFKA)

plan-demo:   ## what `keyturn plan` says of fifty made-up users of every kind, in a stand-in for AWS
	@$(packages) demo
	@$(MAKE) --no-print-directory programs
	@venv=$$(tests/stack/prepare venv) && PYTHONPATH=tests "$$venv/bin/python" -m demo.planned

test:   ## every test: unit, sanitizers, checks, then against Kafka, Redis and an AWS stand-in
	@$(packages) demo stack kafka check test
	@tests/run

test-trixie:  ## the container image's own steps in a folder with Debian 13, and its programs on servers with TLS (root; minutes)
	@$(packages) demo kafka check trixie
	@tests/run trixie

build:  ## the programs, into build/bin
	@$(packages)
	@$(MAKE) --no-print-directory programs

check:  ## layers, links, hardening, format, static analysis; prints the ten longest functions
	@$(packages) check
	@$(MAKE) --no-print-directory programs
	@tests/check/run

bench:  ## benchmarks: a row each, with its promise
	@$(packages) demo bench
	@$(MAKE) --no-print-directory programs
	@tests/bench/run

clean:  ## removes build/ (downloads stay in the cache)
	@rm -rf build

# the lock: two demos may be begun at once, and ninja does not look whether another one builds in the same folder
programs:
	@mkdir -p build
	@flock build/lock cmake --preset release
	@flock build/lock cmake --build --preset release --target programs manual keyturn-broker
