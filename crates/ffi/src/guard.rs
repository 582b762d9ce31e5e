//! No panic and no poisoned lock gets past this: the phone's process must live on.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;

#[cfg(not(panic = "unwind"))]
compile_error!("a panic could not be answered with 6F00: build with panic = \"unwind\"");

/// What is left to do after a panic, so that nothing of the interrupted work is carried on.
pub(crate) trait Recover {
    /// Gives up what was under way; what is stored stays.
    fn recover(&mut self);
}

/// Does `work` under the lock; `None` if it panicked, and then the owner has recovered.
///
/// A lock that a panic elsewhere has poisoned is taken over, after a recovery.
pub(crate) fn guarded<T: Recover, R>(lock: &Mutex<T>, work: impl FnOnce(&mut T) -> R) -> Option<R> {
    let mut held = lock.lock().unwrap_or_else(|poisoned| {
        let mut held = poisoned.into_inner();
        recover(&mut *held);
        lock.clear_poison();
        held
    });
    let done = catch_unwind(AssertUnwindSafe(|| work(&mut held)));
    if done.is_err() {
        recover(&mut *held);
    }
    done.ok()
}

fn recover<T: Recover>(owner: &mut T) {
    // A second panic has nothing more to tell.
    let _ = catch_unwind(AssertUnwindSafe(|| owner.recover()));
}

#[cfg(test)]
mod tests {
    use super::{Recover, guarded};
    use std::sync::Mutex;

    /// A conversation that counts its steps, and its recoveries by hundreds.
    struct Steps(u32);

    impl Recover for Steps {
        fn recover(&mut self) {
            assert!(self.0 < 1000, "too far gone");
            self.0 += 100;
        }
    }

    #[test]
    fn work_without_a_panic_hands_back_its_result() {
        let lock = Mutex::new(Steps(1));
        assert_eq!(guarded(&lock, |steps| steps.0), Some(1));
    }

    #[test]
    fn a_panic_becomes_none_and_the_owner_recovers() {
        let lock = Mutex::new(Steps(0));
        let nothing: Option<()> = guarded(&lock, |steps| {
            steps.0 += 1;
            panic!("in the middle");
        });
        assert_eq!(nothing, None);
        assert_eq!(guarded(&lock, |steps| steps.0), Some(101));
        assert!(!lock.is_poisoned());
    }

    #[test]
    fn a_panic_in_the_recovery_is_contained_as_well() {
        let lock = Mutex::new(Steps(1000));
        assert_eq!(guarded(&lock, |_| -> u32 { panic!("in the middle") }), None);
        assert_eq!(guarded(&lock, |steps| steps.0), Some(1000));
    }

    #[test]
    fn a_lock_that_a_dead_thread_poisoned_is_taken_over() {
        let lock = Mutex::new(Steps(7));
        std::thread::scope(|scope| {
            let dead = scope.spawn(|| {
                let _held = lock.lock();
                panic!("while it held the lock");
            });
            assert!(dead.join().is_err());
        });
        assert!(lock.is_poisoned());
        assert_eq!(guarded(&lock, |steps| steps.0), Some(107));
        assert!(!lock.is_poisoned());
    }
}
