//! Nothing by itself: `tests/` reads this project's transcripts and vectors with the crate `emv`, which
//! needs a newer Rust than the workspace.
