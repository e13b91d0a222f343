//! Services.

use async_trait::async_trait;

use crate::{
    ids::{RoomId, ServiceSlug},
    ports::StoreError,
    service::Service,
};

#[async_trait]
pub trait ServiceTx: Send {
    async fn find_service(&mut self, slug: &ServiceSlug) -> Result<Option<Service>, StoreError>;
    async fn insert_service(&mut self, service: &Service) -> Result<(), StoreError>;
    async fn save_settings(&mut self, service: &Service) -> Result<(), StoreError>;
    async fn services(&mut self) -> Result<Vec<Service>, StoreError>;
    /// Keeps that the service was told of agents nobody sees online. Says whether it was not.
    async fn tell_of_unseen(&mut self, slug: &ServiceSlug) -> Result<bool, StoreError>;
    /// Keeps whether the service was told that presence does not work. Says whether that changed.
    async fn tell_presence_off(
        &mut self,
        slug: &ServiceSlug,
        off: bool,
    ) -> Result<bool, StoreError>;
    async fn save_desk_room(&mut self, slug: &ServiceSlug, room: &RoomId)
    -> Result<(), StoreError>;
    async fn save_space(&mut self, slug: &ServiceSlug, room: &RoomId) -> Result<(), StoreError>;
    /// All, by slug.
    async fn all_services(&mut self) -> Result<Vec<Service>, StoreError>;
    async fn find_service_of_desk(
        &mut self,
        room: &RoomId,
    ) -> Result<Option<ServiceSlug>, StoreError>;
}
