//! Starting, running and stopping: every task of the program is spawned, cancelled and awaited
//! here.

use std::{
    io::IsTerminal,
    net::{IpAddr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use anyhow::{Context, bail};
use appservice::{
    Client, ClientSettings, Inbound, Outbound, PortalSettings, lookout, ping,
    presence::PresenceWatch,
};
use bot::{Bot, BotSettings, Confidences, Outage};
use bridge_web::{Live, WebSettings};
use desk::{
    command::Manner,
    deadlines::watch_deadlines,
    dispatcher::Dispatcher,
    engine::Engine,
    gestures::Courier,
    herald::Herald,
    ids::AgentId,
    ports::{Audience, Confidant, Homeserver, Mailer, Media, Reception},
    store::Store,
};
use ipnet::IpNet;
use store::SqliteStore;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};
use tracing_subscriber::EnvFilter;
use webhook::Hooks;

use crate::{
    cli::read_registration,
    doctor::HouseDoctor,
    settings::{MailEntry, Settings},
    vault,
    wire::{SystemClock, Ulids},
};

mod hold;
mod tasks;

use hold::take_hold;
use tasks::Tasks;

/// The one device of the bot, and of each ghost.
pub const DEVICE: &str = "HELPROOM";
const CHECKPOINT: Duration = Duration::from_secs(5);
const BOT_AGAIN: Duration = Duration::from_secs(15);
const BOT_REST: Duration = Duration::from_secs(10);

pub fn serve(settings: Settings) -> anyhow::Result<()> {
    init_logging(&settings)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(run(settings))
}

fn init_logging(settings: &Settings) -> anyhow::Result<()> {
    let filter = log_filter(settings)?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    match settings.log.format.as_str() {
        "json" => log.json().init(),
        _ => log.init(),
    }
    Ok(())
}

fn log_filter(settings: &Settings) -> anyhow::Result<EnvFilter> {
    EnvFilter::try_new(&settings.log.filter).with_context(|| {
        format!(
            "`log.filter` is \"{}\"; use for example \"info\"",
            settings.log.filter
        )
    })
}

async fn run(settings: Settings) -> anyhow::Result<()> {
    let registration = read_registration(&settings)?;
    let namespace = settings.namespace()?;
    let _locks = take_hold(&settings)?;
    let store = Arc::new(
        SqliteStore::open(&settings.database.url)
            .await
            .map_err(with_sources)
            .with_context(|| {
                format!(
                    "the database {} (`database.url`) could not be opened",
                    settings.database.url
                )
            })?,
    );
    let homeserver_listener = listen("appservice.listen", settings.appservice.listen).await?;
    let web_listener = listen("web.listen", settings.web.listen).await?;

    let vault = vault::open(&settings).await?;
    let live = Live::new();
    let engine = Engine::new(
        Arc::clone(&store) as Arc<dyn Store>,
        Arc::new(SystemClock),
        Arc::new(Ulids),
        Arc::clone(&live) as Arc<dyn Audience>,
        settings.bot.admins.iter().map(AgentId::new).collect(),
    );
    let admin_token = settings.admin_token()?;
    let engine = engine
        .with_manner(manner(&settings))
        .erasing_media(admin_token.is_some())
        .with_mail(settings.mail.is_some())
        .reaching(settings.webhooks.allowed()?)
        .with_vault(vault)
        .with_console(console_address(&settings));
    let engine = Arc::new(engine);
    let services: Vec<_> = settings
        .service
        .iter()
        .map(|service| service.to_setup())
        .collect();
    engine.set_up(&services).await.map_err(with_sources)?;

    let client = Client::new(ClientSettings {
        url: settings.homeserver.url.to_string(),
        as_token: registration.as_token.clone(),
    })?;
    let client = Arc::new(client.with_admin(admin_token));
    let portals = PortalSettings {
        federate: settings.appservice.federate,
        room_version: settings.appservice.room_version.clone(),
        widget: (settings.web.room_widget)
            .then(|| format!("{}/widget", console_address(&settings))),
    };
    let outbound = Outbound::new(Arc::clone(&client), namespace.clone(), DEVICE, portals)?;
    let outbound = Arc::new(outbound);
    let homeserver = Arc::clone(&outbound) as Arc<dyn Homeserver>;
    let doctor = HouseDoctor::new(&settings, registration.clone(), Arc::clone(&client))?;
    engine.call_doctor(Arc::new(doctor));
    let presence = PresenceWatch::new(
        Arc::clone(&engine),
        Arc::clone(&homeserver),
        Arc::clone(&client),
    );
    let inbound = Inbound::new(
        Arc::clone(&engine),
        Arc::clone(&client),
        namespace.clone(),
        Arc::clone(&presence),
    );
    let courier = Courier::new(
        Arc::clone(&engine),
        Arc::clone(&homeserver),
        settings.bot.localpart.clone(),
    );
    let (whisperer, confidences) = bot::whisper();
    let dispatcher = Dispatcher::with_helpers(
        Arc::clone(&engine),
        homeserver,
        settings.bot.localpart.clone(),
        mailer(&settings)?,
        Some(Arc::new(whisperer) as Arc<dyn Confidant>),
    );
    let ready = Arc::new(AtomicBool::new(false));

    let tasks = Tasks::default();
    tasks.spawn("the dispatcher", Arc::clone(&dispatcher).run());
    let hooks = Hooks::new(settings.webhooks.allowed()?)?;
    let herald = Herald::new(Arc::clone(&engine), Arc::new(hooks));
    tasks.spawn("the webhooks", herald.run());
    tasks.spawn("the deadlines", watch_deadlines(Arc::clone(&engine)));
    tasks.spawn("what comes in", Arc::clone(&inbound).run());
    tasks.spawn("the customers' gestures", courier.run());
    tasks.spawn(
        "the agents' gestures",
        Arc::clone(&inbound).watch_gestures(),
    );
    tasks.spawn("presence", presence.run());
    tasks.spawn("the checkpoints", checkpoints(Arc::clone(&store)));
    tasks.spawn(
        "the way back",
        retry_when_back(Arc::clone(&client), Arc::clone(&dispatcher)),
    );
    tasks.spawn(
        "the ping",
        ping::keep_in_touch(Arc::clone(&client), registration.id.clone()),
    );
    tasks.spawn(
        "the lookout",
        lookout::look_out(Arc::clone(&client), namespace.clone()),
    );
    let routes = appservice::router(
        Arc::clone(&inbound),
        namespace,
        registration.hs_token.clone(),
    );
    tasks.serve(homeserver_listener, routes);
    let web = bridge_web::router(
        Arc::clone(&engine),
        Arc::clone(&live),
        (Arc::clone(&outbound) as Arc<dyn Media>, outbound),
        Arc::clone(&ready),
        web_settings(&settings)?,
    );
    tasks.serve(web_listener, web);
    let bot = bot_settings(&settings, registration.as_token.secret())?;
    tasks.spawn(
        "the bot",
        run_bot(bot, engine, inbound, confidences, tasks.stop.clone()),
    );

    ready.store(true, Ordering::Release);
    info!(
        appservice.listen = %settings.appservice.listen,
        web.listen = %settings.web.listen,
        "Helproom is ready"
    );
    stop_asked(&tasks.stop).await?;
    info!("stopping");
    live.stop();
    tasks.end().await;
    Ok(())
}

fn manner(settings: &Settings) -> Manner {
    Manner {
        prefix: settings.bot.prefix.clone(),
        bot: format!("@{}:{}", settings.bot.localpart, settings.homeserver.name),
        display_name: settings.bot.display_name.clone(),
    }
}

async fn listen(key: &str, address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .with_context(|| format!("{address} (`{key}`) cannot be listened on; is it in use, or not an address of this machine?"))
}

/// What only running would find out otherwise.
pub fn check(settings: &Settings) -> anyhow::Result<()> {
    log_filter(settings)?;
    web_settings(settings)?;
    mailer(settings)?;
    vault::check(settings.vault.as_ref())?;
    bot_settings(settings, "").map(drop)
}

fn mailer(settings: &Settings) -> anyhow::Result<Option<Arc<dyn Mailer>>> {
    let smtp = settings.mail.as_ref().map(MailEntry::to_smtp).transpose()?;
    Ok(smtp.map(|smtp| Arc::new(smtp) as Arc<dyn Mailer>))
}

async fn checkpoints(store: Arc<SqliteStore>) {
    loop {
        tokio::time::sleep(CHECKPOINT).await;
        if let Err(failure) = store.checkpoint().await {
            warn!(
                error = &failure as &dyn std::error::Error,
                "the database's log could not be folded in"
            );
        }
    }
}

async fn retry_when_back(client: Arc<Client>, dispatcher: Arc<Dispatcher>) {
    loop {
        client.came_back().await;
        dispatcher.homeserver_is_back();
    }
}

/// Connects the bot and keeps it running; the desk works without it.
async fn run_bot(
    settings: BotSettings,
    engine: Arc<Engine>,
    inbound: Arc<Inbound>,
    confidences: Confidences,
    stop: CancellationToken,
) {
    loop {
        let inbound = Arc::clone(&inbound);
        let elsewhere = inbound.elsewhere();
        let reception = Arc::clone(&engine) as Arc<dyn Reception>;
        let outcome =
            match Bot::connect(settings.clone(), reception, Arc::clone(engine.clock())).await {
                // A sync that breaks is the first sign that the homeserver was restarted.
                Ok(bot) => {
                    bot.on_outage(Arc::new(move |_: Outage| inbound.doubt()))
                        .roused_by(elsewhere)
                        .confided_in(confidences.clone())
                        .run(stop.clone())
                        .await
                }
                Err(failure) => Err(failure),
            };
        if stop.is_cancelled() {
            return;
        }
        if let Err(failure) = outcome {
            warn!(
                error = &failure as &dyn std::error::Error,
                "the bot cannot work, trying again"
            );
        }
        tokio::time::sleep(BOT_AGAIN).await;
    }
}

/// Where browsers find the agents' page.
fn console_address(settings: &Settings) -> String {
    let web = settings.web.public_url.as_str().trim_end_matches('/');
    format!("{web}/console")
}

fn web_settings(settings: &Settings) -> anyhow::Result<WebSettings> {
    let trusted = settings.web.trusted_proxies.iter().map(|proxy| {
        let network = proxy.parse().or_else(|_| proxy.parse::<IpAddr>().map(IpNet::from));
        network.map_err(|_| {
            anyhow::anyhow!("`web.trusted_proxies` names \"{proxy}\"; use an address or a network, for example \"10.0.0.0/8\"")
        })
    });
    let limits = &settings.web.limits;
    let standard = WebSettings::new(settings.web.public_url.clone());
    let clients = settings.web.console_clients.clone();
    Ok(WebSettings {
        console_clients: clients.unwrap_or(standard.console_clients.clone()),
        sends_mail: settings.mail.is_some(),
        trusted_proxies: trusted.collect::<anyhow::Result<_>>()?,
        limits: bridge_web::Limits {
            starts_per_minute: limits.starts_per_minute,
            inquiries_per_minute: limits.inquiries_per_minute,
            messages_per_minute: limits.messages_per_minute,
            reads_per_minute: limits.reads_per_minute,
            calls_per_minute: limits.calls_per_minute,
        },
        ..standard
    })
}

fn bot_settings(settings: &Settings, as_token: &str) -> anyhow::Result<BotSettings> {
    Ok(BotSettings {
        homeserver: settings.homeserver.url.clone(),
        server_name: settings.homeserver.name.clone(),
        localpart: settings.bot.localpart.clone(),
        display_name: settings.bot.display_name.clone(),
        device_id: DEVICE.into(),
        store_dir: settings.bot.store.clone(),
        passphrase: settings.bot_passphrase()?,
        rest: BOT_REST,
        as_token: as_token.to_owned(),
    })
}

async fn stop_asked(stop: &CancellationToken) -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => Ok(()),
        _ = interrupt.recv() => Ok(()),
        () = stop.cancelled() => bail!("a part of the program failed; its log says which"),
    }
}

fn with_sources(failure: desk::ports::StoreError) -> anyhow::Error {
    anyhow::Error::new(failure)
}
