//! What a program asks of its files, told by `strace`, in the order in which it happened.

use crate::programs;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The calls that change files or say something to others.
const CALLS: &str = "trace=openat,open,creat,write,writev,pwrite64,pwritev,pwritev2,sendto,lseek,fsync,fdatasync,\
                     ftruncate,truncate,fallocate,rename,renameat,renameat2,unlink,unlinkat";
/// No page and no answer of ours is longer.
const TEXT_MAX: &str = "200000";

/// One call that came to its end.
#[derive(Debug, Clone)]
pub struct Event {
    /// Lines of the trace (from 1) in which it began and ended: a sync covers what ended before it began.
    pub began: usize,
    pub ended: usize,
    pub what: What,
}

/// What a call did.
#[derive(Debug, Clone)]
pub enum What {
    /// A file was opened that is made or emptied by this.
    Open {
        path: PathBuf,
        empties: bool,
    },
    /// Bytes at a place, or at the end.
    Write {
        path: PathBuf,
        at: Option<usize>,
        bytes: Vec<u8>,
    },
    Truncate {
        path: PathBuf,
        length: usize,
    },
    /// Of a file or a folder.
    Sync {
        path: PathBuf,
    },
    Rename {
        from: PathBuf,
        to: PathBuf,
    },
    Unlink {
        path: PathBuf,
    },
    /// Something said on standard output or to a socket.
    Said {
        text: String,
    },
}

/// `strace` over a command, which writes to `file`. More options may follow before the command.
pub fn strace(file: &Path) -> Command {
    programs::need("strace");
    let mut command = Command::new("strace");
    command
        .args([
            "-f",
            "-y",
            "-xx",
            "-s",
            TEXT_MAX,
            "-e",
            CALLS,
            "-e",
            "signal=none",
            "-o",
        ])
        .arg(file);
    command
}

/// Puts `strace` before a command.
pub fn traced(file: &Path, command: &Command) -> Command {
    let mut traced = strace(file);
    traced.arg(command.get_program()).args(command.get_args());
    traced
}

/// The events of a trace, in the order in which they ended. What is said counts from the moment at which it begins.
pub fn read(file: &Path) -> Vec<Event> {
    let text = std::fs::read_to_string(file).expect("a trace");
    let mut open: HashMap<&str, (usize, String)> = HashMap::new();
    let mut events = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let Some((pid, call)) = line.split_once(' ') else {
            continue;
        };
        let call = call.trim_start();
        if let Some(begin) = call.strip_suffix("<unfinished ...>") {
            match said(begin) {
                Some(what) => events.push(Event {
                    began: number,
                    ended: number,
                    what,
                }),
                None => drop(open.insert(pid, (number, begin.to_owned()))),
            }
            continue;
        }
        let (began, whole) = match call.split_once(" resumed>") {
            Some((_, rest)) => match open.remove(pid) {
                Some((began, begin)) => (began, begin + rest),
                None => continue,
            },
            None => (number, call.to_owned()),
        };
        if let Some(what) = said(&whole).or_else(|| done(&whole)) {
            events.push(Event {
                began,
                ended: number,
                what,
            });
        }
    }
    events
}

fn said(call: &str) -> Option<What> {
    let (name, args) = call.split_once('(')?;
    if !["write", "writev", "sendto"].contains(&name) {
        return None;
    }
    let heard = args.starts_with("1<") || told_path(args).is_some_and(|p| !p.is_absolute());
    let text = || String::from_utf8_lossy(&texts(args).concat()).into_owned();
    heard.then(|| What::Said { text: text() })
}

/// A call that ended well and did something to a file.
fn done(call: &str) -> Option<What> {
    let (call, result) = call.rsplit_once(" = ")?;
    if result.starts_with('-') {
        return None;
    }
    let (name, args) = call.split_once('(')?;
    let args = args.trim_end().strip_suffix(')')?.trim_end();
    let path = || told_path(args);
    let named = |index: usize| Some(path_of(texts(args).get(index)?));
    let number = |from_end: usize| args.rsplit(", ").nth(from_end)?.parse().ok();
    Some(match name {
        "openat" | "open" | "creat"
            if name == "creat" || args.contains("O_CREAT") || args.contains("O_TRUNC") =>
        {
            What::Open {
                path: named(0)?,
                empties: name == "creat" || args.contains("O_TRUNC"),
            }
        }
        "write" | "writev" => What::Write {
            path: path()?,
            at: None,
            bytes: texts(args).concat(),
        },
        "pwrite64" => What::Write {
            path: path()?,
            at: Some(number(0)?),
            bytes: texts(args).concat(),
        },
        "fsync" | "fdatasync" => What::Sync { path: path()? },
        "ftruncate" => What::Truncate {
            path: path()?,
            length: number(0)?,
        },
        "rename" | "renameat" | "renameat2" => What::Rename {
            from: named(0)?,
            to: named(1)?,
        },
        "unlink" | "unlinkat" => What::Unlink { path: named(0)? },
        "pwritev" | "pwritev2" | "truncate" | "fallocate" | "lseek" => {
            let ours = path().is_some_and(|path| path.is_absolute() && path.starts_with("/tmp"));
            assert!(!ours, "a call that is not replayed: {call}");
            return None;
        }
        _ => return None,
    })
}

/// The path that `strace -y` tells of the first descriptor.
fn told_path(args: &str) -> Option<PathBuf> {
    let (_, rest) = args.split_once('<')?;
    let (told, _) = rest.split_once('>')?;
    Some(path_of(&decoded(told)))
}

fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

/// Everything between quotation marks.
fn texts(args: &str) -> Vec<Vec<u8>> {
    // All signs are written as numbers, so that no mark stands inside.
    args.split('"').skip(1).step_by(2).map(decoded).collect()
}

fn decoded(text: &str) -> Vec<u8> {
    if !text.starts_with("\\x") {
        return text.as_bytes().to_vec();
    }
    let byte = |hex: &str| u8::from_str_radix(hex, 16).expect("two digits");
    text.split("\\x").skip(1).map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_read_also_where_another_thread_came_between() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("trace");
        let lines = [
            r#"7 openat(AT_FDCWD<\x2f>, "\x2f\x61", O_RDWR|O_CREAT, 0644) = 3<\x2f\x61>"#,
            r#"7 pwrite64(3<\x2f\x61>, "\x01\x02", 2, 4096 <unfinished ...>"#,
            r#"8 fsync(4<\x2f\x62>) = 0"#,
            r#"7 <... pwrite64 resumed>) = 2"#,
            r#"7 fsync(3<\x2f\x61>) = -1 EIO (Input/output error)"#,
            r#"7 rename("\x2f\x61", "\x2f\x62") = 0"#,
            r#"7 write(1<\x70\x69\x70\x65\x3a\x5b\x31\x5d>, "\x68\x69", 2) = 2"#,
        ];
        std::fs::write(&file, lines.join("\n")).expect("it can be written");
        let events = read(&file);
        let shown: Vec<String> = (events.iter())
            .map(|event| format!("{}-{} {:?}", event.began, event.ended, event.what))
            .collect();
        assert_eq!(
            shown,
            [
                r#"1-1 Open { path: "/a", empties: false }"#,
                r#"3-3 Sync { path: "/b" }"#,
                r#"2-4 Write { path: "/a", at: Some(4096), bytes: [1, 2] }"#,
                r#"6-6 Rename { from: "/a", to: "/b" }"#,
                r#"7-7 Said { text: "hi" }"#,
            ]
        );
    }
}
