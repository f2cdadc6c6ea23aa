//! What leaves the bank: a header and a body in NH's words, by the way that was chosen for it.

use std::time::Duration;

use axum::body::Body;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use tokio_util::sync::CancellationToken;

use super::line::Line;
use super::magic::Delivery;
use crate::bank::nh::{codes, wire};

/// An answer before it leaves.
pub(super) struct Handled<R> {
    pub code: &'static str,
    pub reply: R,
    pub delivery: Delivery,
}

impl<R: Default> Handled<R> {
    pub(super) fn plain(code: &'static str) -> Self {
        Self {
            code,
            reply: R::default(),
            delivery: Delivery::Now,
        }
    }
}

impl<R> Handled<R> {
    pub(super) const fn done(reply: R) -> Self {
        Self {
            code: codes::SUCCESS,
            reply,
            delivery: Delivery::Now,
        }
    }

    /// The same, later, where it would have left at once.
    pub(super) fn delayed(mut self, delay: Duration) -> Self {
        if self.delivery == Delivery::Now {
            self.delivery = Delivery::After(delay);
        }
        self
    }

    /// Whether and how it was written out.
    pub(super) fn written(self, request: &wire::RequestHeader) -> Written
    where
        R: serde::Serialize,
    {
        let response = wire::Response {
            header: wire::ResponseHeader::answering(request, self.code, message(self.code)),
            body: self.reply,
        };
        Written {
            body: serde_json::to_vec(&response).unwrap_or_default(),
            delivery: self.delivery,
        }
    }
}

/// An answer as bytes, with its way out.
pub(super) struct Written {
    body: Vec<u8>,
    delivery: Delivery,
}

impl Written {
    pub(super) const fn never() -> Self {
        Self {
            body: Vec::new(),
            delivery: Delivery::Never,
        }
    }

    pub(super) const fn cut() -> Self {
        Self {
            body: Vec::new(),
            delivery: Delivery::Cut,
        }
    }

    /// Lets it leave. Ends at once when the bank stops, and then cuts the line.
    pub(super) async fn leave(self, line: &Line, stopping: &CancellationToken) -> Response {
        match self.delivery {
            Delivery::Now => json(self.body),
            Delivery::After(delay) => tokio::select! {
                () = tokio::time::sleep(delay) => json(self.body),
                () = stopping.cancelled() => cut(line),
            },
            Delivery::Never => {
                stopping.cancelled().await;
                cut(line)
            }
            Delivery::Cut => cut(line),
            Delivery::BadGateway => (
                StatusCode::BAD_GATEWAY,
                [(header::CONTENT_TYPE, "text/html; charset=utf-8")],
                "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>",
            )
                .into_response(),
            Delivery::BrokenJson => {
                let half = self.body.len() / 2;
                json(self.body.into_iter().take(half).collect())
            }
        }
    }
}

fn json(body: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, "application/json; charset=UTF-8")], body).into_response()
}

/// The response is made and never written: the connection refuses the first byte of it.
fn cut(line: &Line) -> Response {
    line.cut();
    Response::new(Body::empty())
}

/// The bank's text beside a code. Those of the first group are the bank's own words; of the others none are public.
fn message(code: &str) -> &'static str {
    match code {
        codes::SUCCESS => "정상처리 되었습니다.",
        codes::TIMED_OUT_INSIDE => {
            "타임아웃이 발생하였습니다. 출금이체, 입금이체 거래시 결과확인거래로, 발급 거래시 에는 원거래로 확인하여 주시기 바랍니다."
        }
        codes::DUPLICATE_TRACE_NUMBER => {
            "기 처리된 기관거래고유번호 입니다. 이체결과확인전문을 통해 이체결과를 확인하여 주시기 바랍니다."
        }
        codes::DUPLICATE_ISSUE => {
            "기 처리된 기관거래고유번호입니다. 원거래 정보를 확인하려면 원거래정보와 동일하게 거래해주세요."
        }
        codes::STILL_ISSUING => "등록번호에 해당하는 핀-어카운트 발급이 현재 처리중 입니다.",
        codes::DEPOSIT_IN_PROGRESS => "현재 입금이체 처리중 입니다",
        codes::CONSENT_EXPIRED => "금융정보제공 제3자동의 유효기간이 경과 하였습니다. 제3자 동의 후 거래해 주세요.",
        codes::INSUFFICIENT_BALANCE => "잔액이 부족합니다.",
        codes::ACCOUNT_UNUSABLE => "거래할 수 없는 계좌입니다.",
        codes::OVER_BANK_LIMIT => "이체한도를 초과하였습니다.",
        codes::FIN_ACCOUNT_INVALID => "발급받지 않은 핀-어카운트입니다.",
        codes::NO_SUCH_TRANSACTION => "해당 거래가 없습니다.",
        codes::ALREADY_REGISTERED => "이미 등록된 핀-어카운트입니다.",
        codes::NO_ROWS => "조회된 내역이 없습니다.",
        codes::OUT_OF_SERVICE_HOURS => "서비스 시간이 아닙니다.",
        codes::NOT_AUTHORISED => "인증키를 확인하여 주시기 바랍니다.",
        codes::BAD_FIELD => "입력값을 확인하여 주시기 바랍니다.",
        _ => "처리중 오류가 발생했습니다.",
    }
}
