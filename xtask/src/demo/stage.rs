//! Everything that runs while somebody looks: the server, the pages of the two tablets, perhaps the window.

use std::path::Path;
use std::process::Command;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use crate::run::RunError;

use crate::field::calls::Programs;
use crate::field::running::Running;
use crate::field::team::{SIGN_INS, Tablet};
use crate::field::{build, office, stop};

use super::window::Window;
use super::world::{self, PIN, Size, Team, World};

/// How often a stop is looked for.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// What is called now.
#[derive(Debug, Clone, Copy)]
pub enum Moment {
    Now,
    /// Unix milliseconds; time goes on from there.
    At(i64),
}

/// See the module. What runs is ended in the order of the fields when it leaves scope.
#[derive(Debug)]
pub struct Stage {
    pages: Vec<Running>,
    /// Pages of a tablet that nobody has enrolled.
    fresh: Option<Running>,
    server: Option<Running>,
    tablets: Vec<Tablet>,
    team: Option<Team>,
    programs: Programs,
}

impl Stage {
    /// Builds, makes the world anew (or starts that of the last time where `keep` is asked), and starts the pages.
    pub fn set(
        root: &Path,
        folder: &Path,
        moment: Moment,
        size: Size,
        keep: bool,
        window: Option<&Window>,
    ) -> Result<Self, RunError> {
        let now_ms = match moment {
            Moment::Now => office::kept_now_ms(&root.join(folder)).filter(|_| keep),
            Moment::At(now_ms) => Some(now_ms),
        };
        let programs = stop::programs(root, &root.join(folder), now_ms)?;
        println!("» Pages and programs");
        build::all(&programs, window.map(|window| window.package.as_str()))?;
        let began = Instant::now();
        let World {
            server,
            tablets,
            team,
        } = match office::prepare_folder(&programs, keep)? {
            true => world::again(&programs)?,
            false => world::make(&programs, size)?,
        };
        let mut stage = Self {
            pages: Vec::new(),
            fresh: None,
            server: Some(server),
            tablets,
            team,
            programs,
        };
        let first = stage.tablets.first().map(|tablet| tablet.label.clone());
        for tablet in &stage.tablets {
            let pages = match window {
                Some(window) if Some(&tablet.label) == first.as_ref() => {
                    window.open(&stage.programs, tablet)?
                }
                _ => world::start_pages(&stage.programs, tablet)?,
            };
            stage.pages.push(pages);
        }
        println!("(made in {:.0} s)", began.elapsed().as_secs_f32());
        Ok(stage)
    }

    pub fn programs(&self) -> &Programs {
        &self.programs
    }

    pub fn tablets(&self) -> &[Tablet] {
        &self.tablets
    }

    /// Addresses of the tablets' pages with their tokens; empty where a window shows them.
    pub fn pages(&self) -> Vec<&str> {
        self.pages.iter().map(Running::url).collect()
    }

    /// The office's address; empty once its server was stopped.
    pub fn office(&self) -> &str {
        self.server.as_ref().map_or("", Running::url)
    }

    pub fn server_pid(&self) -> u32 {
        self.server.as_ref().map_or(0, Running::pid)
    }

    pub fn pin(&self) -> &'static str {
        PIN
    }

    /// Log-in and password of the lead and of the admin.
    pub fn sign_ins(&self) -> [(&'static str, &'static str); 2] {
        SIGN_INS.map(|one| (one.login, one.password))
    }

    /// The address of a tablet that nobody has enrolled.
    pub fn fresh_pages(&mut self) -> Result<String, RunError> {
        let home = self.programs.folder().join("tablet-new");
        let call = self
            .programs
            .tablet(&home, &["ui", "--listen", "127.0.0.1:0"]);
        let pages = Running::listening(&self.programs, "tablet-new", &call)?;
        let url = pages.url().to_owned();
        self.fresh = Some(pages);
        Ok(url)
    }

    pub fn stop_server(&mut self) {
        self.server = None;
    }

    /// The evening of the same day: the server is there again, and most of the other tablets have closed and sent.
    pub fn evening(&mut self, now_ms: i64) -> Result<(), RunError> {
        let from_ms = self.programs.clock().now_ms();
        self.server = Some(office::start_server(&self.programs)?);
        match &mut self.team {
            Some(team) => team.finish_day(&self.programs, from_ms, now_ms),
            None => Ok(()),
        }
    }

    /// Runs a command of others to its end, with our own output. Errors: `refused`, `interrupted`.
    pub fn run(&self, name: &str, command: Command) -> Result<(), RunError> {
        match Running::beside(name, command)?.wait(&self.programs)? {
            true => Ok(()),
            false => Err(RunError::Refused {
                command: name.to_owned(),
                said: "see its output above".to_owned(),
            }),
        }
    }

    /// Waits for Ctrl-C, or for the end of the time.
    pub fn wait(&mut self, time: Option<Duration>) {
        match time {
            Some(time) => println!("It runs for {} more seconds.", time.as_secs()),
            None => println!("It runs until you press Ctrl-C."),
        }
        let end = time.map(|time| Instant::now() + time);
        let mut is_there = true;
        while !self.programs.stop().load(Ordering::SeqCst)
            && end.is_none_or(|end| Instant::now() < end)
        {
            if is_there && self.server.as_mut().is_some_and(Running::has_ended) {
                println!("The server has ended; the tablets go on without it.");
                is_there = false;
            }
            std::thread::sleep(LOOK_EVERY);
        }
        println!();
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        for running in self.pages.iter().chain(&self.fresh).chain(&self.server) {
            println!("Stopping {} (process {}).", running.name(), running.pid());
        }
    }
}
