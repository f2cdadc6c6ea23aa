//! What can be wrong with a field, in words that the pages translate.

use std::collections::BTreeMap;

use serde::Serialize;

/// The refused fields of a form by input name.
pub type FieldErrors = BTreeMap<&'static str, FieldProblem>;

/// One reason for refusing a field; its text is `problem-…` in `problem.ftl`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldProblem {
    Required,
    EmailFormat,
    PasswordTooShort,
    PasswordTooLong,
    NameTooLong,
    BirthDateFormat,
    TooYoung,
    BankUnknown,
    AccountNumberFormat,
    /// Not as many digits as numbers of this bank have.
    #[serde(rename = "account_number_length_011")]
    AccountNumberLength011,
    #[serde(rename = "account_number_length_012")]
    AccountNumberLength012,
    NicknameTooLong,
    ConsentRequired,
    TooLong,
    /// A choice that is not in the list.
    ChoiceUnknown,
    DateFormat,
    /// The last day is before the first.
    DatesReversed,
    PhoneFormat,
    CodeFormat,
    NicknameTooShort,
    NicknameLetters,
    /// Not the present one.
    PasswordWrong,
    AmountFormat,
    /// A limit above what was consented to.
    OverConsent,
    CursorUnknown,
    /// The end is not after the beginning.
    EndsBeforeItBegins,
    MomentFormat,
    PeriodInFuture,
    PeriodTooOld,
    PeriodTooLong,
    ChoiceNeeded,
    UrlFormat,
    /// No id of anything, in any spelling.
    IdFormat,
    /// In the list already.
    UrlKnown,
    HookUrlFormat,
    /// Of our own network, or of nobody's.
    HookUrlPrivate,
    TagFormat,
    /// Not the code that the app with this secret shows now.
    FactorCodeWrong,
    /// Letters that are not seen, or that turn the reading of their neighbours round.
    HiddenLetters,
    NumberFormat,
    /// More than is configured.
    OverConfigured,
    /// A limit of nothing, or of less.
    BelowOne,
    /// A deadline for all calls together, which have none.
    DeadlineOfClass,
    DayPast,
    /// A time that is over before it is entered.
    WindowOver,
    /// More than an hour ago.
    BeginsTooEarly,
    /// For more than seven days.
    WindowTooLong,
}

impl FieldProblem {
    pub const ALL: [Self; 47] = [
        Self::Required,
        Self::EmailFormat,
        Self::PasswordTooShort,
        Self::PasswordTooLong,
        Self::NameTooLong,
        Self::BirthDateFormat,
        Self::TooYoung,
        Self::BankUnknown,
        Self::AccountNumberFormat,
        Self::AccountNumberLength011,
        Self::AccountNumberLength012,
        Self::NicknameTooLong,
        Self::ConsentRequired,
        Self::TooLong,
        Self::ChoiceUnknown,
        Self::DateFormat,
        Self::DatesReversed,
        Self::PhoneFormat,
        Self::CodeFormat,
        Self::NicknameTooShort,
        Self::NicknameLetters,
        Self::PasswordWrong,
        Self::AmountFormat,
        Self::OverConsent,
        Self::CursorUnknown,
        Self::EndsBeforeItBegins,
        Self::MomentFormat,
        Self::PeriodInFuture,
        Self::PeriodTooOld,
        Self::PeriodTooLong,
        Self::ChoiceNeeded,
        Self::UrlFormat,
        Self::IdFormat,
        Self::UrlKnown,
        Self::HookUrlFormat,
        Self::HookUrlPrivate,
        Self::TagFormat,
        Self::FactorCodeWrong,
        Self::HiddenLetters,
        Self::NumberFormat,
        Self::OverConfigured,
        Self::BelowOne,
        Self::DeadlineOfClass,
        Self::DayPast,
        Self::WindowOver,
        Self::BeginsTooEarly,
        Self::WindowTooLong,
    ];
}
