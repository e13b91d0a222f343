//! A real Chromium for tests, driven through a small node program.

mod driver;
mod page;

use std::sync::Arc;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::{node, workspace};
use driver::Driver;
pub use page::{FrameStorage, Page, State, Storage};

/// What a new page is like. Each has its own cookies and storage.
#[derive(Clone, Debug)]
pub struct Options {
    pub width: u32,
    pub height: u32,
    pub dark: bool,
    pub locale: String,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            width: 1280,
            height: 800,
            dark: false,
            locale: "en-US".to_owned(),
        }
    }
}

impl Options {
    /// The size of a phone held upright.
    #[must_use]
    pub fn phone() -> Self {
        Self {
            width: 390,
            height: 844,
            ..Self::default()
        }
    }
}

/// One browser process; it goes when the last clone and page of it went.
#[derive(Clone, Debug)]
pub struct Browser {
    driver: Arc<Driver>,
}

impl Browser {
    /// Starts Chromium; installs the driver's packages if they are missing.
    pub async fn start() -> Result<Self> {
        let folder = workspace::root().join("tests/e2e/browser");
        let driver = tokio::task::spawn_blocking(move || {
            node::check()?;
            node::install(&folder)?;
            Driver::start(&folder.join("driver.mjs"))
        });
        Ok(Self {
            driver: Arc::new(driver.await??),
        })
    }

    /// Opens a page in a context of its own and waits for its load event.
    pub async fn open(&self, url: &str, options: &Options) -> Result<Page> {
        let request = json!({
            "url": url,
            "width": options.width,
            "height": options.height,
            "dark": options.dark,
            "locale": options.locale,
        });
        let handle = self.driver.call("open", request).await?;
        let handle = Value::as_u64(&handle).context("the driver gave no page handle")?;
        Ok(Page::new(Arc::clone(&self.driver), handle))
    }
}

#[cfg(test)]
mod tests;
