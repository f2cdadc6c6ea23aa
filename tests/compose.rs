//! The container files agree with each other: what compose opens and keeps is what the image offers.

use std::{fs, path::Path};

use serde_yaml_ng::Value;

fn read(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

fn yaml(name: &str) -> Value {
    serde_yaml_ng::from_str(&read(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The words after an instruction of the Dockerfile, over all its lines.
fn dockerfile(instruction: &str) -> Vec<String> {
    let text = read("Dockerfile");
    let lines = text
        .lines()
        .filter_map(|line| line.strip_prefix(instruction)?.strip_prefix(' '));
    lines.flat_map(str::split_whitespace).map(ToOwned::to_owned).collect()
}

fn texts(list: &Value) -> Vec<String> {
    list.as_sequence()
        .unwrap()
        .iter()
        .map(|it| it.as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn compose_opens_the_ports_that_the_image_exposes_and_on_loopback_alone() {
    let ports = texts(&yaml("docker-compose.yml")["services"]["naru"]["ports"]);
    let inside: Vec<_> = ports
        .iter()
        .map(|port| port.rsplit(':').next().unwrap().to_owned())
        .collect();
    assert_eq!(inside, dockerfile("EXPOSE"));
    assert!(ports.iter().all(|port| port.starts_with("127.0.0.1:")), "{ports:?}");
}

#[test]
fn compose_keeps_the_data_folder_in_a_named_volume() {
    let compose = yaml("docker-compose.yml");
    let mounts = texts(&compose["services"]["naru"]["volumes"]);
    let (volume, folder) = mounts[0].split_once(':').unwrap();
    assert!(
        compose["volumes"].as_mapping().unwrap().contains_key(volume),
        "{volume} is not declared"
    );
    assert_eq!(dockerfile("VOLUME"), [folder]);
}

#[test]
fn the_image_does_not_run_as_root_and_tells_its_health() {
    assert_eq!(dockerfile("USER"), ["naru"]);
    assert!(read("Dockerfile").contains("/_ping"));
}

#[test]
fn the_image_is_built_with_a_compiler_that_the_crate_accepts() {
    let manifest = read("Cargo.toml");
    let wanted = manifest
        .lines()
        .find_map(|line| line.strip_prefix("rust-version = \""))
        .unwrap();
    let image = dockerfile("FROM")[0].clone();
    let offered = image
        .strip_prefix("rust:")
        .and_then(|rest| rest.split('-').next())
        .unwrap();
    let minor = |version: &str| {
        version
            .split('.')
            .nth(1)
            .unwrap()
            .trim_matches('"')
            .parse::<u32>()
            .unwrap()
    };
    assert!(
        minor(offered) >= minor(wanted),
        "rust {offered} builds a crate that asks for {wanted}"
    );
}

#[test]
fn ci_runs_what_everybody_runs() {
    let workflow = yaml(".github/workflows/ci.yml");
    let steps = workflow["jobs"]["test"]["steps"].as_sequence().unwrap();
    assert!(steps.iter().any(|step| step["run"].as_str() == Some("bash .ci/run")));
    assert!(read(".ci/run").contains("scripts/test"));
}
