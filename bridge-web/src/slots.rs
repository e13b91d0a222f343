//! How much is carried at the same time: bytes on their way take memory and connections.

use std::{sync::Arc, time::Duration};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::ApiError;

pub struct Slots {
    pub uploads: Carrying,
    pub downloads: Carrying,
}

impl Default for Slots {
    fn default() -> Self {
        Self {
            uploads: Carrying::new(32),
            downloads: Carrying::new(64),
        }
    }
}

pub struct Carrying(Arc<Semaphore>);

impl Carrying {
    fn new(most: usize) -> Self {
        Self(Arc::new(Semaphore::new(most)))
    }

    pub fn take(&self) -> Result<OwnedSemaphorePermit, ApiError> {
        Arc::clone(&self.0)
            .try_acquire_owned()
            .map_err(|_| ApiError::TooMany {
                after: Duration::from_secs(5),
            })
    }
}
