//! Devices of every kind: new, copied, put back, suspended.

mod enrolment;
mod faults;
mod letters;
mod remote;
mod reports;
mod rollback;
