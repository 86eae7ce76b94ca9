//! What will be done, in which order and in which pieces. Pure: no IO, not async.

pub mod chunks;
pub mod load;
