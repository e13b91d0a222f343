//! The sample help-center page of a shop that does not exist.

use std::time::Duration;

use anyhow::{Context, Result};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
};

const PAGE: &str = include_str!("help_center.html");
const HEAD_LIMIT: usize = 16 * 1024;
const PATIENCE: Duration = Duration::from_secs(10);

/// Served until it is dropped.
#[derive(Debug)]
pub(super) struct Shop {
    server: JoinHandle<()>,
}

impl Shop {
    /// Serves the page at `/`, with the widget from `web_port`.
    pub async fn open(port: u16, web_port: u16) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", port))
            .await
            .with_context(|| format!("port {port} for the sample page is taken"))?;
        let page = page(web_port);
        let mut set = JoinSet::new();
        #[allow(
            clippy::disallowed_methods,
            reason = "aborted when the shop is dropped; nothing of it must be finished"
        )]
        let server = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                while set.try_join_next().is_some() {}
                set.spawn(tokio::time::timeout(PATIENCE, answer(stream, page.clone())));
            }
        });
        Ok(Self { server })
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn page(web_port: u16) -> String {
    PAGE.replace("{{web}}", &format!("http://127.0.0.1:{web_port}"))
}

async fn answer(mut stream: TcpStream, page: String) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.windows(4).any(|end| end == b"\r\n\r\n") && head.len() < HEAD_LIMIT {
        if stream.read_buf(&mut head).await? == 0 {
            return Ok(());
        }
    }
    let (status, body) = if is_page(&head) {
        ("200 OK", page.as_str())
    } else {
        (
            "404 Not Found",
            "<p>There is nothing here. <a href=\"/\">Back</a>",
        )
    };
    let answer = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\
         Cache-Control: no-store\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(answer.as_bytes()).await?;
    stream.shutdown().await
}

fn is_page(head: &[u8]) -> bool {
    let target = head.split(|byte| *byte == b' ').nth(1).unwrap_or_default();
    let path = target.split(|byte| *byte == b'?').next();
    path.is_some_and(|path| path == b"/" || path.starts_with(b"/articles/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_the_widget() {
        let script = "<script src=\"http://127.0.0.1:8080/widget.js\" data-help-center=\"acme\"";
        assert!(page(8080).contains(script));
        assert!(!page(8080).contains("{{"));
    }

    #[tokio::test]
    async fn the_page_is_served_and_others_are_not_found() {
        let port = crate::ports::free_port().unwrap();
        let _shop = Shop::open(port, 8080).await.unwrap();
        let get = async |path: &str| {
            let answer = reqwest::get(format!("http://127.0.0.1:{port}{path}")).await;
            answer.unwrap().status().as_u16()
        };
        for (path, status) in [("/", 200), ("/?a=b", 200), ("/favicon.ico", 404)] {
            assert_eq!(get(path).await, status, "{path}");
        }
    }
}
