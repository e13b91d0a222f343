//! One customer: found, exported, erased.

use axum::{Json, extract::State, http::StatusCode};
use desk::{engine::Person, refusal::Refusal, store::Known};
use serde_json::Value;

use super::Keyed;
use crate::{
    body::{At, Filtered},
    error::ApiError,
    key::{ErasesCustomers, ReadsCustomers},
    limits::KeyName,
    web::Web,
    wire::{
        Problem,
        admin::{CustomerLine, CustomerList, Whom},
    },
};

/// The longest address or subject looked for, in bytes.
const LONGEST: usize = 1_000;

/// `GET /api/v1/admin/customers`
///
/// Addresses are what people typed: nobody has proved that one is theirs.
#[utoipa::path(
    get,
    path = "/admin/customers",
    operation_id = "admin_customers",
    params(Whom),
    security(("api_key" = ["customers:read"])),
    responses(
        (status = 200, body = CustomerList, description = "the newest first, at most 100"),
        (status = 400, body = Problem, description = "malformed"),
        (status = 422, body = Problem, description = "invalid"),
        Keyed,
    )
)]
pub async fn list(
    State(web): State<Web>,
    ReadsCustomers(holder): ReadsCustomers,
    Filtered(whom): Filtered<Whom>,
) -> Result<Json<CustomerList>, ApiError> {
    let known = match (whom.email, whom.subject) {
        (Some(email), None) if email.len() <= LONGEST => Known::ByEmail(email),
        (None, Some(subject)) if subject.len() <= LONGEST => Known::BySubject(subject),
        _ => {
            let why = "one of email and subject, of at most 1000 bytes";
            return Err(Refusal::invalid("email", why).into());
        }
    };
    let people = web.engine.people(holder.service(), &known).await?;
    let customers = people.into_iter().map(|person| {
        let customer = person.customer;
        CustomerLine {
            id: person.id,
            email: person.email,
            subject: customer.as_ref().and_then(|it| it.subject.clone()),
            name: customer.and_then(|it| it.name),
        }
    });
    Ok(Json(CustomerList {
        customers: customers.collect(),
    }))
}

/// `GET /api/v1/admin/customers/{id}/export`
///
/// That it was asked for is in the audit log.
#[utoipa::path(
    get,
    path = "/admin/customers/{id}/export",
    operation_id = "admin_export",
    params(("id" = String, Path)),
    security(("api_key" = ["customers:read"])),
    responses(
        (status = 200, body = Object, description = "all that is held of the person, masked as it is"),
        (status = 404, body = Problem, description = "not_found"),
        Keyed,
    )
)]
pub async fn export(
    State(web): State<Web>,
    ReadsCustomers(holder): ReadsCustomers,
    At(id): At<String>,
) -> Result<Json<Value>, ApiError> {
    web.gates.heavy.pass(&KeyName::of(&holder))?;
    let person = person(&web, &holder, &id).await?;
    Ok(Json(web.engine.program_exports(&holder, &person).await?))
}

/// `DELETE /api/v1/admin/customers/{id}`
///
/// Our own store is emptied by the time this is answered, or, of a customer with more than 20
/// chats, soon after; rooms as fast as the homeserver goes. The end is `customer.erased` in the
/// audit log and a webhook event.
#[utoipa::path(
    delete,
    path = "/admin/customers/{id}",
    operation_id = "admin_erase",
    params(("id" = String, Path)),
    security(("api_key" = ["customers:erase"])),
    responses(
        (status = 202, description = "it is being erased"),
        (status = 404, body = Problem, description = "not_found, or erased before"),
        Keyed,
    )
)]
pub async fn erase(
    State(web): State<Web>,
    ErasesCustomers(holder): ErasesCustomers,
    At(id): At<String>,
) -> Result<StatusCode, ApiError> {
    let person = person(&web, &holder, &id).await?;
    web.engine.program_erases(&holder, &person).await?;
    Ok(StatusCode::ACCEPTED)
}

async fn person(web: &Web, holder: &desk::apikey::KeyHolder, id: &str) -> Result<Person, ApiError> {
    let found = web.engine.person(holder.service(), id).await?;
    found.ok_or(ApiError::NotFound)
}
