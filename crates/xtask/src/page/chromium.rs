//! Headless Chromium that reaches no other machine.

use anyhow::{Result, ensure};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::shell::output_of;

/// Chromium with a profile of its own.
pub(super) struct Browser {
    folder: PathBuf,
}

/// The colours that the reader prefers.
#[derive(Clone, Copy)]
pub(super) enum Scheme {
    Light,
    Dark,
}

impl Browser {
    /// A browser that keeps its profile and its output in `folder`.
    pub(super) fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
        }
    }

    /// The document that the browser made of a page, after its scripts ran.
    pub(super) fn document(&self, page: &Path) -> Result<String> {
        output_of(self.command(page).arg("--dump-dom"))
    }

    /// A picture of the top of a page, in a window of this width and height.
    pub(super) fn picture(
        &self,
        page: &Path,
        scheme: Scheme,
        (width, height): (u32, u32),
    ) -> Result<PathBuf> {
        let (name, number) = match scheme {
            Scheme::Dark => ("dark", 0),
            Scheme::Light => ("light", 1),
        };
        let picture = page.with_extension(format!("{name}.{width}.png"));
        let mut command = self.command(page);
        command
            .arg(format!("--blink-settings=preferredColorScheme={number}"))
            .arg(format!("--window-size={width},{height}"))
            .arg(format!("--screenshot={}", picture.display()));
        output_of(&mut command)?;
        ensure!(picture.is_file(), "Chromium made no picture");
        Ok(picture)
    }

    /// The page as PDF.
    pub(super) fn paper(&self, page: &Path) -> Result<PathBuf> {
        let paper = page.with_extension("pdf");
        let option = format!("--print-to-pdf={}", paper.display());
        output_of(self.command(page).args([&option, "--no-pdf-header-footer"]))?;
        ensure!(paper.is_file(), "Chromium made no PDF");
        Ok(paper)
    }

    /// Chromium on a page: every name is unknown to it, and its proxy is a port where nobody is.
    /// The sandbox is off, because root has none; the page is ours.
    fn command(&self, page: &Path) -> Command {
        let mut command = Command::new("chromium");
        command
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--hide-scrollbars",
            ])
            .args(["--no-first-run", "--disable-background-networking"])
            .args([
                "--proxy-server=127.0.0.1:9",
                "--host-resolver-rules=MAP * ~NOTFOUND",
            ])
            .arg(format!(
                "--user-data-dir={}",
                self.folder.join("profile").display()
            ))
            .arg(format!("file://{}", page.display()));
        command
    }
}
