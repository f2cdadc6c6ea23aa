//! What is kept of a request to the bank and of its answer: as the journal keeps them, masked and without the token.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use super::cast::Account;
use crate::bank::nh::codes;
use crate::clock::{kst, kst_date};
use crate::config::BankSettings;
use crate::models::kinds::TransferKind;
use crate::models::transfers;
use crate::transfers::execute::passbook_text;

/// The bank's side of one account.
pub struct Exchange<'a> {
    pub bank: &'a BankSettings,
    pub account: &'a Account,
}

/// An API of the bank with the fields that are its own.
pub struct Asking {
    api: &'static str,
    service: &'static str,
    fields: Map<String, Value>,
}

impl Exchange<'_> {
    /// The call that moves a transfer's money, with our name for it.
    pub fn moving(&self, transfer: &transfers::Model) -> (&'static str, Asking) {
        let amount = transfer.amount_won.to_string();
        let memo = passbook_text(transfer);
        match transfer.kind {
            TransferKind::Payment => {
                let fields = json!({ "FinAcno": self.account.fin_account_masked(), "Tram": amount, "DractOtlt": memo });
                ("withdraw", Asking::new("DrawingTransfer", "DrawingTransferA", fields))
            }
            TransferKind::Refund => {
                let fields = json!({ "Bncd": self.account.bank, "Acno": self.account.number_masked(), "Tram": amount,
                    "DractOtlt": memo, "MractOtlt": memo });
                let api = "ReceivedTransferAccountNumber";
                ("deposit", Asking::new(api, "ReceivedTransferA", fields))
            }
        }
    }

    /// The call that asks what became of it.
    pub fn asking(&self, transfer: &transfers::Model) -> Asking {
        let day = transfer.trace_at.map(|at| kst_date(at).format("%Y%m%d").to_string());
        let mut fields =
            json!({ "OrtrYmd": day, "OrtrIsTuno": transfer.trace_number, "Tram": transfer.amount_won.to_string() });
        let ((api, service), name, number) = match transfer.kind {
            TransferKind::Payment => {
                let number = self.account.fin_account_masked();
                (("CheckOnDrawingTransfer", "01D_001_00"), "FinAcno", number)
            }
            TransferKind::Refund => {
                let number = self.account.number_masked();
                (("CheckOnReceivedTransfer", "02M_001_00"), "Acno", number)
            }
        };
        if let Some(fields) = fields.as_object_mut() {
            fields.insert(name.to_owned(), json!(number));
        }
        Asking::new(api, service, fields)
    }

    pub fn request(&self, asking: &Asking, call: (&str, DateTime<Utc>)) -> String {
        let mut body = asking.fields.clone();
        body.insert("Header".to_owned(), Value::Object(self.header(asking, call)));
        Value::Object(body).to_string()
    }

    pub fn response(&self, asking: &Asking, call: (&str, DateTime<Utc>), code: &str) -> String {
        let mut header = self.header(asking, call);
        header.insert("Rpcd".to_owned(), json!(code));
        let text = if code == codes::SUCCESS {
            "정상처리 되었습니다."
        } else {
            "처리할 수 없습니다."
        };
        header.insert("Rsms".to_owned(), json!(text));
        let mut body = Map::from_iter([("Header".to_owned(), Value::Object(header))]);
        if let Some(number) = asking.fields.get("FinAcno").filter(|_| code == codes::SUCCESS) {
            body.insert("FinAcno".to_owned(), number.clone());
        }
        Value::Object(body).to_string()
    }

    fn header(&self, asking: &Asking, (trace, at): (&str, DateTime<Utc>)) -> Map<String, Value> {
        let at = at.with_timezone(&kst());
        let header = [
            ("ApiNm", asking.api.to_owned()),
            ("ApiSvcCd", asking.service.to_owned()),
            ("FintechApsno", self.bank.fintech_serial.clone()),
            ("Iscd", self.bank.institution_code.clone()),
            ("IsTuno", trace.to_owned()),
            ("Trtm", at.format("%H%M%S").to_string()),
            ("Tsymd", at.format("%Y%m%d").to_string()),
        ];
        header
            .into_iter()
            .map(|(name, value)| (name.to_owned(), Value::String(value)))
            .collect()
    }
}

impl Asking {
    fn new(api: &'static str, service: &'static str, fields: Value) -> Self {
        let fields = match fields {
            Value::Object(fields) => fields,
            _ => Map::new(),
        };
        Self { api, service, fields }
    }
}
