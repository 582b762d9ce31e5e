//! `UniFFI`'s generator, at the version the library is built with: nothing to install.

fn main() {
    uniffi::uniffi_bindgen_main();
}
