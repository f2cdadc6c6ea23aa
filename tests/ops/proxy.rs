//! Behind a proxy: limits count whom the proxy names, and not the proxy.

use crate::support::http::Answer;
use crate::support::program::Program;

use super::PRODUCTION;

/// Wrong keys that a network may send in a minute, and some more.
const MANY: u8 = 70;

#[tokio::test]
async fn in_production_who_sends_wrong_keys_stops_nobody_else_behind_the_same_proxy() {
    let mut program = Program::new(&[PRODUCTION.as_slice(), &[("NARU_HOSTS", "127.0.0.1")]].concat());
    program.start_without_workers().await;
    let wrong = async |number: u8, header: &str, client: String| {
        let key = format!("naru_sk_live_0000000000000000000000000000{number:04}");
        let request = program.client.get(format!("{}/api/v1/payments", program.base()));
        Answer::of(request.bearer_auth(key).header(header, client)).await
    };
    for number in 0..MANY {
        let client = format!("203.0.113.9, 198.51.100.{number}");
        wrong(number, "x-forwarded-for", client).await.expect(401);
    }
    let mut last = None;
    for number in 0..MANY {
        let client = format!("198.51.100.{number}, 203.0.113.9");
        last = Some(wrong(number, "x-forwarded-for", client).await);
    }
    last.expect("some").expect(429);
}
