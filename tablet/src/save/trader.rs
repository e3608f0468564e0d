//! Traders: adding one after a look for duplicates, and changing what a canvasser may change.
