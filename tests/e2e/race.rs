//! Many chats and many agents at once: what each agent's own client sees keeps to the limit.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Mutex,
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use reqwest::Client;
use serde_json::Value;
use tokio::sync::watch;

use crate::{
    customer::Customer,
    light::{Light, events, rooms},
    world::{PATIENCE, Plan, World},
};

const SERVICE: &str = "race";
const CHATS: usize = 200;
const CAPACITY: usize = 3;
/// So many chats are served; then all who still wait or talk lose patience, at the same moment.
/// A room costs Synapse a third of a second.
const ENOUGH: usize = 80;
/// As matrix-sdk's own loop. Twenty clients that ask again at every event in the space keep
/// Synapse from making rooms.
const REST: Duration = Duration::from_secs(1);
const AGENTS: [&str; 20] = [
    "a01", "a02", "a03", "a04", "a05", "a06", "a07", "a08", "a09", "a10", "a11", "a12", "a13",
    "a14", "a15", "a16", "a17", "a18", "a19", "a20",
];

/// Which chats each agent has in its client's eyes: from when it sees the customer's words in a
/// room it has joined, until somebody sets about to end the chat.
#[derive(Default)]
struct Ledger {
    held: Mutex<BTreeMap<String, BTreeSet<String>>>,
    over: Mutex<BTreeSet<String>>,
    /// That every agent had as many as it may, all at the same moment.
    full: watch::Sender<bool>,
    served: watch::Sender<usize>,
}

impl Ledger {
    fn begins(&self, agent: &str, chat: &str) {
        if self.over.lock().unwrap().contains(chat) {
            return;
        }
        let mut held = self.held.lock().unwrap();
        for (other, chats) in held.iter() {
            assert!(!chats.contains(chat), "{chat} is with {other} and {agent}");
        }
        let mine = held.entry(agent.to_owned()).or_default();
        mine.insert(chat.to_owned());
        assert!(mine.len() <= CAPACITY, "{agent} has {mine:?}");
        if held.values().map(BTreeSet::len).sum::<usize>() == AGENTS.len() * CAPACITY {
            self.full.send_replace(true);
        }
    }

    fn ends(&self, chat: &str) {
        self.over.lock().unwrap().insert(chat.to_owned());
        for chats in self.held.lock().unwrap().values_mut() {
            chats.remove(chat);
        }
    }

    async fn enough(&self) {
        let mut served = self.served.subscribe();
        served.wait_for(|served| *served >= ENOUGH).await.unwrap();
    }
}

/// What one agent's client has seen.
struct Worker<'a> {
    client: Light,
    world: &'a World,
    ledger: &'a Ledger,
    joined: BTreeSet<String>,
    /// The name of each room that is a chat.
    chats: BTreeMap<String, String>,
    /// Rooms and words of customers who are not answered yet.
    unanswered: Vec<(String, String)>,
}

impl Worker<'_> {
    /// Comes on duty: joins the desk room and what else there is.
    async fn arrive(&mut self) {
        while self.joined.is_empty() {
            let sync = self.client.sync().await;
            self.join_all(&sync).await;
        }
    }

    async fn join_all(&mut self, sync: &Value) {
        for (room, _) in rooms(sync, "invite") {
            if self.joined.insert(room.clone()) {
                self.client.join(room).await;
            }
        }
    }

    async fn work(&mut self) {
        self.client.is_seen("online").await;
        let mut seen = Instant::now();
        let mut full = self.ledger.full.subscribe();
        loop {
            let sync = tokio::select! {
                sync = self.client.sync() => sync,
                Ok(()) = full.changed() => Value::Null,
            };
            let is_offered = rooms(&sync, "invite").any(|(room, _)| !self.joined.contains(room));
            if is_offered {
                // It drops out at the worst moment, with the offer in its hands.
                self.client.is_seen("offline").await;
                self.join_all(&sync).await;
                self.limit_holds().await;
            }
            self.listen(&sync);
            if *full.borrow_and_update() {
                self.answer_all().await;
            }
            if is_offered || seen.elapsed() > Duration::from_secs(20) {
                self.client.is_seen("online").await;
                seen = Instant::now();
            }
            tokio::time::sleep(REST).await;
        }
    }

    /// Hears customers: from now on it has their chats.
    fn listen(&mut self, sync: &Value) {
        self.look(sync);
        for (room, happened) in rooms(sync, "join") {
            let said = events(happened).filter(|event| {
                let sender = event["sender"].as_str().unwrap_or_default();
                event["type"] == "m.room.message" && sender.starts_with("@helproom_")
            });
            for event in said {
                let chat = event["content"]["body"].as_str().unwrap();
                self.ledger.begins(&self.client.id, chat);
                self.unanswered.push((room.clone(), chat.to_owned()));
            }
        }
    }

    /// Ends every second chat.
    async fn answer_all(&mut self) {
        for (room, chat) in std::mem::take(&mut self.unanswered) {
            self.client.say(&room, &chat).await;
            if ends_by_agent(&chat) {
                self.ledger.ends(&chat);
                self.client.say(&room, "!close").await;
            }
        }
    }

    fn look(&mut self, sync: &Value) {
        for (room, happened) in rooms(sync, "join") {
            let names = events(happened).filter(|event| event["type"] == "m.room.name");
            for name in names.filter_map(|event| event["content"]["name"].as_str()) {
                if name.contains('#') {
                    self.chats.insert(room.clone(), name.to_owned());
                }
            }
        }
    }

    /// In Helproom's own books, at this moment.
    async fn limit_holds(&self) {
        let over = self
            .world
            .query("select agent, count(*) from chat where state in ('offered', 'active') group by agent having count(*) > 3")
            .await;
        assert!(over.is_empty(), "{over:?}");
    }

    /// Every chat that came to it is shown as closed in the end.
    async fn until_all_are_closed(&mut self) {
        self.client.start_over();
        loop {
            let sync = self.client.sync().await;
            self.look(&sync);
            if self.chats.values().all(|name| name.starts_with('✔')) {
                return;
            }
        }
    }
}

