//! Looking names up for the client: it connects to nothing but the addresses that were checked here, so there is no
//! second look that could be told something else.

use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use futures::FutureExt;
use futures::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::target::is_public;

/// Answers with the addresses of a name.
pub type LookupFn = dyn Fn(String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> + Send + Sync;

/// Where the program takes the addresses of partners' names from.
#[derive(Clone)]
pub struct Lookup(Arc<LookupFn>);

impl Lookup {
    /// The machine's own.
    #[must_use]
    pub fn system() -> Self {
        Self::from_fn(|name| {
            async move {
                let found = tokio::net::lookup_host((name, 0)).await?;
                Ok(found.map(|address| address.ip()).collect())
            }
            .boxed()
        })
    }

    /// Any other: a test's.
    pub fn from_fn(
        look_up: impl Fn(String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(look_up))
    }
}

/// Why a name leads nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nowhere {
    NotFound,
    /// It has addresses, and none that may be called.
    NotPublic,
}

impl fmt::Display for Nowhere {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::NotFound => "the name has no address",
            Self::NotPublic => "the name has no public address",
        })
    }
}

impl std::error::Error for Nowhere {}

/// The lookup with the check behind it.
pub(super) struct Checked {
    pub(super) lookup: Lookup,
    pub(super) allow_private: bool,
}

impl Resolve for Checked {
    fn resolve(&self, name: Name) -> Resolving {
        let (looking, allow_private) = ((self.lookup.0)(name.as_str().to_owned()), self.allow_private);
        Box::pin(async move {
            let found = looking.await.map_err(|_| Nowhere::NotFound)?;
            if found.is_empty() {
                return Err(Nowhere::NotFound.into());
            }
            let may_be_called = |address: &IpAddr| allow_private || is_public(*address);
            let called: Vec<SocketAddr> = found
                .into_iter()
                .filter(may_be_called)
                .map(|address| SocketAddr::new(address, 0))
                .collect();
            if called.is_empty() {
                return Err(Nowhere::NotPublic.into());
            }
            Ok(Box::new(called.into_iter()) as Addrs)
        })
    }
}
