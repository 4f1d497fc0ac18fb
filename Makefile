# make run    start the demonstration mine on http://127.0.0.1:8080
# make test   everything that must hold before a change is taken
# make lint   the part of it that needs no test run
# make bench  the measurements of docs/benchmarks.md; COUNT=10 OLD=file compares
# make peers  a known hour through every protocol, from programs that others wrote
# make soak   fuzzing, kills, power cuts, mutation and dead code: by hand and before a release
# make build  bin/lingtan

SHELL := bash
TOOL := go tool -modfile=tools/go.mod
# It does not compile with the YAML library that the other tools agree on.
ACTIONLINT := go run github.com/rhysd/actionlint/cmd/actionlint@v1.7.12

# A mutant that lives in these rooms is a wrong number in a report.
MUTATED := quantity money standard
FUZZTIME := 10m
COUNT := 1

.PHONY: run build web test lint bench peers soak vulnerabilities check-tools

run:
	@scripts/need go cxx
	@$(MAKE) --no-print-directory build
	@exec bin/lingtan serve --demo

# Go itself knows what has changed and leaves a finished binary alone.
build: web
	go build -trimpath -buildvcs=false -o bin/lingtan ./cmd/lingtan

web:
	@scripts/web

test: check-tools lint build
	npm run --prefix web --silent check
	npm run --prefix web --silent test
	scripts/with-postgres go test -race -shuffle=on -timeout 15m ./...
	scripts/e2e web/e2e/run.mjs web/shots

# The floor plan comes first: it is the cheapest and explains the most.
lint:
	@scripts/need go cxx
	go test -run 'TestRooms|TestPlan' .
	go mod tidy -diff
	@$(TOOL) gofumpt -l . | (! grep .) || { echo "format them: $(TOOL) gofumpt -w ."; exit 1; }
	go fix -diff ./...
	go vet ./...
	$(TOOL) golangci-lint config verify
	$(TOOL) golangci-lint run
	$(ACTIONLINT)

bench:
	@scripts/need go cxx postgres
	@mkdir -p bin
	set -o pipefail; LINGTAN_BENCH=full scripts/with-postgres \
		go test -run '^$$' -bench . -benchmem -count $(COUNT) -timeout 60m ./... | tee bin/bench.txt
	$(if $(OLD),$(TOOL) benchstat $(OLD) bin/bench.txt)

# Sends a known hour through every protocol and prints what became of it.
peers:
	@scripts/need go cxx node peers
	@mkdir -p bin
	LINGTAN_PEERS_TABLE=$(CURDIR)/bin/peers.txt go test -count=1 -parallel 4 -run TestKnownHour ./testkit/peers
	@cat bin/peers.txt

soak: build
	@scripts/need go cxx node browser
	scripts/fuzz $(FUZZTIME)
	LINGTAN_TEST_KILLS=20 go test -count=1 -run TestKilledImport ./cmd/lingtan
	LINGTAN_TEST_KILLS=100 go test -count=1 -run TestKilledServer -v ./cmd/lingtan
	LINGTAN_TEST_POWER_CUTS=5 go test -count=1 -run TestPowerCut -v ./cmd/lingtan
	LINGTAN_SOAK_MINUTES=30 scripts/e2e web/e2e/wall-soak.mjs
	$(foreach room,$(MUTATED),$(TOOL) gremlins unleash ./$(room) &&) true
	@$(TOOL) deadcode -test ./... | (! grep .)

# Its database is on the internet, so no test waits for it.
vulnerabilities:
	$(TOOL) govulncheck ./...

check-tools:
	@scripts/need go cxx node postgres office peers browser
