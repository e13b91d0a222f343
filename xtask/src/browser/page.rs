//! One page of the browser: what a person does there, and what can be read.

use std::{collections::BTreeMap, path::Path, sync::Arc, time::Duration};

use anyhow::Result;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::driver::Driver;

/// What to wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Visible,
    Hidden,
    Attached,
    Detached,
}

/// What the browser keeps for the page.
#[derive(Clone, Debug, Deserialize)]
pub struct Storage {
    /// The page itself first, then its iframes.
    pub frames: Vec<FrameStorage>,
    /// As Playwright gives them: name, value, domain, path, ...
    pub cookies: Vec<Value>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct FrameStorage {
    pub url: String,
    pub local: BTreeMap<String, String>,
    pub session: BTreeMap<String, String>,
}

/// A page, or an iframe of it ([`Page::frame`]). Selectors are Playwright's:
/// CSS that sees through open shadow roots, `text=Send`, `:has-text("a")`.
/// Actions wait up to 15 s for the first match to be ready for them. The page
/// closes when its last clone is dropped.
#[derive(Clone, Debug)]
pub struct Page {
    open: Arc<Open>,
    frame: Option<String>,
}

#[derive(Debug)]
struct Open {
    driver: Arc<Driver>,
    handle: u64,
}

impl Drop for Open {
    fn drop(&mut self) {
        self.driver.tell("close", json!({"page": self.handle}));
    }
}

impl Page {
    pub(super) fn new(driver: Arc<Driver>, handle: u64) -> Self {
        Self {
            open: Arc::new(Open { driver, handle }),
            frame: None,
        }
    }

    /// The inside of the iframe that `selector` finds.
    #[must_use]
    pub fn frame(&self, selector: &str) -> Self {
        Self {
            open: Arc::clone(&self.open),
            frame: Some(selector.to_owned()),
        }
    }

    pub async fn goto(&self, url: &str) -> Result<()> {
        self.call("goto", json!({"url": url})).await
    }

    pub async fn reload(&self) -> Result<()> {
        self.call("reload", json!({})).await
    }

    pub async fn click(&self, selector: &str) -> Result<()> {
        self.call("click", json!({"selector": selector})).await
    }

    /// Sets a field's whole value at once.
    pub async fn fill(&self, selector: &str, value: &str) -> Result<()> {
        let request = json!({"selector": selector, "value": value});
        self.call("fill", request).await
    }

    /// Types key by key.
    pub async fn type_text(&self, selector: &str, value: &str) -> Result<()> {
        let request = json!({"selector": selector, "value": value});
        self.call("type", request).await
    }

    /// Presses a key or chord: `Enter`, `Shift+Enter`, `Control+a`.
    pub async fn press(&self, selector: &str, key: &str) -> Result<()> {
        let request = json!({"selector": selector, "key": key});
        self.call("press", request).await
    }

    /// The text content of the first match.
    pub async fn text(&self, selector: &str) -> Result<String> {
        self.call("text", json!({"selector": selector})).await
    }

    /// The text content of every match there is now; does not wait.
    pub async fn texts(&self, selector: &str) -> Result<Vec<String>> {
        self.call("texts", json!({"selector": selector})).await
    }

    pub async fn attribute(&self, selector: &str, name: &str) -> Result<Option<String>> {
        let request = json!({"selector": selector, "name": name});
        self.call("attribute", request).await
    }

    /// How many matches there are now; does not wait.
    pub async fn count(&self, selector: &str) -> Result<usize> {
        self.call("count", json!({"selector": selector})).await
    }

    pub async fn wait(&self, selector: &str, state: State, timeout: Duration) -> Result<()> {
        let state = match state {
            State::Visible => "visible",
            State::Hidden => "hidden",
            State::Attached => "attached",
            State::Detached => "detached",
        };
        let request = json!({
            "selector": selector, "state": state, "timeout": milliseconds(timeout)
        });
        self.call("wait", request).await
    }

    /// Waits until there are at least `count` matches.
    pub async fn wait_count(&self, selector: &str, count: usize, timeout: Duration) -> Result<()> {
        let request = json!({
            "selector": selector, "count": count, "timeout": milliseconds(timeout)
        });
        self.call("wait_count", request).await
    }

    /// The value of a JavaScript expression; a promise is awaited.
    pub async fn evaluate(&self, expression: &str) -> Result<Value> {
        let request = json!({"expression": expression});
        self.call("evaluate", request).await
    }

    /// Cuts the page off the network, or connects it again.
    pub async fn offline(&self, on: bool) -> Result<()> {
        self.call("offline", json!({"on": on})).await
    }

    /// What is seen now, as a PNG file.
    pub async fn screenshot(&self, path: &Path) -> Result<()> {
        self.call("screenshot", json!({"path": path})).await
    }

    /// The console so far, `error: ...`, and uncaught errors, `pageerror: ...`.
    pub async fn console(&self) -> Result<Vec<String>> {
        self.call("console", json!({})).await
    }

    /// The address of every request and socket so far, iframes included.
    pub async fn requests(&self) -> Result<Vec<String>> {
        self.call("requests", json!({})).await
    }

    pub async fn storage(&self) -> Result<Storage> {
        self.call("storage", json!({})).await
    }

    /// Closes the page now, for all its clones.
    pub async fn close(self) -> Result<()> {
        self.call("close", json!({})).await
    }

    async fn call<T: DeserializeOwned>(&self, verb: &str, mut request: Value) -> Result<T> {
        if let Value::Object(fields) = &mut request {
            fields.insert("page".to_owned(), self.open.handle.into());
            if let Some(frame) = &self.frame {
                fields.insert("frame".to_owned(), frame.as_str().into());
            }
        }
        let answer = self.open.driver.call(verb, request).await?;
        Ok(serde_json::from_value(answer)?)
    }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
