//! The wallet as a device: its handling of letters and reports, with a failing storage, damaged
//! letters and a restored store.

#[cfg(test)]
mod chance;
#[cfg(test)]
mod effects;
#[cfg(test)]
mod enrolling;
#[cfg(test)]
mod failing;
#[cfg(test)]
mod forgotten;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod marks;
#[cfg(test)]
mod phones;
#[cfg(test)]
mod provisioning;
#[cfg(test)]
mod put_back;
#[cfg(test)]
mod reporting;
