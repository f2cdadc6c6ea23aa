//! The words of the box's filters, in Korean and English.

use crate::models::kinds::{TransferKind, TransferState};

/// What a filter in the box is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    State,
    Kind,
    Partner,
    Bank,
    Amount,
    Date,
}

impl Key {
    /// `status`, `상태` and the like, in any case.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        match word.to_lowercase().as_str() {
            "status" | "state" | "상태" => Some(Self::State),
            "kind" | "type" | "종류" => Some(Self::Kind),
            "partner" | "shop" | "가맹점" | "상점" => Some(Self::Partner),
            "bank" | "은행" => Some(Self::Bank),
            "amount" | "금액" => Some(Self::Amount),
            "date" | "day" | "날짜" | "기간" | "일자" => Some(Self::Date),
            _ => None,
        }
    }
}

/// The states that a word stands for: one, or those that staff speak of together.
#[must_use]
pub fn states_word(word: &str) -> Option<Vec<TransferState>> {
    use TransferState::{Canceled, Executing, Expired, Failed, NeedsReview, Queued, Succeeded, Unknown};
    let word = word.trim().to_lowercase();
    if let Some(state) = TransferState::parse(&word) {
        return Some(vec![state]);
    }
    Some(match word.as_str() {
        "접수" | "접수됨" | "대기" | "waiting" => vec![Queued],
        "요청중" | "처리중" | "processing" => vec![Executing],
        "완료" | "성공" | "done" | "success" => vec![Succeeded],
        "실패" | "fail" => vec![Failed],
        "모름" | "미확인" | "확인중" => vec![Unknown],
        "검토" | "담당자확인" | "review" => vec![NeedsReview],
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
