//! What the domain finds wrong with a field, as the pages tell it.

use crate::members::nickname::NicknameFault;
use crate::members::sign_up::{BirthDateFault, EmailFault, Faults, NameFault, PasswordFault};
use crate::views::form::{FieldErrors, FieldProblem};

pub(super) const fn password_problem(fault: PasswordFault) -> FieldProblem {
    match fault {
        PasswordFault::TooShort => FieldProblem::PasswordTooShort,
        PasswordFault::TooLong => FieldProblem::PasswordTooLong,
    }
}

pub(super) fn of_sign_up(faults: &Faults) -> FieldErrors {
    let email = faults.email.map(|fault| match fault {
        EmailFault::Missing => FieldProblem::Required,
        EmailFault::NotAnEmail => FieldProblem::EmailFormat,
    });
    let name = faults.name.map(|fault| match fault {
        NameFault::Missing => FieldProblem::Required,
        NameFault::TooLong => FieldProblem::NameTooLong,
    });
    let birth_date = faults.birth_date.map(|fault| match fault {
        BirthDateFault::Missing => FieldProblem::Required,
        BirthDateFault::NotADate => FieldProblem::BirthDateFormat,
        BirthDateFault::TooYoung => FieldProblem::TooYoung,
    });
    [
        ("email", email),
        ("password", faults.password.map(password_problem)),
        ("name", name),
        ("nickname", faults.nickname.map(nickname_problem)),
        ("birth_date", birth_date),
    ]
    .into_iter()
    .filter_map(|(field, problem)| problem.map(|problem| (field, problem)))
    .collect()
}

pub(super) const fn nickname_problem(fault: NicknameFault) -> FieldProblem {
    match fault {
        NicknameFault::TooShort => FieldProblem::NicknameTooShort,
        NicknameFault::TooLong => FieldProblem::NicknameTooLong,
        NicknameFault::NotPrintable => FieldProblem::NicknameLetters,
    }
}
