//! The examples of `docs/formats.md`, checked with the code that reads and writes those formats;
//! and the existence of every test that a document names.

#[cfg(test)]
mod acquired;
#[cfg(test)]
mod command;
#[cfg(test)]
mod document;
#[cfg(test)]
mod named_tests;
#[cfg(test)]
mod provisioned;
#[cfg(test)]
mod scene;
#[cfg(test)]
mod sealed;
#[cfg(test)]
mod stored;
#[cfg(test)]
mod tapped;
