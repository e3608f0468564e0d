//! Starting other programs: the command is printed before it runs, and its exit code is passed on.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, ExitCode, ExitStatus, Stdio};

/// Why a developer command could not go on. A program that ran and said no is not an error: its exit code tells.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    #[error("{program} could not be started: {source}")]
    NotStarted {
        program: String,
        source: std::io::Error,
    },
    #[error("the output of {program} could not be read: {source}")]
    OutputUnreadable {
        program: String,
        source: std::io::Error,
    },
    #[error("{command} ended with exit code {code}")]
    InstallFailed { command: String, code: u8 },
    #[error("apt packages are missing ({packages}), and neither root nor sudo is at hand")]
    NoRights { packages: String },
    #[error("`{command}` failed: {said}")]
    Refused { command: String, said: String },
    #[error("`{command}` gave no {expected}")]
    NoAnswer { command: String, expected: String },
    #[error("{path} could not be written or read: {source}")]
    File {
        path: String,
        source: std::io::Error,
    },
    #[error("{path} is not a folder that the demonstration or a campaign made")]
    NotOurs { path: String },
    #[error("{tools} are not on this machine")]
    NoTools { tools: String },
    #[error("it was interrupted")]
    Interrupted,
}

impl RunError {
    /// Stable name of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotStarted { .. } => "not_started",
            Self::OutputUnreadable { .. } => "output_unreadable",
            Self::InstallFailed { .. } => "install_failed",
            Self::NoRights { .. } => "no_rights",
            Self::Refused { .. } => "refused",
            Self::NoAnswer { .. } => "no_answer",
            Self::File { .. } => "file",
            Self::NotOurs { .. } => "not_ours",
            Self::NoTools { .. } => "no_tools",
            Self::Interrupted => "interrupted",
        }
    }

    /// A file or folder that could not be written or read.
    pub fn file(path: &Path, source: std::io::Error) -> Self {
        Self::File {
            path: path.display().to_string(),
            source,
        }
    }

    /// What the developer can do now.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NotStarted { .. } => "install the program, or see that it is on PATH",
            Self::OutputUnreadable { .. } => "run the printed command by hand",
            Self::InstallFailed { .. } => {
                "see its output above; `cargo xtask test --quick` needs nothing installed"
            }
            Self::NoRights { .. } => {
                "have them installed with `apt-get install`, or run `cargo xtask test --quick`"
            }
            Self::Refused { .. } | Self::NoAnswer { .. } => {
                "run the printed command by hand; the server's log is in the folder of the demonstration"
            }
            Self::File { .. } => "see that the disk has room and that the folder is yours",
            Self::NotOurs { .. } => {
                "name another folder with --folder or --data; nothing of this one was touched"
            }
            Self::NoTools { .. } => {
                "`rustup component add llvm-tools`, apt's llvm of that version, or LLVM_COV and LLVM_PROFDATA"
            }
            Self::Interrupted => "run it again; everything that it had started has ended",
        }
    }

    /// The exit code of `cargo xtask` for this error: that of the program which failed, else 1.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::InstallFailed { code, .. } => *code,
            Self::Interrupted => 130,
            _ => 1,
        }
    }
}

/// A command line to run in the workspace root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandLine {
    words: Vec<String>,
    environment: Vec<(String, String)>,
    without: Vec<&'static str>,
}

impl CommandLine {
    /// `words`: the program and its arguments, separated by single blanks (none of ours has a blank inside).
    pub fn new(words: &str) -> Self {
        Self {
            words: words.split_whitespace().map(str::to_owned).collect(),
            environment: Vec::new(),
            without: Vec::new(),
        }
    }

    /// Adds an argument, which may have blanks inside.
    pub fn with(mut self, argument: &str) -> Self {
        self.words.push(argument.to_owned());
        self
    }

    /// Adds an environment variable.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Takes an environment variable away that we may have been given.
    pub fn without_env(mut self, name: &'static str) -> Self {
        self.without.push(name);
        self
    }

