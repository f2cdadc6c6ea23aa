//! A small listener of every process, apart from the public port: `/metrics`, `/_ping`, `/_readiness`. So a process that
//! only works, without pages, can be watched too. It ends with the process, after what is in hand is finished.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::{Json, Router};
use loco_rs::app::AppContext;
use loco_rs::environment::Environment;
use loco_rs::{Error, Result};
use serde_json::json;
use tokio::net::TcpListener;

use crate::bank::shares;
use crate::controllers::routing::get;
use crate::installation;
use crate::readiness::Readiness;
use crate::relay::Relay;
use crate::services::Services;

/// Prometheus' text format.
const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// What the listener answers from.
#[derive(Clone)]
pub struct Watched {
    pub services: Services,
    pub relay: Relay,
    pub readiness: Readiness,
}

/// Compares whose money the database holds, then begins to listen where `ops.listen` says; nowhere when it is empty.
///
/// # Errors
/// When the database is of the other mode. In production, when the address cannot be had: a process that nobody watches is not started there.
pub async fn start(ctx: &AppContext) -> Result<()> {
    let store = &ctx.shared_store;
    let (Some(services), Some(relay), Some(readiness)) = (store.get::<Services>(), store.get(), store.get()) else {
        return Err(Error::Message("the application is not wired".to_owned()));
    };
    installation::claim(&services).await.map_err(Error::wrap)?;
    // Before anything calls the bank.
    services.live.listen();
    shares::join(&services).await;
    tokio::spawn(shares::keep(services.clone()));
    let address = services.settings.ops.listen.clone();
    if address.is_empty() {
        return Ok(());
    }
    match TcpListener::bind(&address).await {
        Ok(listener) => {
            tracing::info!(address, "metrics are served");
            let watched = Watched {
                services,
                relay,
                readiness,
            };
            tokio::spawn(async move { axum::serve(listener, router(watched)).await });
            Ok(())
        }
        Err(error) if ctx.environment == Environment::Production => Err(Error::Message(format!(
            "settings.ops.listen (NARU_OPS_LISTEN): cannot listen on {address}: {error}"
        ))),
        Err(error) => {
            tracing::warn!(address, %error, "settings.ops.listen: no metrics are served, for the address cannot be had");
            Ok(())
        }
    }
}

/// The addresses of the listener.
pub fn router(watched: Watched) -> Router {
    Router::new()
        .route("/metrics", get(metrics))
        .route("/_ping", get(ping))
        .route("/_readiness", get(readiness))
        .with_state(watched)
}

async fn metrics(State(watched): State<Watched>) -> impl IntoResponse {
    let text = watched.services.metrics.text(&watched.services).await;
    ([(header::CONTENT_TYPE, TEXT)], text)
}

async fn ping() -> impl IntoResponse {
    Json(json!({ "ok": true }))
}

/// 200 while this process does what it is for: not before it serves or works, and not once it stops. 503 with the part
/// that is missing.
async fn readiness(State(watched): State<Watched>) -> impl IntoResponse {
    let parts = watched.readiness.parts(&watched.services, &watched.relay).await;
    let status = if parts.are_ready() {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, Json(parts.told()))
}
