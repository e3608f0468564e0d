//! A disk that is soon full: a tmpfs of a few megabytes, where the story may mount one.

use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A mounted tmpfs; unmounted when it leaves scope.
#[derive(Debug)]
pub struct SmallDisk {
    folder: TempDir,
}

impl SmallDisk {
    /// A disk of so many KiB; `None` where this user may not mount one.
    pub fn of_kib(kib: u64) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let options = format!("size={kib}k");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &options, "tmpfs"])
            .arg(folder.path())
            .output();
        mounted
            .is_ok_and(|done| done.status.success())
            .then_some(Self { folder })
    }

    /// Where it is mounted.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Gives it another size, in KiB.
    pub fn resize_kib(&self, kib: u64) {
        let options = format!("remount,size={kib}k");
        let done = Command::new("mount")
            .args(["-o", &options])
            .arg(self.path())
            .status();
        assert!(
            done.is_ok_and(|status| status.success()),
            "the disk can be resized"
        );
    }

    /// Fills it with a file of zeros to the last byte, and gives the file.
    pub fn fill(&self) -> PathBuf {
        let path = self.path().join("video.mp4");
        let mut file = std::fs::File::options()
            .create(true)
            .append(true)
            .open(&path)
            .expect("a file can be made");
        for size in [65_536, 4_096, 512, 1] {
            let block = vec![0u8; size];
            while std::io::Write::write_all(&mut file, &block).is_ok() {}
        }
        path
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazy, so that a process that is just dying does not keep it.
        let _ = Command::new("umount").arg("-l").arg(self.path()).status();
    }
}
