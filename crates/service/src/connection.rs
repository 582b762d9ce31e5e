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
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) if is_of_the_peer(&error) => continue,
            Err(error) => return Err(error),
        };
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

/// True if a peer gave up its connection before it was accepted: other devices are answered on.
fn is_of_the_peer(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    )
}

#[cfg(test)]
mod tests {
    use std::io::{Error, ErrorKind};

    use super::is_of_the_peer;

    #[cfg(target_os = "linux")]
    #[test]
    fn a_peer_that_gives_up_early_does_not_end_the_service() {
        let codes = [(103, true), (104, true), (24, false), (9, false)];
        for (code, passing) in codes {
            // Linux: ECONNABORTED, ECONNRESET, EMFILE, EBADF.
            assert_eq!(is_of_the_peer(&Error::from_raw_os_error(code)), passing);
        }
        assert!(!is_of_the_peer(&Error::from(ErrorKind::OutOfMemory)));
    }
}
