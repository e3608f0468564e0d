//! Rules about Cargo.toml: crate versions stand in one place, and the workspace's own version is explained.

use super::Finding;
use super::files::Files;

/// A line `key = value` of a Cargo.toml, or the heading of a table for one dependency.
#[derive(Debug, PartialEq, Eq)]
pub struct Entry {
    /// From 1.
    pub line: usize,
    /// The table's heading, without brackets.
    table: String,
    key: String,
    value: String,
}

impl Entry {
    /// Whether it belongs to a list of dependencies of a package (of any kind and target).
    fn is_dependency(&self) -> bool {
        !self.table.starts_with("workspace.") && self.dependency_table().is_some()
    }

    /// Whether a dependency is named here for the first time: not true for the lines below `[dependencies.x]`.
    pub fn begins_a_dependency(&self) -> bool {
        let has_own_table = matches!(self.dependency_table(), Some(Some(_)));
        self.is_dependency() && (self.key.is_empty() || !has_own_table)
    }

    /// The name of the dependency that the entry is about.
    pub fn crate_name(&self) -> &str {
        match self.dependency_table() {
            Some(Some(name)) => name,
            _ => self.key.split('.').next().unwrap_or_default(),
        }
    }

    /// `Some(None)` in `[dependencies]`, `Some(Some("x"))` in `[dependencies.x]`, else `None`.
    fn dependency_table(&self) -> Option<Option<&str>> {
        ["dependencies", "dev-dependencies", "build-dependencies"]
            .iter()
            .find_map(|kind| {
                let after = match self.table.rsplit_once("'.") {
                    Some((_, rest)) => rest,
                    None => &self.table,
                };
                let rest = after.strip_prefix(kind)?;
                if rest.is_empty() {
                    return Some(None);
                }
                rest.strip_prefix('.').map(Some)
            })
    }

    fn names_a_version(&self) -> bool {
        let in_own_table = matches!(self.dependency_table(), Some(Some(_)));
        if in_own_table || self.key.ends_with(".version") {
            return self.key == "version" || self.key.ends_with(".version");
        }
        self.value.starts_with(['"', '\''])
            || self
                .value
                .trim_start_matches('{')
                .split(',')
                .any(|part| part.trim_start().starts_with("version"))
    }
}

/// The entries of a Cargo.toml, as far as our rules need them: one line each, no values over several lines.
pub fn entries(manifest: &str) -> Vec<Entry> {
    let mut table = String::new();
    let mut found = Vec::new();
    for (number, line) in manifest.lines().enumerate() {
        let line = line.trim();
        if line.starts_with('#') {
            continue;
        }
        let (key, value) = if let Some(heading) = line.strip_prefix('[') {
            table = heading.trim_matches(['[', ']']).to_owned();
            ("", "")
        } else if let Some((key, value)) = line.split_once('=') {
            (key.trim(), value.trim())
        } else {
            continue;
        };
        let entry = Entry {
            line: number + 1,
            table: table.clone(),
            key: key.to_owned(),
            value: value.to_owned(),
        };
        // A heading counts only when it names one dependency: `[dependencies.axum]`.
        if !key.is_empty() || matches!(entry.dependency_table(), Some(Some(_))) {
            found.push(entry);
        }
    }
    found
}

/// Dependencies of members that name a version themselves.
pub fn versions_in_members(files: &Files) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in files.with_extension("toml") {
        // A manifest with a workspace of its own (or the root) cannot inherit.
        let is_member = path.ends_with("/Cargo.toml") && !text.contains("[workspace]");
        if !is_member {
            continue;
        }
        for entry in entries(text) {
            if entry.is_dependency() && entry.names_a_version() {
                findings.push(Finding {
                    path: path.to_owned(),
                    line: entry.line,
                    what: format!("`{}` names a version", entry.crate_name()),
                });
            }
        }
    }
    findings
}

/// The workspace's version, when CHANGELOG.md has no heading for it.
pub fn version_without_changes(files: &Files) -> Vec<Finding> {
    let manifest = entries(files.text("Cargo.toml").unwrap_or_default());
    let version = manifest
        .iter()
        .find(|entry| entry.table == "workspace.package" && entry.key == "version")
        .map(|entry| entry.value.trim_matches('"'));
    let Some(version) = version else {
        return Vec::new();
    };
    let changes = files.text("CHANGELOG.md").unwrap_or_default();
    let is_explained = changes
        .lines()
        .filter_map(|line| line.strip_prefix("## "))
        .any(|heading| heading.split([' ', '[', ']']).any(|word| word == version));
    if is_explained {
        return Vec::new();
    }
    vec![Finding {
        path: "CHANGELOG.md".to_owned(),
        line: 0,
        what: format!("no heading for version {version}"),
    }]
}

#[cfg(test)]
mod tests {
    use super::super::check;
    use super::*;

    #[test]
    fn members_inherit_versions() {
        let good = "[package]\nversion = \"1\"\n[dependencies]\na.workspace = true\nb = { workspace = true, features = [\"version\"] }\n[dependencies.c]\nworkspace = true\n[target.'cfg(unix)'.dependencies]\nd.workspace = true";
        check(versions_in_members, &[("core/Cargo.toml", good)], &[]);
        let root = "[workspace]\n[workspace.dependencies]\na = \"1\"";
        check(
            versions_in_members,
            &[("Cargo.toml", root), ("fuzz/Cargo.toml", root)],
            &[],
        );
        let bad = "[dependencies]\na = \"1\"\nb = { version = \"1\" }\n[dev-dependencies.c]\nversion = \"2\"\n[target.'cfg(unix)'.dependencies]\nd.version = \"3\"\ne = { features = [], version = \"1\" }";
        check(
            versions_in_members,
            &[("core/Cargo.toml", bad)],
            &[
                "core/Cargo.toml:2 `a` names a version",
                "core/Cargo.toml:3 `b` names a version",
                "core/Cargo.toml:5 `c` names a version",
                "core/Cargo.toml:7 `d` names a version",
                "core/Cargo.toml:8 `e` names a version",
            ],
        );
    }

    #[test]
    fn the_version_has_a_heading_in_the_changelog() {
        let root = (
            "Cargo.toml",
            "[workspace]\n[workspace.package]\nversion = \"0.2.0\"",
        );
        for good in ["## 0.2.0", "# Changes\n\n## [0.2.0] 2026-11-02"] {
            check(
                version_without_changes,
                &[root, ("CHANGELOG.md", good)],
                &[],
            );
        }
        for bad in ["", "## 0.2.01", "needs 0.2.0"] {
            check(
                version_without_changes,
                &[root, ("CHANGELOG.md", bad)],
                &["CHANGELOG.md:0 no heading for version 0.2.0"],
            );
        }
    }
}
