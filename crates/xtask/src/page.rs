//! The page of a tap in a browser: headless Chromium without a network.

mod chromium;
mod picture;

use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::shell::{Workspace, output_of};
use chromium::{Browser, Scheme};

/// A name that would end an element and run a script if it were not text.
const MERCHANT: &str = "<script>document.title='ran'</script>";
/// A bit that only stands in a closed fold.
const FOLDED: &str = "Consumer device CVM supported";

pub(crate) fn run_gate(workspace: &Workspace) -> Result<()> {
    workspace.run_cargo(&["build", "--package", "understudy-cli"])?;
    let folder = workspace.target.join("page");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let shop = Shop {
        program: workspace.target.join("debug/understudy"),
        folder: folder.clone(),
    };
    let browser = Browser::new(&folder);
    a_script_would_run(&browser, &folder)?;
    let approved = shop.tap("approved", "Understudy", &[])?;
    approved_page(&browser, &approved)?;
    let declined = ["--amount", "1500", "--pin", "0000"];
    let declined = shop.tap("declined", MERCHANT, &declined)?;
    hostile_page(&browser, &declined)?;
    for page in [&approved, &declined] {
        pictures(&browser, page)?;
        print(&browser, page)?;
        let octets = fs::metadata(page)?.len();
        println!("{}: {octets} octets, shown, printed and inert", name(page));
    }
    Ok(())
}

/// A desk whose taps write pages.
struct Shop {
    program: PathBuf,
    folder: PathBuf,
}

impl Shop {
    /// Taps at a merchant of this name, and returns the page.
    fn tap(&self, name: &str, merchant: &str, options: &[&str]) -> Result<PathBuf> {
        let terminal = self.folder.join("terminal.toml");
        fs::write(&terminal, format!("[merchant]\nname = \"{merchant}\"\n"))?;
        let page = self.folder.join(format!("{name}.html"));
        let mut command = Command::new(&self.program);
        command.arg("--home").arg(self.folder.join("home"));
        command.env_remove("UNDERSTUDY_PASSPHRASE");
        command.arg("tap").args(options);
        command
            .arg("--terminal")
            .arg(terminal)
            .arg("--html")
            .arg(&page);
        // The exit code is the issuer's decision; the page tells it.
        command
            .output()
            .context("`understudy tap` does not start")?;
        ensure!(
            page.is_file(),
            "no page was written for the tap that is {name}"
        );
        Ok(page)
    }
}

/// The control of the other checks: in a page without a policy a script does run.
fn a_script_would_run(browser: &Browser, folder: &Path) -> Result<()> {
    let control = folder.join("control.html");
    fs::write(&control, format!("<!DOCTYPE html><h1>{MERCHANT}"))?;
    let document = browser.document(&control)?;
    ensure!(
        document.contains("<title>ran</title>"),
        "the control's script did not run, so that of a page proves nothing:\n{document}"
    );
    Ok(())
}

fn approved_page(browser: &Browser, page: &Path) -> Result<()> {
    let document = browser.document(page)?;
    for part in [
        "<title>APPROVED: purchase of 12.34 CNY",
        "id=\"mac\"",
        "40 octets, 5 blocks of 8, in order",
        "method 2: 80, then zeros",
        "GET PROCESSING OPTIONS",
        FOLDED,
    ] {
        ensure!(document.contains(part), "{part:?} is not in {}", name(page));
    }
    let folds = document.matches("<details").count();
    let open = document.matches("<details open=\"\"").count();
    ensure!(
        open >= 4 && folds > open + 30,
        "{open} of {folds} folds are open"
    );
    Ok(())
}

fn hostile_page(browser: &Browser, page: &Path) -> Result<()> {
    let document = browser.document(page)?;
    let text = MERCHANT.replace('<', "&lt;").replace('>', "&gt;");
    ensure!(
        document.contains(&text),
        "{MERCHANT} is not shown:\n{document}"
    );
    ensure!(
        !document.contains("<script"),
        "a script is in {}",
        name(page)
    );
    let title = "<title>DECLINED: purchase of 1500.00 CNY";
    ensure!(document.contains(title), "{title} is not in {}", name(page));
    Ok(())
}

/// The page as it is seen: by day and by night, on a desk and on a phone.
fn pictures(browser: &Browser, page: &Path) -> Result<()> {
    for (width, height) in [(1100, 1600), (400, 800)] {
        let [day, night] = [Scheme::Light, Scheme::Dark].map(|scheme| {
            let picture = browser.picture(page, scheme, (width, height))?;
            let picture = picture::Picture::read(&picture)?;
            ensure!(
                picture.size == (width, height) && picture.colours >= 30,
                "{} is {:?} with {} colours",
                name(page),
                picture.size,
                picture.colours
            );
            Ok(picture)
        });
        let (day, night) = (day?, night?);
        ensure!(
            day.brightness > 200 && night.brightness < 60,
            "{} has brightness {} by day and {} by night",
            name(page),
            day.brightness,
            night.brightness
        );
    }
    Ok(())
}

/// The page on paper, where every fold is open.
fn print(browser: &Browser, page: &Path) -> Result<()> {
    let paper = browser.paper(page)?;
    let text = output_of(
        Command::new("pdftotext")
            .arg("-layout")
            .arg(&paper)
            .arg("-"),
    )?;
    ensure!(
        text.contains(FOLDED),
        "closed folds of {} are not printed",
        name(page)
    );
    Ok(())
}

fn name(page: &Path) -> String {
    let name = page.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}
