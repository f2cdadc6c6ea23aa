//! The settings: every file can be read, and production refuses what is safe in development only.

use loco_rs::config::{Config, WorkerMode};
use loco_rs::environment::Environment;
use naru::config::{Settings, SettingsError};
use serde_json::{Value, json};

fn load(environment: &Environment) -> Config {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
    environment.load_from_folder(&folder).expect("the file can be read")
}

/// Where RabbitMQ is, and who we are there.
const BROKER: &str = "amqp://naru:a-password@127.0.0.1";

/// What production says of the development settings made safe, but for one change.
fn production_with(change: impl FnOnce(&mut Value)) -> Result<Settings, SettingsError> {
    let mut config = load(&Environment::Development);
    let settings = config.settings.as_mut().expect("settings");
    settings["demo_data"] = json!(false);
    settings["simulator"]["run"] = json!(false);
    settings["simulator"]["control"] = json!(false);
    settings["bank"]["url"] = json!("https://bank.example");
    settings["bank"]["sandbox"] = json!(false);
    settings["bank"]["access_token"] = json!("a-token");
    settings["security"]["secure_cookies"] = json!(true);
    settings["desk"]["second_factor"] = json!("required");
    settings["security"]["jwt_secret"] = json!("a-secret-of-more-than-32-characters");
    let key = "0123456789abcdef".repeat(4);
    settings["security"]["sealing_key"] = json!(key);
    settings["security"]["index_key"] = json!(key.chars().rev().collect::<String>());
    settings["relay"]["drain_secs"] = json!(35);
    settings["webhooks"]["allow_private"] = json!(false);
    settings["sms"]["sender"] = json!("solapi");
    settings["sms"]["api_key"] = json!("a-key");
    settings["sms"]["api_secret"] = json!("a-secret");
    settings["sms"]["from"] = json!("02-1234-5678");
    change(settings);
    Settings::from_config(&config, true)
}

#[test]
fn the_files_of_development_and_tests_are_accepted_as_they_are() {
    for environment in [Environment::Development, Environment::Test] {
        Settings::from_config(&load(&environment), false).expect("accepted");
    }
}

#[test]
fn a_mode_in_which_nobody_works_is_refused() {
    let mut config = load(&Environment::Development);
    config.workers.mode = WorkerMode::BackgroundAsync;
    let refused = Settings::from_config(&config, false).expect_err("refused").to_string();
    assert!(refused.contains("workers.mode"), "{refused}");
}

#[test]
fn production_without_its_secrets_cannot_even_be_read() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
    assert!(Environment::Production.load_from_folder(&folder).is_err());
}

#[test]
fn production_refuses_each_setting_that_is_safe_in_development_only() {
    production_with(|_| ()).expect("the safe settings are accepted");
    let unsafe_settings: [(&str, &str, Value); 23] = [
        ("/webhooks/allow_private", "webhooks.allow_private", json!(true)),
        ("/bank/sandbox", "bank.sandbox", json!(true)),
        ("/bank/url", "bank.url", json!("http://bank.example")),
        (
            "/bank/access_token",
            "bank.access_token",
            json!("development-only-token"),
        ),
        ("/demo_data", "demo_data", json!(true)),
        ("/security/hosts", "security.hosts", json!(" , ")),
        ("/simulator/control", "simulator", json!(true)),
        ("/security/secure_cookies", "security.secure_cookies", json!(false)),
        (
            "/security/jwt_secret",
            "security.jwt_secret",
            json!("development-only-secret-of-32-characters"),
        ),
        ("/security/sealing_key", "security.sealing_key", json!("1".repeat(64))),
        ("/security/index_key", "security.index_key", json!("2".repeat(64))),
        (
            "/security/index_key",
            "security.index_key",
            json!("0123456789abcdef".repeat(4)),
        ),
        (
            "/security/other_sealing_keys",
            "security.index_key",
            json!("0123456789abcdef".repeat(4).chars().rev().collect::<String>()),
        ),
        ("/security/other_sealing_keys", "security.sealing_key", json!("abc")),
        (
            "/relay/amqp_url",
            "relay.amqp_url",
            json!("amqp://guest:guest@rabbitmq:5672/%2f"),
        ),
        // These are the same: what an address does not say is `guest`.
        ("/relay/amqp_url", "relay.amqp_url", json!("amqp://rabbitmq:5672/%2f")),
        ("/relay/amqp_url", "relay.amqp_url", json!("amqp://guest@rabbitmq")),
        ("/relay/amqp_url", "relay.amqp_url", json!("amqps://naru@rabbitmq")),
        (
            "/relay/amqp_url",
            "relay.amqp_url",
            json!("amqp://%67uest:%67uest@rabbitmq"),
        ),
        ("/relay/drain_secs", "relay.drain_secs", json!(15)),
        ("/desk/second_factor", "desk.second_factor", json!("off")),
        ("/sms/sender", "sms.sender", json!("development")),
        ("/sms/url", "sms.url", json!("http://api.solapi.example")),
    ];
    for (pointer, option, value) in unsafe_settings {
        let refused = production_with(|settings| *settings.pointer_mut(pointer).expect("an option") = value.clone());
        match refused {
            Err(SettingsError::Refused { option: named, .. }) => assert_eq!(named, option),
            other => panic!("{option}: {other:?}"),
        }
    }
}

