//! A card in another program or at a TCP peer: one line of hex in each direction.

use std::io::{BufReader, Read, Write};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError, sync_channel};
use std::time::{Duration, Instant};

use understudy_pos::{LinkError, Transceive};

use crate::failure::Failure;
use crate::hex;
use crate::lines::{self, Line};
use crate::passphrase::VARIABLE;
use crate::usage::hide_text;

/// The most lines that are read before they are asked for.
const LINES_AHEAD: usize = 16;
/// The time for a program to end after its input has ended.
const FAREWELL: Duration = Duration::from_secs(1);

/// A line from the peer.
struct PeerLine {
    text: String,
    /// True if another line arrived together with it.
    more_came: bool,
}

/// The channel to another card.
pub(super) struct External {
    /// `None` after a timeout: a late answer would be taken for that to the next command.
    output: Option<Box<dyn Write>>,
    lines: Receiver<std::io::Result<PeerLine>>,
    /// True if another line arrived together with the last answer.
    more_came: bool,
    timeout: Duration,
    child: Option<Child>,
}

impl External {
    /// Connects to `HOST:PORT`, or starts the command.
    pub(super) fn open(card: &str, timeout: Duration) -> Result<Self, Failure> {
        match card.rsplit_once(':') {
            Some((host, port)) if is_address(host) && is_number(port) => match port.parse() {
                Ok(1..=u16::MAX) => Self::connect(card, timeout),
                Ok(0) | Err(_) => Err(Failure::Input(format!(
                    "--card {}: a port is a number from 1 to 65535",
                    hide_text(card)
                ))),
            },
            _ if is_number(card.trim()) => Err(Failure::Input(format!(
                "--card {}: it is a number, and names neither a program nor HOST:PORT; `understudy \
                 tap --from CARD` taps a card of the wallet",
                hide_text(card)
            ))),
            _ => Self::start(card, timeout),
        }
    }

    fn connect(peer: &str, timeout: Duration) -> Result<Self, Failure> {
        let failure = |error: std::io::Error| {
            Failure::Link(format!("--card {peer}: {error}; does it listen there?"))
        };
        let mut addresses = peer.to_socket_addrs().map_err(failure)?;
        let none = || std::io::Error::other("no address");
        let address = addresses.next().ok_or_else(none).map_err(failure)?;
        let stream = TcpStream::connect_timeout(&address, timeout).map_err(failure)?;
        stream.set_nodelay(true).map_err(failure)?;
        stream.set_write_timeout(Some(timeout)).map_err(failure)?;
        let input = stream.try_clone().map_err(failure)?;
        Ok(Self {
            output: Some(Box::new(stream)),
            lines: read_lines(input),
            more_came: false,
            timeout,
            child: None,
        })
    }

    fn start(command: &str, timeout: Duration) -> Result<Self, Failure> {
        let mut words = split_words(command).into_iter();
        let program = words.next().unwrap_or_default();
        let mut child = Command::new(&program)
            .args(words)
            .env_remove(VARIABLE)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| Failure::Link(format!("--card {program}: {error}")))?;
        let (Some(output), Some(input)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(Failure::Link(
                "--card: the program has no input or output".to_owned(),
            ));
        };
        Ok(Self {
            output: Some(Box::new(output)),
            lines: read_lines(input),
            more_came: false,
            timeout,
            child: Some(child),
        })
    }

    /// Refuses a line that arrived before it was asked for: it would be taken for the answer to the
    /// next command, and shift all later ones.
    fn check_silence(&mut self) -> Result<(), LinkError> {
        let waiting = match self.lines.try_recv() {
            Ok(line) => line.map(|_| true),
            // The end of the input is reported when an answer is awaited.
            Err(TryRecvError::Empty | TryRecvError::Disconnected) => Ok(false),
        };
        if !self.more_came && !waiting.map_err(|error| LinkError::Broken(error.to_string()))? {
            return Ok(());
        }
        self.output = None;
        Err(LinkError::Broken(
            "unasked line: the card's side sent one that no command asked for".to_owned(),
        ))
    }

    fn send(&mut self, line: &str) -> Result<(), LinkError> {
        let output = self.output.as_mut().ok_or(LinkError::NoAnswer)?;
        let sent = writeln!(output, "{line}").and_then(|()| output.flush());
        sent.map_err(|error| LinkError::Broken(error.to_string()))
    }

    fn receive(&mut self) -> Result<Vec<u8>, LinkError> {
        let broken = |reason: String| LinkError::Broken(reason);
        match self.lines.recv_timeout(self.timeout) {
            Ok(Ok(line)) => {
                self.more_came = line.more_came;
                hex::parse(&line.text)
                    .map(|answer| answer.to_vec())
                    .map_err(|error| broken(format!("the card's answer is not hex: {error}")))
            }
            Ok(Err(error)) => Err(broken(error.to_string())),
            Err(RecvTimeoutError::Timeout) => {
                self.output = None;
                Err(LinkError::NoAnswer)
            }
            Err(RecvTimeoutError::Disconnected) => {
                Err(broken("the card's side has ended".to_owned()))
            }
        }
    }
}

