//! Rule about places: no path of one developer's machine and no registry host in what we hand on.

use super::Finding;
use super::files::Files;

/// Top folders in which people and build machines keep their checkouts.
const CHECKOUT_FOLDERS: &[&str] = &[
    "home",
    "Users",
    "root",
    "work",
    "workspace",
    "workspaces",
    "farm",
    "builds",
];

/// Hosts of package registries and their mirrors. In two parts, so that this file passes its own rule.
const REGISTRY_HOSTS: &[(&str, &str)] = &[
    ("registry.npm", "js.org"),
    ("registry.yarn", "pkg.com"),
    ("index.crates", ".io"),
    ("static.crates", ".io"),
    ("deb.debian", ".org"),
    ("archive.ubuntu", ".com"),
    ("files.python", "hosted.org"),
    ("proxy.go", "lang.org"),
    ("arti", "factory"),
];

/// Lines that name a place of one machine or a registry host, in every file.
pub fn machine_places(files: &Files) -> Vec<Finding> {
    let hosts: Vec<String> = REGISTRY_HOSTS
        .iter()
        .map(|(start, end)| format!("{start}{end}"))
        .collect();
    let mut findings = Vec::new();
    for (path, text) in files.all() {
        for (number, line) in text.lines().enumerate() {
            let lower = line.to_ascii_lowercase();
            let host = hosts.iter().find(|host| lower.contains(host.as_str()));
            let what = match (checkout_folder(line), host) {
                (Some(folder), _) => format!("a path below /{folder}"),
                (None, Some(host)) => format!("the host {host}"),
                (None, None) => continue,
            };
            findings.push(Finding {
                path: path.to_owned(),
                line: number + 1,
                what,
            });
        }
    }
    findings
}

/// The folder of `CHECKOUT_FOLDERS` below which the line names a path: at the start of a word, with something after it.
fn checkout_folder(line: &str) -> Option<&'static str> {
    CHECKOUT_FOLDERS.iter().copied().find(|folder| {
        ["/", "\\", "\\\\"].iter().any(|slash| {
            let start = format!("{slash}{folder}{slash}");
            line.match_indices(&start).any(|(at, _)| {
                let before = line.get(..at).and_then(|text| text.chars().next_back());
                let after = line
                    .get(at + start.len()..)
                    .and_then(|text| text.chars().next());
                let starts_a_path = before.is_none_or(|c| " \t\"'`(=:,<[>".contains(c));
                starts_a_path && after.is_some_and(|c| c.is_alphanumeric() || "._-".contains(c))
            })
        })
    })
}

#[cfg(test)]
mod tests {
    use super::super::check;
    use super::*;

    #[test]
    fn files_name_no_place_of_one_machine() {
        let good =
            "docs/home/plan.md https://example.org/home/x /home /var/lib/grebeg crates.io /homes/x";
        check(machine_places, &[("a.md", good)], &[]);
        for (start, end) in [
            ("see /ho", "me/sri/grebeg"),
            ("path=\"/Us", "ers/sri\""),
            ("C:\\Us", "ers\\sri"),
            ("cd /wo", "rk/x"),
        ] {
            let found = machine_places(&Files::from_texts(&[("a.md", &format!("{start}{end}"))]));
            assert_eq!(found.len(), 1, "{start}{end}");
        }
    }

    #[test]
    fn files_name_no_registry_host() {
        for (start, end) in REGISTRY_HOSTS {
            let text = format!("\n\"resolved\": \"https://{start}{end}/x.tgz\"");
            let expected = format!("package-lock.json:2 the host {start}{end}");
            check(
                machine_places,
                &[("package-lock.json", &text)],
                &[&expected],
            );
        }
    }
}
