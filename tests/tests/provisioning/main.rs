//! The provisioning messages against `tests/vectors/provisioning.json`, octet by octet, and against
//! a peer in Python that shares no line with ours (`tests/python`).

#[cfg(test)]
mod allocation;
#[cfg(test)]
mod conversation;
#[cfg(test)]
mod device;
#[cfg(test)]
mod parties;
#[cfg(test)]
mod peer;
#[cfg(test)]
mod peer_device;
#[cfg(test)]
mod peer_store;
#[cfg(test)]
mod python;
#[cfg(test)]
mod vectors;

#[cfg(test)]
const PYTHON: python::Packages = python::Packages {
    check: "import cryptography",
    install: &["cryptography"],
    environment: "python",
};
