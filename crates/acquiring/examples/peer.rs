//! Our side of the test against another implementation of ISO 8583.
//!
//! `peer samples VARIANT` prints one of each message, a line each; `peer read VARIANT` reads messages in
//! hexadecimal from its input, a line each. Of each message both print its octets, its type and its
//! fields, separated by spaces; characters and octets of a field are in hexadecimal:
//!
//! ```text
//! 0200… 0200 3=303030303030 11=303030303432
//! ```

use std::io::{Error, Read as _, Write as _, stdin, stdout};

use understudy_acquiring::iso8583::{MESSAGE_MAX, Message, Variant, emit, parse};
use understudy_acquiring::samples;

fn main() -> Result<(), Error> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let lines = match words[..] {
        ["samples", variant] => written(of(variant)?)?,
        ["read", variant] => read(of(variant)?)?,
        _ => return Err(Error::other("peer samples|read BCD|ASCII")),
    };
    stdout().write_all(lines.concat().as_bytes())
}

fn of(word: &str) -> Result<Variant, Error> {
    match word {
        "BCD" => Ok(Variant::Bcd),
        "ASCII" => Ok(Variant::Ascii),
        _ => Err(Error::other("a variant is BCD or ASCII")),
    }
}

fn written(variant: Variant) -> Result<Vec<String>, Error> {
    let messages = samples::messages().map_err(Error::other)?;
    let line = |message: &Message| {
        let mut room = [0; MESSAGE_MAX];
        let octets = emit(message, variant, &mut room).map_err(Error::other)?;
        Ok(described(octets, message))
    };
    messages.iter().map(line).collect()
}

fn read(variant: Variant) -> Result<Vec<String>, Error> {
    let mut text = String::new();
    stdin().read_to_string(&mut text)?;
    let line = |line: &str| {
        let octets = hex::decode(line).map_err(Error::other)?;
        let message = parse(&octets, variant).map_err(Error::other)?;
        Ok(described(&octets, &message))
    };
    text.lines().map(line).collect()
}

fn described(octets: &[u8], message: &Message) -> String {
    let mut words = vec![
        hex::encode_upper(octets),
        String::from_utf8_lossy(&message.message_type().digits()).into_owned(),
    ];
    let fields = message.fields();
    words.extend(fields.map(|(row, value)| format!("{}={}", row.number, hex::encode_upper(value))));
    words.join(" ") + "\n"
}
