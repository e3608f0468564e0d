//! LLVM's own tools, which read what an instrumented program counted. Their version has to be the compiler's.

use std::path::{Path, PathBuf};

use crate::run::{CommandLine, RunError};

/// Where the two tools are.
pub struct Tools {
    cov: PathBuf,
    profdata: PathBuf,
}

/// Looks at `LLVM_COV` and `LLVM_PROFDATA`, then beside the compiler (asking rustup for the component once), then where Debian puts
/// the same version. Errors: they are nowhere.
pub fn find(root: &Path) -> Result<Tools, RunError> {
    let named = |name| std::env::var_os(name).map(PathBuf::from);
    if let (Some(cov), Some(profdata)) = (named("LLVM_COV"), named("LLVM_PROFDATA")) {
        return Ok(Tools { cov, profdata });
    }
    let said = CommandLine::new("rustc -vV")
        .answer(root)
        .unwrap_or_default();
    let of = |start: &str| said.lines().find_map(|line| line.strip_prefix(start));
    let host = of("host: ").unwrap_or_default();
    let version = of("LLVM version: ")
        .and_then(|v| v.split('.').next())
        .unwrap_or_default();
    let sysroot = CommandLine::new("rustc --print sysroot")
        .answer(root)
        .unwrap_or_default();
    let beside = Path::new(sysroot.trim())
        .join("lib/rustlib")
        .join(host)
        .join("bin");
    let folders = [
        beside.clone(),
        PathBuf::from(format!("/usr/lib/llvm-{version}/bin")),
    ];
    if let Some(tools) = folders.iter().find_map(|folder| tools_in(folder)) {
        return Ok(tools);
    }
    let _code = CommandLine::new("rustup component add llvm-tools").run(root)?;
    tools_in(&beside).ok_or_else(|| RunError::NoTools {
        tools: format!("llvm-cov and llvm-profdata of LLVM {version}"),
    })
}

fn tools_in(folder: &Path) -> Option<Tools> {
    let tools = Tools {
        cov: folder.join("llvm-cov"),
        profdata: folder.join("llvm-profdata"),
    };
    (tools.cov.is_file() && tools.profdata.is_file()).then_some(tools)
}

impl Tools {
    /// Adds up what all processes counted and returns it in the form of `lcov`. Errors: a tool that fails.
    pub fn export(
        &self,
        root: &Path,
        profiles: &Path,
        objects: &[PathBuf],
    ) -> Result<String, RunError> {
        let sum = profiles.join("sum.profdata");
        // A folder as input would take the sum of an earlier run along: it was emptied before.
        let merge = CommandLine::new(&self.profdata.to_string_lossy())
            .with("merge")
            .with("--sparse")
            // A killed program leaves a file that is cut off; the others still count.
            .with("--failure-mode=all")
            .with("--output")
            .with(&sum.to_string_lossy())
            .with(&profiles.to_string_lossy());
        if merge.run(root)? != 0 {
            return Err(refused(&merge));
        }
        let mut export = CommandLine::new(&self.cov.to_string_lossy())
            .with("export")
            .with("--format=lcov")
            .with(&format!("--instr-profile={}", sum.display()));
        for object in objects {
            export = export.with("--object").with(&object.to_string_lossy());
        }
        export.answer(root).ok_or_else(|| refused(&export))
    }
}

fn refused(command: &CommandLine) -> RunError {
    RunError::NoAnswer {
        command: command.shown(),
        expected: "counts".to_owned(),
    }
}
