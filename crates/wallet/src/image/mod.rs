//! All of a wallet that outlives the process, as one JSON text of the format `understudy.wallet/2`,
//! laid out in `docs/formats.md`.

mod card;
mod device;
mod fields;
mod hex;
mod record;
mod text;

use std::io;

use serde::Deserialize;
use zeroize::Zeroizing;

use crate::RestoreError;
use crate::book::Book;
use text::Text;

/// Keeps the wallet's state.
pub trait Journal {
    /// Keeps `image` in place of the one before. When this returns `Ok`, a crash or a power cut
    /// brings back this image; when it fails, this one or the one before.
    ///
    /// # Errors
    /// Whatever kept it from being stored. The change that led to `image` then does not happen.
    fn keep(&mut self, image: Image<'_>) -> io::Result<()>;
}

/// Keeps nothing: the wallet lives as long as the process.
#[derive(Clone, Copy, Debug, Default)]
pub struct Volatile;

impl Journal for Volatile {
    fn keep(&mut self, _: Image<'_>) -> io::Result<()> {
        Ok(())
    }
}

/// The wallet's state at one moment, keys in the clear.
#[derive(Clone, Copy, Debug)]
pub struct Image<'b> {
    book: &'b Book,
}

impl<'b> Image<'b> {
    pub(crate) fn of(book: &'b Book) -> Self {
        Self { book }
    }

    /// The image's octets, wiped when they are dropped.
    ///
    /// # Errors
    /// Those of the serialiser; an image has nothing that it refuses.
    pub fn encode(&self) -> io::Result<Zeroizing<Vec<u8>>> {
        let text = Text::of(self.book);
        let mut octets = Zeroizing::new(Vec::with_capacity(text.room()));
        serde_json::to_writer(&mut *octets, &text)?;
        Ok(octets)
    }
}

pub(crate) fn decode(octets: &[u8]) -> Result<Book, RestoreError> {
    let Format { format } = json(octets)?;
    if format != text::FORMAT {
        return Err(RestoreError::Format);
    }
    json::<Text>(octets)?.into_book()
}

/// What every format of an image has, whatever else it has.
#[derive(Deserialize)]
struct Format {
    format: String,
}

fn json<'a, T: Deserialize<'a>>(octets: &'a [u8]) -> Result<T, RestoreError> {
    serde_json::from_slice(octets).map_err(|error| RestoreError::Shape {
        line: error.line(),
        column: error.column(),
    })
}
