//! Issuing tokens, their profiles and their single-use keys.

mod error;

pub use error::IssueError;
