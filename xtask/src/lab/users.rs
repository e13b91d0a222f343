//! Accounts on the lab's homeserver, made with its shared secret.

use anyhow::{Context, Result};
use hmac::{Hmac, Mac};
use reqwest::Method;
use serde_json::{Value, json};
use sha1::Sha1;

use super::Lab;
use crate::account::{self, Account, Login};

/// <https://element-hq.github.io/synapse/latest/admin_api/register_api.html>
const REGISTER: &str = "/_synapse/admin/v1/register";

impl Lab {
    /// Makes a user with a device; fails if there is one already.
    pub async fn register(&self, localpart: &str, password: &str, admin: bool) -> Result<Login> {
        let nobody = self.nobody()?;
        let nonce = nobody.call(Method::GET, REGISTER, None).await?;
        let nonce = nonce
            .get("nonce")
            .and_then(Value::as_str)
            .context("the homeserver gave no nonce")?;
        let body = json!({
            "nonce": nonce,
            "username": localpart,
            "password": password,
            "admin": admin,
            "mac": mac(self.shared_secret(), nonce, localpart, password, admin)?,
        });
        let answer = nobody.call(Method::POST, REGISTER, Some(body)).await?;
        account::login(answer, password)
    }

    /// Logs in, which makes a new device.
    pub async fn log_in(&self, localpart: &str, password: &str) -> Result<Login> {
        self.nobody()?.log_in(localpart, password).await
    }

    /// Makes the user if it is not there, and logs in.
    pub async fn ensure(&self, localpart: &str, password: &str, admin: bool) -> Result<Login> {
        match self.log_in(localpart, password).await {
            Ok(login) => Ok(login),
            Err(_) => self.register(localpart, password, admin).await,
        }
    }

    pub async fn set_display_name(&self, login: &Login, name: &str) -> Result<()> {
        let path = format!("/_matrix/client/v3/profile/{}/displayname", login.user_id);
        let body = json!({"displayname": name});
        self.account(login)?
            .call(Method::PUT, &path, Some(body))
            .await?;
        Ok(())
    }

    /// Plain client-server calls as this user.
    pub fn account(&self, login: &Login) -> Result<Account> {
        Ok(self.nobody()?.with(&login.access_token))
    }

    fn nobody(&self) -> Result<Account> {
        Account::nobody(self.homeserver_url())
    }
}

fn mac(secret: &str, nonce: &str, localpart: &str, password: &str, admin: bool) -> Result<String> {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret.as_bytes())?;
    let role = if admin { "admin" } else { "notadmin" };
    mac.update([nonce, localpart, password, role].join("\0").as_bytes());
    Ok(hex::encode(mac.finalize().into_bytes()))
}
