//! The node process: requests as JSON lines, answers matched by their number.

use std::{
    collections::HashMap,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::oneshot;

/// Longer than the driver's own patience, whose errors say more.
const PATIENCE: Duration = Duration::from_secs(30);

type Waiting = Arc<Mutex<Option<HashMap<u64, oneshot::Sender<Answer>>>>>;

#[derive(Debug, Deserialize)]
struct Answer {
    id: u64,
    #[serde(default)]
    ok: Value,
    error: Option<String>,
}

/// Belongs to no tokio runtime, so tests with one each can share a browser.
#[derive(Debug)]
pub(super) struct Driver {
    node: Mutex<(Child, Option<ChildStdin>)>,
    last: AtomicU64,
    waiting: Waiting,
}

impl Driver {
    pub fn start(script: &Path) -> Result<Self> {
        let mut node = Command::new("node")
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("node did not start")?;
        let stdin = node.stdin.take();
        let stdout = node.stdout.take().context("node has no output")?;
        let waiting: Waiting = Arc::new(Mutex::new(Some(HashMap::new())));
        let answered = Arc::clone(&waiting);
        thread::spawn(move || read(stdout, &answered));
        Ok(Self {
            node: Mutex::new((node, stdin)),
            last: AtomicU64::new(0),
            waiting,
        })
    }

    /// Sends one request and waits for its answer, at most 30 s longer than
    /// the request's own `timeout`.
    pub async fn call(&self, verb: &str, request: Value) -> Result<Value> {
        let own = request.get("timeout").and_then(Value::as_u64);
        let patience = PATIENCE + Duration::from_millis(own.unwrap_or_default());
        let (sender, receiver) = oneshot::channel();
        self.send(verb, request, Some(sender))?;
        let answer = tokio::time::timeout(patience, receiver)
            .await
            .with_context(|| format!("{verb}: the browser does not answer"))?
            .with_context(|| format!("{verb}: the browser's driver ended; see its output"))?;
        match answer.error {
            Some(error) => bail!("{verb}: {error}"),
            None => Ok(answer.ok),
        }
    }

    /// Sends a request whose answer nobody waits for.
    pub fn tell(&self, verb: &str, request: Value) {
        // The driver is gone, and with it what the request was about.
        let _ = self.send(verb, request, None);
    }

    fn send(
        &self,
        verb: &str,
        mut request: Value,
        answer: Option<oneshot::Sender<Answer>>,
    ) -> Result<()> {
        let id = self.last.fetch_add(1, Ordering::Relaxed) + 1;
        if let Value::Object(fields) = &mut request {
            fields.insert("id".to_owned(), id.into());
            fields.insert("do".to_owned(), verb.into());
        }
        if let Some(answer) = answer {
            lock(&self.waiting)
                .as_mut()
                .context("the browser's driver ended; see its output")?
                .insert(id, answer);
        }
        let mut node = lock(&self.node);
        let stdin = node.1.as_mut().context("the browser's driver is closed")?;
        stdin
            .write_all(format!("{request}\n").as_bytes())
            .context("the browser's driver ended; see its output")
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let (node, stdin) = self.node.get_mut().unwrap_or_else(PoisonError::into_inner);
        // It closes the browser when its input ends; killing it would leave
        // the browser's profile behind.
        stdin.take();
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(5) {
            if !matches!(node.try_wait(), Ok(None)) {
                return;
            }
            thread::sleep(Duration::from_millis(20));
        }
        let _ = node.kill();
        let _ = node.wait();
    }
}

fn read(stdout: ChildStdout, waiting: &Waiting) {
    for line in BufReader::new(stdout).lines().map_while(Result::ok) {
        let Ok(answer) = serde_json::from_str::<Answer>(&line) else {
            eprintln!("browser driver: {line}");
            continue;
        };
        let asker = lock(waiting)
            .as_mut()
            .and_then(|all| all.remove(&answer.id));
        if let Some(asker) = asker {
            // Whoever gave up waiting does not want it any more.
            let _ = asker.send(answer);
        }
    }
    // Dropping the senders tells everybody who still waits.
    lock(waiting).take();
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
