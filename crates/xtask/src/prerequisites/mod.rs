//! The prerequisites of the gates: looked for before the first of them runs, installed where that
//! is allowed, otherwise named with the line that installs it.

mod probe;
mod table;

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::shell::{output_of, run};
use probe::is_on_path;
use table::{Prerequisite, REGISTRIES, Remedy, TABLE};

pub(crate) use probe::sysroot;

/// Has everything that these gates need. Debian's packages are installed as root, Rust's components
/// and targets by rustup.
pub(crate) fn ensure(verbs: &[&str]) -> Result<()> {
    let missing = missing(verbs);
    if missing.is_empty() {
        return Ok(());
    }
    for prerequisite in &missing {
        println!(
            "missing: {}, which {}",
            prerequisite.name, prerequisite.purpose
        );
    }
    let remedies = Remedies::of(&missing);
    let means = Means::here()?;
    let by_hand = remedies.by_hand(means);
    if !by_hand.is_empty() {
        bail!(
            "install what is missing, and start again:\n  {}",
            by_hand.join("\n  ")
        );
    }
    remedies.apply()?;
    match self::missing(verbs).as_slice() {
        [] => Ok(()),
        still => {
            let names: Vec<&str> = still.iter().map(|found| found.name).collect();
            bail!(
                "still missing after their installation: {}",
                names.join(", ")
            )
        }
    }
}

/// Prints where the gates fetch what Debian and rustup do not bring.
pub(crate) fn print_registries() {
    println!("fetched where it is not here yet:");
    for (registry, what) in REGISTRIES {
        println!("  {registry:<20} {what}");
    }
}

fn missing(verbs: &[&str]) -> Vec<&'static Prerequisite> {
    let needed = TABLE.iter().filter(|found| found.is_for(verbs));
    needed.filter(|found| !found.probe.is_met()).collect()
}

/// The installers that this process may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Means {
    /// Debian's packages: `apt-get` is there, and we are root.
    debian: bool,
    /// Rust's components and targets: `rustup` is there.
    rustup: bool,
}

impl Means {
    fn here() -> Result<Self> {
        Ok(Self {
            debian: Path::new("/usr/bin/apt-get").is_file()
                && output_of(Command::new("id").arg("-u"))?.trim() == "0",
            rustup: is_on_path("rustup"),
        })
    }
}

/// All that is to be installed, each thing once.
#[derive(Debug, Default, PartialEq, Eq)]
struct Remedies {
    packages: Vec<&'static str>,
    components: Vec<&'static str>,
    targets: Vec<&'static str>,
}

impl Remedies {
    fn of(missing: &[&Prerequisite]) -> Self {
        let mut remedies = Self::default();
        for prerequisite in missing {
            let (list, names): (_, &[_]) = match &prerequisite.remedy {
                Remedy::Debian(packages) => (&mut remedies.packages, packages),
                Remedy::Component(name) => (&mut remedies.components, std::slice::from_ref(name)),
                Remedy::Target(name) => (&mut remedies.targets, std::slice::from_ref(name)),
            };
            for name in names {
                if !list.contains(name) {
                    list.push(name);
                }
            }
        }
        remedies
    }

    /// The lines that a person has to run, since we may not.
    fn by_hand(&self, means: Means) -> Vec<String> {
        let mut lines = Vec::new();
        if !self.packages.is_empty() && !means.debian {
            let packages = self.packages.join(" ");
            lines.push(format!(
                "on Debian, as root: apt-get install --no-install-recommends {packages}"
            ));
        }
        let of_rust = [("component", &self.components), ("target", &self.targets)];
        for (kind, names) in of_rust {
            if !names.is_empty() && !means.rustup {
                lines.push(format!(
                    "with Rust from https://rustup.rs: rustup {kind} add {}",
                    names.join(" ")
                ));
            }
        }
        lines
    }

