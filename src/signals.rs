//! What asks a process to stop: SIGINT, as Ctrl-C sends it, and SIGTERM.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// Heard from [`Signals::listen`] on: none that comes between two looks is lost.
pub struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    /// From now on a signal no longer ends the process by itself.
    ///
    /// # Errors
    /// The system's.
    pub fn listen() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// Waits for the next one. Safe to drop while waiting.
    pub async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
