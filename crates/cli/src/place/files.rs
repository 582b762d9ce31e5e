//! The files of a home, with their sizes and versions.

use std::fs;
use std::io::Read as _;
use std::path::Path;

use serde::Serialize;

use crate::failure::Failure;
use crate::home::Home;

/// A file of a home.
#[derive(Serialize)]
pub(super) struct FileView {
    /// The path inside the home.
    pub(super) file: String,
    /// The size.
    pub(super) octets: u64,
    /// The version of the format, where the beginning of the file says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) version: Option<String>,
}

/// The octets at the beginning of a file that are read for its version.
const HEAD: u64 = 100;

/// Every file in the home and its folders, sorted by path.
pub(super) fn of(home: &Home) -> Result<Vec<FileView>, Failure> {
    let mut files = Vec::new();
    if home.folder().exists() {
        walk(home.folder(), home.folder(), &mut files)?;
    }
    files.sort_by(|a, b| a.file.cmp(&b.file));
    Ok(files)
}

fn walk(home: &Path, folder: &Path, files: &mut Vec<FileView>) -> Result<(), Failure> {
    let unreadable =
        |error: std::io::Error| Failure::Home(format!("cannot read {}: {error}", folder.display()));
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        // A file that another command removes meanwhile is passed over.
        let Ok(found) = fs::symlink_metadata(&path) else {
            continue;
        };
        if found.is_dir() {
            walk(home, &path, files)?;
            continue;
        }
        let name = path.strip_prefix(home).unwrap_or(&path);
        files.push(FileView {
            file: name.display().to_string(),
            octets: found.len(),
            version: found.is_file().then(|| version(&path)).flatten(),
        });
    }
    Ok(())
}

/// The version in the head of a file: the schema of a database, the number behind the name of a side,
/// or the format in a line of JSON.
fn version(path: &Path) -> Option<String> {
    let mut head = Vec::new();
    let file = fs::File::open(path).ok()?;
    file.take(HEAD).read_to_end(&mut head).ok()?;
    if head.starts_with(b"SQLite format 3\0") {
        let schema = head.get(60..64)?.try_into().ok()?;
        return Some(format!("schema {}", u32::from_be_bytes(schema)));
    }
    let text = String::from_utf8_lossy(&head);
    if let Some((_, format)) = text.split_once("\"format\":\"understudy.") {
        let (name, _) = format.split_once('"')?;
        return Some(name.to_owned());
    }
    let mut words = text.strip_prefix("understudy ")?.split(' ');
    let (name, number) = (words.next()?, words.next()?);
    let is_number = number.bytes().all(|digit| digit.is_ascii_digit());
    is_number.then(|| format!("{name}/{number}"))
}