impl Transceive for External {
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, LinkError> {
        self.check_silence()?;
        self.send(&hex::upper(command))?;
        self.receive()
    }

    fn reset(&mut self) {
        // A peer that has gone has no field any more.
        let _ = self.send("reset");
    }
}

impl Drop for External {
    fn drop(&mut self) {
        // The end of its input tells a program to end.
        self.output = None;
        let Some(child) = &mut self.child else { return };
        let start = Instant::now();
        while start.elapsed() < FAREWELL {
            match child.try_wait() {
                Ok(None) => std::thread::sleep(Duration::from_millis(5)),
                Ok(Some(_)) | Err(_) => return,
            }
        }
        // A program that does not end when it is killed is left alone.
        let _ = child.kill().and_then(|()| child.wait());
    }
}

/// The words of a command line; quotation marks keep spaces inside a word.
fn split_words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = None;
    let mut quote = None;
    for character in text.chars() {
        match (quote, character) {
            (Some(open), close) if open == close => quote = None,
            (None, '"' | '\'') => {
                quote = Some(character);
                word.get_or_insert_with(String::new);
            }
            (None, space) if space.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_with(String::new).push(character),
        }
    }
    words.extend(word);
    words
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit())
}

fn is_address(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || ".-_[]:%".contains(c);
    !text.is_empty() && text.chars().all(plain)
}

/// Reads lines in a separate thread, so that waiting for one can time out.
fn read_lines(input: impl Read + Send + 'static) -> Receiver<std::io::Result<PeerLine>> {
    let (sender, receiver) = sync_channel(LINES_AHEAD);
    std::thread::spawn(move || {
        let mut input = BufReader::new(input);
        loop {
            let line = match lines::next(&mut input) {
                Ok(None) => return,
                Ok(Some(Line::Whole(line))) => {
                    String::from_utf8(line).map_err(std::io::Error::other)
                }
                Ok(Some(Line::TooLong)) => Err(std::io::Error::other(
                    "the card's answer is longer than 200000 octets",
                )),
                Err(error) => Err(error),
            };
            let failed = line.is_err();
            let remark = line.as_ref().is_ok_and(|line| is_remark(line.as_bytes()));
            let mut ahead = input.buffer().split_inclusive(|octet| *octet == b'\n');
            let more_came = ahead.any(|line| line.ends_with(b"\n") && !is_remark(line));
            let line = line.map(|text| PeerLine { text, more_came });
            if !remark && sender.send(line).is_err() || failed {
                return;
            }
        }
    });
    receiver
}

/// True for lines that are not an answer.
fn is_remark(line: &[u8]) -> bool {
    line.starts_with(b"#") || line.trim_ascii().is_empty()
}

#[cfg(test)]
mod tests {
    use super::{is_address, split_words};

    #[test]
    fn a_command_line_is_split_at_spaces_outside_quotes() {
        for (text, words) in [
            ("", vec![]),
            ("  card ", vec!["card"]),
            ("card --home /a", vec!["card", "--home", "/a"]),
            (
                "sh -c 'read x; echo \"9000\"'",
                vec!["sh", "-c", "read x; echo \"9000\""],
            ),
            ("\"a b\"'c d'e", vec!["a bc de"]),
            ("a \"\" b", vec!["a", "", "b"]),
            ("'open", vec!["open"]),
        ] {
            assert_eq!(split_words(text), words, "{text}");
        }
    }

    #[test]
    fn a_peer_is_told_from_a_program() {
        assert!(is_address("localhost") && is_address("192.0.2.1") && is_address("[::1]"));
        assert!(!is_address("") && !is_address("sh -c x") && !is_address("/bin/card"));
    }
}
