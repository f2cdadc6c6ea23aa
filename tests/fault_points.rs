//! Only the builds of tests can kill themselves.

use std::process::{Command, Output};

#[test]
fn only_the_builds_of_tests_have_the_feature_of_the_fault_points() {
    let features = |edges: &str| {
        let tree = [
            "tree",
            "--offline",
            "--locked",
            "-p",
            "naru",
            "--prefix",
            "none",
            "-e",
            edges,
        ];
        let output = Command::new(env!("CARGO"))
            .args(tree)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output();
        let output = output.expect("cargo is there");
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(features("features").contains("fault-points"));
    let shipped = features("features,no-dev");
    assert!(shipped.contains("naru v"), "{shipped}");
    assert!(!shipped.contains("fault-points"), "{shipped}");
}

#[test]
fn a_release_with_fault_points_does_not_compile_and_one_without_them_does() {
    let refused = compile(&["-Cdebug-assertions=off", "--cfg=feature=\"fault-points\""]);
    assert!(!refused.status.success());
    let why = String::from_utf8_lossy(&refused.stderr);
    assert!(why.contains("a release must not be able to kill itself"), "{why}");
    let accepted = compile(&["-Cdebug-assertions=off"]);
    assert!(accepted.status.success(), "{accepted:?}");
}

/// The module alone: it needs nothing of the program.
fn compile(flags: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
        .args(["--edition=2024", "--crate-type=lib", "--emit=metadata", "--out-dir"])
        .arg(folder.path())
        .args(flags)
        .arg("src/fault.rs")
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("rustc is there")
}
