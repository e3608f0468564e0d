//! Open files: the limit is raised as far as this process may, and connections take what the store leaves of it.

/// Connections open at the same time, where the system has room for them.
const CONNECTIONS_MAX: usize = 4_096;
/// Files that are kept for the store's connections, the log, exports and the like.
const OTHERS: usize = 128;

/// Raises the soft limit of open files, and says how many connections there is room for.
pub fn connections() -> usize {
    let connections = room(raise(CONNECTIONS_MAX + OTHERS));
    if connections < CONNECTIONS_MAX {
        tracing::warn!(
            connections,
            "the system allows few open files: fewer tablets can be connected at once (ulimit -n)"
        );
    }
    connections
}

/// Connections where `files` may be open; `None`: as many as anybody likes.
fn room(files: Option<usize>) -> usize {
    let Some(files) = files else {
        return CONNECTIONS_MAX;
    };
    files
        .saturating_sub(OTHERS)
        .max(files / 4)
        .clamp(1, CONNECTIONS_MAX)
}

/// The limit of open files, raised to `wanted` where it was lower and may be raised.
#[cfg(unix)]
fn raise(wanted: usize) -> Option<usize> {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let wanted = u64::try_from(wanted).unwrap_or(u64::MAX);
    let mut limit = getrlimit(Resource::Nofile);
    if limit.current.is_some_and(|current| current < wanted) {
        let raised = limit.maximum.map_or(wanted, |most| most.min(wanted));
        let before = limit.current.replace(raised);
        if setrlimit(Resource::Nofile, limit).is_err() {
            limit.current = before;
        }
    }
    limit
        .current
        .map(|current| usize::try_from(current).unwrap_or(usize::MAX))
}

#[cfg(not(unix))]
fn raise(_wanted: usize) -> Option<usize> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_store_has_its_files_before_connections_take_the_rest() {
        assert_eq!(room(None), CONNECTIONS_MAX);
        assert_eq!(room(Some(1_000_000)), CONNECTIONS_MAX);
        assert_eq!(room(Some(1_024)), 896);
        assert_eq!(room(Some(64)), 16);
        assert_eq!(room(Some(0)), 1);
    }
}
