//! `qr`: draws payment codes.

mod card;
mod picture;
mod text;

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use understudy_qr::consumer::{ConsumerCode, OCTETS_MAX, octets_of};
use understudy_qr::merchant::MerchantCode;
use zeroize::Zeroizing;

use self::card::{CardCode, CardCodeView, CardOptions};
use self::picture::Picture;
pub(crate) use self::text::{MERCHANT, joined, read};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::home::Home;
use crate::input::Given;
use crate::made_file::MadeFile;
use crate::output::Output;

/// Draws a payment code of EMVCo as a QR code, in the terminal and as a file.
///
/// Without TEXT it is the code of a card of the wallet, which pays once for whoever scans it first,
/// within a minute: `understudy scan` is the till. It needs the user's verification and uses one key.
/// A TEXT is checked first, a merchant's with its check sum: `decode` explains it. A consumer's code
/// pays for whoever reads it: show a real one to the till alone.
#[derive(Debug, Args)]
pub(crate) struct Qr {
    /// The text of the code, a consumer's (`hQVDUFYwMW…`) or a merchant's (`000201…`); `-` reads it
    /// from the standard input
    #[arg(value_name = "TEXT")]
    code: Option<Given>,
    #[command(flatten)]
    card: CardOptions,
    /// Writes it as SVG too
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// Writes it as PNG too
    #[arg(long, value_name = "FILE")]
    png: Option<PathBuf>,
}

/// The drawn code in JSON.
#[derive(Serialize)]
struct Document<'c> {
    format: &'static str,
    presented_by: &'static str,
    /// Modules on a side, without the margin.
    modules: usize,
    /// Rows of block characters, two rows of modules each.
    rows: Vec<String>,
    /// The card that made it, if it is of the wallet.
    #[serde(skip_serializing_if = "Option::is_none")]
    card: Option<CardCodeView<'c>>,
}

impl Qr {
    pub(crate) fn run(&self, home: &Home, out: &mut Output) -> Result<Exit, Failure> {
        let Some(given) = &self.code else {
            // A code that cannot be shown would cost its key all the same.
            let files = self.files()?;
            let code = self.card.present(home)?;
            return self.draw(code.text(), "consumer", Some((&code, home)), files, out);
        };
        let text = read("TEXT", given)?;
        let presented_by = presenter(&text)?;
        self.draw(&text, presented_by, None, self.files()?, out)
    }

    /// The files for the pictures, which can be written.
    fn files(&self) -> Result<Files, Failure> {
        let svg = self.svg.as_deref();
        let svg = svg.map(|path| MadeFile::open("--svg", path, KIND, picture::is_our_svg));
        let png = self.png.as_deref();
        let png = png.map(|path| MadeFile::open("--png", path, KIND, picture::is_our_png));
        Ok(Files {
            svg: svg.transpose()?,
            png: png.transpose()?,
        })
    }

    fn draw(
        &self,
        text: &str,
        presented_by: &'static str,
        card: Option<(&CardCode, &Home)>,
        files: Files,
        out: &mut Output,
    ) -> Result<Exit, Failure> {
        let picture = Picture::of(text)?;
        if let Some(file) = files.svg {
            file.write(picture.svg().as_bytes())?;
        }
        if let Some(file) = files.png {
            file.write(&picture.png()?)?;
        }
        if out.json() {
            out.object(&Document {
                format: "understudy.qr/1",
                presented_by,
                modules: picture.modules(),
                rows: picture.rows(),
                card: card.map(|(card, _)| card.view()),
            });
        } else if self.card.text {
            out.text(text);
        } else {
            for row in picture.rows() {
                out.line(row);
            }
            if let Some((card, home)) = card {
                card.explain(home, out);
            }
        }
        Ok(Exit::Done)
    }
}

/// The files that a code is written to.
struct Files {
    svg: Option<MadeFile>,
    png: Option<MadeFile>,
}

/// The name of such a file in messages.
const KIND: &str = "picture of `understudy qr`";

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
