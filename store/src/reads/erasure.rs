//! Reads of what is held of one person.

use async_trait::async_trait;

use desk::{
    ids::{ChatId, CustomerId, ServiceSlug, Timestamp},
    ports::StoreError,
    store::{Consented, ErasureReads},
};

use crate::{
    rows::{count, get, time},
    sqlite::SqliteStore,
    tx::erasure::TICKETS,
};

#[async_trait]
impl ErasureReads for SqliteStore {
    async fn customer_since(&self, id: &CustomerId) -> Result<Option<Timestamp>, StoreError> {
        let query = sqlx::query("select created_at from customer where id = $1").bind(id.as_str());
        self.row(query, |row| time(row, "created_at")).await
    }

    async fn tickets_of_person(
        &self,
        service: &ServiceSlug,
        customer: Option<&CustomerId>,
        email: Option<&str>,
    ) -> Result<Vec<u64>, StoreError> {
        let query = sqlx::query(TICKETS)
            .bind(service.as_str())
            .bind(customer.map(CustomerId::as_str))
            .bind(email);
        self.rows(query, |row| count(row, "number")).await
    }

    async fn consents_of(
        &self,
        service: &ServiceSlug,
        subject: &str,
    ) -> Result<Vec<Consented>, StoreError> {
        let query = sqlx::query(
            "select subject, version, text_hash, at from consent
             where subject = $2 and service = $1 order by at",
        )
        .bind(service.as_str())
        .bind(subject);
        self.rows(query, |row| {
            Ok(Consented {
                subject: get(row, "subject")?,
                version: get(row, "version")?,
                text_hash: get(row, "text_hash")?,
                at: time(row, "at")?,
            })
        })
        .await
    }

    async fn mails_asked(
        &self,
        chat: &ChatId,
    ) -> Result<Vec<(Timestamp, Option<String>)>, StoreError> {
        let query =
            sqlx::query("select at, email from transcript_mail where chat = $1 order by at")
                .bind(chat.as_str());
        self.rows(query, |row| Ok((time(row, "at")?, get(row, "email")?)))
            .await
    }
}
