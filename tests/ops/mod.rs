//! What an operator watches a process by.

mod doctor;
mod installation;
mod listener;
pub mod logs;
pub mod metrics;
mod outbox;
mod proxy;
mod stop;

use crate::support::program::EMBEDDED;

/// What production needs besides, with a bank and a sender of SMS that nobody listens at.
const PRODUCTION: [(&str, &str); 14] = [
    EMBEDDED[0],
    EMBEDDED[1],
    ("LOCO_ENV", "production"),
    ("NARU_HOSTS", "pay.example"),
    ("NARU_BANK_URL", "https://127.0.0.1:1"),
    ("NARU_BANK_INSTITUTION_CODE", "900001"),
    ("NARU_BANK_ACCESS_TOKEN", "a-token"),
    ("NARU_JWT_SECRET", "a-secret-of-more-than-32-characters"),
    (
        "NARU_SEALING_KEY",
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    ),
    (
        "NARU_INDEX_KEY",
        "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210",
    ),
    ("NARU_SMS_API_KEY", "a-key"),
    ("NARU_SMS_API_SECRET", "a-secret"),
    ("NARU_SMS_FROM", "02-1234-5678"),
    ("NARU_SMS_URL", "https://127.0.0.1:1"),
];
