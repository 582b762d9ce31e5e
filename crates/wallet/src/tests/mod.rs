//! The wallet as a whole, on a simulated folder.

mod arming;
mod clocks;
mod codes;
mod cuts;
mod durable_codes;
mod history;
mod letters;
#[cfg(feature = "limited-use")]
mod limited_use;
mod locks;
mod needs;
mod password;
mod presenting;
mod remote;
mod storage;
mod verifying;
