//! The process itself: its memory is written neither to a core dump nor, if the system allows it,
//! to swap.

/// Protects the memory of this process. A measure that the system does not allow is left out, and
/// the command continues.
///
/// - No core file, for this process and the programs that it starts (`RLIMIT_CORE` 0).
/// - Not dumpable (Linux): no other process of the same user reads its memory or attaches to it,
///   and no crash handler gets a dump.
/// - All pages stay in memory (Linux), if the process is privileged (`CAP_IPC_LOCK`) or may lock
///   1 GiB (`RLIMIT_MEMLOCK`). Under a smaller limit a later allocation could fail, so nothing is
///   locked.
pub(crate) fn protect() {
    #[cfg(unix)]
    no_core_files();
    #[cfg(target_os = "linux")]
    {
        // The kernel permits this to every process.
        let _ =
            rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
        stay_in_memory();
    }
}

#[cfg(unix)]
fn no_core_files() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    // Lowering a limit is always permitted.
    let _ = setrlimit(Resource::Core, none);
}

/// The least lockable memory for which all pages are locked: more than a command ever maps.
#[cfg(target_os = "linux")]
const LOCKABLE: u64 = 1 << 30;

#[cfg(target_os = "linux")]
fn stay_in_memory() {
    use rustix::mm::{MlockAllFlags, mlockall};
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let before = getrlimit(Resource::Memlock);
    let ample = before.maximum.is_none_or(|most| most >= LOCKABLE);
    // Under a limit of 0 only a privileged process may lock memory, and then all that it allocates.
    let current = if ample { before.maximum } else { Some(0) };
    let asked = Rlimit { current, ..before };
    if setrlimit(Resource::Memlock, asked).is_err() {
        return;
    }
    let all = MlockAllFlags::CURRENT | MlockAllFlags::FUTURE | MlockAllFlags::ONFAULT;
    // A measure that the system does not allow is left out.
    let _ = mlockall(all);
    if !ample {
        // Child processes get the limit from before.
        let _ = setrlimit(Resource::Memlock, before);
    }
}
