//! Connections: their greatest number at a time, and the time for each.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::{Service, router};

/// The limits of each connection and of all together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Connections at a time; further ones wait in the system's queue.
    pub connections: usize,
    /// Time for the head of a request.
    pub head: Duration,
    /// Time for a connection: one request and its answer.
    pub connection: Duration,
}

impl Default for Bounds {
    /// 64 connections; 5 s for a head, 30 s for a connection.
    fn default() -> Self {
        Self {
            connections: 64,
            head: Duration::from_secs(5),
            connection: Duration::from_secs(30),
        }
    }
}

/// Answers devices until the listener fails.
///
/// # Errors
/// That of the listener.
pub async fn serve(listener: TcpListener, service: Service, bounds: Bounds) -> io::Result<()> {
    let places = Arc::new(Semaphore::new(bounds.connections));
    let router = router(service);
    loop {
        let place = Arc::clone(&places).acquire_owned().await;
        let place = place.map_err(io::Error::other)?;
        let (stream, _) = listener.accept().await?;
        let router = TowerToHyperService::new(router.clone());
        tokio::spawn(async move {
            let mut server = http1::Builder::new();
            server
                .timer(TokioTimer::new())
                // A device that reused a connection would lose a request to the end of its time.
                .keep_alive(false)
                .header_read_timeout(bounds.head);
            let connection = server.serve_connection(TokioIo::new(stream), router);
            // A device whose connection broke or was too slow repeats its request.
            let _ = timeout(bounds.connection, connection).await;
            drop(place);
        });
    }
}
