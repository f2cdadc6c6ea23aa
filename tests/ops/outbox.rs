//! The development outbox does not exist in production.

use super::PRODUCTION;
use crate::support::program::Program;

#[tokio::test]
async fn production_has_no_outbox() {
    let mut program = Program::new(&[PRODUCTION.as_slice(), &[("NARU_HOSTS", "127.0.0.1")]].concat());
    program.start_without_workers().await;
    program.browser().get("/dev/outbox").await.expect(404);
}
