//! A program that runs on beside us and says where it listens: ended by its own id when it leaves scope, whatever happened.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::Ordering;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use crate::run::RunError;

use super::calls::{Call, Programs};

/// Longest wait for a program to be ready, and to end by itself.
const PATIENCE: Duration = Duration::from_secs(30);
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// A process of ours.
#[derive(Debug)]
pub struct Running {
    name: String,
    child: Child,
    url: String,
}

impl Running {
    /// Starts it and waits until it says `listening on ADDRESS`. What it says on stderr goes to `NAME.log`.
    /// Errors: `refused` with the last line of its log when it does not get ready, `interrupted`.
    pub fn listening(programs: &Programs, name: &str, call: &Call<'_>) -> Result<Self, RunError> {
        println!("$ {}", call.shown());
        let mut running = Self::start(programs, name, call.command())?;
        let (ready, heard) = mpsc::channel();
        let stdout = running.child.stdout.take();
        // Reads on after the address, so that the program never waits for a reader.
        std::thread::spawn(move || {
            for line in stdout.map(lines).into_iter().flatten() {
                if let Some((_, url)) = line.split_once("listening on ") {
                    let _nobody_waits = ready.send(url.trim().to_owned());
                }
            }
        });
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            programs.go_on()?;
            match heard.recv_timeout(LOOK_EVERY) {
                Ok(url) => {
                    running.url = url;
                    return Ok(running);
                }
                Err(mpsc::RecvTimeoutError::Timeout) => {}
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
            }
        }
        let said = std::fs::read_to_string(log(programs, name)).unwrap_or_default();
        Err(RunError::Refused {
            command: call.shown(),
            said: said.lines().last().unwrap_or("it said nothing").to_owned(),
        })
    }

    /// Starts it without waiting for a word.
    pub fn start(programs: &Programs, name: &str, mut command: Command) -> Result<Self, RunError> {
        let log = log(programs, name);
        let log = File::options()
            .create(true)
            .append(true)
            .open(&log)
            .map_err(|source| RunError::File {
                path: programs.shown_path(&log),
                source,
            })?;
        command.stdout(Stdio::piped()).stderr(log);
        Self::beside(name, command)
    }

    /// Starts it with our own output, or what the command says of it.
    pub fn beside(name: &str, mut command: Command) -> Result<Self, RunError> {
        // A group of its own: what the program starts ends with it, and Ctrl-C reaches it through us alone.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let child =
            command
                .stdin(Stdio::null())
                .spawn()
                .map_err(|source| RunError::NotStarted {
                    program: name.to_owned(),
                    source,
                })?;
        Ok(Self {
            name: name.to_owned(),
            child,
            url: String::new(),
        })
    }

    /// The address as the program said it, with its token if it has one.
    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Whether it ended by itself.
    pub fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// Waits for its end; a stop in between ends it. Gives whether it succeeded.
    pub fn wait(mut self, programs: &Programs) -> Result<bool, RunError> {
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) => return Ok(status.success()),
                Ok(None) if programs.stop().load(Ordering::SeqCst) => {
                    return Err(RunError::Interrupted);
                }
                Ok(None) => std::thread::sleep(LOOK_EVERY),
                Err(_) => return Ok(false),
            }
        }
    }

    /// Sends a signal to the program and whatever it started; whether that could be done.
    fn signal(&self, signal: &str) -> bool {
        let group = format!("-{}", self.child.id());
        let sent = Command::new("kill")
            .args([signal, "--", &group])
            .stderr(Stdio::null())
            .status();
        sent.is_ok_and(|status| status.success())
    }
}

impl Drop for Running {
    /// Asks it to end, waits, and kills what does not.
    fn drop(&mut self) {
        if !self.has_ended() {
            let began = Instant::now();
            let is_asked = self.signal("-TERM");
            while is_asked && !self.has_ended() && began.elapsed() < PATIENCE {
                std::thread::sleep(LOOK_EVERY);
            }
        }
        self.signal("-KILL");
        let _already_gone = self.child.kill();
        let _already_gone = self.child.wait();
    }
}

fn log(programs: &Programs, name: &str) -> std::path::PathBuf {
    programs.folder().join(format!("{name}.log"))
}

fn lines(output: impl Read) -> impl Iterator<Item = String> {
    BufReader::new(output).lines().map_while(Result::ok)
}