fn ends_by_agent(chat: &str) -> bool {
    chat.ends_with(['0', '2', '4', '6', '8'])
}

async fn be_a_customer(world: &World, client: &Client, ledger: &Ledger, n: usize) -> Customer {
    let mut customer = Customer::among(client, world, SERVICE).await;
    let me = format!("c{n}");
    customer.say("k", &me).await;
    let served = tokio::select! {
        () = customer.until_heard(std::slice::from_ref(&me)) => true,
        () = ledger.enough() => false,
    };
    if !served || !ends_by_agent(&me) {
        ledger.ends(&me);
        customer.close().await;
    }
    let closed = |events: &[Value]| events.iter().any(|it| it["type"] == "closed");
    customer.until("the end", closed).await;
    if served {
        ledger.served.send_modify(|served| *served += 1);
    }
    customer
}

fn count(customer: &Customer, field: &str, value: &str) -> usize {
    let events = customer.events.iter();
    events.filter(|event| event[field] == *value).count()
}

#[tokio::test]
async fn of_200_chats_at_once_80_are_served_by_20_agents_who_come_and_go_and_none_has_more_than_3()
{
    let begun = Instant::now();
    let world = World::start(Plan {
        services: &[SERVICE],
        agents: &AGENTS,
        ..Plan::default()
    })
    .await;
    let ledger = Ledger::default();
    let mut workers = join_all(AGENTS.map(|name| async {
        let mut worker = Worker {
            client: Light::log_in(&world, name, SERVICE).await,
            world: &world,
            ledger: &ledger,
            joined: BTreeSet::new(),
            chats: BTreeMap::new(),
            unanswered: Vec::new(),
        };
        worker.arrive().await;
        worker
    }))
    .await;
    eprintln!("{:?}: everybody is on duty", begun.elapsed());
    let client = Client::new();
    let customers = async {
        world.until_routable(SERVICE, AGENTS.len()).await;
        eprintln!("{:?}: everybody is routable", begun.elapsed());
        join_all((0..CHATS).map(|n| be_a_customer(&world, &client, &ledger, n))).await
    };
    let customers = tokio::select! {
        customers = customers => customers,
        _ = join_all(workers.iter_mut().map(Worker::work)) => unreachable!("they work for ever"),
    };
    eprintln!("{:?}: every chat has ended", begun.elapsed());
    let all_closed = join_all(workers.iter_mut().map(Worker::until_all_are_closed));
    tokio::time::timeout(PATIENCE, all_closed)
        .await
        .expect("what an agent's client shows is closed in the end");

    let mut served = 0;
    for (n, customer) in customers.iter().enumerate() {
        let active = count(customer, "state", "active");
        assert!(active <= 1, "c{n} {:?}", customer.events);
        assert_eq!(count(customer, "type", "closed"), 1, "c{n}");
        let heard = customer.heard();
        assert!(
            heard.iter().all(|text| *text == format!("c{n}")),
            "{heard:?}"
        );
        assert!(heard.len() <= active, "c{n} {:?}", customer.events);
        served += heard.len();
    }
    eprintln!("{:?}: {served} served", begun.elapsed());
    assert!(served >= ENOUGH);
    let open = world
        .query("select state, count(*) from chat group by state")
        .await;
    assert_eq!(open, [format!("closed|{CHATS}")], "none lost, none left");
    let twice = world
        .query(
            "select chat from offer where outcome = 'accepted' group by chat having count(*) > 1",
        )
        .await;
    assert!(twice.is_empty(), "{twice:?}");
    assert!(*ledger.full.borrow(), "every agent had three at once");
}
