//! Webhooks without a network: they remember what they were told, and answer as told to.

use std::{collections::VecDeque, sync::Mutex};

use async_trait::async_trait;
use event_listener::Event;

use crate::ports::{HookPost, PostError, Webhooks};

/// What a webhook was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    pub id: String,
    pub url: String,
    pub body: String,
    /// How many secrets it was signed with.
    pub signatures: usize,
}

/// What it answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Says {
    Yes,
    No,
    Gone,
    /// Nothing, for ever.
    Nothing,
}

#[derive(Default)]
pub struct FakeWebhooks {
    heard: Mutex<Vec<Heard>>,
    answers: Mutex<VecDeque<Says>>,
    usual: Mutex<Option<Says>>,
    refused: Mutex<Option<String>>,
    told: Event,
}

impl FakeWebhooks {
    /// All that was tried, in order.
    pub fn heard(&self) -> Vec<Heard> {
        self.heard.lock().unwrap().clone()
    }

    /// What is answered next, one after the other; then what is usual.
    pub fn answers(&self, answers: &[Says]) {
        self.answers.lock().unwrap().extend(answers.iter().cloned());
    }

    /// Unless something else is said, `Yes`.
    pub fn usually(&self, says: Says) {
        *self.usual.lock().unwrap() = Some(says);
    }

    /// What holds these words is refused, always.
    pub fn refuses(&self, words: &str) {
        *self.refused.lock().unwrap() = Some(words.into());
    }

    /// Ends when so many were tried.
    pub async fn has_heard(&self, count: usize) {
        loop {
            let told = self.told.listen();
            if self.heard.lock().unwrap().len() >= count {
                return;
            }
            told.await;
        }
    }

    fn next(&self, body: &str) -> Says {
        if let Some(words) = &*self.refused.lock().unwrap()
            && body.contains(words)
        {
            return Says::No;
        }
        let next = self.answers.lock().unwrap().pop_front();
        let usual = || self.usual.lock().unwrap().clone();
        next.or_else(usual).unwrap_or(Says::Yes)
    }
}

#[async_trait]
impl Webhooks for FakeWebhooks {
    async fn post(&self, post: &HookPost) -> Result<(), PostError> {
        self.heard.lock().unwrap().push(Heard {
            id: post.id.to_string(),
            url: post.url.clone(),
            body: post.body.clone(),
            signatures: post.secrets.len(),
        });
        let says = self.next(&post.body);
        self.told.notify(usize::MAX);
        match says {
            Says::Yes => Ok(()),
            Says::No => Err(PostError::Later {
                after: None,
                trouble: "it answers 500".into(),
            }),
            Says::Gone => Err(PostError::Gone),
            Says::Nothing => std::future::pending().await,
        }
    }
}
