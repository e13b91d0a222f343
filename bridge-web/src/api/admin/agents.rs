//! Agents, for programs.

use axum::{Json, extract::State, http::StatusCode};
use desk::{agent::Attendance, permission::Permission, refusal::Refusal};

use super::{Bodied, DONE, Keyed, several};
use crate::{
    body::{At, Body, Filtered},
    error::ApiError,
    key::{ReadsAgents, WritesAgents},
    web::Web,
    wire::{
        Problem,
        admin::{AgentList, AgentState, Grant, GrantedPermission, Taken},
    },
};

/// `GET /api/v1/admin/agents`
#[utoipa::path(
    get,
    path = "/admin/agents",
    operation_id = "admin_agents",
    security(("api_key" = ["agents:read"])),
    responses(
        (status = 200, body = AgentList, description = "by id; those who hold nothing any more included"),
        Keyed,
    )
)]
pub async fn list(
    State(web): State<Web>,
    ReadsAgents(holder): ReadsAgents,
) -> Result<Json<AgentList>, ApiError> {
    let service = web.engine.service(holder.service()).await?;
    let attendance = Attendance {
        basis: service.settings.routing.presence,
        now: web.engine.clock().now(),
    };
    let found = web.engine.store().agents(&service.slug).await?;
    let agents = found.into_iter().map(|found| {
        let routable = found.agent.is_routable(attendance);
        AgentState::new(found, routable)
    });
    Ok(Json(AgentList {
        agents: agents.collect(),
    }))
}

/// `PUT /api/v1/admin/agents/{id}`
#[utoipa::path(
    put,
    path = "/admin/agents/{id}",
    operation_id = "admin_grant",
    params(("id" = String, Path, description = "a whole Matrix user id")),
    security(("api_key" = ["agents:write"])),
    responses(
        (status = 204, description = "it holds these beside what it held; somebody new is invited"),
        Keyed, Bodied,
    )
)]
pub async fn grant(
    State(web): State<Web>,
    WritesAgents(holder): WritesAgents,
    At(id): At<String>,
    Body(grant): Body<Grant>,
) -> Result<StatusCode, ApiError> {
    let permissions: Vec<Permission> = grant.permissions.iter().map(permission).collect();
    if permissions.is_empty() || permissions.len() > Permission::ALL.len() {
        return Err(Refusal::invalid("permissions", "1 to 6 of them").into());
    }
    web.engine
        .program_permits(&holder, &id, true, Some(&permissions))
        .await?;
    Ok(DONE)
}

/// `DELETE /api/v1/admin/agents/{id}`
#[utoipa::path(
    delete,
    path = "/admin/agents/{id}",
    operation_id = "admin_revoke",
    params(("id" = String, Path, description = "a whole Matrix user id"), Taken),
    security(("api_key" = ["agents:write"])),
    responses(
        (status = 204, description = "it holds these no more"),
        (status = 400, body = Problem, description = "malformed"),
        (status = 404, body = Problem, description = "not_found"),
        (status = 422, body = Problem, description = "invalid"),
        Keyed,
    )
)]
pub async fn revoke(
    State(web): State<Web>,
    WritesAgents(holder): WritesAgents,
    At(id): At<String>,
    Filtered(taken): Filtered<Taken>,
) -> Result<StatusCode, ApiError> {
    let known = Permission::ALL.map(Permission::as_str).join(", ");
    let read = |word: &str| Permission::ALL.into_iter().find(|it| it.as_str() == word);
    let permissions = match taken.permissions.as_deref() {
        Some(words) => Some(several("permissions", Some(words), read, &known)?),
        None => None,
    };
    if permissions.as_ref().is_some_and(Vec::is_empty) {
        return Err(Refusal::invalid("permissions", format!("of these: {known}")).into());
    }
    web.engine
        .program_permits(&holder, &id, false, permissions.as_deref())
        .await?;
    Ok(DONE)
}

fn permission(granted: &GrantedPermission) -> Permission {
    match granted {
        GrantedPermission::Chat => Permission::Chat,
        GrantedPermission::Mask => Permission::Mask,
        GrantedPermission::Unmask => Permission::Unmask,
        GrantedPermission::Ticket => Permission::Ticket,
        GrantedPermission::Supervise => Permission::Supervise,
        GrantedPermission::Admin => Permission::Admin,
    }
}
