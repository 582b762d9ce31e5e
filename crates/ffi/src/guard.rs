//! No panic gets past this: the phone's process must live on.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::phone::Phone;

#[cfg(not(panic = "unwind"))]
compile_error!("a panic could not be answered with 6F00: build with panic = \"unwind\"");

/// Does `work` with the wallet; `None` if it panicked. Then the conversation is over and the user's
/// verification is withdrawn, so that nothing of the interrupted work is carried on; what is stored
/// stays. Locks that a panic has poisoned are taken over by the wallet.
pub(crate) fn guarded<R>(phone: &Phone, work: impl FnOnce(&Phone) -> R) -> Option<R> {
    let done = catch_unwind(AssertUnwindSafe(|| work(phone)));
    if done.is_err() {
        // A second panic has nothing more to tell.
        let _ = catch_unwind(AssertUnwindSafe(|| {
            phone.forget_verification();
            phone.reset();
        }));
    }
    done.ok()
}
