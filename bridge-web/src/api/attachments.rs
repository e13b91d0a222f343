//! Files of a chat: sent by its customer, and fetched again.

use axum::{
    Json,
    body::Body,
    extract::{Path, Request, State},
    http::{HeaderValue, header},
    response::Response,
};
use desk::{
    attachment::{self, File},
    engine::NewFile,
    ids::{ChatId, ClientKey, MessageId},
    ports::{DeliveryError, Download},
};
use futures_util::{StreamExt, stream};
use tokio::sync::OwnedSemaphorePermit;

use crate::{
    body::{Asked, whole},
    disposition::disposition,
    error::ApiError,
    visitor::Visitor,
    web::Web,
    wire::{Ack, NamedFile, Problem},
};

/// As many of the first bytes as it takes to know an image.
const HEAD: usize = 512;
/// What is inside is never a page of ours.
const POLICY: &str = "default-src 'none'; sandbox";

/// `POST /api/v1/chats/{id}/attachments`
///
/// The body is the file as it is. Its type is found in its bytes, whatever the header says.
#[utoipa::path(
    post,
    path = "/chats/{id}/attachments",
    operation_id = "attach",
    params(("id" = String, Path), NamedFile),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    security(("visitor_token" = [])),
    responses(
        (status = 200, body = Ack, description = "stored; the same key again gets the same answer"),
        (status = 400, body = Problem, description = "malformed"),
        (status = 401, body = Problem, description = "unauthorized"),
        (status = 403, body = Problem, description = "origin_refused, attachments_disabled"),
        (status = 408, body = Problem, description = "too_slow"),
        (status = 409, body = Problem, description = "chat_closed"),
        (status = 413, body = Problem, description = "too_large"),
        (status = 415, body = Problem, description = "unsupported_type"),
        (status = 422, body = Problem, description = "invalid"),
        (status = 429, body = Problem, description = "too_many"),
        (status = 503, body = Problem, description = "unavailable"),
    )
)]
pub async fn attach(
    State(web): State<Web>,
    visitor: Visitor,
    Asked(named): Asked<NamedFile>,
    request: Request,
) -> Result<Json<Ack>, ApiError> {
    web.gates.files.pass(&visitor.chat)?;
    let rules = web.engine.attachment_rules(&visitor.chat).await?;
    rules.check_size(0)?;
    let _slot = web.slots.uploads.take()?;
    let new = NewFile {
        key: ClientKey::new(named.key),
        name: named.name,
        bytes: whole(request, rules.max_bytes).await?,
    };
    let sent = web.engine.customer_attachment(&visitor.chat, new).await?;
    Ok(Json(sent.into()))
}

/// `GET /api/v1/chats/{id}/attachments/{message}`
///
/// Images (png, jpeg, gif, webp) are sent as what they are, everything else for saving.
#[utoipa::path(
    get,
    path = "/chats/{id}/attachments/{message}",
    operation_id = "attachment",
    params(("id" = String, Path), ("message" = String, Path)),
    security(("visitor_token" = [])),
    responses(
        (status = 200, content_type = "application/octet-stream", description = "the file"),
        (status = 401, body = Problem, description = "unauthorized"),
        (status = 403, body = Problem, description = "origin_refused"),
        (status = 404, body = Problem, description = "not_found"),
        (status = 429, body = Problem, description = "too_many"),
        (status = 503, body = Problem, description = "unavailable"),
    )
)]
pub async fn attachment(
    State(web): State<Web>,
    visitor: Visitor,
    path: Option<Path<(String, String)>>,
) -> Result<Response, ApiError> {
    web.gates.events.pass(&visitor.chat)?;
    let Some(Path((_, message))) = path else {
        return Err(ApiError::NotFound);
    };
    file_of(&web, &visitor.chat, &MessageId::new(message)).await
}

/// The file of a message, for somebody who may see the chat.
pub async fn file_of(web: &Web, chat: &ChatId, message: &MessageId) -> Result<Response, ApiError> {
    let file = web.engine.store().file(chat, message).await?;
    let file = file.ok_or(ApiError::NotFound)?;
    let slot = web.slots.downloads.take()?;
    match file {
        File {
            name,
            bytes: Some(bytes),
            ..
        } => Ok(whole_file(&name, bytes)),
        File {
            name,
            media: Some(media),
            ..
        } => {
            let most = web.engine.attachment_rules(chat).await?.max_bytes;
            let download = web.media.download(&media, most).await?;
            streamed(&name, download, slot).await
        }
        _ => Err(ApiError::NotFound),
    }
}

fn whole_file(name: &str, bytes: Vec<u8>) -> Response {
    let mut response = headed(name, &bytes);
    let length = HeaderValue::from(bytes.len());
    *response.body_mut() = Body::from(bytes);
    response
        .headers_mut()
        .insert(header::CONTENT_LENGTH, length);
    response
}

/// The file as it comes. The slot is free again when it is over.
async fn streamed(
    name: &str,
    download: Download,
    slot: OwnedSemaphorePermit,
) -> Result<Response, ApiError> {
    let Download { size, mut bytes } = download;
    let mut head = Vec::new();
    while head.len() < HEAD {
        match bytes.next().await {
            Some(chunk) => head.extend(chunk?),
            None => break,
        }
    }
    let mut response = headed(name, &head);
    let rest = bytes.map(move |chunk| {
        let _ = &slot;
        chunk
    });
    let all = stream::iter([Ok::<_, DeliveryError>(head)]).chain(rest);
    *response.body_mut() = Body::from_stream(all);
    if let Some(size) = size {
        let length = HeaderValue::from(size);
        response
            .headers_mut()
            .insert(header::CONTENT_LENGTH, length);
    }
    Ok(response)
}

/// An answer without its body, for a file that begins like this.
fn headed(name: &str, head: &[u8]) -> Response {
    let mime = attachment::sniff(head);
    let is_image = attachment::is_image(mime);
    let mime = match is_image {
        true => mime,
        false => attachment::UNKNOWN,
    };
    let mut response = Response::new(Body::empty());
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, mime),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "private, no-store"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert(header::CONTENT_DISPOSITION, disposition(is_image, name));
    response
}
