//! Everything that a gate starts or reads and that Cargo does not bring.

use super::probe::Probe;

/// One thing that a machine may lack.
pub(crate) struct Prerequisite {
    /// Its name in messages.
    pub(crate) name: &'static str,
    pub(crate) probe: Probe,
    pub(crate) remedy: Remedy,
    pub(crate) purpose: &'static str,
    pub(crate) gates: Gates,
}

/// The way it comes onto a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// Packages of Debian.
    Debian(&'static [&'static str]),
    /// A component of Rust's toolchain.
    Component(&'static str),
    /// Rust's standard library for a target.
    Target(&'static str),
}

/// The gates that need it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gates {
    All,
    These(&'static [&'static str]),
}

/// The gates that link the library for Android.
const ANDROID: Gates = Gates::These(&["android", "aarch64", "aar", "apk"]);
/// The gates that run Maven.
const MAVEN: Gates = Gates::These(&["iso8583", "kotlin", "aar", "apk"]);
/// The gate on an emulated arm64.
const EMULATED: Gates = Gates::These(&["aarch64"]);

pub(crate) const TABLE: &[Prerequisite] = &[
    Prerequisite {
        name: "cc",
        probe: Probe::Program("cc"),
        remedy: Remedy::Debian(&["gcc", "libc6-dev"]),
        purpose: "links every program and compiles SQLite",
        gates: Gates::All,
    },
    Prerequisite {
        name: "git",
        probe: Probe::Program("git"),
        remedy: Remedy::Debian(&["git"]),
        purpose: "lists the files of the tree",
        gates: Gates::These(&["layers", "words"]),
    },
    Prerequisite {
        name: "c++",
        probe: Probe::Program("c++"),
        remedy: Remedy::Debian(&["g++"]),
        purpose: "compiles libFuzzer",
        gates: Gates::These(&["fuzz"]),
    },
    Prerequisite {
        name: "rustfmt",
        probe: Probe::Runs(&["cargo", "fmt", "--version"]),
        remedy: Remedy::Component("rustfmt"),
        purpose: "checks the layout",
        gates: Gates::These(&["fmt"]),
    },
    Prerequisite {
        name: "clippy",
        probe: Probe::Runs(&["cargo", "clippy", "--version"]),
        remedy: Remedy::Component("clippy"),
        purpose: "checks the code",
        gates: Gates::These(&["clippy"]),
    },
    Prerequisite {
        name: "python3 with venv",
        probe: Probe::Runs(&["python3", "-c", "import ensurepip, venv"]),
        remedy: Remedy::Debian(&["python3", "python3-venv"]),
        purpose: "speaks the provisioning messages as a peer",
        gates: Gates::These(&["unit"]),
    },
    Prerequisite {
        name: "chromium",
        probe: Probe::Program("chromium"),
        remedy: Remedy::Debian(&["chromium"]),
        purpose: "shows the page of a tap",
        gates: Gates::These(&["page"]),
    },
    Prerequisite {
        name: "pdftotext",
        probe: Probe::Program("pdftotext"),
        remedy: Remedy::Debian(&["poppler-utils"]),
        purpose: "reads the page of a tap as printed",
        gates: Gates::These(&["page"]),
    },
    Prerequisite {
        name: "zbarimg",
        probe: Probe::Program("zbarimg"),
        remedy: Remedy::Debian(&["zbar-tools"]),
        purpose: "reads QR codes back",
        gates: Gates::These(&["unit"]),
    },
    Prerequisite {
        name: "the standard library for a chip",
        probe: Probe::Target("thumbv7em-none-eabi"),
        remedy: Remedy::Target("thumbv7em-none-eabi"),
        purpose: "builds the card without an operating system",
        gates: Gates::These(&["cross", "panic-scan"]),
    },
    Prerequisite {
        name: "the source of the standard library",
        probe: Probe::Source,
        remedy: Remedy::Component("rust-src"),
        purpose: "builds the library for Android for size",
        gates: ANDROID,
    },
    Prerequisite {
        name: "the standard library for Android on arm64",
        probe: Probe::Target("aarch64-linux-android"),
        remedy: Remedy::Target("aarch64-linux-android"),
        purpose: "builds the library for Android",
        gates: ANDROID,
    },
    Prerequisite {
        name: "the standard library for Android on armv7",
        probe: Probe::Target("armv7-linux-androideabi"),
        remedy: Remedy::Target("armv7-linux-androideabi"),
        purpose: "builds the library for Android",
        gates: ANDROID,
    },
    Prerequisite {
        name: "the standard library for Android on x86-64",
        probe: Probe::Target("x86_64-linux-android"),
        remedy: Remedy::Target("x86_64-linux-android"),
        purpose: "builds the library for Android",
        gates: ANDROID,
    },
    Prerequisite {
        name: "the standard library for Linux on arm64",
        probe: Probe::Target("aarch64-unknown-linux-gnu"),
        remedy: Remedy::Target("aarch64-unknown-linux-gnu"),
        purpose: "builds the tests of card and wallet for a phone's processor",
        gates: EMULATED,
    },
    Prerequisite {
        name: "qemu-aarch64",
        probe: Probe::Program("qemu-aarch64"),
        remedy: Remedy::Debian(&["qemu-user"]),
        purpose: "runs programs for arm64",
        gates: EMULATED,
    },
    Prerequisite {
        name: "aarch64-linux-gnu-gcc",
        probe: Probe::Program("aarch64-linux-gnu-gcc"),
        remedy: Remedy::Debian(&["gcc-aarch64-linux-gnu"]),
        purpose: "links programs for arm64",
        gates: EMULATED,
    },
    Prerequisite {
        name: "the C library for arm64",
        probe: Probe::File("/usr/aarch64-linux-gnu/include/stdio.h"),
        remedy: Remedy::Debian(&["libc6-dev-arm64-cross"]),
        purpose: "links programs for arm64",
        gates: EMULATED,
    },
    Prerequisite {
        name: "a JDK 17 or newer",
        probe: Probe::Jdk,
        remedy: Remedy::Debian(&["default-jdk-headless"]),
        purpose: "compiles and runs the tests of the JVM",
        gates: Gates::These(&["iso8583", "aarch64", "kotlin", "aar", "apk"]),
    },
    Prerequisite {
        name: "Maven on a JDK 17 or newer",
        probe: Probe::Maven,
        remedy: Remedy::Debian(&["maven"]),
        purpose: "builds the Kotlin modules and fetches jPOS, Robolectric and R8",
        gates: MAVEN,
    },
    Prerequisite {
        name: "aapt2",
        probe: Probe::Program("aapt2"),
        remedy: Remedy::Debian(&["aapt"]),
        purpose: "links the resources of Android apps",
        gates: Gates::These(&["kotlin", "aar", "apk"]),
    },
    Prerequisite {
        name: "zipalign",
        probe: Probe::Program("zipalign"),
        remedy: Remedy::Debian(&["zipalign"]),
        purpose: "aligns the sample app",
        gates: Gates::These(&["apk"]),
    },
    Prerequisite {
        name: "apksigner",
        probe: Probe::Program("apksigner"),
        remedy: Remedy::Debian(&["apksigner"]),
        purpose: "signs the sample app",
        gates: Gates::These(&["apk"]),
    },
];

/// Where the gates fetch what the table does not name, once, when they first need it.
pub(crate) const REGISTRIES: [(&str, &str); 4] = [
    ("crates.io", "Rust crates"),
    (
        "Maven Central",
        "Kotlin, JNA, Robolectric's Android, R8, jPOS",
    ),
    ("PyPI", "the Python packages cryptography and pyemv"),
    (
        "static.rust-lang.org",
        "targets and components of Rust, by rustup",
    ),
];

impl Prerequisite {
    /// True if one of these gates needs it.
    pub(crate) fn is_for(&self, verbs: &[&str]) -> bool {
        match self.gates {
            Gates::All => true,
            Gates::These(gates) => gates.iter().any(|gate| verbs.contains(gate)),
        }
    }
}
