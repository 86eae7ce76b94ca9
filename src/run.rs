//! The whole snapshot on one screen.
