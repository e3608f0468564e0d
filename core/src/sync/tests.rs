//! Stories of tablets and a server in memory.
