//! The words of the box's filters, in Korean and English.

use crate::models::kinds::{FailureCode, TransferKind, TransferState};

/// What a filter in the box is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    State,
    /// The reason of a failure.
    Failure,
    Kind,
    Partner,
    Bank,
    Amount,
    Date,
    Tag,
}

impl Key {
    /// `status`, `상태` and the like, in any case.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        match word.to_lowercase().as_str() {
            "status" | "state" | "상태" => Some(Self::State),
            "failure" | "reason" | "실패사유" | "사유" => Some(Self::Failure),
            "kind" | "type" | "종류" => Some(Self::Kind),
            "partner" | "shop" | "가맹점" | "상점" => Some(Self::Partner),
            "bank" | "은행" => Some(Self::Bank),
            "amount" | "금액" => Some(Self::Amount),
            "date" | "day" | "날짜" | "기간" | "일자" => Some(Self::Date),
            "tag" | "태그" => Some(Self::Tag),
            _ => None,
        }
    }
}

fn unspaced(word: &str) -> String {
    word.to_lowercase().split_whitespace().collect()
}

/// The states that a word stands for: one, or those that staff speak of together. With or without the word's spaces.
#[must_use]
pub fn states_word(word: &str) -> Option<Vec<TransferState>> {
    use TransferState::{Canceled, Executing, Expired, Failed, NeedsReview, Queued, Succeeded, Unknown};
    let word = unspaced(word);
    if let Some(state) = TransferState::parse(&word) {
        return Some(vec![state]);
    }
    Some(match word.as_str() {
        "접수" | "접수됨" | "대기" | "waiting" | "received" => vec![Queued],
        "요청중" | "은행에요청중" | "처리중" | "processing" | "sendingtobank" => vec![Executing],
        "완료" | "성공" | "done" | "success" | "completed" => vec![Succeeded],
        "실패" | "fail" => vec![Failed],
        "모름" | "미확인" | "확인중" | "은행에확인중" | "checkingwithbank" => vec![Unknown],
        "검토" | "담당자확인" | "담당자확인중" | "review" | "inreview" => vec![NeedsReview],
        "취소" | "취소됨" | "cancelled" => vec![Canceled],
        "만료" | "기한만료" => vec![Expired],
        "진행중" | "open" => vec![Queued, Executing, Unknown, NeedsReview],
        _ => return None,
    })
}

#[must_use]
pub fn kind_word(word: &str) -> Option<TransferKind> {
    match word.trim().to_lowercase().as_str() {
        "payment" | "결제" | "출금" => Some(TransferKind::Payment),
        "refund" | "환불" | "입금" => Some(TransferKind::Refund),
        _ => None,
    }
}

/// The reason of failure that a word stands for, with or without its spaces.
#[must_use]
pub fn failure_word(word: &str) -> Option<FailureCode> {
    use FailureCode::{
        AccountUnusable, BankNeverReceived, BankRefused, ConsentRequired, FinAccountInvalid, InsufficientBalance,
        NotSent, OverBankLimit,
    };
    let word = unspaced(word);
    if let Some(failure) = FailureCode::parse(&word) {
        return Some(failure);
    }
    Some(match word.as_str() {
        "잔액부족" | "잔액" | "balance" | "insufficient" => InsufficientBalance,
        "사용할수없는계좌" | "계좌불가" | "계좌" | "account" => AccountUnusable,
        "유효하지않은핀어카운트" | "핀어카운트" | "fin_account" => FinAccountInvalid,
        "은행한도초과" | "한도초과" | "한도" | "limit" => OverBankLimit,
        "금융정보제공동의필요" | "동의필요" | "동의" | "consent" => ConsentRequired,
        "그밖의은행거절" | "은행거절" | "거절" | "refused" => BankRefused,
        "은행에보내지못함" | "보내지못함" | "미전송" => NotSent,
        "은행에거래없음" | "거래없음" => BankNeverReceived,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_read_by_its_word_and_by_what_the_pages_call_it() {
        for state in TransferState::ALL {
            assert_eq!(states_word(state.as_str()), Some(vec![*state]));
        }
        for (word, state) in [
            ("접수됨", TransferState::Queued),
            ("은행에 요청 중", TransferState::Executing),
            ("완료", TransferState::Succeeded),
            ("실패", TransferState::Failed),
            ("은행에 확인 중", TransferState::Unknown),
            ("담당자 확인 중", TransferState::NeedsReview),
            ("취소됨", TransferState::Canceled),
            ("기한 만료", TransferState::Expired),
            ("Completed", TransferState::Succeeded),
            ("Checking with bank", TransferState::Unknown),
        ] {
            assert_eq!(states_word(word), Some(vec![state]), "{word}");
        }
        assert_eq!(states_word("진행 중").unwrap().len(), 4);
        assert_eq!(states_word("아무거나"), None);
    }

    #[test]
    fn a_reason_is_read_by_its_code_and_by_what_the_pages_call_it() {
        for failure in FailureCode::ALL {
            assert_eq!(failure_word(failure.as_str()), Some(*failure));
        }
        for (word, failure) in [
            ("잔액 부족", FailureCode::InsufficientBalance),
            ("사용할 수 없는 계좌", FailureCode::AccountUnusable),
            ("유효하지 않은 핀어카운트", FailureCode::FinAccountInvalid),
            ("은행 한도 초과", FailureCode::OverBankLimit),
            ("금융정보 제공 동의 필요", FailureCode::ConsentRequired),
            ("그 밖의 은행 거절", FailureCode::BankRefused),
            ("은행에 보내지 못함", FailureCode::NotSent),
            ("은행에 거래 없음", FailureCode::BankNeverReceived),
            (" 한도 ", FailureCode::OverBankLimit),
        ] {
            assert_eq!(failure_word(word), Some(failure), "{word}");
        }
        assert_eq!(failure_word("아무거나"), None);
    }
}
