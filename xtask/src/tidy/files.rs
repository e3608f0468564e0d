//! The files that house rules look at: those that git tracks or would track, read once.

use std::collections::BTreeMap;
use std::path::Path;

use crate::run::CommandLine;

/// Folders that hold nothing of ours; needed only where git cannot be asked.
const FOREIGN_FOLDERS: &[&str] = &[".git", "node_modules", "demo-data", ".svelte-kit"];

/// Path from the workspace root (with `/`) to text. Files that are not UTF-8 have an empty text.
#[derive(Debug, Default)]
pub struct Files {
    texts: BTreeMap<String, String>,
}

impl Files {
    /// Reads the files of the workspace: as git lists them, else (an unpacked archive) as they lie in the folder.
    pub fn of_workspace(root: &Path) -> Self {
        let listed = CommandLine::new("git ls-files --cached --others --exclude-standard -z")
            .answer(root)
            .map(|names| {
                names
                    .split('\0')
                    .filter(|name| !name.is_empty())
                    .map(str::to_owned)
                    .collect::<Vec<_>>()
            });
        let paths = listed.unwrap_or_else(|| {
            let mut paths = Vec::new();
            walk(root, "", &mut paths);
            paths
        });
        let texts = paths
            .into_iter()
            .filter(|path| root.join(path).is_file())
            .map(|path| {
                let text = std::fs::read_to_string(root.join(&path)).unwrap_or_default();
                (path, text)
            })
            .collect();
        Self { texts }
    }

    /// Files in memory, for tests of rules.
    #[cfg(test)]
    pub fn from_texts(files: &[(&str, &str)]) -> Self {
        let texts = files
            .iter()
            .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
            .collect();
        Self { texts }
    }

    pub fn count(&self) -> usize {
        self.texts.len()
    }

    /// All files, by path.
    pub fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// The files whose name ends in `.EXTENSION`.
    pub fn with_extension<'a>(
        &'a self,
        extension: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.all().filter(move |(path, _)| {
            path.rsplit_once('.')
                .is_some_and(|(_, found)| found == extension)
        })
    }

    pub fn text(&self, path: &str) -> Option<&str> {
        self.texts.get(path).map(String::as_str)
    }
}

fn walk(root: &Path, folder: &str, paths: &mut Vec<String>) {
    let Ok(entries) = std::fs::read_dir(root.join(folder)) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if folder.is_empty() {
            name.clone()
        } else {
            format!("{folder}/{name}")
        };
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        let is_foreign = FOREIGN_FOLDERS.contains(&name.as_str()) || name.starts_with("target");
        if !is_folder {
            paths.push(path);
        } else if !is_foreign {
            walk(root, &path, paths);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extension_is_the_last_part_of_the_name() {
        let files = Files::from_texts(&[("a.rs", ""), ("b.rs.txt", ""), ("rs", "")]);
        let found: Vec<_> = files.with_extension("rs").map(|(path, _)| path).collect();
        assert_eq!(found, ["a.rs"]);
    }

    #[test]
    fn walking_finds_our_own_sources_and_no_built_files() {
        let mut paths = Vec::new();
        walk(&crate::root::workspace_root(), "", &mut paths);
        assert!(paths.iter().any(|path| path == "xtask/src/main.rs"));
        assert!(!paths.iter().any(|path| path.starts_with(".git/")));
    }
}
