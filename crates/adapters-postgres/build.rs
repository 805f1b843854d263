//! Tells Cargo that the migrations are part of this crate: they are embedded in it.

fn main() {
    println!("cargo::rerun-if-changed=../../migrations");
}
