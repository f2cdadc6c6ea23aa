//! The names that we answer for.

use crate::support::app;
use crate::support::http::Answer;

#[tokio::test]
async fn a_request_that_was_sent_to_another_name_is_answered_by_nothing_of_ours() {
    let app = app::start().await;
    let to = |host: &'static str, path: &str| {
        let request = app.client.get(format!("{}{path}", app.base)).header("host", host);
        Answer::of(request)
    };
    for path in ["/", "/sign-in", "/api/v1/payments", "/nowhere"] {
        let refused = to("evil.test", path).await.expect(421);
        assert!(!refused.text.contains("naru"), "{}", refused.text);
        assert_eq!(refused.header("cache-control"), "no-store");
    }
    to("localhost:80", "/sign-in").await.expect(200);
    // A balancer knows the machine alone.
    to("10.1.2.3:5150", "/_ping").await.expect(200);
}
