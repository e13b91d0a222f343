//! The tasks of the program and its listeners.

use std::{net::SocketAddr, time::Duration};

use axum::{
    Router,
    extract::{Request, State},
    http::StatusCode,
    middleware::{self, Next},
    response::{IntoResponse, Response},
    serve::ListenerExt,
};
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::{error, warn};

/// How long what is under way may take when we are asked to stop.
const PATIENCE: Duration = Duration::from_secs(5);

/// All tasks of the program.
#[derive(Default)]
pub struct Tasks {
    tracker: TaskTracker,
    pub stop: CancellationToken,
}

impl Tasks {
    /// Runs until it is told to stop. A task that ends before is a defect: the program stops, and
    /// whoever watches over it starts it again.
    #[allow(
        clippy::disallowed_methods,
        reason = "tasks are spawned here and nowhere else"
    )]
    pub fn spawn(&self, name: &'static str, task: impl Future<Output = ()> + Send + 'static) {
        let stop = self.stop.clone();
        self.tracker.spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = Watched { name, stop: stop.clone(), task: Box::pin(task) }.run() => {}
            }
        });
    }

    #[allow(
        clippy::disallowed_methods,
        reason = "tasks are spawned here and nowhere else"
    )]
    pub fn serve(&self, listener: TcpListener, routes: Router) {
        let stop = self.stop.clone();
        let listener = listener.tap_io(|connection| {
            // Answers are small and wanted at once.
            let _ = connection.set_nodelay(true);
        });
        let tracker = self.tracker.clone();
        let service = routes
            .layer(middleware::from_fn_with_state(tracker, to_its_end))
            .into_make_service_with_connect_info::<SocketAddr>();
        self.tracker.spawn(async move {
            let graceful = stop.clone().cancelled_owned();
            if let Err(failure) = axum::serve(listener, service)
                .with_graceful_shutdown(graceful)
                .await
            {
                error!(
                    error = &failure as &dyn std::error::Error,
                    "a listener failed"
                );
                stop.cancel();
            }
        });
    }

    pub async fn end(self) {
        self.stop.cancel();
        self.tracker.close();
        if tokio::time::timeout(PATIENCE, self.tracker.wait())
            .await
            .is_err()
        {
            // Open sockets: their pages connect again and miss nothing.
            warn!("not everything came to its end in time");
        }
    }
}

/// What changes something is not cut short when its caller hangs up: half of a change would have to
/// be undone, and with it what others have changed in the same commit.
#[allow(
    clippy::disallowed_methods,
    reason = "tasks are spawned here and nowhere else"
)]
async fn to_its_end(State(tracker): State<TaskTracker>, request: Request, next: Next) -> Response {
    if request.method().is_safe() {
        return next.run(request).await;
    }
    match tracker.spawn(next.run(request)).await {
        Ok(answer) => answer,
        Err(failure) => {
            error!(
                error = &failure as &dyn std::error::Error,
                "a request failed"
            );
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

struct Watched<F> {
    name: &'static str,
    stop: CancellationToken,
    task: std::pin::Pin<Box<F>>,
}

impl<F> Drop for Watched<F> {
    fn drop(&mut self) {
        if !self.stop.is_cancelled() {
            error!(task = self.name, "a task ended that must not; stopping");
            self.stop.cancel();
        }
    }
}

impl<F: Future<Output = ()>> Watched<F> {
    async fn run(mut self) {
        self.task.as_mut().await;
    }
}
