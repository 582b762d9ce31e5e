//! The file of one side: a line with its kind and digest, then the content.
//!
//! ```text
//! understudy terminal 1 sha256=<64 hex digits>\n<content>
//! ```

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{Error, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::{Side, plain};
use crate::failure::Failure;
use crate::hex;
use crate::secret::{self, Whole};

/// The largest key file: 1 MiB.
const SMALL_MAX: usize = 1 << 20;

/// The path of the side's file.
pub(super) fn path(folder: &Path, side: Side) -> PathBuf {
    folder.join(format!("{}.state", side.name()))
}

/// The file's content, checked, and the file itself; `None` if there is no file.
pub(super) fn read(path: &Path, side: Side) -> Result<Option<Read>, Failure> {
    let Some(Read { file, content }) = read_file(path, side.size_max())? else {
        return Ok(None);
    };
    let content = parse(&content, side).map_err(|defect| defect.at(path))?;
    let content = Zeroizing::new(content.to_vec());
    Ok(Some(Read { file, content }))
}

/// A file that was read.
pub(super) struct Read {
    /// The file, open.
    pub(super) file: File,
    /// The content, without the first line if it has one.
    pub(super) content: Zeroizing<Vec<u8>>,
}

/// Replaces a file that has no first line, as [`replace`] does.
pub(super) fn replace_plain(folder: &Path, path: &Path, content: &[u8]) -> Result<(), Failure> {
    plain::replace(folder, path, &[content])
        .map(drop)
        .map_err(|error| failure("replace", path, &error))
}

/// Removes a file, if it is there.
pub(crate) fn remove(path: &Path) -> Result<(), Failure> {
    plain::remove(path)
        .map(drop)
        .map_err(|error| failure("remove", path, &error))
}

/// The octets of a small file; `None` if there is no file.
pub(crate) fn read_octets(path: &Path) -> Result<Option<Zeroizing<Vec<u8>>>, Failure> {
    Ok(read_file(path, SMALL_MAX)?.map(|read| read.content))
}

/// A file of at most `most` octets; `None` if there is none.
fn read_file(path: &Path, most: usize) -> Result<Option<Read>, Failure> {
    let file = match fs::metadata(path).and_then(|found| open_regular(path, &found)) {
        Ok(file) => file,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound) => return Ok(None),
        Err(error) => return Err(failure("read", path, &error)),
    };
    match secret::read_all(&file, most).map_err(|error| failure("read", path, &error))? {
        Whole::Yes(content) => Ok(Some(Read { file, content })),
        Whole::TooLong => Err(Failure::Home(damaged(&path.display()))),
    }
}

/// Opens a regular file. Opening a pipe in its place would block.
fn open_regular(path: &Path, found: &Metadata) -> Result<File, Error> {
    if found.is_file() {
        File::open(path)
    } else {
        Err(no_regular_file())
    }
}

pub(super) fn no_regular_file() -> Error {
    Error::other("it is no regular file: move it away, or name another folder with --home DIR")
}

/// Replaces the file: a new one is written, synced and renamed, and the folder synced. Returns the
/// new file, open.
pub(super) fn replace(folder: &Path, side: Side, content: &[u8]) -> Result<File, Failure> {
    let path = path(folder, side);
    let header = header(side, content);
    let replaced = if header.len() + content.len() > side.size_max() {
        Err(Error::from(ErrorKind::FileTooLarge))
    } else {
        plain::replace(folder, &path, &[header.as_bytes(), content])
    };
    replaced.map_err(|error| failure("replace", &path, &error))
}

/// The reason for which a file is not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Defect {
    /// It is not a file of ours.
    Foreign,
    /// It is ours, from a later version.
    Newer,
    /// It is ours, and damaged.
    Damaged,
}

impl Defect {
    fn at(self, path: &Path) -> Failure {
        let path = path.display();
        Failure::Home(match self {
            Self::Foreign => format!(
                "{path} is not a file of understudy's: move it away, or name another folder with \
                 --home DIR"
            ),
            Self::Newer => format!(
                "{path} was written by a newer understudy: update this one, or name another \
                 folder with --home DIR"
            ),
            Self::Damaged => damaged(&path),
        })
    }
}

