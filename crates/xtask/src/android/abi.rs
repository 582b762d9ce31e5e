use object::Architecture;

/// One of Android's binary interfaces.
pub(crate) struct Abi {
    /// The name of its folder in an AAR (`jni/<name>`).
    pub(crate) name: &'static str,
    /// Rust's name of the target.
    pub(crate) target: &'static str,
    /// The linker's emulation.
    pub(super) emulation: &'static str,
    pub(super) architecture: Architecture,
    /// The feature of `understudy-ffi` that brings an unwinder, where the crate `unwinding` has one
    /// for the architecture.
    pub(super) unwinder: bool,
}

/// The ABIs that the AAR carries.
pub(crate) const ABIS: &[Abi] = &[
    Abi {
        name: "arm64-v8a",
        target: "aarch64-linux-android",
        emulation: "aarch64linux",
        architecture: Architecture::Aarch64,
        unwinder: true,
    },
    Abi {
        name: "armeabi-v7a",
        target: "armv7-linux-androideabi",
        emulation: "armelf_linux_eabi",
        architecture: Architecture::Arm,
        unwinder: false,
    },
    Abi {
        name: "x86_64",
        target: "x86_64-linux-android",
        emulation: "elf_x86_64",
        architecture: Architecture::X86_64,
        unwinder: true,
    },
];
