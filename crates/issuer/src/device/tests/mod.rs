//! Devices of every kind: new, copied, put back, suspended.

mod enrolment;
mod letters;
mod reports;
mod rollback;
