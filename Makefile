# The commands of this project. `make` alone lists them; README.md says what a person sees.
# Each says what it does, stops at the first failure and then says what to do about it.

SHELL := /bin/sh
MAKEFLAGS += --no-print-directory

SWIFT ?= swift
CLANG_FORMAT ?= clang-format
PREFIX ?= /usr/local
DESTDIR ?=

# Seconds of load while the demo learns, and while it enforces.
DEMO_LEARN ?= 20
DEMO_ENFORCE ?= 20
# Arguments of `swift test`, for example: make test TEST_ARGUMENTS='--filter BaselineTests'
TEST_ARGUMENTS ?=
# Seconds of fuzzing, and what is fuzzed: make fuzz FUZZ_TARGETS=reader
FUZZ_SECONDS ?= 60
FUZZ_TARGETS ?=
# What `make test-kernels` runs on; all: KERNELS='here 6.1-lsm 6.1-fmod_ret 6.12-lsm 6.12-fmod_ret'
KERNELS ?=
# Only ways around with this in their name; and whether the verifier's costs are recorded anew.
BYPASS ?=
RECORD_COST ?=
# Instead: how often the agent is killed and begun again in a kernel in QEMU, under attack.
CYCLES ?=
# What `make profiles` learns and `make held-out` holds.
SERVICES ?= nginx redis postgresql nodejs gunicorn apache
# The chance that the next second brings something new, under which `make profiles` ends.
THRESHOLD ?= 0.001
# Options of Benchmarks/run, for example: make bench BENCH_ARGUMENTS=--quick
BENCH_ARGUMENTS ?=

