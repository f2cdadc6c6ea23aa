//! The address that a request came from, for limits alone.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use loco_rs::controller::middleware::remote_ip::RemoteIP;

/// The client's address: what a trusted proxy says where one is configured, else the connection's.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub Option<IpAddr>);

impl<S: Send + Sync> FromRequestParts<S> for Peer {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let told = RemoteIP::from_request_parts(parts, state).await?;
        Ok(Self(match told {
            RemoteIP::Forwarded(address) | RemoteIP::Socket(address) => Some(address),
            RemoteIP::None => parts
                .extensions
                .get::<ConnectInfo<SocketAddr>>()
                .map(|ConnectInfo(address)| address.ip()),
        }))
    }
}
