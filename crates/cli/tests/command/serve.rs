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

impl Server {
    /// A server with these options, and its address.
    fn start(desk: &Desk, options: &[&str]) -> (Self, String) {
        let args = [&["serve", "--listen", "127.0.0.1:0", "--json"], options].concat();
        let mut command = desk.command(args);
        let mut server = Self(command.stdout(Stdio::piped()).spawn().unwrap());
        let mut line = String::new();
        let mut out = BufReader::new(server.0.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        let listening: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(listening["format"], "understudy.listening/1");
        let address = listening["address"].as_str().unwrap().to_owned();
        // Codes that it prints from now on are not read, and it goes on without a reader.
        (server, address)
    }
}

/// The answer to a request, which has the status 201.
fn post(address: &str, path: &str, form: &str) -> Vec<u8> {
    let mut phone = TcpStream::connect(address).unwrap();
    let head = if form.is_empty() {
        String::new()
    } else {
        let length = form.len();
        format!("Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n")
    };
    let request =
        format!("POST {path} HTTP/1.1\r\nHost: bank\r\nConnection: close\r\n{head}\r\n{form}");
    phone.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    phone.read_to_end(&mut answer).unwrap();
    let text = String::from_utf8_lossy(&answer);
    assert!(text.starts_with("HTTP/1.1 201 "), "{text}");
    answer
}

#[test]
fn a_phone_gets_a_challenge_from_a_bank_whose_keys_have_a_passphrase() {
    let desk = Desk::new();
    let (_server, address) = Server::start(&desk, &[]);
    let answer = post(&address, "/v1/challenges", "");
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
