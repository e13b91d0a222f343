//! `helproom export`: all that is held of one customer, read from the database of the settings,
//! which is not changed.

use std::sync::Arc;

use anyhow::{Context, bail};
use desk::{
    engine::Engine,
    ids::{ChatId, ServiceSlug},
    ports::Audience,
    store::{Known, Store},
};
use store::SqliteStore;

use crate::{
    settings::Settings,
    wire::{SystemClock, Ulids},
};

#[derive(clap::Args)]
pub struct Options {
    /// The help center's short name.
    #[arg(long)]
    service: String,
    /// The customer's id, or its e-mail address.
    #[arg(long)]
    customer: String,
}

struct Nobody;

impl Audience for Nobody {
    fn chat_changed(&self, _: &ChatId) {}
}

pub fn run(settings: &Settings, options: &Options) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let document = runtime.block_on(document(&settings.database.url, options))?;
    println!("{document}");
    Ok(())
}

async fn document(url: &str, options: &Options) -> anyhow::Result<String> {
    let store = SqliteStore::read(url)
        .await
        .with_context(|| format!("the database {url} (`database.url`) could not be read"))?;
    let engine = Engine::new(
        Arc::new(store) as Arc<dyn Store>,
        Arc::new(SystemClock),
        Arc::new(Ulids),
        Arc::new(Nobody),
        Vec::new(),
    );
    let service = ServiceSlug::new(&options.service);
    if engine.store().service(&service).await?.is_none() {
        bail!("there is no help center \"{service}\" (--service)");
    }
    let mut people = match options.customer.contains('@') && !options.customer.contains(':') {
        true => {
            let known = Known::ByEmail(options.customer.clone());
            engine.people(&service, &known).await?
        }
        false => Vec::from_iter(engine.person(&service, &options.customer).await?),
    };
    match (people.pop(), people.len()) {
        (Some(person), 0) => {
            let document = engine.export(&service, &person).await?;
            Ok(serde_json::to_string_pretty(&document)?)
        }
        (None, _) => bail!("there is no such customer in {service} (--customer)"),
        (Some(last), _) => {
            let ids: Vec<String> = people
                .into_iter()
                .chain([last])
                .map(|person| person.id)
                .collect();
            bail!(
                "several customers have this address; name one by its id: {}",
                ids.join(", ")
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use desk::engine::{Inquiry, ServiceSetup};

    use super::*;

    #[tokio::test]
    async fn a_person_is_exported_by_its_address_while_helproom_runs() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("desk.db").display());
        let options = |service: &str, customer: &str| Options {
            service: service.into(),
            customer: customer.into(),
        };
        let missing = document(&url, &options("acme", "kim@example.org")).await;
        assert!(missing.unwrap_err().to_string().contains("`database.url`"));
        let store = Arc::new(SqliteStore::open(&url).await.unwrap());
        let engine = Engine::new(
            store,
            Arc::new(SystemClock),
            Arc::new(Ulids),
            Arc::new(Nobody),
            Vec::new(),
        );
        let setup = ServiceSetup {
            slug: ServiceSlug::new("acme"),
            name: "Acme".into(),
            settings: Default::default(),
            agents: Vec::new(),
        };
        engine.set_up(&[setup]).await.unwrap();
        let inquiry = Inquiry {
            service: ServiceSlug::new("acme"),
            consent: Some("1".into()),
            name: Some("Kim".into()),
            email: Some("kim@example.org".into()),
            subject: "Refund".into(),
            message: "please".into(),
        };
        engine.inquire(inquiry).await.unwrap();
        let told = document(&url, &options("acme", "kim@example.org")).await;
        assert!(told.unwrap().contains("\"subject\": \"Refund\""));
        for (service, customer, told) in [
            ("other", "kim@example.org", "--service"),
            ("acme", "lee@example.org", "--customer"),
            ("acme", "01J", "--customer"),
        ] {
            let wrong = document(&url, &options(service, customer)).await;
            assert!(wrong.unwrap_err().to_string().contains(told), "{customer}");
        }
    }
}
