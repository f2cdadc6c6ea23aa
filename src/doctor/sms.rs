//! Whether the sender of text messages answers at all. No message is sent, and no key is shown to it.

use super::Patient;
use super::finding::Finding;
use super::reach::{ask, reason};
use crate::config::sms::SmsSender;

pub(super) async fn examine(patient: &Patient) -> Vec<Finding> {
    let sms = &patient.settings.sms;
    let finding = match sms.sender {
        SmsSender::Development => Finding::ok("sms", "doctor-sms-none"),
        SmsSender::Solapi => match ask(&sms.url).await {
            Ok(answer) => Finding::ok("sms", "doctor-sms-ok").with("status", answer.status().as_u16()),
            Err(error) => Finding::fail("sms", "doctor-sms-silent").with("why", reason(&error)),
        },
    };
    vec![finding.with("url", &sms.url)]
}
