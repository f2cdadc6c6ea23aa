//! The APIs that move money, and those that ask what became of it.

use serde::{Deserialize, Serialize};

use super::{Amount, Api, Day, Time};
use crate::bank::{AccountNumber, BankCode, FinAccountNumber, TraceNumber};

/// **Moves money**: from the customer's account to ours.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DrawingTransfer {
    #[serde(rename = "FinAcno")]
    pub fin_account: FinAccountNumber,
    #[serde(rename = "Tram")]
    pub amount: Amount,
    /// The text in the customer's passbook. Optional in one description, required in another: always sent.
    #[serde(rename = "DractOtlt", default, skip_serializing_if = "Option::is_none")]
    pub withdrawal_memo: Option<String>,
    /// Not used for withdrawals by the bank, yet in its examples.
    #[serde(rename = "MractOtlt", default, skip_serializing_if = "Option::is_none")]
    pub deposit_memo: Option<String>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct DrawingTransferReply {
    #[serde(rename = "FinAcno", default, skip_serializing_if = "Option::is_none")]
    pub fin_account: Option<FinAccountNumber>,
    #[serde(rename = "RgsnYmd", default, skip_serializing_if = "Option::is_none")]
    pub registered_on: Option<Day>,
    /// Not described by the bank; where it tells the amount, it is compared.
    #[serde(rename = "Tram", default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Amount>,
}

impl Api for DrawingTransfer {
    const NAME: &'static str = "DrawingTransfer";
    const SERVICE_CODE: &'static str = "DrawingTransferA";
    type Reply = DrawingTransferReply;
}

/// **Moves money**: from our account to an account at NongHyup.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReceivedTransferAccountNumber {
    #[serde(flatten)]
    pub transfer: ReceivedTransfer,
}

/// **Moves money**: from our account to an account at another bank.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReceivedTransferOtherBank {
    #[serde(flatten)]
    pub transfer: ReceivedTransfer,
}

/// The fields that both kinds of deposit have.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReceivedTransfer {
    #[serde(rename = "Bncd")]
    pub bank: BankCode,
    #[serde(rename = "Acno")]
    pub account: AccountNumber,
    #[serde(rename = "Tram")]
    pub amount: Amount,
    /// The text in our own passbook. The descriptions disagree on whether it is required: always sent.
    #[serde(rename = "DractOtlt", default, skip_serializing_if = "Option::is_none")]
    pub withdrawal_memo: Option<String>,
    /// The text in the customer's passbook. The same.
    #[serde(rename = "MractOtlt", default, skip_serializing_if = "Option::is_none")]
    pub deposit_memo: Option<String>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ReceivedTransferReply {
    /// Not described by the bank; where it tells the amount, it is compared.
    #[serde(rename = "Tram", default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Amount>,
}

impl Api for ReceivedTransferAccountNumber {
    const NAME: &'static str = "ReceivedTransferAccountNumber";
    const SERVICE_CODE: &'static str = "ReceivedTransferA";
    type Reply = ReceivedTransferReply;
}

impl Api for ReceivedTransferOtherBank {
    const NAME: &'static str = "ReceivedTransferOtherBank";
    const SERVICE_CODE: &'static str = "ReceivedTransferA";
    type Reply = ReceivedTransferReply;
}

/// Asks what became of a withdrawal.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CheckOnDrawingTransfer {
    #[serde(rename = "FinAcno")]
    pub fin_account: FinAccountNumber,
    #[serde(flatten)]
    pub original: OriginalTransfer,
}

/// Asks what became of a deposit, named by a fin account **or** by bank and account; the unused ones are empty.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CheckOnReceivedTransfer {
    #[serde(rename = "FinAcno")]
    pub fin_account: FinAccountNumber,
    #[serde(rename = "Bncd")]
    pub bank: BankCode,
    #[serde(rename = "Acno")]
    pub account: AccountNumber,
    #[serde(flatten)]
    pub original: OriginalTransfer,
}

/// How the bank finds the transfer that is asked about.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OriginalTransfer {
    #[serde(rename = "Tram")]
    pub amount: Amount,
    #[serde(rename = "OrtrYmd")]
    pub date: Day,
    #[serde(rename = "OrtrIsTuno")]
    pub trace_number: TraceNumber,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckOnTransferReply {
    /// The code of the original. Counts only where the answer's own code is success.
    #[serde(rename = "Pcrs", default, skip_serializing_if = "Option::is_none")]
    pub result_code: Option<String>,
    #[serde(rename = "Prtm", default, skip_serializing_if = "Option::is_none")]
    pub processed_at: Option<Time>,
}

impl Api for CheckOnDrawingTransfer {
    const NAME: &'static str = "CheckOnDrawingTransfer";
    const SERVICE_CODE: &'static str = "01D_001_00";
    type Reply = CheckOnTransferReply;
}

impl Api for CheckOnReceivedTransfer {
    const NAME: &'static str = "CheckOnReceivedTransfer";
    const SERVICE_CODE: &'static str = "02M_001_00";
    type Reply = CheckOnTransferReply;
}
