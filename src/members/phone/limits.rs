//! How often codes are sent: to one phone, for whatever purpose, and from one network.

use std::net::IpAddr;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::PhoneNumber;
use super::network::network_of;
use crate::cache::{Allowance, UsedUp};
use crate::members::attempts::TooManyAttempts;
use crate::security::sealed::SealError;
use crate::services::Services;

/// Until the next one may be asked for.
pub const PAUSE_SECS: u32 = 30;

const HOUR: Duration = Duration::from_hours(1);
const PAUSE: Allowance = Allowance {
    count: 1,
    window: Duration::from_secs(PAUSE_SECS as u64),
};
const PER_PHONE: Allowance = Allowance { count: 5, window: HOUR };
/// From one address: an office shares one.
const PER_PEER: Allowance = Allowance {
    count: 20,
    window: HOUR,
};

/// The seconds until another code may be asked for.
#[must_use]
pub fn pause_left_secs(asked_at: DateTime<Utc>, now: DateTime<Utc>) -> u32 {
    let waited = u32::try_from((now - asked_at).num_seconds()).unwrap_or(0);
    PAUSE_SECS.saturating_sub(waited)
}

/// The keys under which they are counted.
pub(super) struct Limits {
    pause: String,
    phone: String,
    peer: Option<String>,
}

impl Limits {
    pub fn of(services: &Services, phone: &PhoneNumber, peer: Option<IpAddr>) -> Result<Self, SealError> {
        let index = phone.index(&services.sealer)?;
        let peer = match peer {
            Some(peer) => Some(services.sealer.blind_index("peer", &network_of(peer))?),
            None => None,
        };
        Ok(Self {
            pause: format!("codes:pause:{index}"),
            phone: format!("codes:phone:{index}"),
            peer: peer.map(|index| format!("codes:peer:{index}")),
        })
    }

    /// What is refused is not counted, so that nobody's impatience uses up what an office shares.
    pub async fn count(&self, services: &Services, now: DateTime<Utc>) -> Result<(), TooManyAttempts> {
        let cache = &services.cache;
        cache.count(&self.pause, PAUSE, now).await.map_err(too_many)?;
        if let Err(used_up) = cache.count(&self.phone, PER_PHONE, now).await {
            cache.give_back(&self.pause).await;
            return Err(too_many(used_up));
        }
        if let Some(peer) = &self.peer
            && let Err(used_up) = cache.count(peer, PER_PEER, now).await
        {
            cache.give_back(&self.pause).await;
            cache.give_back(&self.phone).await;
            return Err(too_many(used_up));
        }
        Ok(())
    }

    /// A message that failed is nobody's fault: another may be asked for at once. It goes on being counted for the phone and
    /// the address, for it may have arrived, and its code may be guessed at.
    pub async fn give_pause_back(&self, services: &Services) {
        services.cache.give_back(&self.pause).await;
    }
}

/// Rounded up, so that who waits as long as told does not come too early.
pub(crate) fn too_many(UsedUp { wait }: UsedUp) -> TooManyAttempts {
    let secs = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    TooManyAttempts {
        retry_after_secs: i64::try_from(secs).unwrap_or(i64::MAX).max(1),
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn the_pause_is_told_until_it_is_over() {
        let asked = DateTime::UNIX_EPOCH;
        for (secs, left) in [(0, 30), (6, 24), (29, 1), (30, 0), (3_600, 0), (-5, 30)] {
            assert_eq!(pause_left_secs(asked, asked + TimeDelta::seconds(secs)), left, "{secs}");
        }
    }
}