    /// The line as a developer would type it.
    pub fn shown(&self) -> String {
        self.environment
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .chain(self.words.iter().cloned())
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// Prints the line, runs it with our own input and output, and returns its exit code.
    pub fn run(&self, root: &Path) -> Result<u8, RunError> {
        self.announce();
        let status = self
            .prepared(root)
            .status()
            .map_err(|source| self.not_started(source))?;
        Ok(exit_code(status))
    }

    /// As `run`, and hands each line of its standard output to `seen` after passing it on unchanged.
    pub fn run_watched(&self, root: &Path, mut seen: impl FnMut(&str)) -> Result<u8, RunError> {
        self.announce();
        let mut child = self
            .prepared(root)
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|source| self.not_started(source))?;
        let unreadable = |source| RunError::OutputUnreadable {
            program: self.program(),
            source,
        };
        if let Some(output) = child.stdout.take() {
            let mut reader = BufReader::new(output);
            let mut line = Vec::new();
            while reader.read_until(b'\n', &mut line).map_err(unreadable)? > 0 {
                let text = String::from_utf8_lossy(&line);
                print!("{text}");
                std::io::stdout().flush().map_err(unreadable)?;
                seen(text.trim_end_matches(['\n', '\r']));
                line.clear();
            }
        }
        let status = child.wait().map_err(unreadable)?;
        Ok(exit_code(status))
    }

    /// Prints the line, runs it, and returns its standard output when it succeeded; `None` when it is absent or failed.
    pub fn answer(&self, root: &Path) -> Option<String> {
        self.announce();
        let output = self
            .prepared(root)
            .stderr(Stdio::null())
            .stdin(Stdio::null())
            .output()
            .ok()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        output.status.success().then_some(text)
    }

    /// Prints the line, runs it, and returns its exit code with all that it said on both outputs: for programs that run at
    /// the same time, whose words would mix.
    pub fn collected(&self, root: &Path) -> Result<(u8, String), RunError> {
        self.announce();
        let output = self
            .prepared(root)
            .stdin(Stdio::null())
            .output()
            .map_err(|source| self.not_started(source))?;
        let mut said = String::from_utf8_lossy(&output.stdout).into_owned();
        said += &String::from_utf8_lossy(&output.stderr);
        Ok((exit_code(output.status), said))
    }

    fn announce(&self) {
        println!("$ {}", self.shown());
    }

    fn program(&self) -> String {
        self.words.first().cloned().unwrap_or_default()
    }

    fn prepared(&self, root: &Path) -> Command {
        let mut command = Command::new(self.program());
        command
            .args(self.words.iter().skip(1))
            .envs(self.environment.iter().cloned())
            .current_dir(root);
        for name in &self.without {
            command.env_remove(name);
        }
        command
    }

    fn not_started(&self, source: std::io::Error) -> RunError {
        RunError::NotStarted {
            program: self.program(),
            source,
        }
    }
}

/// The exit code of a program; one that was ended by a signal counts as 128 plus the signal, as shells do.
fn exit_code(status: ExitStatus) -> u8 {
    if let Some(code) = status.code() {
        return u8::try_from(code).unwrap_or(1);
    }
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt;
        if let Some(signal) = status.signal() {
            return u8::try_from(128 + signal).unwrap_or(1);
        }
    }
    1
}

/// The first code that is not zero, so that a list of commands ends as its first failure did.
pub fn first_failure(codes: &[u8]) -> ExitCode {
    ExitCode::from(codes.iter().copied().find(|code| *code != 0).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn here() -> std::path::PathBuf {
        std::env::temp_dir()
    }

    #[test]
    fn the_exit_code_of_the_program_is_passed_on() {
        for (script, code) in [("exit 0", 0), ("exit 3", 3), ("kill -9 $$", 137)] {
            let line = CommandLine {
                words: ["sh", "-c", script].map(str::to_owned).to_vec(),
                ..CommandLine::new("")
            };
            assert_eq!(line.run(&here()).unwrap(), code, "{script}");
        }
    }

    #[test]
    fn an_absent_program_is_named_in_the_error() {
        let error = CommandLine::new("no-such-program-here")
            .run(&here())
            .unwrap_err();
        assert_eq!(error.code(), "not_started");
        assert!(error.to_string().contains("no-such-program-here"));
    }

    #[test]
    fn watched_output_arrives_line_by_line() {
        let mut lines = Vec::new();
        let code = CommandLine::new("printf one\\ntwo\\n")
            .run_watched(&here(), |line| lines.push(line.to_owned()))
            .unwrap();
        assert_eq!((code, lines.join("+").as_str()), (0, "one+two"));
    }

    #[test]
    fn what_a_program_said_on_either_output_is_collected() {
        let line = CommandLine::new("sh -c").with("echo out; echo err >&2; exit 4");
        assert_eq!(
            line.collected(&here()).unwrap(),
            (4, "out\nerr\n".to_owned())
        );
    }

    #[test]
    fn the_shown_line_can_be_typed_again() {
        let line = CommandLine::new("cargo test --workspace").env("GREBEG_LONG", "1");
        assert_eq!(line.shown(), "GREBEG_LONG=1 cargo test --workspace");
    }
}
