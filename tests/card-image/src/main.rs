//! The chip's part of the image: an entry point, a reader with arbitrary commands, a panic handler.
//! Elsewhere this is an empty program; the card itself is tested through the library.
#![cfg_attr(target_os = "none", no_std, no_main)]

#[cfg(target_os = "none")]
mod chip {
    use core::hint::black_box;
    use understudy_card_image::{Chip, PACKAGE};
    use understudy_core::card::{UnixTime, UserVerified};

    /// `black_box` hides every input from the optimiser, so that no path is dropped.
    #[expect(unsafe_code, reason = "the linker looks for the entry under this name")]
    #[unsafe(no_mangle)]
    extern "C" fn _start() -> ! {
        let package: &'static [u8] = black_box(&PACKAGE);
        let mut chip = Chip::boot(package);
        loop {
            if let Some(chip) = &mut chip {
                serve(chip);
            }
        }
    }

    fn serve(chip: &mut Chip) {
        chip.env.time = black_box(Some(UnixTime(0)));
        chip.env.verified = black_box(Some(UserVerified::aged(0)));
        let command = black_box([0; 300]);
        let command = command.get(..black_box(0)).unwrap_or_default();
        let mut answer = [0; 258];
        black_box(chip.process(command, &mut answer));
        #[cfg(feature = "control")]
        black_box(control(command, black_box(0)));
        if black_box(false) {
            chip.field_lost();
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
