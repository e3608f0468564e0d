//! The disk fails once, at the first call, at the second, at each: it is said or tried again, and the state is that of before or
//! after, never one between. What is then saved or sent again counts once.

mod server;
mod tablet;
