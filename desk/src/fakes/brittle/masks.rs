//! The brittle store's reads of masks.

use async_trait::async_trait;

use super::BrittleStore;
use crate::{
    ids::MessageId,
    ports::StoreError,
    store::{MaskReads, Standing, Store},
};

#[async_trait]
impl<S: Store> MaskReads for BrittleStore<S> {
    async fn standing(&self, message: &MessageId) -> Result<Option<Standing>, StoreError> {
        self.inner()?.standing(message).await
    }

    async fn scrub(&self) -> Result<bool, StoreError> {
        self.inner()?.scrub().await
    }
}
