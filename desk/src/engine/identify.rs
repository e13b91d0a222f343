//! Which customer somebody is: by the host page's word, by an earlier visitor token, or a new one.

use super::{Engine, StartChat, Started, Work};
use crate::{
    customer::Customer,
    identity::Identity,
    ids::{CustomerId, ServiceSlug, TokenHash},
    ports::StoreError,
    refusal::{DeskError, Refusal},
};

/// How many visitor tokens open one chat: more devices than that nobody has at hand.
const TOKENS: u32 = 20;

impl Engine {
    /// Opens the customer's running chat to one more device.
    pub async fn resume(
        &self,
        service: &ServiceSlug,
        identity: &Identity,
        token: &TokenHash,
    ) -> Result<Started, DeskError> {
        let mut work = self.begin().await?;
        let customer = work
            .tx
            .find_customer_by_subject(service, &identity.subject)
            .await?;
        let chat = match &customer {
            Some(customer) => work.tx.find_open_chat(&customer.id).await?,
            None => None,
        };
        let chat = chat.ok_or(Refusal::NoOpenChat)?;
        work.tx
            .add_visitor_token(&chat.id, token, work.now, TOKENS)
            .await?;
        work.commit().await?;
        Ok(Started {
            state: chat.state.shown(),
            chat: chat.id,
        })
    }
}

impl Work<'_> {
    /// An identity counts more than a visitor token. And a token alone does not make somebody an
    /// identified customer: whoever sits at the device now may be another person.
    pub(super) async fn customer(
        &mut self,
        wish: &StartChat,
        name: Option<String>,
        email: Option<String>,
    ) -> Result<Customer, StoreError> {
        let known = match (&wish.identity, &wish.earlier) {
            (Some(identity), _) => {
                self.tx
                    .find_customer_by_subject(&wish.service, &identity.subject)
                    .await?
            }
            (None, Some(token)) => self
                .tx
                .find_customer_by_token(&wish.service, token)
                .await?
                .filter(|customer| customer.subject.is_none()),
            (None, None) => None,
        };
        let said = wish.identity.as_ref();
        let name = said.and_then(|said| said.name.clone()).or(name);
        // Also the name we know: it may be older than the policy.
        let known_name = || known.as_ref().and_then(|known| known.name.clone());
        let name = match name.or_else(known_name) {
            Some(name) => Some(self.clean(&wish.service, name).await?),
            None => None,
        };
        let email = said.and_then(|said| said.email.clone()).or(email);
        if let Some(mut customer) = known {
            customer.name = name;
            customer.email = email.or(customer.email);
            self.tx.save_customer(&customer).await?;
            return Ok(customer);
        }
        let customer = Customer {
            id: CustomerId::new(self.engine.ids.ulid()),
            service: wish.service.clone(),
            name,
            email,
            subject: said.map(|said| said.subject.clone()),
        };
        self.tx.insert_customer(&customer, self.now).await?;
        Ok(customer)
    }
}
