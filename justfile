# The commands of every day; `just` alone lists them. None needs just: each is the line below its name.

_default:
    @just --list

# Everything in one process, with demo data: http://127.0.0.1:5150
run *arguments:
    cargo run -- {{ arguments }}

# Everything that CI runs: format, lints, licences, all tests
test *arguments:
    scripts/test {{ arguments }}

# The tests whose names contain `name`
only name:
    cargo test --workspace -- {{ name }}

# Does it compile, tests included?
check:
    cargo check --workspace --all-targets

# Lints as CI sees them
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings

fmt:
    cargo fmt --all

# The bank simulator alone: http://127.0.0.1:5151
sim:
    cargo run -- simulator
