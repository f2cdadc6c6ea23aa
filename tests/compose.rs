//! The container files, as far as they can be judged without an engine: they agree with each other, with the
//! configuration, and with what CI runs.

use std::collections::BTreeSet;
use std::{fs, path::Path};

use serde_yaml_ng::Value;

fn read(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

fn yaml(name: &str) -> Value {
    let mut value: Value = serde_yaml_ng::from_str(&read(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    value.apply_merge().expect("its merges can be followed");
    value
}

fn compose() -> Value {
    yaml("docker-compose.yml")
}

/// The services by their names.
fn services(compose: &Value) -> Vec<(String, Value)> {
    let services = compose["services"].as_mapping().unwrap();
    let named = services.iter().map(|(name, it)| (text(name), it.clone()));
    named.collect()
}

/// Those that are built from the Dockerfile.
fn ours(compose: &Value) -> Vec<(String, Value)> {
    let mut services = services(compose);
    services.retain(|(_, service)| !service["build"].is_null());
    services
}

/// The words after an instruction of the Dockerfile, over all its lines.
fn dockerfile(instruction: &str) -> Vec<String> {
    let text = read("Dockerfile");
    let lines = text
        .lines()
        .filter_map(|line| line.strip_prefix(instruction)?.strip_prefix(' '));
    lines.flat_map(str::split_whitespace).map(ToOwned::to_owned).collect()
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value:?} is no text"))
        .to_owned()
}

fn texts(list: &Value) -> Vec<String> {
    list.as_sequence().into_iter().flatten().map(text).collect()
}

fn keys(mapping: &Value) -> BTreeSet<String> {
    let mapping = mapping.as_mapping().into_iter().flatten();
    mapping.map(|(key, _)| text(key)).collect()
}

#[test]
fn compose_brings_the_servers_of_the_versions_that_we_name_and_each_process_of_ours() {
    let compose = compose();
    let image = |name: &str| text(&compose["services"][name]["image"]);
    assert_eq!(image("mysql"), "mysql:8.4");
    assert_eq!(image("redis"), "redis:7");
    assert_eq!(image("rabbitmq"), "rabbitmq:3.13-management");
    let commands: Vec<_> = ours(&compose)
        .iter()
        .map(|(_, it)| texts(&it["command"]).join(" "))
        .collect();
    for wanted in ["naru simulator", "naru start", "naru start --worker"] {
        assert!(
            commands.iter().any(|command| command == wanted),
            "{wanted}: {commands:?}"
        );
    }
}

#[test]
fn compose_opens_ports_on_loopback_alone_and_of_ours_the_one_that_the_image_exposes() {
    let compose = compose();
    for (name, service) in services(&compose) {
        let ports = texts(&service["ports"]);
        assert!(
            ports.iter().all(|port| port.starts_with("127.0.0.1:")),
            "{name}: {ports:?}"
        );
    }
    let inside = |port: &String| port.rsplit(':').next().unwrap().to_owned();
    let ports = texts(&compose["services"]["web"]["ports"]);
    assert_eq!(ports.iter().map(inside).collect::<Vec<_>>(), dockerfile("EXPOSE"));
}

#[test]
fn what_a_server_keeps_is_in_a_named_volume_that_is_declared() {
    let compose = compose();
    let mut used = BTreeSet::new();
    for (name, service) in services(&compose) {
        for mount in texts(&service["volumes"]) {
            let (volume, _) = mount.split_once(':').unwrap();
            assert!(
                !volume.contains(['.', '/']),
                "{name} mounts a folder of the machine: {mount}"
            );
            used.insert(volume.to_owned());
        }
    }
    assert_eq!(used, keys(&compose["volumes"]));
    for server in ["mysql", "redis", "rabbitmq", "bank"] {
        assert!(
            !texts(&compose["services"][server]["volumes"]).is_empty(),
            "{server} keeps nothing"
        );
    }
    let bank = texts(&compose["services"]["bank"]["volumes"]);
    assert_eq!(bank[0].split_once(':').unwrap().1, dockerfile("VOLUME")[0]);
}

#[test]
fn who_waits_for_a_service_waits_for_one_that_is_there_and_can_tell() {
    let compose = compose();
    for (name, service) in services(&compose) {
        let Some(awaited) = service["depends_on"].as_mapping() else {
            continue;
        };
        for (other, how) in awaited {
            let other = &compose["services"][text(other)];
            assert!(other.is_mapping(), "{name} waits for nobody");
            match text(&how["condition"]).as_str() {
                "service_healthy" => assert!(!texts(&other["healthcheck"]["test"]).is_empty(), "{name}: {how:?}"),
                "service_completed_successfully" => assert_eq!(text(&other["restart"]), "no"),
                other => panic!("{name}: {other}"),
            }
        }
    }
}

#[test]
fn compose_sets_only_what_the_configuration_reads() {
    let config = read("config/development.yaml");
    for (name, service) in ours(&compose()) {
        for variable in keys(&service["environment"]) {
            let is_read = [format!("name='{variable}'"), format!("name=\"{variable}\"")];
            assert!(is_read.iter().any(|it| config.contains(it)), "{name} sets {variable}");
        }
    }
}

#[test]
fn the_passwords_of_compose_fit_each_other() {
    let compose = compose();
    let settings = &compose["services"]["web"]["environment"];
    let (mysql, rabbitmq) = (
        &compose["services"]["mysql"]["environment"],
        &compose["services"]["rabbitmq"]["environment"],
    );
    let [user, password, database] = ["MYSQL_USER", "MYSQL_PASSWORD", "MYSQL_DATABASE"].map(|name| text(&mysql[name]));
    assert_eq!(
        text(&settings["DATABASE_URL"]),
        format!("mysql://{user}:{password}@mysql:3306/{database}")
    );
    let [user, password] = ["RABBITMQ_DEFAULT_USER", "RABBITMQ_DEFAULT_PASS"].map(|name| text(&rabbitmq[name]));
    assert_eq!(
        text(&settings["AMQP_URL"]),
        format!("amqp://{user}:{password}@rabbitmq:5672/%2f")
    );
}

#[test]
fn a_stop_of_compose_is_longer_than_ours() {
    for (name, service) in ours(&compose()) {
        let grace = text(&service["stop_grace_period"]);
        let seconds: u64 = grace.strip_suffix('s').unwrap().parse().unwrap();
        // As docs/runbook.md says: what waits for balancers, what is in hand, and what does not answer.
        let ours = number_of_config("closes_after_ms") / 1_000 + number_of_config("drain_secs") + 15;
        assert!(
            seconds >= ours,
            "{name} is killed after {seconds} s, and may take {ours} s"
        );
    }
}

/// A number of config/development.yaml, whose templates make it no YAML before they are filled in.
fn number_of_config(name: &str) -> u64 {
    let config = read("config/development.yaml");
    let line = config
        .lines()
        .find_map(|line| line.trim().strip_prefix(&format!("{name}: ")));
    // `name: 10`, or from the environment with a default.
    let numbers = regex::Regex::new(r#"^(?:<.*default="(\d+)".*>|(\d+))$"#).unwrap();
    let found = numbers.captures(line.unwrap()).unwrap();
    found.iter().flatten().last().unwrap().as_str().parse().unwrap()
}

#[test]
fn the_image_does_not_run_as_root_and_tells_its_health() {
    assert_eq!(dockerfile("USER"), ["naru"]);
    assert!(read("Dockerfile").contains("/_ping"));
    for (name, service) in services(&compose()) {
        assert!(service["user"].is_null() && service["privileged"].is_null(), "{name}");
    }
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
