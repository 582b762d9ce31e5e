//! Codes that EMVCo and others publish, and damaged ones.

mod consumer;
mod merchant;
