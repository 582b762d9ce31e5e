/// The moment after the sync of a commit, which benches make longer and tests count.
#[derive(Default)]
pub(super) struct Sync {
    #[cfg(feature = "simulated-sync")]
    pub(super) pause: std::time::Duration,
    #[cfg(test)]
    pub(super) commits: std::sync::atomic::AtomicUsize,
}

impl Sync {
    #[cfg_attr(
        not(any(test, feature = "simulated-sync")),
        expect(
            clippy::unused_self,
            reason = "nothing is simulated and nothing counted"
        )
    )]
    pub(super) fn ends(&self) {
        #[cfg(feature = "simulated-sync")]
        if !self.pause.is_zero() {
            std::thread::sleep(self.pause);
        }
        #[cfg(test)]
        self.commits
            .fetch_add(1, std::sync::atomic::Ordering::SeqCst);
    }
}
