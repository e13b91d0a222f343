//! Services.

use async_trait::async_trait;

use desk::{
    ids::{RoomId, ServiceSlug},
    ports::StoreError,
    service::Service,
    store::ServiceTx,
};

use super::SqliteTx;
use crate::rows::{self, get, to_json};

#[async_trait]
impl ServiceTx for SqliteTx<'_> {
    async fn find_service(&mut self, slug: &ServiceSlug) -> Result<Option<Service>, StoreError> {
        let query = sqlx::query("select slug, name, settings from service where slug = $1")
            .bind(slug.as_str());
        self.find(query, rows::service).await
    }

    async fn insert_service(&mut self, service: &Service) -> Result<(), StoreError> {
        let query = sqlx::query("insert into service (slug, name, settings) values ($1, $2, $3)")
            .bind(service.slug.as_str())
            .bind(&service.name)
            .bind(to_json(&service.settings)?);
        self.run(query).await.map(drop)
    }

    async fn save_settings(&mut self, service: &Service) -> Result<(), StoreError> {
        let query = sqlx::query("update service set name = $2, settings = $3 where slug = $1")
            .bind(service.slug.as_str())
            .bind(&service.name)
            .bind(to_json(&service.settings)?);
        self.run(query).await.map(drop)
    }

    async fn services(&mut self) -> Result<Vec<Service>, StoreError> {
        let query = sqlx::query("select slug, name, settings from service order by slug");
        self.list(query, rows::service).await
    }

    async fn tell_of_unseen(&mut self, slug: &ServiceSlug) -> Result<bool, StoreError> {
        let query = sqlx::query(
            "update service set told_unseen = true where slug = $1 and not told_unseen",
        )
        .bind(slug.as_str());
        Ok(self.run(query).await? > 0)
    }

    async fn tell_presence_off(
        &mut self,
        slug: &ServiceSlug,
        off: bool,
    ) -> Result<bool, StoreError> {
        let query = sqlx::query(
            "update service set told_presence_off = $2 where slug = $1 and told_presence_off <> $2",
        )
        .bind(slug.as_str())
        .bind(off);
        Ok(self.run(query).await? > 0)
    }

    async fn save_desk_room(
        &mut self,
        slug: &ServiceSlug,
        room: &RoomId,
    ) -> Result<(), StoreError> {
        let query = sqlx::query("update service set desk_room = $2 where slug = $1")
            .bind(slug.as_str())
            .bind(room.as_str());
        self.run(query).await.map(drop)
    }

    async fn save_space(&mut self, slug: &ServiceSlug, room: &RoomId) -> Result<(), StoreError> {
        let query = sqlx::query("update service set space = $2 where slug = $1")
            .bind(slug.as_str())
            .bind(room.as_str());
        self.run(query).await.map(drop)
    }

    async fn all_services(&mut self) -> Result<Vec<Service>, StoreError> {
        let query = sqlx::query("select slug, name, settings from service order by slug");
        self.list(query, rows::service).await
    }

    async fn find_service_of_desk(
        &mut self,
        room: &RoomId,
    ) -> Result<Option<ServiceSlug>, StoreError> {
        let query =
            sqlx::query("select slug from service where desk_room = $1").bind(room.as_str());
        self.find(query, |row| {
            get::<String>(row, "slug").map(ServiceSlug::new)
        })
        .await
    }
}
