//! The APIs about an account: issuing a fin account, its balance, its holder.

use serde::{Deserialize, Serialize};

use super::{Amount, Api, Day, HolderName};
use crate::bank::{AccountNumber, BankCode, BirthDate, FinAccountNumber, RegisterNumber};

/// Asks for a fin account, the bank's token for an account of its own.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OpenFinAccountDirect {
    /// `Y`: withdrawals are wanted too.
    #[serde(rename = "DrtrRgyn")]
    pub register_for_withdrawal: String,
    /// Birth date of a person (or the registration number of a company).
    #[serde(rename = "BrdtBrno")]
    pub birth_date: BirthDate,
    #[serde(rename = "Bncd")]
    pub bank: BankCode,
    #[serde(rename = "Acno")]
    pub account: AccountNumber,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct OpenFinAccountDirectReply {
    #[serde(rename = "Rgno", default, skip_serializing_if = "Option::is_none")]
    pub register_number: Option<RegisterNumber>,
}

impl Api for OpenFinAccountDirect {
    const NAME: &'static str = "OpenFinAccountDirect";
    const SERVICE_CODE: &'static str = "DrawingTransferA";
    type Reply = OpenFinAccountDirectReply;
}

/// Asks for the fin account that an issue led to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CheckOpenFinAccountDirect {
    #[serde(rename = "Rgno")]
    pub register_number: RegisterNumber,
    #[serde(rename = "BrdtBrno")]
    pub birth_date: BirthDate,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct CheckOpenFinAccountDirectReply {
    #[serde(rename = "FinAcno", default, skip_serializing_if = "Option::is_none")]
    pub fin_account: Option<FinAccountNumber>,
    #[serde(rename = "RgsnYmd", default, skip_serializing_if = "Option::is_none")]
    pub registered_on: Option<Day>,
}

impl Api for CheckOpenFinAccountDirect {
    const NAME: &'static str = "CheckOpenFinAccountDirect";
    const SERVICE_CODE: &'static str = "DrawingTransferA";
    type Reply = CheckOpenFinAccountDirectReply;
}

/// Asks for the balance of a fin account.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct InquireBalance {
    #[serde(rename = "FinAcno")]
    pub fin_account: FinAccountNumber,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct InquireBalanceReply {
    #[serde(rename = "FinAcno", default, skip_serializing_if = "Option::is_none")]
    pub fin_account: Option<FinAccountNumber>,
    #[serde(rename = "Ldbl", default, skip_serializing_if = "Option::is_none")]
    pub ledger: Option<Amount>,
    #[serde(rename = "RlpmAbamt", default, skip_serializing_if = "Option::is_none")]
    pub available: Option<Amount>,
    #[serde(flatten)]
    pub consent: ConsentLinks,
}

/// Where the holder renews the consent to share financial data; only beside `AI001` and `AI002`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentLinks {
    #[serde(rename = "AthrCnfrTckt", default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    #[serde(rename = "WebUrl", default, skip_serializing_if = "Option::is_none")]
    pub web_url: Option<String>,
    #[serde(rename = "AndInltUrl", default, skip_serializing_if = "Option::is_none")]
    pub android_install_url: Option<String>,
    #[serde(rename = "AndAppUrl", default, skip_serializing_if = "Option::is_none")]
    pub android_app_url: Option<String>,
    #[serde(rename = "AndWebUrl", default, skip_serializing_if = "Option::is_none")]
    pub android_web_url: Option<String>,
    #[serde(rename = "IosInltUrl", default, skip_serializing_if = "Option::is_none")]
    pub ios_install_url: Option<String>,
    #[serde(rename = "IosAppUrl", default, skip_serializing_if = "Option::is_none")]
    pub ios_app_url: Option<String>,
    #[serde(rename = "IosWebUrl", default, skip_serializing_if = "Option::is_none")]
    pub ios_web_url: Option<String>,
}

impl Api for InquireBalance {
    const NAME: &'static str = "InquireBalance";
    const SERVICE_CODE: &'static str = "ReceivedTransferA";
    type Reply = InquireBalanceReply;
}

/// Asks for the holder of an account at NongHyup.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct InquireDepositorAccountNumber {
    #[serde(rename = "Bncd")]
    pub bank: BankCode,
    #[serde(rename = "Acno")]
    pub account: AccountNumber,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct InquireDepositorReply {
    #[serde(rename = "Bncd", default, skip_serializing_if = "Option::is_none")]
    pub bank: Option<BankCode>,
    #[serde(rename = "Acno", default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountNumber>,
    #[serde(rename = "Dpnm", default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<HolderName>,
}

impl Api for InquireDepositorAccountNumber {
    const NAME: &'static str = "InquireDepositorAccountNumber";
    const SERVICE_CODE: &'static str = "DrawingTransferA";
    type Reply = InquireDepositorReply;
}

/// Asks for the holder of an account at another bank.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct InquireDepositorOtherBank {
    #[serde(rename = "Bncd")]
    pub bank: BankCode,
    #[serde(rename = "Acno")]
    pub account: AccountNumber,
    /// One of the bank's two descriptions has it, as optional; the other does not.
    #[serde(rename = "Tram", default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Amount>,
}

impl Api for InquireDepositorOtherBank {
    const NAME: &'static str = "InquireDepositorOtherBank";
    const SERVICE_CODE: &'static str = "DrawingTransferA";
    type Reply = InquireDepositorReply;
}
