//! Ctrl-C and SIGTERM: the two ways to be asked to stop.

use anyhow::{Context, Result};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// From its making on, the signals no longer end us by themselves.
#[derive(Debug)]
pub struct Stop {
    interrupt: Signal,
    terminate: Signal,
}

impl Stop {
    pub fn listen() -> Result<Self> {
        let why = "cannot listen for signals";
        Ok(Self {
            interrupt: signal(SignalKind::interrupt()).context(why)?,
            terminate: signal(SignalKind::terminate()).context(why)?,
        })
    }

    /// Waits until somebody asks.
    pub async fn asked(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
