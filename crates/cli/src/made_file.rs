//! A file of a result, for its owner alone.

use std::fs::File;
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::failure::Failure;

/// The most octets at the beginning of a file by which one of ours is known.
const HEAD: u64 = 256;

/// A file that is found to be writable before an act and takes its name after it.
pub(crate) struct MadeFile {
    option: &'static str,
    path: PathBuf,
    beside: NamedTempFile,
}

impl MadeFile {
    /// A place for a file at the `path` of an option: a new file, or one whose beginning `is_ours`
    /// knows. `kind` names such files.
    ///
    /// # Errors
    /// There is another file, which is left as it is, or the folder cannot be written.
    pub(crate) fn open(
        option: &'static str,
        path: &Path,
        kind: &str,
        is_ours: impl Fn(&[u8]) -> bool,
    ) -> Result<Self, Failure> {
        let failure = |error: std::io::Error| unusable(option, path, &error.to_string());
        match File::open(path) {
            Ok(file) => {
                let is_file = file.metadata().map_err(failure)?.is_file();
                if !(is_file && is_ours(&head(file))) {
                    let text = format!("it is there, and no {kind}: name another file");
                    return Err(unusable(option, path, &text));
                }
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(failure(error)),
        }
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        folder.metadata().map_err(|error| {
            let text = format!("its folder {}: {error}", folder.display());
            unusable(option, path, &text)
        })?;
        // The text of the error names the file beside, which says nothing to the user.
        let beside = NamedTempFile::new_in(folder);
        let beside = beside.map_err(|error| failure(error.kind().into()))?;
        Ok(Self {
            option,
            path: path.to_owned(),
            beside,
        })
    }

    /// Writes the whole file, which its owner alone may read, and returns its path.
    ///
    /// # Errors
    /// The file cannot be written or take its name.
    pub(crate) fn write(mut self, octets: &[u8]) -> Result<PathBuf, Failure> {
        let written = self.beside.write_all(octets);
        let written = written.and_then(|()| self.beside.as_file().sync_all());
        written.map_err(|error| unusable(self.option, &self.path, &error.to_string()))?;
        match self.beside.persist(&self.path) {
            Ok(_) => Ok(self.path),
            Err(error) => Err(unusable(self.option, &self.path, &error.error.to_string())),
        }
    }
}

fn unusable(option: &str, path: &Path, problem: &str) -> Failure {
    Failure::Input(format!("{option} {}: {problem}", path.display()))
}

/// The beginning of a file; nothing if it cannot be read.
fn head(file: File) -> Vec<u8> {
    let mut head = Vec::new();
    match file.take(HEAD).read_to_end(&mut head) {
        Ok(_) => head,
        Err(_) => Vec::new(),
    }
}
