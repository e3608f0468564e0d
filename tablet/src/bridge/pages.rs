//! The built pages: those in the program, or those of a folder while somebody works on them.

use std::borrow::Cow;
use std::path::{Component, Path, PathBuf};

/// Name with `/` and content; empty in a program that was built without pages.
const BUILT_IN: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/pages.rs"));

#[derive(Debug)]
pub struct Pages(Option<PathBuf>);

impl Pages {
    pub fn new(folder: Option<PathBuf>) -> Self {
        Self(folder)
    }

    /// A file by its name below the top; `None` where there is none of that name.
    pub fn get(&self, name: &str) -> Option<Cow<'static, [u8]>> {
        match &self.0 {
            None => BUILT_IN
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, bytes)| Cow::Borrowed(*bytes)),
            Some(folder) => {
                let plain = |part| matches!(part, Component::Normal(_));
                let name = Path::new(name);
                if !name.components().all(plain) {
                    return None;
                }
                std::fs::read(folder.join(name)).ok().map(Cow::Owned)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Pages;

    #[test]
    fn nothing_outside_the_folder_is_served() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("secret"), "x").unwrap();
        let dist = folder.path().join("dist");
        std::fs::create_dir_all(dist.join("assets")).unwrap();
        std::fs::write(dist.join("assets/a.js"), "1").unwrap();
        let pages = Pages::new(Some(dist));
        assert_eq!(pages.get("assets/a.js").as_deref(), Some(&b"1"[..]));
        for name in [
            "../secret",
            "assets/../../secret",
            "/etc/passwd",
            "assets",
            "",
        ] {
            assert_eq!(pages.get(name), None, "{name}");
        }
    }
}