STATIC := -c release --static-swift-stdlib --scratch-path .build-static
SWIFT_FILES := Sources Tests Plugins Benchmarks examples Package.swift
C_FILES = $(wildcard bpf/*.c bpf/*.h Sources/SensorABI/*.c Sources/SensorABI/include/*.h)

say = @printf '\n== %s\n' '$(1)'

.NOTPARALLEL:
.PHONY: help demo test test-kernels fuzz bench profiles held-out docs lint format build install uninstall clean
.PHONY: is-swift-there is-root packages

help:
	@echo 'make demo      install what is missing, build, learn a real nginx, hold it to that, attack it'
	@echo '               (seconds of load: DEMO_LEARN=$(DEMO_LEARN) DEMO_ENFORCE=$(DEMO_ENFORCE))'
	@echo 'make test      install what is missing, check the sources, build and run all tests'
	@echo 'make test-kernels  try every known way around on this kernel and on 6.1 and 6.12 in QEMU,'
	@echo '               an hour and more; writes docs/coverage.md (KERNELS=6.12-lsm: one of them)'
	@echo 'make fuzz      give the SysFlow reader random input for $(FUZZ_SECONDS) s (FUZZ_SECONDS=)'
	@echo 'make bench     install what is missing, build and run the benchmarks, some 15 minutes'
	@echo '               (BENCH_ARGUMENTS=--quick: two)'
	@echo 'make profiles  learn the stock profiles again, an hour and more (SERVICES="nginx redis": these;'
	@echo '               THRESHOLD=0.02: in ten minutes, to promise as much less)'
	@echo 'make held-out  hold their services to them under another load, and write what came of it'
	@echo 'make build     build the program: a release, in one file'
	@echo 'make install   build, then copy loadline to $$DESTDIR$$PREFIX/bin (PREFIX is $(PREFIX))'
	@echo 'make uninstall remove it from there'
	@echo 'make lint      check the sources without building them'
	@echo 'make format    format the sources'
	@echo 'make docs      build the documentation of the library SysFlow'
	@echo 'make clean     remove everything that was built'
	@echo
	@echo 'demo, test and bench need root: they load BPF programs and run containers.'

demo: is-root is-swift-there packages
	$(call say,build loadline and the demo (release))
	$(SWIFT) build -c release --product loadline
	$(SWIFT) build -c release --product Demo
	$(call say,what this kernel allows: loadline doctor)
	@bin=$$($(SWIFT) build -c release --show-bin-path) && "$$bin/loadline" doctor || { \
		echo 'demo: this kernel or these privileges do not allow enforcing;' \
			'the lines above with "no" say why' >&2; exit 1; }
	$(call say,the demo: $(DEMO_LEARN) s of learning and $(DEMO_ENFORCE) s of enforcing)
	@bin=$$($(SWIFT) build -c release --show-bin-path) && \
		"$$bin/Demo" "$$bin/loadline" '$(DEMO_LEARN)' '$(DEMO_ENFORCE)'

SERVICES_BIN = $$($(SWIFT) build -c release --show-bin-path)
# each_service WHAT, HOW MANY AT A TIME, MORE: their loads are half pauses.
each_service = printf '%s\n' $(SERVICES) | xargs -I{} -P $(2) \
	"$(SERVICES_BIN)/Services" $(1) "$(SERVICES_BIN)/loadline" profiles/baselines {} $(3)

profiles: is-root is-swift-there packages
	$(SWIFT) build -c release --product loadline
	$(SWIFT) build -c release --product Services
	$(call say,learn $(SERVICES) until nothing new is to be expected: an hour and more)
	@$(call each_service,learn,6,$(THRESHOLD))

held-out: is-root is-swift-there packages
	$(SWIFT) build -c release --product loadline
	$(SWIFT) build -c release --product Services
	$(call say,hold $(SERVICES) to their profiles under another load)
	@$(call each_service,hold,3); status=$$?; \
		"$(SERVICES_BIN)/Services" table profiles/baselines docs/learning.md && exit $$status

# Not in parallel: tests share the machine's kernel, its container runtime and its clock.
test: is-root is-swift-there packages lint
	$(call say,the public SysFlow tools, which the tests compare with)
	@.ci/sysflow-tools-venv
	$(call say,build everything and the tests (debug))
	$(SWIFT) build --build-tests
	$(call say,run the tests one after another)
	$(SWIFT) test --skip-build --no-parallel $(TEST_ARGUMENTS)

test-kernels: is-root is-swift-there packages
	$(call say,every known way around on this kernel and on others in QEMU)
	@BYPASS='$(BYPASS)' RECORD_COST=$(RECORD_COST) CYCLES=$(CYCLES) HOLD='$(HOLD)' .ci/test-kernels $(KERNELS)

fuzz: is-swift-there
	$(call say,fuzz the SysFlow reader for $(FUZZ_SECONDS) s)
	@.ci/fuzz $(FUZZ_SECONDS) $(FUZZ_TARGETS)

bench: is-root is-swift-there packages
	$(call say,build and run the benchmarks)
	@Benchmarks/run $(BENCH_ARGUMENTS)

docs: is-swift-there
	$(call say,build the documentation of the library SysFlow: a warning is an error)
	$(SWIFT) package --allow-writing-to-directory .build-docs generate-documentation \
		--target SysFlow --warnings-as-errors --output-path .build-docs
	@echo 'built: .build-docs'

lint: is-swift-there
	@.ci/lint

format: is-swift-there
	$(call say,format Swift and C)
	$(SWIFT) format --in-place --recursive $(SWIFT_FILES)
	$(CLANG_FORMAT) -i $(C_FILES)

# With the Swift runtime inside, so that the program needs no toolchain where it runs.
build: is-swift-there
	$(call say,build loadline (release with the Swift runtime inside))
	$(SWIFT) build $(STATIC) --product loadline
	@echo "built: $$($(SWIFT) build $(STATIC) --show-bin-path)/loadline"

install: build
	$(call say,install loadline in $(DESTDIR)$(PREFIX)/bin)
	@bin=$$($(SWIFT) build $(STATIC) --show-bin-path) && \
		install -D -s -m 755 "$$bin/loadline" '$(DESTDIR)$(PREFIX)/bin/loadline' || { \
		echo 'install: cannot write there: become root, or give PREFIX=' >&2; exit 1; }
	@echo 'installed: $(DESTDIR)$(PREFIX)/bin/loadline'

uninstall:
	rm -f '$(DESTDIR)$(PREFIX)/bin/loadline'

clean:
	rm -rf .build .build-*

# Swift is not in Debian, so .ci/install cannot bring it.
is-swift-there:
	@version=$$($(SWIFT) --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p'); \
	case "$$version" in \
	'') echo 'no `$(SWIFT)` in PATH: install Swift 6.3 or later for Debian 12 from' \
		'https://www.swift.org/install/linux/ and put its usr/bin into PATH,' \
		'or name it: make SWIFT=DIRECTORY/usr/bin/swift' >&2; exit 1;; \
	[0-5].*|6.[0-2]|6.[0-2].*) echo "Swift $$version is too old: 6.3 or later is needed, from" \
		'https://www.swift.org/install/linux/' >&2; exit 1;; \
	esac

is-root:
	@[ "$$(id -u)" -eq 0 ] || { \
		echo 'this needs root: it loads BPF programs and runs containers;' \
			'run it as root, or: sudo env PATH="$$PATH" make ...' >&2; exit 1; }

packages:
	$(call say,install what is missing from Debian)
	@.ci/install
