//! The help center's own web page, with the widget on it.

use std::net::{Ipv4Addr, TcpListener};

use axum::{Router, extract::Path, response::Html, routing::get};

/// Serves `/{service}` on a port of its own until the test program ends.
pub struct Site {
    pub origin: String,
}

impl Site {
    /// The widget comes from `helproom`, a base URL.
    pub fn open(helproom: String) -> Self {
        let page =
            move |Path(service): Path<String>| async move { Html(html(&helproom, &service)) };
        Self::of(Router::new().route("/{service}", get(page)))
    }

    /// One page and its script, `host.js`.
    pub fn serve(html: String, script: String) -> Self {
        let kind = [("content-type", "text/javascript")];
        let script = move || async move { (kind, script) };
        let page = move || async move { Html(html) };
        Self::of(
            Router::new()
                .route("/", get(page))
                .route("/host.js", get(script)),
        )
    }

    fn of(pages: Router) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        listener.set_nonblocking(true).unwrap();
        // A thread and a runtime of its own: tests come and go, each with theirs.
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                axum::serve(listener, pages).await.unwrap();
            });
        });
        Self { origin }
    }
}

fn html(helproom: &str, service: &str) -> String {
    format!(
        "<!doctype html><html lang=en><title>FAQ</title><meta name=viewport content='width=device-width'>
         <h1>Frequently asked questions</h1>
         <script src=\"{helproom}/widget.js\" data-help-center=\"{service}\" defer></script></html>"
    )
}
