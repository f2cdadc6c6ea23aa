//! Every sample body of NH's wire is read, written and comes out as it went in.
//!
//! Named quirks are the only differences: the key `"Rsms "` is written without its trailing space. The numbers, names
//! and tokens of the samples are made up.

use std::{collections::BTreeSet, path::Path};

use naru::bank::nh::wire::{self, Api, HeaderOnly, Request, Response};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// Reads and writes a body as the types understand it.
fn through<T: Serialize + DeserializeOwned>(body: Value) -> Value {
    let typed: T = serde_json::from_value(body).unwrap();
    serde_json::to_value(typed).unwrap()
}

fn request_or_response<A: Api>(kind: &str, body: Value) -> Value {
    match kind {
        "request" => through::<Request<A>>(body),
        "response" => through::<Response<A::Reply>>(body),
        other => panic!("a sample is a request or a response, not {other:?}"),
    }
}

fn spoken(kind: &str, body: Value) -> Value {
    let api = body["Header"]["ApiNm"].as_str().unwrap().to_owned();
    match api.as_str() {
        "OpenFinAccountDirect" => request_or_response::<wire::OpenFinAccountDirect>(kind, body),
        "CheckOpenFinAccountDirect" => request_or_response::<wire::CheckOpenFinAccountDirect>(kind, body),
        "InquireBalance" => request_or_response::<wire::InquireBalance>(kind, body),
        "DrawingTransfer" => request_or_response::<wire::DrawingTransfer>(kind, body),
        "ReceivedTransferAccountNumber" => request_or_response::<wire::ReceivedTransferAccountNumber>(kind, body),
        "ReceivedTransferOtherBank" => request_or_response::<wire::ReceivedTransferOtherBank>(kind, body),
        "InquireDepositorAccountNumber" => request_or_response::<wire::InquireDepositorAccountNumber>(kind, body),
        "InquireDepositorOtherBank" => request_or_response::<wire::InquireDepositorOtherBank>(kind, body),
        "CheckOnDrawingTransfer" => request_or_response::<wire::CheckOnDrawingTransfer>(kind, body),
        "CheckOnReceivedTransfer" => request_or_response::<wire::CheckOnReceivedTransfer>(kind, body),
        "InquireTransactionHistory" => request_or_response::<wire::InquireTransactionHistory>(kind, body),
        // Two refusals come from APIs that we do not call; a refusal is a header whatever was asked.
        "OpenVirtualAccount" | "PaymentPayoutAccountTransfer" => through::<Response<HeaderOnly>>(body),
        other => panic!("no type speaks {other:?}"),
    }
}

/// The body as it is expected to come out: the named quirks made straight.
fn normalised(mut body: Value) -> Value {
    let header = body["Header"].as_object_mut().unwrap();
    if let Some(text) = header.remove("Rsms ") {
        header.insert("Rsms".to_owned(), text);
    }
    body
}

fn samples() -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bank/samples");
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            let body = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
            (name, body)
        })
        .collect()
}

#[test]
fn every_sample_comes_out_of_the_wire_types_as_it_went_in() {
    let samples = samples();
    assert!(samples.len() >= 38, "only {} samples were found", samples.len());
    for (name, body) in samples {
        let kind = name.rsplit('.').next().unwrap().to_owned();
        assert_eq!(spoken(&kind, body.clone()), normalised(body), "{name}");
    }
}

#[test]
fn every_api_has_a_sample_of_both_sides() {
    let seen: BTreeSet<_> = samples()
        .into_iter()
        .map(|(name, body)| {
            let api = body["Header"]["ApiNm"].as_str().unwrap().to_owned();
            (api, name.ends_with(".request"))
        })
        .collect();
    for api in [
        wire::OpenFinAccountDirect::NAME,
        wire::CheckOpenFinAccountDirect::NAME,
        wire::InquireBalance::NAME,
        wire::DrawingTransfer::NAME,
        wire::ReceivedTransferAccountNumber::NAME,
        wire::ReceivedTransferOtherBank::NAME,
        wire::InquireDepositorAccountNumber::NAME,
        wire::InquireDepositorOtherBank::NAME,
        wire::CheckOnDrawingTransfer::NAME,
        wire::CheckOnReceivedTransfer::NAME,
        wire::InquireTransactionHistory::NAME,
    ] {
        for request in [true, false] {
            assert!(seen.contains(&(api.to_owned(), request)), "{api}, request: {request}");
        }
    }
}

#[test]
fn each_spelling_of_a_statement_is_read() {
    let body = |rows: &str, count: &str| {
        serde_json::json!({
            "Header": {"Rpcd": "00000", "Rsms ": "정상처리되었습니다"},
            "CtntDataYn": "N",
            count: "1",
            rows: [{
                "Trdd": "20261125", "Txtm": "101500", "MnrcDrotDsnc": "3", "Tram": "0000000000010000.00",
                "AftrBlnc": "0000000000090000.00", "Ccyn": "0"
            }],
        })
    };
    for (rows, count) in [("REC", "Iqtcnt"), ("Rec", "IqtCnt")] {
        let read: Response<wire::InquireTransactionHistoryReply> = serde_json::from_value(body(rows, count)).unwrap();
        assert_eq!(read.header.message.as_deref(), Some("정상처리되었습니다"));
        assert_eq!(read.body.count.as_deref(), Some("1"), "{count}");
        let rows = read.body.rows.unwrap();
        assert_eq!(rows[0].amount.won().unwrap().get(), 10_000);
        assert_eq!(rows[0].memo, None);
    }
}

#[test]
fn the_debug_form_of_a_request_hides_what_is_personal_or_secret() {
    let (_, body) = samples()
        .into_iter()
        .find(|(name, _)| name == "OpenFinAccountDirect.request")
        .unwrap();
    let request: Request<wire::OpenFinAccountDirect> = serde_json::from_value(body).unwrap();
    let debug = format!("{request:?}");
    for hidden in ["3020000000039", "19900101", "00112233445566778899aabbccddeeff"] {
        assert!(!debug.contains(hidden), "{debug}");
    }
    assert!(debug.contains("30200000*****"), "{debug}");
}
