//! What becomes of a message.

/// Why a message may not have arrived. Holds neither number nor text.
#[derive(Debug, thiserror::Error)]
pub enum SmsError {
    #[error("the sender of messages could not be reached")]
    NotSent,
    /// Its own word for the reason, cut to letters and digits.
    #[error("the sender of messages refused: {0}")]
    Refused(String),
    #[error("the sender of messages answered with HTTP {0}")]
    Status(u16),
    #[error("the sender of messages gave no answer in time, or none that can be read")]
    Unclear,
}

/// What became of a message, as it is counted.
pub const OUTCOMES: [&str; 4] = ["sent", "not_sent", "refused", "unknown"];

impl SmsError {
    pub(super) const fn outcome(&self) -> &'static str {
        match self {
            Self::NotSent => OUTCOMES[1],
            Self::Refused(_) => OUTCOMES[2],
            Self::Status(_) | Self::Unclear => OUTCOMES[3],
        }
    }
}
