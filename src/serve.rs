//! A bounded graceful stop: requests in hand are answered, the relay finishes what it holds, nothing waits for ever.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::serve::ListenerExt;
use loco_rs::Result;
use loco_rs::app::AppContext;
use loco_rs::boot::ServeParams;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use crate::bank::shares;
use crate::readiness::Readiness;
use crate::relay::Relay;
use crate::services::Services;
use crate::signals::Signals;

/// How long requests in hand may take after the stop.
const DRAIN: Duration = Duration::from_secs(5);
/// A connection is closed whose reader takes nothing for so long. It may be quiet for longer: then nothing is to be taken.
const UNREAD_MS: u32 = 30_000;

/// An address that was taken before anything is said to run, for [`until_stopped`].
pub struct Bound(pub TcpListener);

/// Takes the address.
///
/// # Errors
/// When it is taken already, or is none.
pub async fn bind(params: &ServeParams) -> Result<TcpListener> {
    let address = format!("{}:{}", params.binding, params.port);
    TcpListener::bind(&address)
        .await
        .map_err(|error| loco_rs::Error::Message(format!("cannot listen on {address}: {error}")))
}

/// Serves until Ctrl-C or SIGTERM.
///
/// # Errors
/// When the address cannot be bound, or signals cannot be heard.
pub async fn until_stopped(router: Router, ctx: &AppContext, params: &ServeParams) -> Result<()> {
    let listener = match ctx.shared_store.remove::<Bound>() {
        Some(Bound(listener)) => listener,
        None => bind(params).await?,
    };
    // Before anybody is sent here: who is ready can be asked to stop.
    let mut signals = Signals::listen()?;
    let readiness = ctx.shared_store.get::<Readiness>().unwrap_or_default();
    readiness.opened();
    let stop = CancellationToken::new();
    let publishing = tokio::spawn(publish_rings(ctx.clone()));
    let serving = tokio::spawn(serve(router, listener, stop.clone()));
    signals.next().await;
    readiness.leaves();
    if let Some(services) = ctx.shared_store.get::<Services>() {
        wait_for_balancers(services.settings.ops.closes_after(), &mut signals).await;
    }
    tracing::info!("stopping: requests and bank calls in hand are finished");
    stop.cancel();
    // Streams never end by themselves.
    if let Some(services) = ctx.shared_store.get::<Services>() {
        services.live.close();
    }
    let works = ctx.shared_store.get::<Relay>().is_some_and(|relay| relay.works());
    // The relay stops taking transfers now, not after the last request.
    if let Some(queue) = &ctx.queue_provider {
        queue.shutdown()?;
    }
    match tokio::time::timeout(DRAIN, serving).await {
        Ok(Ok(served)) => served?,
        Ok(Err(panicked)) => tracing::error!(%panicked, "the server ended by itself"),
        Err(_) => tracing::warn!("stopped with requests in hand"),
    }
    if tokio::time::timeout(DRAIN, publishing).await.is_err() {
        tracing::warn!("stopped with rings in hand; the sweeper of a worker will repeat them");
    }
    if let Some(services) = ctx.shared_store.get::<Services>() {
        // Also what nobody waits for any more.
        drop(tokio::time::timeout(DRAIN, services.db.idle()).await);
        if !works {
            leave_the_bank(&services).await;
        }
    }
    Ok(())
}

/// Everything goes on for so long after the first signal, while who looks at `/_readiness` learns that it ends. A second
/// signal ends the wait.
async fn wait_for_balancers(wait: Duration, signals: &mut Signals) {
    if wait.is_zero() {
        return;
    }
    tracing::info!(?wait, "not ready any more; connections are still taken");
    tokio::select! {
        () = tokio::time::sleep(wait) => {}
        () = signals.next() => {}
    }
}

/// A process without workers has asked the bank for balances at most: the others need not wait for its share.
async fn leave_the_bank(services: &Services) {
    match tokio::time::timeout(DRAIN, shares::leave(services)).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!(%error, "the share of the bank could not be given back"),
        Err(_) => tracing::debug!("the share of the bank could not be given back in time"),
    }
}

/// Where a broker carries the rings, a process that accepts payments tells it of them.
async fn publish_rings(ctx: AppContext) {
    let (relay, services) = (ctx.shared_store.get::<Relay>(), ctx.shared_store.get::<Services>());
    if let (Some(relay), Some(services)) = (relay, services) {
        relay.publish(services).await;
    }
}

/// Serves until `stop`, then answers what is in hand.
///
/// # Errors
/// The listener's own.
pub async fn serve(router: Router, listener: TcpListener, stop: CancellationToken) -> std::io::Result<()> {
    let listener = listener.tap_io(|connection| end_unread(connection));
    axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(stop.cancelled_owned())
        .await
}

/// Has the system close a connection whose reader takes nothing, where the system can.
fn end_unread(connection: &TcpStream) {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::net::sockopt::set_tcp_user_timeout(connection, UNREAD_MS) {
        tracing::debug!(%error, "a connection whose reader takes nothing may stay open");
    }
    #[cfg(not(target_os = "linux"))]
    let (_, _) = (connection, UNREAD_MS);
}
