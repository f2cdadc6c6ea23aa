//! The document of the API against the router, the texts and the answers themselves.
//!
//! `NARU_WRITE_OPENAPI=1` writes `docs/openapi.json` anew.

use std::collections::BTreeSet;
use std::path::PathBuf;

use naru::controllers;
use naru::controllers::api::problem::Code;
use naru::openapi::{BASE, document, groups, json as shapes, schemas, words::Words};
use naru::views::i18n::{Language, TextArgs, try_text};
use serde_json::Value;

use super::payments::payment;
use crate::support::app;

/// Each `method path` that the router answers under the API's base.
fn routes() -> BTreeSet<String> {
    let routes = controllers::routes().collect();
    let ours = routes.iter().filter(|route| route.uri.starts_with(BASE));
    ours.flat_map(|route| route.actions.iter().map(|method| format!("{method} {}", route.uri)))
        .collect()
}

#[test]
fn every_route_of_the_api_is_in_the_document_and_nothing_else_is() {
    let document = document(Language::Ko);
    let paths = document["paths"].as_object().unwrap();
    let told: BTreeSet<String> = paths
        .iter()
        .flat_map(|(path, item)| {
            let verbs = item.as_object().unwrap().keys();
            verbs.map(move |verb| format!("{} {path}", verb.to_uppercase()))
        })
        .collect();
    assert_eq!(told, routes());
}

#[test]
fn both_languages_tell_the_same_calls_and_no_text_is_missing() {
    let [ko, en] = [document(Language::Ko), document(Language::En)];
    for key in texts_of_the_tables() {
        for language in Language::ALL {
            try_text(language, &key, &TextArgs::new()).unwrap();
        }
    }
    let calls = |document: &Value| {
        document["paths"]
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(calls(&ko), calls(&en));
    let summaries = |document: &Value| document["paths"]["/api/v1/payments"]["post"]["summary"].clone();
    assert_ne!(summaries(&ko), summaries(&en));
}

fn texts_of_the_tables() -> Vec<String> {
    let mut keys = Vec::new();
    for group in groups::ALL {
        keys.push(format!("group-{}", group.name));
        for operation in group.operations {
            keys.push(format!("op-{}", operation.id));
            keys.push(format!("op-{}-detail", operation.id));
            keys.extend(operation.query.iter().map(|field| format!("value-{}", field.says)));
        }
    }
    for schema in schemas::all() {
        keys.push(format!("schema-{}", schema.name));
        keys.extend(schema.fields.iter().map(|field| format!("value-{}", field.says)));
    }
    keys
}

#[test]
fn every_schema_that_is_referred_to_is_there_and_its_example_has_what_it_requires() {
    for schema in schemas::all() {
        let example = shapes::example(schema);
        let members = example
            .as_object()
            .unwrap_or_else(|| panic!("the example of {}", schema.name));
        for field in schema.fields.iter().filter(|field| field.is_required) {
            assert!(members.contains_key(field.name), "{} of {}", field.name, schema.name);
        }
        for name in members.keys() {
            let is_known = schema.fields.iter().any(|field| field.name == name);
            assert!(is_known, "{name} is no field of {}", schema.name);
        }
    }
    for operation in groups::operations() {
        if let Some(takes) = operation.takes {
            assert!(
                schemas::find(takes.schema).is_some_and(|schema| schema.is_asked),
                "{}",
                operation.id
            );
        }
    }
    let text = document(Language::Ko).to_string();
    for part in text.split("#/components/schemas/").skip(1) {
        let name = part.split('"').next().unwrap();
        assert!(
            document(Language::Ko)["components"]["schemas"][name].is_object(),
            "{name}"
        );
    }
}

#[test]
fn every_call_tells_its_scope_and_each_problem_with_an_example() {
    let document = document(Language::En);
    for operation in groups::operations() {
        let told = &document["paths"][format!("{BASE}{}", operation.path)][operation.verb.as_str().to_lowercase()];
        assert_eq!(told["x-required-scope"], operation.scope.as_str());
        for code in operation.all_problems() {
            let answer = &told["responses"][code.status().as_str()]["content"]["application/problem+json"];
            let example = &answer["examples"][code.as_str()]["value"];
            assert_eq!(example["code"], code.as_str(), "{} {code:?}", operation.id);
            assert_eq!(
                example["title"],
                Words(Language::En).get(&format!("api-{}", code.as_str()))
            );
        }
    }
    assert_eq!(document["webhooks"].as_object().unwrap().len(), 17);
    assert_eq!(Code::ALL.len(), 25);
}

#[tokio::test]
async fn answers_have_exactly_the_members_that_the_document_tells() {
    let app = app::start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let made = shop
        .api
        .post("/payments", "key-1", &payment(&mandate, "order-1", 10_000))
        .await;
    let made = made.expect(202).json();
    app.settled().await;
    let path = format!("/payments/{}", made["id"].as_str().unwrap());
    let reason = serde_json::json!({ "reason": "반품" });
    let refund = shop
        .api
        .post(&format!("{path}/refunds"), "key-2", &reason)
        .await
        .expect(202)
        .json();
    app.settled().await;
    let paid = shop.api.get(&path).await.expect(200).json();
    let timeline = shop.api.get(&format!("{path}/timeline")).await.expect(200).json();
    let mandate = shop.api.get(&format!("/mandates/{mandate}")).await.expect(200).json();
    for (name, answer) in [
        ("Payment", &made),
        ("Payment", &paid),
        ("Refund", &refund),
        ("TimelineEntry", &timeline["data"][0]),
        ("Mandate", &mandate),
        ("Bank", &paid["bank"]),
    ] {
        let schema = schemas::find(name).unwrap();
        let told: BTreeSet<&str> = schema.fields.iter().map(|field| field.name).collect();
        let given: BTreeSet<&str> = answer.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(told, given, "{name}");
    }
}

#[test]
fn the_document_is_the_one_that_was_looked_at() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/openapi.json");
    let made = serde_json::to_string_pretty(&document(Language::Ko)).unwrap() + "\n";
    if std::env::var_os("NARU_WRITE_OPENAPI").is_some() {
        std::fs::write(&path, &made).expect("the document is written");
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == made,
        "docs/openapi.json is another; NARU_WRITE_OPENAPI=1 writes it anew"
    );
}
