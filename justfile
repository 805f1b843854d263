# The vocabulary of daily work. `just` lists it.

set positional-arguments

# List the recipes
default:
    @just --list --unsorted

# Serve the shop on http://127.0.0.1:8080, on a database of its own in .data
run *arguments:
    cargo run -- "$@"

# Fill the shop with a believable catalog and customers
seed products="1000" users="100":
    cargo run -- seed --products {{ products }} --users {{ users }}

# Make an administrator; the password is made and printed once
admin email:
    cargo run -- admin create --email {{ email }}

# Open psql in the running shop's own database
db *arguments:
    psql -h "$(realpath "${DATA_DIR:-.data}")/postgres/run" -U postgres "$@"

# Run every test
test *arguments:
    cargo test --workspace "$@"

# Format every file
fmt:
    cargo fmt --all

# Look without building: format, lints, documentation
check:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps

# Measure the release build under load (crates/bench/README.md)
bench *arguments:
    cargo run --release -p bench -- "$@"

# Serve in containers: the shop and PostgreSQL
docker *arguments:
    docker compose -f docker/compose.yml up --build "$@"

# Everything that must pass before a change lands
ci:
    .ci/run
