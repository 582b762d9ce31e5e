//! Tests of the codec.

mod kit;
mod octets;
mod requests;
mod responses;
mod table;
mod values;
