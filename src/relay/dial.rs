//! Opens a connection to RabbitMQ, or gives it up without a trace.
//!
//! The client runs each connection on a thread of its own from the first byte on, and when nobody waits for the broker's
//! first word any more, that thread and its socket stay for as long as the broker says nothing. A frozen broker would so
//! take one socket after another from this process. So a second handle of the socket is kept until then, to cut it.

use std::io;
use std::net::{Shutdown, TcpStream};
use std::os::fd::{AsFd, OwnedFd};
use std::sync::{Arc, Mutex, PoisonError};

use lapin::runtime::default_runtime;
use lapin::tcp::{AMQPUriTcpExt, AsyncTcpStream, OwnedTLSConfig};
use lapin::uri::AMQPUri;
use lapin::{Connection, ConnectionProperties, Result};

/// Connects. Safe to drop while it does: the socket is closed then.
///
/// # Errors
/// The client's own.
pub async fn dial(uri: AMQPUri, properties: ConnectionProperties) -> Result<Connection> {
    let attempt = Attempt::default();
    let socket = Arc::clone(&attempt.0);
    let connecting = Connection::connector(
        uri,
        default_runtime()?,
        async move |uri, runtime| {
            let tls = OwnedTLSConfig::default();
            let stream = uri.connect_with_config_async(tls.as_ref(), &runtime).await?;
            let handle = match &stream {
                AsyncTcpStream::Plain(stream) => stream.get_ref().as_fd(),
                AsyncTcpStream::Rustls(stream) => stream.get_ref().0.get_ref().as_fd(),
                _ => return Err(io::Error::from(io::ErrorKind::Unsupported).into()),
            };
            keep(&socket, handle.try_clone_to_owned()?)?;
            Ok(stream)
        },
        properties,
    );
    let connection = connecting.await?;
    attempt.succeed();
    Ok(connection)
}

/// What a try has in its hands.
#[derive(Default)]
enum Socket {
    #[default]
    None,
    Open(OwnedFd),
    /// Nobody waits for it: it is not to be opened.
    GivenUp,
}

fn keep(socket: &Mutex<Socket>, handle: OwnedFd) -> io::Result<()> {
    let mut socket = socket.lock().unwrap_or_else(PoisonError::into_inner);
    if matches!(*socket, Socket::GivenUp) {
        return Err(io::ErrorKind::ConnectionAborted.into());
    }
    *socket = Socket::Open(handle);
    Ok(())
}

/// Cuts the socket when it is dropped before the connection stands.
#[derive(Default)]
struct Attempt(Arc<Mutex<Socket>>);

impl Attempt {
    /// Lets go of the handle, so that the socket ends with the connection.
    fn succeed(self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Socket::None;
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        let mut socket = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Socket::Open(handle) = std::mem::replace(&mut *socket, Socket::GivenUp) {
            // The other side may have ended it already.
            let _ = TcpStream::from(handle).shutdown(Shutdown::Both);
        }
    }
}
