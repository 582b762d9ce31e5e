//! The chip's side of the image: an entry, a reader that may send anything, a panic handler.
//! On a host this is an empty program; the card itself is tested through the library.
#![cfg_attr(target_os = "none", no_std, no_main)]

#[cfg(target_os = "none")]
mod chip {
    use core::hint::black_box;

    #[expect(unsafe_code, reason = "the linker looks for the entry under this name")]
    #[unsafe(no_mangle)]
    extern "C" fn _start() -> ! {
        loop {
            let command = black_box([0; 300]);
            let length: usize = black_box(0);
            black_box(command.get(..length));
            #[cfg(feature = "control")]
            black_box(control(&command, length));
        }
    }

    #[cfg(feature = "control")]
    #[expect(clippy::indexing_slicing, reason = "the scan must find this")]
    fn control(command: &[u8], at: usize) -> u8 {
        command[at]
    }

    #[panic_handler]
    fn on_panic(information: &core::panic::PanicInfo<'_>) -> ! {
        loop {
            black_box(information);
        }
    }
}

#[cfg(not(target_os = "none"))]
fn main() {}
