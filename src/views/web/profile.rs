//! `/me/profile`: what a member changes of themselves.

use serde::Serialize;

use super::phone::{SendProblem, Wait};
use crate::views::{
    example,
    form::{FieldErrors, FieldProblem},
    page::Page,
};

#[derive(Clone, Debug, Default, Serialize)]
pub struct Profile {
    /// How others see them: the nickname, else the masked name.
    pub display_name: String,
    pub name: String,
    pub email: String,
    /// As kept, or as typed.
    pub nickname: String,
    /// Masked; `None` where no number is known.
    pub phone: Option<String>,
    /// As typed.
    pub new_phone: String,
    pub wait: Wait,
    /// Fields: `nickname`, `phone`, `password`.
    pub errors: FieldErrors,
    /// Why no code was sent to the new number.
    pub problem: Option<SendProblem>,
}

impl Page for Profile {
    const TEMPLATE: &'static str = "web/profile.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let full = Self {
            display_name: "민지".to_owned(),
            name: "김민지".to_owned(),
            email: "minji@naru.test".to_owned(),
            nickname: "민지".to_owned(),
            phone: Some("010-1234-****".to_owned()),
            ..Self::default()
        };
        let bare = Self {
            display_name: "김*지".to_owned(),
            nickname: String::new(),
            phone: None,
            ..full.clone()
        };
        let hostile = Self {
            display_name: example::HOSTILE.to_owned(),
            nickname: example::HOSTILE.to_owned(),
            new_phone: example::HOSTILE.to_owned(),
            errors: FieldErrors::from([
                ("nickname", FieldProblem::NicknameTooLong),
                ("phone", FieldProblem::PhoneFormat),
                ("password", FieldProblem::PasswordWrong),
            ]),
            ..full.clone()
        };
        let with = |problem, secs| Self {
            new_phone: "010-9876-5432".to_owned(),
            problem: Some(problem),
            wait: Wait::of_secs(secs),
            ..full.clone()
        };
        vec![
            ("full", full.clone()),
            ("without nickname and number", bare),
            ("fields refused", hostile),
            ("too soon", with(SendProblem::TooSoon, 12)),
            ("too many", with(SendProblem::TooMany, 1_800)),
            ("not sent", with(SendProblem::NotSent, 0)),
        ]
    }
}
