//! The API that reads an account's statement.

use serde::{Deserialize, Serialize};

use super::{Amount, Api, Day, Time};
use crate::bank::{AccountNumber, BankCode};

/// Asks for a page of a statement: at most three months, a year back, a hundred rows.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct InquireTransactionHistory {
    #[serde(rename = "Bncd")]
    pub bank: BankCode,
    #[serde(rename = "Acno")]
    pub account: AccountNumber,
    #[serde(rename = "Insymd")]
    pub from: Day,
    #[serde(rename = "Ineymd")]
    pub to: Day,
    /// `A` all, `M` in, `D` out.
    #[serde(rename = "TrnsDsnc")]
    pub direction: String,
    /// `ASC` or `DESC`.
    #[serde(rename = "Lnsq")]
    pub order: String,
    /// From 1.
    #[serde(rename = "PageNo")]
    pub page: String,
    /// Rows of a page.
    #[serde(rename = "Dmcnt")]
    pub per_page: String,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct InquireTransactionHistoryReply {
    /// `Y`: there are more pages.
    #[serde(rename = "CtntDataYn", default, skip_serializing_if = "Option::is_none")]
    pub has_more: Option<String>,
    /// Called unused by the bank, yet filled.
    #[serde(rename = "TotCnt", default, skip_serializing_if = "Option::is_none")]
    pub total: Option<String>,
    #[serde(
        rename = "Iqtcnt",
        alias = "IqtCnt",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub count: Option<String>,
    #[serde(rename = "REC", alias = "Rec", default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<Vec<HistoryRow>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryRow {
    #[serde(rename = "Trdd")]
    pub date: Day,
    #[serde(rename = "Txtm")]
    pub time: Time,
    /// 1 opening (in), 2 in, 3 out, 4 closing (out).
    #[serde(rename = "MnrcDrotDsnc")]
    pub direction: String,
    #[serde(rename = "Tram")]
    pub amount: Amount,
    #[serde(rename = "AftrBlnc")]
    pub balance_after: Amount,
    /// The sign of the balance after: `+`, or `-` for an overdraft.
    #[serde(rename = "TrnsAfAcntBlncSmblCd", default, skip_serializing_if = "Option::is_none")]
    pub balance_sign: Option<String>,
    /// Called required by the bank, and null in its answers.
    #[serde(rename = "Smr", default)]
    pub summary: Option<String>,
    #[serde(rename = "HnisCd", default, skip_serializing_if = "Option::is_none")]
    pub bank: Option<String>,
    #[serde(rename = "HnbrCd", default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// 0 normal, 1 cancelled.
    #[serde(rename = "Ccyn")]
    pub canceled: String,
    /// The bank's own number, not our trace number.
    #[serde(rename = "Tuno", default, skip_serializing_if = "Option::is_none")]
    pub bank_number: Option<String>,
    /// The passbook text, cut at 20 characters.
    #[serde(rename = "BnprCntn", default, skip_serializing_if = "Option::is_none")]
    pub memo: Option<String>,
}

impl Api for InquireTransactionHistory {
    const NAME: &'static str = "InquireTransactionHistory";
    const SERVICE_CODE: &'static str = "ReceivedTransferA";
    type Reply = InquireTransactionHistoryReply;
}
