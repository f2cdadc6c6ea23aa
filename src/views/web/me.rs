//! `/me`: who one is here, the devices where one is signed in, and the ways to change both.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::views::{example, page::Page};

/// `GET /me`. Its forms: `POST /me/devices/{id}/end`, `POST /me/devices/others`, `POST /me/devices/all`.
#[derive(Clone, Debug, Serialize)]
pub struct Me {
    pub name_masked: String,
    pub email_masked: String,
    /// Staff have neither a profile nor consents here, and do not leave by themselves.
    pub is_member: bool,
    /// This one first.
    pub devices: Vec<DeviceRow>,
}

/// A living session.
#[derive(Clone, Debug, Serialize)]
pub struct DeviceRow {
    /// `ses_…`.
    pub id: String,
    /// Such as `Chrome · Android`; empty where it is not known.
    pub name: String,
    pub is_this: bool,
    pub first_seen_at: DateTime<Utc>,
    /// To some minutes.
    pub last_seen_at: DateTime<Utc>,
}

impl Page for Me {
    const TEMPLATE: &'static str = "web/me.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let device = |number: i64, name: &str| DeviceRow {
            id: format!("ses_{number}"),
            name: name.to_owned(),
            is_this: number == 0,
            first_seen_at: example::at(0),
            last_seen_at: example::at(600 * number),
        };
        let with = |is_member, devices| Self {
            name_masked: "김*지".to_owned(),
            email_masked: "mi***@naru.test".to_owned(),
            is_member,
            devices,
        };
        let (this, others) = (
            device(0, "Chrome · Android"),
            [device(1, "Samsung Internet · Android"), device(2, "")],
        );
        vec![
            ("one device", with(true, vec![this.clone()])),
            (
                "many devices",
                with(true, [vec![this.clone()], others.to_vec()].concat()),
            ),
            ("staff", with(false, vec![this])),
        ]
    }
}
