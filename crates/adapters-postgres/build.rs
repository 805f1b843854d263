//! Tells Cargo that the migrations are part of this crate: they are embedded in it.
#![expect(clippy::print_stdout, reason = "how a build script talks to Cargo")]

fn main() {
    println!("cargo::rerun-if-changed=../../migrations");
}
