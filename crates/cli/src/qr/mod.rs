//! `qr`: draws payment codes.

mod picture;

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use understudy_qr::consumer::{ConsumerCode, OCTETS_MAX, octets_of};
use understudy_qr::merchant::MerchantCode;
use zeroize::Zeroizing;

use self::picture::Picture;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input::{Given, text};
use crate::output::Output;

/// Draws a payment code of EMVCo as a QR code, in the terminal and as a file.
///
/// The text is checked first, a merchant's with its check sum: `decode` explains it. A consumer's code
/// pays for whoever reads it: show a real one to the till alone.
#[derive(Debug, Args)]
pub(crate) struct Qr {
    /// The text of the code, a consumer's (`hQVDUFYwMW…`) or a merchant's (`000201…`); `-` reads it
    /// from the standard input
    #[arg(value_name = "TEXT")]
    code: Given,
    /// Writes it as SVG too
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// Writes it as PNG too
    #[arg(long, value_name = "FILE")]
    png: Option<PathBuf>,
}

/// The drawn code in JSON.
#[derive(Serialize)]
struct Document {
    format: &'static str,
    presented_by: &'static str,
    /// Modules on a side, without the margin.
    modules: usize,
    /// Rows of block characters, two rows of modules each.
    rows: Vec<String>,
}

impl Qr {
    pub(crate) fn run(&self, out: &mut Output) -> Result<Exit, Failure> {
        let text = text("TEXT", &self.code)?;
        let presented_by = presenter(&text)?;
        let picture = Picture::of(&text)?;
        if let Some(file) = &self.svg {
            write(file, picture.svg().as_bytes())?;
        }
        if let Some(file) = &self.png {
            write(file, &picture.png()?)?;
        }
        let rows = picture.rows();
        if out.json() {
            out.object(&Document {
                format: "understudy.qr/1",
                presented_by,
                modules: picture.modules(),
                rows,
            });
        } else {
            for row in rows {
                out.line(row);
            }
        }
        Ok(Exit::Done)
    }
}

/// The beginning of every merchant's code.
const MERCHANT: &str = "000201";
/// The beginning of every consumer's code: Base64 of `85 05 CPV0`.
const CONSUMER: &str = "hQVDUFYwM";

/// The side that presents a code; an error if the text is no code.
fn presenter(text: &str) -> Result<&'static str, Failure> {
    let refused = |error: &dyn std::fmt::Display| Failure::Input(format!("TEXT: {error}"));
    if text.starts_with(MERCHANT) {
        MerchantCode::parse(text).map_err(|error| refused(&error))?;
        return Ok("merchant");
    }
    if !text.starts_with(CONSUMER) {
        return Err(Failure::Input(format!(
            "TEXT: it is no payment code: a merchant's begins with {MERCHANT}, a consumer's with \
             {CONSUMER}"
        )));
    }
    let mut buffer = Zeroizing::new([0; OCTETS_MAX]);
    let octets = octets_of(text, &mut buffer).map_err(|error| refused(&error))?;
    ConsumerCode::parse(octets).map_err(|error| refused(&error))?;
    Ok("consumer")
}

fn write(file: &PathBuf, octets: &[u8]) -> Result<(), Failure> {
    std::fs::write(file, octets)
        .map_err(|error| Failure::Link(format!("{}: {error}", file.display())))
}
