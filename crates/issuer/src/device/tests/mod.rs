//! Devices of every kind: new, copied, restored, suspended.

mod bounds;
mod enrolment;
mod faults;
mod letters;
mod marks;
mod neighbours;
mod redelivery;
mod remote;
mod reports;
mod rollback;
