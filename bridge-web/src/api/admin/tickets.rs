//! Tickets, for programs.

use axum::{Json, extract::State, http::StatusCode};
use desk::{
    engine,
    ids::{AgentId, ChatId},
    refusal::Refusal,
    ticket::{Status, Tag, TicketQuery},
};

use super::{Bodied, DONE, Keyed, limit, page, several};
use crate::{
    body::{At, Body, Filtered},
    error::ApiError,
    key::{BodyOnce, ReadsTickets, WritesTickets},
    web::Web,
    wire::{
        Problem,
        admin::{Made, NewComment, NewTicket, TicketEdit, TicketFilter, TicketPage, WholeTicket},
    },
};

const WORDS: usize = 8;
const LONGEST: usize = 200;
const LINES: u32 = 500;
const MESSAGES: u32 = 1_000;

/// `GET /api/v1/admin/tickets`
#[utoipa::path(
    get,
    path = "/admin/tickets",
    operation_id = "admin_tickets",
    params(TicketFilter),
    security(("api_key" = ["tickets:read"])),
    responses(
        (status = 200, body = TicketPage, description = "the newest first"),
        (status = 400, body = Problem, description = "malformed"),
        (status = 422, body = Problem, description = "invalid"),
        Keyed,
    )
)]
pub async fn list(
    State(web): State<Web>,
    ReadsTickets(holder): ReadsTickets,
    Filtered(filter): Filtered<TicketFilter>,
) -> Result<Json<TicketPage>, ApiError> {
    let limit = limit(filter.limit)?;
    let query = query(filter)?;
    let store = web.engine.store();
    let found = store.tickets(holder.service(), &query, limit + 1).await?;
    let (found, more) = page(found, limit);
    Ok(Json(TicketPage {
        tickets: found.into_iter().map(Into::into).collect(),
        more,
    }))
}

fn query(filter: TicketFilter) -> Result<TicketQuery, ApiError> {
    let known = "open, pending, solved, closed";
    let q = filter.q.unwrap_or_default();
    // Nobody has typed what is no character of a text.
    let words: Vec<String> = q
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    if words.len() > WORDS || q.chars().count() > LONGEST {
        let why = format!("at most {WORDS} words and {LONGEST} characters");
        return Err(Refusal::invalid("q", why).into());
    }
    let tag = filter.tag.as_deref().map(Tag::new).transpose();
    let tag = tag.map_err(|_| Refusal::invalid("tag", "1 to 40 letters, digits, - and _"))?;
    Ok(TicketQuery {
        status: several("status", filter.status.as_deref(), Status::from_word, known)?,
        assignee: filter.assignee.map(AgentId::new),
        tags: tag.into_iter().collect(),
        before: filter.before,
        words,
        ..TicketQuery::default()
    })
}

/// `POST /api/v1/admin/tickets`
///
/// Sent again with the same `Idempotency-Key` within 24 hours it makes no second ticket.
#[utoipa::path(
    post,
    path = "/admin/tickets",
    operation_id = "admin_create_ticket",
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 255 characters of ASCII")),
    security(("api_key" = ["tickets:write"])),
    responses(
        (status = 201, body = Made, description = "its number"),
        (status = 404, body = Problem, description = "not_found: there is no such chat"),
        Keyed, Bodied,
    )
)]
pub async fn create(
    State(web): State<Web>,
    WritesTickets(holder): WritesTickets,
    BodyOnce(wish, once): BodyOnce<NewTicket>,
) -> Result<(StatusCode, Json<Made>), ApiError> {
    let wish = engine::WantedTicket {
        subject: wish.subject,
        description: wish.description,
        priority: wish.priority.into(),
        assignee: wish.assignee,
        tags: wish.tags,
        name: wish.name,
        email: wish.email,
        chat: wish.chat.map(ChatId::new),
    };
    let number = web
        .engine
        .program_makes_ticket(&holder, wish, once.as_ref())
        .await?;
    Ok((StatusCode::CREATED, Json(Made { number })))
}

/// `GET /api/v1/admin/tickets/{number}`
#[utoipa::path(
    get,
    path = "/admin/tickets/{number}",
    operation_id = "admin_ticket",
    params(("number" = u64, Path)),
    security(("api_key" = ["tickets:read"])),
    responses(
        (status = 200, body = WholeTicket, description = "with comments, history and conversation"),
        (status = 404, body = Problem, description = "not_found"),
        Keyed,
    )
)]
pub async fn one(
    State(web): State<Web>,
    ReadsTickets(holder): ReadsTickets,
    At(number): At<u64>,
) -> Result<Json<WholeTicket>, ApiError> {
    let (store, service) = (web.engine.store(), holder.service());
    let known = i64::try_from(number).map_err(|_| ApiError::NotFound);
    known?;
    let ticket = store.ticket(service, number).await?;
    let ticket = ticket.ok_or(ApiError::NotFound)?;
    let comments = store.comments_of(service, number, LINES).await?;
    let changes = store.changes_of(service, number, LINES).await?;
    let conversation = store.conversation(service, number, MESSAGES).await?;
    Ok(Json(WholeTicket {
        description: ticket.description.clone(),
        comments: comments.into_iter().map(Into::into).collect(),
        changes: changes.into_iter().map(Into::into).collect(),
        conversation: conversation.into_iter().map(Into::into).collect(),
        ticket: ticket.into(),
    }))
}

/// `PATCH /api/v1/admin/tickets/{number}`
#[utoipa::path(
    patch,
    path = "/admin/tickets/{number}",
    operation_id = "admin_change_ticket",
    params(("number" = u64, Path)),
    security(("api_key" = ["tickets:write"])),
    responses(
        (status = 204, description = "it is so now"),
        (status = 404, body = Problem, description = "not_found"),
        Keyed, Bodied,
    )
)]
pub async fn change(
    State(web): State<Web>,
    WritesTickets(holder): WritesTickets,
    At(number): At<u64>,
    Body(edit): Body<TicketEdit>,
) -> Result<StatusCode, ApiError> {
    let edit = engine::TicketEdit {
        status: edit.status.map(Into::into),
        priority: edit.priority.map(Into::into),
        assignee: edit.assignee,
        subject: edit.subject,
        add_tags: edit.add_tags,
        remove_tags: edit.remove_tags,
    };
    web.engine
        .program_changes_ticket(&holder, number, edit)
        .await?;
    Ok(DONE)
}

/// `POST /api/v1/admin/tickets/{number}/comments`
#[utoipa::path(
    post,
    path = "/admin/tickets/{number}/comments",
    operation_id = "admin_comment",
    params(
        ("number" = u64, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 characters of ASCII"),
    ),
    security(("api_key" = ["tickets:write"])),
    responses(
        (status = 201, body = Made, description = "its number among the ticket's comments"),
        (status = 404, body = Problem, description = "not_found"),
        Keyed, Bodied,
    )
)]
pub async fn comment(
    State(web): State<Web>,
    WritesTickets(holder): WritesTickets,
    At(number): At<u64>,
    BodyOnce(comment, once): BodyOnce<NewComment>,
) -> Result<(StatusCode, Json<Made>), ApiError> {
    let number = web
        .engine
        .program_comments(
            &holder,
            number,
            &comment.text,
            comment.public,
            once.as_ref(),
        )
        .await?;
    Ok((StatusCode::CREATED, Json(Made { number })))
}
