//! Fuzzing with libFuzzer on stable Rust, without cargo-fuzz.
//!
//! `fuzz/` has the layout that cargo-fuzz expects. That tool would only add a set of compiler flags
//! (its address sanitiser needs nightly, and our code has no `unsafe` for it to check).

use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::libfuzzer::Log;
use crate::shell::{self, Workspace, output_of};

const DEFAULT_SECONDS: u32 = 10;

/// The compiler's coverage pass, as libFuzzer reads it: counters, their addresses, comparisons.
const FLAGS: &str = "--cfg fuzzing -Ccodegen-units=1 -Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares";

/// The options of the command line.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Options {
    target: Option<String>,
    seconds: Option<u32>,
    input: Option<PathBuf>,
    libfuzzer: Vec<String>,
}

impl Options {
    pub(crate) fn parse(arguments: &[String]) -> Result<Self> {
        let mut options = Self::default();
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            match argument.as_str() {
                "--seconds" => {
                    let value = rest.next().context("--seconds needs a number")?;
                    let seconds = value.parse();
                    options.seconds = Some(
                        seconds.with_context(|| format!("`{value}` is no number of seconds"))?,
                    );
                }
                "--input" => {
                    options.input = Some(rest.next().context("--input needs a file")?.into());
                }
                "--" => options.libfuzzer = rest.by_ref().cloned().collect(),
                option if option.starts_with('-') => bail!("`{option}` is not an option of fuzz"),
                name if options.target.is_none() => options.target = Some(name.to_owned()),
                extra => bail!("one target at a time, but `{extra}` was given too"),
            }
        }
        if options.input.is_some() && options.target.is_none() {
            bail!("--input needs a target to feed the file to");
        }
        Ok(options)
    }
}

/// Runs every target for ten seconds.
pub(crate) fn run_gate(workspace: &Workspace) -> Result<()> {
    run(workspace, &Options::default())
}

/// Builds the selected targets and runs them, or feeds one input to one of them.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let mut names = targets(workspace)?;
    if let Some(wanted) = &options.target {
        if !names.contains(wanted) {
            bail!(
                "`{wanted}` is not a fuzz target; there are {}",
                names.join(", ")
            );
        }
        names.retain(|name| name == wanted);
    }
    let folder = build(workspace, &names)?;
    for name in &names {
        let program = folder.join(name);
        match &options.input {
            Some(input) => shell::run(Command::new(&program).arg(input))?,
            None => campaign(workspace, name, &program, options)?,
        }
    }
    Ok(())
}

fn targets(workspace: &Workspace) -> Result<Vec<String>> {
    let folder = workspace.root.join("fuzz/fuzz_targets");
    let mut names = Vec::new();
    for entry in std::fs::read_dir(&folder).context("fuzz/fuzz_targets cannot be read")? {
        let path = entry?.path();
        names.extend(
            path.file_stem()
                .and_then(|stem| stem.to_str())
                .map(str::to_owned),
        );
    }
    names.sort();
    Ok(names)
}

/// Builds the targets. `--target` keeps the flags away from build scripts, which are linked without
/// libFuzzer.
fn build(workspace: &Workspace, names: &[String]) -> Result<PathBuf> {
    let tuple = output_of(Command::new("rustc").args(["--print", "host-tuple"]))?;
    let tuple = tuple.trim();
    let mut arguments = vec!["build", "--release", "--manifest-path", "fuzz/Cargo.toml"];
    arguments.extend(["--target", tuple]);
    for name in names {
        arguments.extend(["--bin", name]);
    }
    shell::run(workspace.cargo(&arguments).env("RUSTFLAGS", FLAGS))?;
    Ok(workspace.target.join(tuple).join("release"))
}

/// Fuzzes one target. The seeds in `fuzz/corpus` are only read; libFuzzer's additions go to the
/// target folder, for the next run.
fn campaign(workspace: &Workspace, name: &str, program: &Path, options: &Options) -> Result<()> {
    let grown = workspace.target.join("fuzz-corpus").join(name);
    let seeds = workspace.root.join("fuzz/corpus").join(name);
    let artifacts = workspace.root.join("fuzz/artifacts").join(name);
    std::fs::create_dir_all(&grown)?;
    std::fs::create_dir_all(&artifacts)?;
    let seconds = options.seconds.unwrap_or(DEFAULT_SECONDS);
    println!("fuzzing {name} for {seconds} s");
    let mut command = Command::new(program);
    command
        .args([&grown, &seeds])
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-artifact_prefix={}/", artifacts.display()))
        .arg(format!(
            "-dict={}",
            workspace.root.join("fuzz/emv.dict").display()
        ))
        .args(["-timeout=10", "-print_final_stats=1"])
        .args(&options.libfuzzer);
    let log = Log::of(&mut command)?;
    let verdict = log.verdict(name, &workspace.root);
    if verdict.is_err() {
        println!("{}", log.end());
    }
    verdict
}

#[cfg(test)]
mod tests {
    use super::Options;

    fn parse(line: &str) -> Result<Options, String> {
        let arguments: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Options::parse(&arguments).map_err(|error| error.to_string())
    }

    #[test]
    fn the_command_line_of_fuzz_is_understood() {
        let options = parse("apdu --seconds 60 -- -runs=5").unwrap();
        assert_eq!(options.target.as_deref(), Some("apdu"));
        assert_eq!(options.seconds, Some(60));
        assert_eq!(options.libfuzzer, ["-runs=5"]);
        assert_eq!(parse(""), Ok(Options::default()));
    }

    #[test]
    fn a_command_line_that_makes_no_sense_is_refused() {
        for line in [
            "--seconds",
            "--seconds x",
            "--speed 1",
            "apdu tlv_dol",
            "--input x",
        ] {
            assert!(parse(line).is_err(), "{line}");
        }
    }
}