/// The message for a damaged file of ours.
pub(crate) fn damaged(path: &dyn std::fmt::Display) -> String {
    format!(
        "{path} is damaged: put a copy back in its place, or start anew in another folder with \
         --home DIR (nothing was changed)"
    )
}

fn parse(octets: &[u8], side: Side) -> Result<&[u8], Defect> {
    if octets.is_empty() {
        return Err(Defect::Damaged);
    }
    let mut parts = octets.splitn(2, |octet| *octet == b'\n');
    let header = parts
        .next()
        .and_then(|header| std::str::from_utf8(header).ok());
    let mut words = header.ok_or(Defect::Foreign)?.split(' ');
    if words.next() != Some("understudy") || words.next() != Some(side.name()) {
        return Err(Defect::Foreign);
    }
    let version: u32 = words
        .next()
        .and_then(|word| word.parse().ok())
        .ok_or(Defect::Damaged)?;
    if version > side.version() {
        return Err(Defect::Newer);
    }
    if version < Side::OLDEST_VERSION {
        return Err(Defect::Damaged);
    }
    let content = parts.next().ok_or(Defect::Damaged)?;
    if words.next() != Some(checksum(content).as_str()) || words.next().is_some() {
        return Err(Defect::Damaged);
    }
    Ok(content)
}

fn header(side: Side, content: &[u8]) -> String {
    format!(
        "understudy {} {} {}\n",
        side.name(),
        side.version(),
        checksum(content)
    )
}

fn checksum(content: &[u8]) -> String {
    format!("sha256={}", hex::upper(&Sha256::digest(content)))
}

/// Writes a new file, for its owner only, and syncs it. An existing file is an error.
pub(crate) fn write_new(path: &Path, content: &[u8]) -> Result<(), Failure> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(path).and_then(|mut file| {
        file.write_all(content)?;
        file.sync_all()
    });
    written.map_err(|error| failure("write", path, &error))
}

pub(super) fn failure(verb: &str, path: &Path, error: &Error) -> Failure {
    Failure::Home(format!("cannot {verb} {}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIDE: Side = Side::Wallet;

    fn sample() -> Vec<u8> {
        let content = b"a\nb\0c";
        [header(SIDE, content).as_bytes(), content].concat()
    }

    #[test]
    fn what_is_written_is_read_back() {
        assert_eq!(parse(&sample(), SIDE), Ok(b"a\nb\0c".as_slice()));
    }

    #[test]
    fn every_cut_is_noticed() {
        let sample = sample();
        for length in 0..sample.len() {
            assert!(parse(&sample[..length], SIDE).is_err(), "{length} octets");
        }
    }

    #[test]
    fn every_changed_octet_is_noticed() {
        for index in 0..sample().len() {
            let mut changed = sample();
            changed[index] ^= 0x01;
            assert!(parse(&changed, SIDE).is_err(), "octet {index}");
        }
    }

    #[test]
    fn what_could_not_be_read_again_is_not_written() {
        let folder = std::env::temp_dir().join(format!("understudy-large-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let header = header(SIDE, &[]).len();
        let most = SIDE.size_max() - header;
        let content = vec![b'.'; most + 1];
        replace(&folder, SIDE, &content).unwrap_err();
        let path = path(&folder, SIDE);
        assert!(!path.exists());
        replace(&folder, SIDE, &content[1..]).unwrap();
        let kept = read(&path, SIDE).unwrap();
        assert_eq!(kept.map(|kept| kept.content.len()), Some(most));
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn the_defect_is_named() {
        let newer = String::from_utf8(sample())
            .unwrap()
            .replace("wallet 1", "wallet 2");
        let cases: [(&[u8], Defect); 5] = [
            (b"", Defect::Damaged),
            (b"{}", Defect::Foreign),
            (b"\xFF\xFE", Defect::Foreign),
            (newer.as_bytes(), Defect::Newer),
            (b"understudy terminal 1 sha256=00\n", Defect::Foreign),
        ];
        for (octets, defect) in cases {
            assert_eq!(parse(octets, SIDE), Err(defect), "{octets:?}");
        }
    }
}
