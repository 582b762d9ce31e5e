//! `serve`, with the requests of a phone.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Stdio};

use serde_json::Value;

use crate::desk::Desk;

/// A server, killed when the value is dropped.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_phone_gets_a_challenge_from_a_bank_whose_keys_have_a_passphrase() {
    let desk = Desk::new();
    let mut command = desk.command(["serve", "--listen", "127.0.0.1:0", "--json"]);
    let mut server = Server(command.stdout(Stdio::piped()).spawn().unwrap());
    let mut line = String::new();
    let mut out = BufReader::new(server.0.stdout.take().unwrap());
    out.read_line(&mut line).unwrap();
    let listening: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(listening["format"], "understudy.listening/1");
    let address = listening["address"].as_str().unwrap();

    let mut phone = TcpStream::connect(address).unwrap();
    let request = "POST /v1/challenges HTTP/1.1\r\nHost: bank\r\nConnection: close\r\n\r\n";
    phone.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    phone.read_to_end(&mut answer).unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 201 "), "{answer:02X?}");
    let body = answer
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .unwrap()
        + 4;
    assert_eq!((answer.len() - body, answer[body]), (97, 1));
}

#[test]
fn published_keys_serve_no_phone() {
    let desk = Desk::demonstration();
    assert_eq!(desk.run(["tap"]).code, 0);
    let mut command = desk.command(["serve", "--listen", "127.0.0.1:0"]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut server = Server(command.spawn().unwrap());
    let mut line = String::new();
    let mut out = BufReader::new(server.0.stdout.take().unwrap());
    out.read_line(&mut line).unwrap();
    assert_eq!(line, "", "it listens");
    let mut error = String::new();
    let mut stderr = server.0.stderr.take().unwrap();
    stderr.read_to_string(&mut error).unwrap();
    assert!(error.contains("passphrase"), "{error}");
    assert_eq!(server.0.wait().unwrap().code(), Some(3));
}