    fn apply(&self) -> Result<()> {
        if !self.packages.is_empty() {
            run(Command::new("apt-get").args(["--quiet", "update"]))?;
            run(Command::new("apt-get")
                .args(["--quiet", "--yes", "--no-install-recommends", "install"])
                .args(&self.packages)
                .env("DEBIAN_FRONTEND", "noninteractive"))?;
        }
        for (kind, names) in [("component", &self.components), ("target", &self.targets)] {
            if !names.is_empty() {
                run(Command::new("rustup").args([kind, "add"]).args(names))?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::probe::Probe;
    use super::table::{Gates, Remedy, TABLE};
    use super::{Means, Remedies};
    use crate::android::ABIS;
    use crate::gates::GATES;
    use crate::{aarch64, cross};

    #[test]
    fn every_row_is_for_gates_that_exist_and_says_what_it_is_for() {
        let verbs: Vec<&str> = GATES.iter().map(|gate| gate.verb).collect();
        for (row, number) in TABLE.iter().zip(0..) {
            if let Gates::These(gates) = row.gates {
                assert!(!gates.is_empty(), "{}", row.name);
                let strangers = gates.iter().find(|gate| !verbs.contains(gate));
                assert_eq!(strangers, None, "{}", row.name);
            }
            assert!(!row.purpose.is_empty() && !row.purpose.ends_with('.'));
            let same = TABLE.iter().position(|other| other.name == row.name);
            assert_eq!(same, Some(number), "{} is there twice", row.name);
        }
    }

    #[test]
    fn a_gate_alone_looks_for_what_it_needs_and_no_more() {
        let names = |verbs: &[&str]| -> Vec<&str> {
            let rows = TABLE.iter().filter(|row| row.is_for(verbs));
            rows.map(|row| row.name).collect()
        };
        assert_eq!(names(&["docs"]), ["cc"]);
        assert_eq!(names(&["fuzz"]), ["cc", "c++"]);
        let kotlin = [
            "cc",
            "a JDK 17 or newer",
            "Maven on a JDK 17 or newer",
            "aapt2",
        ];
        assert_eq!(names(&["kotlin"]), kotlin);
        let all: Vec<&str> = GATES.iter().map(|gate| gate.verb).collect();
        assert_eq!(names(&all).len(), TABLE.len());
    }

    #[test]
    fn every_target_that_a_gate_builds_for_is_looked_for_and_added() {
        let built = ABIS.iter().map(|abi| (abi.target, "android"));
        for (target, gate) in built.chain([
            (cross::CHIP, "cross"),
            (cross::CHIP, "panic-scan"),
            (aarch64::TARGET, "aarch64"),
        ]) {
            let mut rows = TABLE.iter().filter(|row| row.is_for(&[gate]));
            let added = rows.any(|row| {
                row.probe == Probe::Target(target) && row.remedy == Remedy::Target(target)
            });
            assert!(added, "{target}");
        }
    }

    #[test]
    fn whoever_may_not_install_gets_the_lines_that_do() {
        let rows: Vec<_> = TABLE
            .iter()
            .filter(|row| row.is_for(&["aarch64", "fmt"]))
            .collect();
        let remedies = Remedies::of(&rows);
        let nothing = Means {
            debian: false,
            rustup: false,
        };
        let lines = remedies.by_hand(nothing);
        let [debian, components, targets] = lines.as_slice() else {
            panic!("{lines:?}");
        };
        assert!(debian.ends_with(
            "install --no-install-recommends gcc libc6-dev qemu-user gcc-aarch64-linux-gnu \
             libc6-dev-arm64-cross default-jdk-headless"
        ));
        assert!(components.ends_with("rustup component add rustfmt rust-src"));
        assert!(targets.contains("rustup target add aarch64-linux-android "));
        let rustup = Means {
            debian: false,
            rustup: true,
        };
        assert_eq!(remedies.by_hand(rustup), std::slice::from_ref(debian));
        let all = Means {
            debian: true,
            rustup: true,
        };
        assert!(remedies.by_hand(all).is_empty());
    }
}
