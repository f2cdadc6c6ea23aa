//! The servers of a test end with it, however it ends: a run that is interrupted leaves none behind.

use crate::support::app::eventually;
use crate::support::servers::PrivateServers;

#[tokio::test]
async fn servers_of_a_test_that_is_killed_end_by_themselves() {
    let mut servers = PrivateServers::start(&["redis"]).await;
    let redis = servers.process("redis");
    assert!(redis.exists());
    servers.lose_their_owner();
    eventually("Redis ends", || async { !redis.exists() }).await;
}
