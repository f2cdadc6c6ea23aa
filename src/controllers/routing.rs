//! `get` and its like, as axum's, for a handler whose type ends here: what stands around handlers is compiled once, and not for
//! each of hundreds, and the compiler looks through each page's future once.

use std::sync::Arc;

use axum::extract::Request;
use axum::handler::Handler;
use axum::response::Response;
use axum::routing::{self, MethodRouter};
use futures::future::BoxFuture;

type Call<S> = dyn Fn(Request, S) -> BoxFuture<'static, Response> + Send + Sync;

/// Any handler.
#[derive(Clone)]
struct Erased<S>(Arc<Call<S>>);

impl<S> Erased<S> {
    fn new<H: Handler<T, S>, T: 'static>(handler: H) -> Self {
        Self(Arc::new(move |request, state| {
            Box::pin(handler.clone().call(request, state))
        }))
    }
}

impl<S: Clone + Send + Sync + 'static> Handler<(), S> for Erased<S> {
    type Future = BoxFuture<'static, Response>;

    fn call(self, request: Request, state: S) -> Self::Future {
        (self.0)(request, state)
    }
}

macro_rules! methods {
    ($($method:ident)*) => {$(
        pub fn $method<H, T, S>(handler: H) -> MethodRouter<S>
        where
            H: Handler<T, S>,
            T: 'static,
            S: Clone + Send + Sync + 'static,
        {
            routing::$method(Erased::new(handler))
        }
    )*};
}

methods!(get post patch delete);