#[test]
fn an_option_that_does_not_exist_or_cannot_be_is_named() {
    for (pointer, value, named) in [
        ("/language", json!("fr"), "language"),
        ("/inquiry/schedule_secs", json!("soon"), "inquiry.schedule_secs"),
        ("/relay/workers", json!(0), "relay.workers"),
        ("/relay/amqp_url", json!("rabbitmq:5672"), "relay.amqp_url"),
        ("/relay/drain_secs", json!(601), "relay.drain_secs"),
        ("/ops/closes_after_ms", json!(60_001), "ops.closes_after_ms"),
        ("/relay/claim_lease_secs", json!(1), "relay.claim_lease_secs"),
        ("/reviews/refund_stuck_secs", json!(0), "reviews.refund_stuck_secs"),
        ("/bank/concurrency", json!(0), "bank.concurrency"),
        ("/cache/redis_url", json!("127.0.0.1:6379"), "cache.redis_url"),
        ("/cache/deadline_ms", json!(0), "cache.deadline_ms"),
        ("/security/jwt_secret", json!("short"), "security.jwt_secret"),
        ("/sms/deadline_ms", json!(0), "sms.deadline_ms"),
        ("/sms/api_key", json!(""), "sms.api_key"),
        ("/sms/api_secret", json!(""), "sms.api_secret"),
        ("/sms/from", json!("나루"), "sms.from"),
        ("/sms/url", json!("api.solapi.example"), "sms.url"),
        ("/sms/sender", json!("pigeon"), "solapi"),
        ("/desk/second_factor", json!("sometimes"), "required"),
        ("/desk/session_idle_secs", json!(300), "desk.session_idle_secs"),
        ("/desk/session_max_secs", json!(899), "desk.session_max_secs"),
    ] {
        let refused = production_with(|settings| *settings.pointer_mut(pointer).expect("an option") = value.clone());
        let message = refused.expect_err("refused").to_string();
        assert!(message.contains(named), "{message}");
    }
    let unknown = production_with(|settings| settings["colour"] = json!("red"))
        .expect_err("refused")
        .to_string();
    assert!(unknown.contains("colour"), "{unknown}");
}

#[test]
fn a_regular_maintenance_that_nobody_can_mean_is_refused_in_words() {
    let daily = json!({ "from": "00:00", "to": "00:30" });
    let with = |change: Value| {
        production_with(|settings| {
            let mut window = daily.clone();
            let changed = change.as_object().expect("options").clone();
            window.as_object_mut().expect("options").extend(changed);
            settings["bank"]["maintenance"] = json!([daily, window]);
        })
    };
    for possible in [
        json!({}),
        json!({ "weekday": "mon", "nth": 3, "to": "04:00" }),
        json!({ "holidays": true, "valid_from": "2026-11-26", "valid_to": "2026-11-26" }),
    ] {
        with(possible).expect("accepted");
    }
    for (change, words) in [
        (json!({ "to": "00:00" }), "must begin before it ends"),
        (json!({ "from": "23:30" }), "must begin before it ends"),
        (json!({ "weekday": "mon", "nth": 0 }), "`nth` that is not from 1 to 5"),
        (json!({ "weekday": "mon", "nth": 6 }), "`nth` that is not from 1 to 5"),
        (json!({ "nth": 3 }), "`nth` without the `weekday`"),
        (
            json!({ "valid_from": "2026-11-27", "valid_to": "2026-11-26" }),
            "`valid_to` before its `valid_from`",
        ),
        (
            json!({ "weekday": "mon", "valid_from": "2026-11-24", "valid_to": "2026-11-29" }),
            "no day from its `valid_from`",
        ),
    ] {
        let refused = with(change).expect_err("refused").to_string();
        assert!(
            refused.contains("bank.maintenance") && refused.contains(words),
            "{refused}"
        );
    }
}

#[test]
fn c10_a_lease_that_holds_a_message_for_too_long_is_refused_with_rabbitmq_alone() {
    let with = |address: &str, secs: i64| {
        production_with(|settings| {
            settings["relay"]["amqp_url"] = json!(address);
            settings["relay"]["claim_lease_secs"] = json!(secs);
        })
    };
    with(BROKER, 600).expect("accepted");
    with("", 601).expect("accepted");
    let refused = with(BROKER, 601).expect_err("refused").to_string();
    assert!(
        refused.contains("relay.claim_lease_secs") && refused.contains("at most 600"),
        "{refused}"
    );
}

#[test]
fn a_deadline_that_is_longer_than_the_lease_is_cut_to_fit_into_it() {
    let settings = production_with(|settings| {
        settings["relay"]["claim_lease_secs"] = json!(3);
        settings["bank"]["money_timeout_ms"] = json!(15_000);
    });
    assert_eq!(settings.expect("accepted").bank.money_timeout_ms, 2_000);
}

#[test]
fn a_broker_whose_exchange_would_have_no_name_is_refused() {
    let refused = production_with(|settings| {
        settings["relay"]["amqp_url"] = json!(BROKER);
        settings["relay"]["amqp_namespace"] = json!("");
    });
    let refused = refused.expect_err("refused").to_string();
    assert!(refused.contains("relay.amqp_namespace"), "{refused}");
}
