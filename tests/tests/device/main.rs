//! The wallet as a device: what it does with its issuer's letters, what it reports, and what a
//! storage that fails, a letter that is damaged or a store that was put back does to it.

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
