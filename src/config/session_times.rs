//! How long sessions last: members' for months, those of people who see what is not about themselves alone for a day's work.

use chrono::TimeDelta;

use super::Settings;
use crate::models::kinds::Role;

/// The times of a session of somebody of one role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionTimes {
    /// How long an access token is good.
    pub access: TimeDelta,
    /// A session ends when it was not used for this long ...
    pub idle: TimeDelta,
    /// ... and this long after its beginning, however much it is used.
    pub at_most: TimeDelta,
}

impl Settings {
    #[must_use]
    pub fn session_times(&self, role: Role) -> SessionTimes {
        let (security, desk) = (&self.security, &self.desk);
        let times = |access_secs, idle_secs, at_most_secs| SessionTimes {
            access: TimeDelta::seconds(access_secs),
            idle: TimeDelta::seconds(idle_secs),
            at_most: TimeDelta::seconds(at_most_secs),
        };
        let (access, idle) = (security.access_secs, security.session_idle_secs);
        match role {
            Role::Member => times(access, idle, security.session_max_secs),
            Role::Partner => times(access, idle, security.partner_session_max_secs),
            Role::Cs | Role::CsLead | Role::Operator | Role::Auditor => {
                let access = access.min(desk.access_secs());
                times(access, desk.session_idle_secs, desk.session_max_secs)
            }
        }
    }
}
