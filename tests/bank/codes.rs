//! The table of NH's codes: what each documented code proves, to which question, and that all others prove nothing.

use naru::bank::{
    RefusalKind,
    nh::codes::{
        self, Meaning, Meaning::Refused, Question, Question::Inquiry, Question::Issue, Question::MoveMoney,
        Question::Original, Question::Read,
    },
};
use proptest::prelude::*;

const QUESTIONS: [Question; 5] = [MoveMoney, Original, Inquiry, Issue, Read];

/// Every code that proves something: to which questions, and what. To all others it proves nothing.
fn proven() -> Vec<(&'static str, Vec<Question>, Meaning)> {
    let all = QUESTIONS.to_vec();
    let transfer = vec![MoveMoney, Original];
    let account = vec![MoveMoney, Original, Issue, Read];
    vec![
        ("00000", all.clone(), Meaning::Done),
        ("00133", transfer.clone(), Refused(RefusalKind::InsufficientBalance)),
        ("A0013", vec![Issue], Refused(RefusalKind::AlreadyRegistered)),
        ("A0017", vec![Issue], Refused(RefusalKind::StillIssuing)),
        ("A0082", vec![Issue], Refused(RefusalKind::StillIssuing)),
        ("A0050", vec![Inquiry, Original], Meaning::Processing),
        ("A0090", vec![Read], Meaning::NoRows),
        ("AI001", all.clone(), Refused(RefusalKind::ConsentRequired)),
        ("AI002", all.clone(), Refused(RefusalKind::ConsentRequired)),
        ("AC002", all.clone(), Refused(RefusalKind::OutOfServiceHours)),
        (codes::OVER_BANK_LIMIT, transfer, Refused(RefusalKind::OverBankLimit)),
        (
            codes::ACCOUNT_UNUSABLE,
            account.clone(),
            Refused(RefusalKind::AccountUnusable),
        ),
        (
            codes::FIN_ACCOUNT_INVALID,
            account,
            Refused(RefusalKind::FinAccountInvalid),
        ),
        (
            codes::NO_SUCH_TRANSACTION,
            vec![Inquiry, Original],
            Meaning::NoSuchTransaction,
        ),
        (
            codes::HOLDER_MISMATCH,
            vec![Issue],
            Refused(RefusalKind::HolderMismatch),
        ),
        (codes::NOT_AUTHORISED, all.clone(), Refused(RefusalKind::Other)),
        (codes::BAD_FIELD, all, Refused(RefusalKind::Other)),
    ]
}

#[test]
fn each_code_proves_what_the_bank_says_and_only_to_its_questions() {
    for (code, asked, meaning) in proven() {
        for question in QUESTIONS {
            let expected = if asked.contains(&question) {
                meaning
            } else {
                Meaning::Unknown
            };
            assert_eq!(codes::meaning(code, question), expected, "{code} to {question:?}");
        }
    }
}

#[test]
fn a_code_that_says_nothing_of_the_result_is_unknown_to_every_question() {
    // Timeouts, errors inside, repeated numbers; and codes of services that we do not call.
    for code in [
        "AT999", "AC999", "A9999", "A9998", "AP999", "AC081", "AC082", "A0073", "A0348", "A0284", "AC073", "AT998",
        "?????", "", "0000", "000000", "00000 ", "at999",
    ] {
        for question in QUESTIONS {
            assert_eq!(
                codes::meaning(code, question),
                Meaning::Unknown,
                "{code:?} to {question:?}"
            );
        }
    }
}

#[test]
fn a_repeated_trace_number_is_never_a_refusal() {
    for code in [codes::DUPLICATE_TRACE_NUMBER, codes::DUPLICATE_ISSUE] {
        assert_eq!(codes::meaning(code, MoveMoney), Meaning::Unknown);
    }
}

proptest! {
    #[test]
    fn five_letters_that_nobody_told_us_of_are_unknown(code in "[0-9A-Za-z?]{5}") {
        prop_assume!(proven().iter().all(|(known, _, _)| *known != code));
        for question in QUESTIONS {
            prop_assert_eq!(codes::meaning(&code, question), Meaning::Unknown);
        }
    }
}
