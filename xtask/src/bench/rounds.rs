//! What is measured, sample by sample. Helproom and the floor take turns, so
//! that whatever else the machine does falls on both.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::{
    Options,
    agent::Agent,
    bare::Sender,
    customer::{Page, Started},
    figures::Samples,
    pair::Pair,
};

/// Until what the last sample set off has ended: the homeserver still tells
/// others, the agent's client polls again.
const REST: Duration = Duration::from_millis(60);
/// Added at random, so that no sample keeps step with a timer.
const JITTER: u64 = 20;

/// A chat between the customer and the agent.
pub(super) struct Chat {
    page: Page,
    started: Started,
    portal: String,
    /// The chat's ghost, without Helproom.
    ghost: Sender,
    desk: super::customer::Desk,
}

impl Chat {
    pub async fn open(pair: &mut Pair) -> Result<Self> {
        pair.desk.until_available().await?;
        let started = pair.desk.start_chat().await?;
        let (_, _, portal) = pair.agent.offered().await?;
        let mut page = pair.desk.open(&started).await?;
        pair.agent.join(&portal).await?;
        page.until_active().await?;
        let desk = pair.desk.clone();
        Ok(Self {
            page,
            started,
            ghost: pair.ghost(&portal).await?,
            portal,
            desk,
        })
    }

    pub async fn end(self) -> Result<()> {
        self.desk.close(&self.started).await
    }
}

#[derive(Default)]
pub(super) struct ChatStarts {
    pub invite: Vec<Duration>,
    pub mention: Vec<Duration>,
}

/// `POST chats` until the agent has the offer. The first does not count.
pub(super) async fn chat_starts(pair: &mut Pair, options: &Options) -> Result<ChatStarts> {
    let mut starts = ChatStarts::default();
    for round in 0..=options.starts {
        pair.desk.until_available().await?;
        rest().await;
        let begun = Instant::now();
        let chat = pair.desk.start_chat().await?;
        let (invite, mention, room) = pair.agent.offered().await?;
        if round > 0 {
            starts.invite.push(invite - begun);
            starts.mention.push(mention - begun);
        }
        pair.agent.join(&room).await?;
        pair.desk.close(&chat).await?;
    }
    Ok(starts)
}

/// The customer's send until the agent's sync has it; the floor: a bare
/// `PUT send` until the same sync has it, in its own room and in the portal.
pub(super) async fn to_agent(
    pair: &mut Pair,
    chat: &mut Chat,
    options: &Options,
) -> Result<Samples> {
    let mut samples = Samples::default();
    for round in 0..options.warm_up + options.samples {
        rest().await;
        let key = format!("a{round}");
        let begun = Instant::now();
        chat.page.say(&key).await?;
        let helproom = pair.agent.hears(&key).await? - begun;
        // Reads what came back, too, so that nothing piles up.
        chat.page.acknowledged(&key).await?;
        let floor = bare(&mut pair.agent, &pair.bare.sender, format!("b{round}")).await?;
        let portal = bare(&mut pair.agent, &chat.ghost, format!("p{round}")).await?;
        if round >= options.warm_up {
            samples.helproom.push(helproom);
            samples.portal.push(portal);
            samples.floor.push(floor);
        }
    }
    Ok(samples)
}

/// A bare `PUT send` until the agent's sync has it.
async fn bare(agent: &mut Agent, sender: &Sender, key: String) -> Result<Duration> {
    rest().await;
    let begun = Instant::now();
    let (sent, heard) = tokio::join!(sender.send(&key), agent.hears(&key));
    sent?;
    Ok(heard? - begun)
}

/// The agent's `PUT send` until the customer's socket has it; the floor: until
/// a bare listener has read the transaction.
pub(super) async fn to_customer(
    pair: &mut Pair,
    chat: &mut Chat,
    options: &Options,
) -> Result<Samples> {
    let mut samples = Samples::default();
    for round in 0..options.warm_up + options.samples {
        rest().await;
        let key = format!("c{round}");
        let begun = Instant::now();
        let (sent, heard) =
            tokio::join!(pair.agent.send(&chat.portal, &key), chat.page.hears(&key));
        sent?;
        let helproom = heard? - begun;
        pair.agent.hears(&key).await?;
        rest().await;
        let key = format!("d{round}");
        let begun = Instant::now();
        let room = pair.bare.room.clone();
        let (sent, heard) = tokio::join!(pair.agent.send(&room, &key), pair.bare.hears(&key));
        sent?;
        let floor = heard? - begun;
        pair.agent.hears(&key).await?;
        if round >= options.warm_up {
            samples.helproom.push(helproom);
            samples.floor.push(floor);
        }
    }
    Ok(samples)
}

/// Starts on the existing database; the times until ready.
pub(super) async fn restarts(pair: &mut Pair, options: &Options) -> Result<Vec<Duration>> {
    let mut ready = Vec::new();
    for _ in 0..options.starts.max(1) {
        let took = pair
            .restart()
            .await
            .context("Helproom did not start again")?;
        ready.push(took);
        // The bot connects after the start; it is not to be cut off in it.
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    Ok(ready)
}

async fn rest() {
    let jitter = Duration::from_millis(rand::random_range(0..JITTER));
    tokio::time::sleep(REST + jitter).await;
}
