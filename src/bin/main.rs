//! Starts Naru.
fn main() {}
