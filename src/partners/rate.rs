//! How many requests a second a key has, and how many wrong keys a network.
//!
//! Processes share the counts through Redis where there is one; without it, or while it is away, each process counts for
//! itself, and a key has the limit at each.

use std::net::IpAddr;
use std::time::Duration;

use crate::cache::Allowance;
use crate::ids::KeyId;
use crate::members::phone::network::network_of;
use crate::services::Services;

pub const WINDOW_SECS: i64 = 1;
const WINDOW: Duration = Duration::from_secs(1);
/// Wrong keys of one network within the window; a server that was given an old key is told so each time until then.
const WRONG_KEYS: Allowance = Allowance {
    count: 60,
    window: Duration::from_mins(1),
};

/// What is left of this second after a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    pub quota: u64,
    pub left: u64,
    /// This request is beyond it.
    pub is_too_much: bool,
}

/// Takes one request of the key's; `None` where there is no limit.
pub async fn take(services: &Services, key: KeyId) -> Option<Taken> {
    let quota = u64::from(services.settings.limits.partner_rate_per_sec);
    if quota == 0 {
        return None;
    }
    let name = format!("rate:{}", key.0.simple());
    let count = services.cache.tick(&name, WINDOW, services.clock.now()).await;
    Some(Taken {
        quota,
        left: quota.saturating_sub(count),
        is_too_much: count > quota,
    })
}

/// Counts a wrong key; the network that sent too many is refused from then on for a while.
pub async fn wrong_key(services: &Services, peer: IpAddr) {
    let network = network_of(peer);
    // An address is a person's: the cache gets its blind index.
    let Ok(index) = services.sealer.blind_index("wrong key", &network) else {
        return;
    };
    let now = services.clock.now();
    let counted = services
        .cache
        .count(&format!("wrong-key:{index}"), WRONG_KEYS, now)
        .await;
    if let Err(used_up) = counted {
        tracing::warn!(
            wait_ms = used_up.wait.as_millis(),
            "a network sends wrong keys of partners"
        );
        services.key_uses.refuse(&network, now + used_up.wait);
    }
}
