//! The compact form goes there and back, and hostile bytes are only ever refused.
