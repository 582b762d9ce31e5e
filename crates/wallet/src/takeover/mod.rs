//! The reader of an earlier version's image: a JSON text of the format `understudy.wallet/2`, with
//! the keys in the clear. It is taken over once, and never written.

mod card;
mod device;
mod fields;
mod hex;
mod record;
mod text;

use serde::Deserialize;

use crate::book::Book;
use crate::store::{Folder, StorageKey};
use crate::wallet::Wallet;
use crate::{Clock, ImageError, OpenError};
use text::Text;

impl<F: Folder, C: Clock> Wallet<F, C> {
    /// Opens the wallet in `folder`; if there is none, begins it with `image`, a wallet of an
    /// earlier version. The owner of the image then erases it: the wallet is durable, and an image
    /// that is still there the next time has no effect.
    ///
    /// # Errors
    /// [`OpenError`]: [`OpenError::Image`] if the wallet is to be begun and the octets are not an
    /// image. Nothing was changed.
    pub fn take_over(
        image: &[u8],
        folder: F,
        key: &StorageKey,
        clock: C,
    ) -> Result<Self, OpenError> {
        Self::open_or_begin(folder, key, clock, || Ok(parse(image)?))
    }
}

fn parse(octets: &[u8]) -> Result<Book, ImageError> {
    let Format { format } = json(octets)?;
    if format != text::FORMAT {
        return Err(ImageError::Format);
    }
    json::<Text>(octets)?.into_book()
}

/// The field common to images of every format.
#[derive(Deserialize)]
struct Format {
    format: String,
}

fn json<'a, T: Deserialize<'a>>(octets: &'a [u8]) -> Result<T, ImageError> {
    serde_json::from_slice(octets).map_err(|error| ImageError::Shape {
        line: error.line(),
        column: error.column(),
    })
}

#[cfg(test)]
mod tests;
