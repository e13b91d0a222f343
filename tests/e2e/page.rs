//! A customer in a real browser, on the help center's page.

use xtask::browser::{Options, Page, State};

use crate::world::{PATIENCE, World, browser};

pub const LAUNCHER: &str = "[data-testid=helproom-launcher]";
pub const FRAME: &str = "[data-testid=helproom-frame]";

pub fn id(name: &str) -> String {
    format!("[data-testid={name}]")
}

pub struct Visitor {
    pub page: Page,
    pub frame: Page,
}

impl Visitor {
    /// Opens the page; nothing is clicked yet.
    pub async fn visit(world: &World, service: &str) -> Self {
        Self::visit_with(world, service, &Options::default()).await
    }

    pub async fn visit_with(world: &World, service: &str, options: &Options) -> Self {
        let page = browser()
            .await
            .open(&world.page(service), options)
            .await
            .unwrap();
        let frame = page.frame(FRAME);
        Self { page, frame }
    }

    pub async fn open_widget(&self) {
        self.page.click(LAUNCHER).await.unwrap();
    }

    /// Opens the widget, agrees, and starts a chat.
    pub async fn start_chat(&self) {
        self.open_widget().await;
        self.sees("consent-text").await;
        self.click("start-chat").await;
        self.sees("composer").await;
    }

    pub async fn sees(&self, name: &str) {
        self.frame
            .wait(&id(name), State::Visible, PATIENCE)
            .await
            .unwrap();
    }

    pub async fn click(&self, name: &str) {
        self.frame.click(&id(name)).await.unwrap();
    }

    pub async fn say(&self, text: &str) {
        self.frame.fill(&id("composer"), text).await.unwrap();
        self.frame.press(&id("composer"), "Enter").await.unwrap();
    }

    fn texts_of(from: &str) -> String {
        format!("[data-testid=message][data-from={from}] [data-testid=message-text]")
    }

    /// Texts of `customer` or `agent` as they stand on the page.
    pub async fn texts(&self, from: &str) -> Vec<String> {
        self.frame.texts(&Self::texts_of(from)).await.unwrap()
    }

    pub async fn until_texts(&self, from: &str, texts: &[String]) {
        self.frame
            .wait_count(&Self::texts_of(from), texts.len(), PATIENCE * 3)
            .await
            .unwrap();
        assert_eq!(self.texts(from).await, texts);
    }

    /// Waits until the server has taken as many messages of the customer.
    pub async fn until_sent(&self, count: usize) {
        let sent = "[data-testid=message][data-from=customer][data-state=sent]";
        self.frame
            .wait_count(sent, count, PATIENCE * 3)
            .await
            .unwrap();
    }
}
