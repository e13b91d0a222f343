//! Tickets at the console.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use desk::ids::{ChatId, ServiceSlug};

use super::{
    live::{Turn, Wait},
    sitting::Sitting,
    wire::{
        Audit, Comment, Looked, Made, NewTicket, Record, TicketChanges, TicketDetail, Tickets,
        wait_of,
    },
};
use crate::{
    body::{Asked, At, Body},
    error::ApiError,
    web::Web,
};

/// How many a page shows.
const PAGE: u32 = 50;

/// `GET /api/v1/console/services/{service}/tickets`
pub async fn list(
    State(web): State<Web>,
    sitting: Sitting,
    At(service): At<String>,
    Asked(looked): Asked<Looked>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let slug = ServiceSlug::new(service);
    let query = looked.query()?;
    let mut turn = Turn::new(&web, &sitting, &headers, wait_of(looked.wait));
    loop {
        let session = &sitting.session;
        let found = web
            .engine
            .console_tickets(session, &slug, &query, PAGE + 1)
            .await?;
        let names = web.engine.console_names(&slug).await?;
        if let Some(answer) = turn
            .answer(&Tickets::new(found, PAGE as usize, &names))
            .await?
        {
            return Ok(answer);
        }
    }
}

/// `GET /api/v1/console/services/{service}/tickets/{number}`
pub async fn show(
    State(web): State<Web>,
    sitting: Sitting,
    At((service, number)): At<(String, u64)>,
    Asked(looked): Asked<Wait>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let slug = ServiceSlug::new(service);
    let mut turn = Turn::new(&web, &sitting, &headers, looked);
    loop {
        let session = &sitting.session;
        let view = web.engine.console_ticket(session, &slug, number).await?;
        let names = web.engine.console_names(&slug).await?;
        if let Some(answer) = turn.answer(&TicketDetail::new(view, &names)).await? {
            return Ok(answer);
        }
    }
}

/// `GET /api/v1/console/services/{service}/tickets/{number}/conversation`
pub async fn conversation(
    State(web): State<Web>,
    sitting: Sitting,
    At((service, number)): At<(String, u64)>,
) -> Result<Json<Record>, ApiError> {
    let slug = ServiceSlug::new(service);
    let session = &sitting.session;
    let said = web
        .engine
        .console_conversation(session, &slug, number)
        .await?;
    Ok(Json(Record::new(0, said)))
}

/// `GET /api/v1/console/services/{service}/tickets/{number}/audit`
pub async fn audit(
    State(web): State<Web>,
    sitting: Sitting,
    At((service, number)): At<(String, u64)>,
) -> Result<Json<Audit>, ApiError> {
    let slug = ServiceSlug::new(service);
    let session = &sitting.session;
    let entries = web.engine.console_audit(session, &slug, number).await?;
    Ok(Json(Audit::new(entries)))
}

/// `POST /api/v1/console/chats/{id}/tickets`
pub async fn make(
    State(web): State<Web>,
    sitting: Sitting,
    At(chat): At<String>,
    Body(ticket): Body<NewTicket>,
) -> Result<(StatusCode, Json<Made>), ApiError> {
    let (key, wish) = ticket.wish()?;
    let number = web
        .engine
        .console_makes_ticket(&sitting.session, &ChatId::new(chat), &key, wish)
        .await?;
    Ok((StatusCode::CREATED, Json(Made { number })))
}

/// `PATCH /api/v1/console/services/{service}/tickets/{number}`
pub async fn change(
    State(web): State<Web>,
    sitting: Sitting,
    At((service, number)): At<(String, u64)>,
    Body(changes): Body<TicketChanges>,
) -> Result<StatusCode, ApiError> {
    let slug = ServiceSlug::new(service);
    web.engine
        .console_changes_ticket(&sitting.session, &slug, number, &changes.fields())
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/v1/console/services/{service}/tickets/{number}/comments`
pub async fn comment(
    State(web): State<Web>,
    sitting: Sitting,
    At((service, number)): At<(String, u64)>,
    Body(comment): Body<Comment>,
) -> Result<(StatusCode, Json<Made>), ApiError> {
    let slug = ServiceSlug::new(service);
    let what = (comment.text, comment.public);
    let number = web
        .engine
        .console_comments(&sitting.session, &slug, number, &comment.key, what)
        .await?;
    Ok((StatusCode::CREATED, Json(Made { number })))
}
