//! A running service and a plain client of HTTP/1.1.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use understudy_core::card::UnixTime;
use understudy_core::wire::amount::{Amount, Currency};
use understudy_issuer::{IssueOptions, Issuer, NoAttestation, Restrictions, demonstration};
use understudy_service::{Bounds, Service, Terms, serve};
use understudy_test_bank::Mailbox;

/// A service on a port of its own.
pub(crate) struct Running {
    address: SocketAddr,
    issuer: Arc<Issuer>,
    mailbox: Arc<Mailbox>,
}

/// An answer: its status and its body.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl Running {
    pub(crate) async fn start(bounds: Bounds) -> Self {
        let mailbox = Arc::new(Mailbox::default());
        let issuer = Issuer::in_memory(demonstration::custody(), demonstration::config()).unwrap();
        let issuer = Arc::new(issuer);
        let service = Service {
            issuer: Arc::clone(&issuer),
            terms: Arc::new(Terms {
                options: IssueOptions::default(),
                funds: Amount::new(100_000, Currency::CNY).unwrap(),
                restrictions: Restrictions::default(),
            }),
            verification: mailbox.clone(),
            attestation: Arc::new(NoAttestation),
            clock: now,
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(serve(listener, service, bounds));
        Self {
            address,
            issuer,
            mailbox,
        }
    }

    /// Act and party of every entry of the audit, in their order.
    pub(crate) fn audit(&self) -> Vec<(String, String)> {
        let entries = self.issuer.audit(None).unwrap().into_iter().rev();
        entries.map(|entry| (entry.deed, entry.actor)).collect()
    }

    pub(crate) fn last_code(&self) -> String {
        self.mailbox.digits()
    }

    pub(crate) async fn bind(&self, device: &str, number: &str, expiry: &str) -> Reply {
        let body = format!("number={number}&expiry={expiry}");
        let form = "Content-Type: application/x-www-form-urlencoded\r\n";
        let path = format!("{device}/cards");
        self.send("POST", &path, form, body.as_bytes()).await
    }

    pub(crate) async fn post(&self, path: &str, body: &[u8]) -> Reply {
        self.send("POST", path, "", body).await
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.send("GET", path, "", b"").await
    }

    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    pub(crate) async fn connect_with(&self, octets: &[u8]) -> TcpStream {
        let mut connection = self.connect().await;
        connection.write_all(octets).await.unwrap();
        connection
    }

    pub(crate) async fn send(&self, method: &str, path: &str, headers: &str, body: &[u8]) -> Reply {
        let length = body.len();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: issuer\r\nConnection: close\r\n{headers}\
             Content-Length: {length}\r\n\r\n"
        );
        let mut connection = self.connect_with(head.as_bytes()).await;
        // The service may not read a body to its end if it refuses its length.
        let _ = connection.write_all(body).await;
        let mut octets = Vec::new();
        let _ = connection.read_to_end(&mut octets).await;
        parse(&octets)
    }
}

/// The octets up to the end of the connection, as text.
pub(crate) async fn read_to_end(connection: &mut TcpStream) -> String {
    let mut octets = Vec::new();
    let _ = connection.read_to_end(&mut octets).await;
    String::from_utf8_lossy(&octets).into_owned()
}

/// True if the other side has closed the connection.
pub(crate) async fn is_closed(connection: &mut TcpStream) -> bool {
    let mut rest = Vec::new();
    connection.read_to_end(&mut rest).await.is_ok() && rest.is_empty()
}

fn now() -> UnixTime {
    UnixTime(
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap()
            .as_secs(),
    )
}

fn parse(octets: &[u8]) -> Reply {
    let end = octets
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .unwrap();
    let (head, body) = octets.split_at(end + 4);
    let head = String::from_utf8(head.to_vec()).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Reply {
        status,
        head,
        body: body.to_vec(),
    }
}
