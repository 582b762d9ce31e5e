//! Linker arguments of the library for Android, whoever links it.

const ARGUMENTS: [&str; 4] = [
    "-soname,libunderstudy.so",
    // Pages of 16 KiB, as Android 15 has them; an NDK before r28 would align to 4 KiB.
    "-z,max-page-size=16384",
    // Functions with the same code are one. Nothing here compares the addresses of functions.
    "--icf=all",
    // Android reads this table since API 23, and no other is needed.
    "--hash-style=gnu",
];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|system| system == "android") {
        for argument in ARGUMENTS {
            println!("cargo::rustc-cdylib-link-arg=-Wl,{argument}");
        }
    }
}
