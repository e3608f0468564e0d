//! The real window of a tablet, on a screen without a monitor, with a finger that taps what it sees.

use crate::programs;
use crate::screen::Screen;
use crate::tablet::Tablet;
use crate::wait::{self, PATIENCE};
use crate::webdriver::WebDriver;
use crate::{processes, window_manager};
use serde_json::{Value, json};
use std::cell::Cell;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Every story's PIN.
pub const PIN: &str = "384756";
/// The pages take a second touch for an echo of the first for so long (`ui/src/components/guard.ts`).
const FINGER: Duration = Duration::from_millis(650);
/// Where the page says that something is saved.
const SAVED: &str = "//*[contains(@class, 'snack') and contains(@class, 'saved')]";
/// As `src-tauri/tauri.conf.json` names the app.
const IDENTIFIER: &str = "id.grebegpasar.tablet";

/// A machine with the app installed: its users' data and its screen. It may run the app more than once.
#[derive(Debug)]
pub struct Machine {
    folder: TempDir,
    screen: Screen,
}

impl Machine {
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
            screen: Screen::new(),
        }
    }

    /// Starts the app, and waits until its page has heard who is at the tablet.
    #[track_caller]
    pub fn open(&self) -> Window {
        let data = self.folder.path();
        let caches = data.join("cache");
        let environment = [("XDG_DATA_HOME", data), ("XDG_CACHE_HOME", &caches)];
        let window = Window {
            driver: WebDriver::start(&programs::window(), &self.screen.name, &environment),
            screen: self.screen.name.clone(),
            touched: Cell::new(None),
        };
        window.until("the page is ready", "//body[@data-ready]");
        window
    }

    /// Where the app keeps the tablet's data.
    pub fn home(&self) -> PathBuf {
        self.folder.path().join(IDENTIFIER).join("home")
    }

    /// How saving goes wrong from now on (`tablet/src/desk/faults.rs`); null: no more.
    pub fn faults(&self, faults: &Value) {
        let file = self.home().join("faults.json");
        std::fs::write(file, faults.to_string()).expect("the tablet's folder can be written");
    }

    /// The same data under the command line, while no window has it open.
    pub fn tablet(&self) -> Tablet {
        Tablet::at(&self.home())
    }
}

impl Default for Machine {
    fn default() -> Self {
        Self::new()
    }
}

/// One window; it is closed by its id when it leaves scope.
#[derive(Debug)]
pub struct Window {
    driver: WebDriver,
    screen: String,
    touched: Cell<Option<Instant>>,
}

impl Window {
    /// The element of an XPath, once it is there.
    #[track_caller]
    pub fn until(&self, what: &str, xpath: &str) -> String {
        let started = Instant::now();
        loop {
            if let Some(element) = self.driver.find(xpath) {
                return element;
            }
            assert!(
                started.elapsed() < PATIENCE,
                "{what} ({xpath}) did not come; the page says:\n{}",
                self.text()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits until these words can be read.
    #[track_caller]
    pub fn see(&self, words: &str) {
        let started = Instant::now();
        loop {
            let text = self.text();
            if text.contains(words) {
                return;
            }
            assert!(
                started.elapsed() < PATIENCE,
                "{words:?} did not come; the page says:\n{text}"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits for the words that something is saved, and for what they are about. (The sheet of a visit has like words in small
    /// print, before anything is saved.)
    #[track_caller]
    pub fn saved(&self, about: &str) {
        self.until(
            "the words that it is saved",
            &format!("{SAVED}[contains(., 'Tersimpan di tablet') and contains(., '{about}')]"),
        );
    }

    /// Whether the page says that something is saved.
    pub fn says_saved(&self) -> bool {
        self.driver.find(SAVED).is_some()
    }

    /// What can be read on the page now.
    pub fn text(&self) -> String {
        let text = self.run("return document.body ? document.body.innerText : ''");
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Runs the body of a function in the page; nothing where the page cannot be asked.
    pub fn run(&self, script: &str) -> Value {
        self.driver.run(script).unwrap_or_default()
    }

    /// Runs the body of a function in the page and waits until it has called `done` with a value.
    #[track_caller]
    pub fn run_later(&self, script: &str) -> Value {
        let asked = self.driver.run_later(script);
        asked.unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    /// Touches the element of an XPath as soon as it can be touched, and no sooner after the last touch than a finger would.
    #[track_caller]
    pub fn tap(&self, xpath: &str) {
        if let Some(touched) = self.touched.get() {
            wait::until("the finger is up again", || {
                (touched.elapsed() > FINGER).then_some(())
            });
        }
        self.strike(xpath);
        self.touched.set(Some(Instant::now()));
    }

    /// Touches at once: for keys that are meant to be struck fast.
    #[track_caller]
    fn strike(&self, xpath: &str) {
        let started = Instant::now();
        loop {
            let element = self.until("what is touched", xpath);
            let clicked = self
                .driver
                .ask("POST", &format!("/element/{element}/click"), &json!({}));
            match clicked {
                Ok(_) => return,
                // It moved or was drawn anew in between: look again.
                Err(error) => assert!(started.elapsed() < PATIENCE, "{xpath}: {error}"),
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Touches the button with these words or this name.
    #[track_caller]
    pub fn button(&self, words: &str) {
        self.tap(&format!(
            "//button[not(ancestor::*[@inert]) and (contains(normalize-space(.), '{words}') or @aria-label='{words}')]"
        ));
    }

    /// Types into the field of an XPath.
    #[track_caller]
    pub fn type_into(&self, xpath: &str, text: &str) {
        let element = self.until("what is typed into", xpath);
        let typed = json!({ "text": text });
        let asked = self
            .driver
            .ask("POST", &format!("/element/{element}/value"), &typed);
        asked.unwrap_or_else(|error| panic!("{xpath}: {error}"));
    }

    /// Goes to one of the four main pages.
    #[track_caller]
    pub fn tab(&self, name: &str) {
        self.tap(&format!("//nav//button[contains(., '{name}')]"));
    }

    /// Strikes the digits of the PIN.
    #[track_caller]
    pub fn pin(&self) {
        for digit in PIN.chars() {
            self.strike(&format!(
                "//*[@data-repeat]/button[not(@disabled) and normalize-space(.)='{digit}']"
            ));
        }
    }

    /// Makes the PIN of the only person, and is then at work.
    #[track_caller]
    pub fn make_pin(&self) {
        self.see("Buat PIN");
        self.pin();
        self.see("Ketik PIN sekali lagi");
        self.pin();
        self.at_work();
    }

    /// Unlocks with the PIN.
    #[track_caller]
    pub fn unlock(&self) {
        self.until("the lock page", "//*[@data-repeat]");
        self.pin();
        self.at_work();
    }

    #[track_caller]
    fn at_work(&self) {
        self.until("the tablet at work", "//nav");
    }

    /// Connects the tablet by the server's address and a code.
    #[track_caller]
    pub fn enrol(&self, url: &str, code: &str) {
        self.type_into("//input[@autocomplete='one-time-code']", code);
        self.type_into("//input[@inputmode='url']", url);
        self.button("Sambungkan");
    }

    /// Searches for a trader and opens the page of the one of that name.
    #[track_caller]
    pub fn find_trader(&self, words: &str, name: &str) {
        self.tab("Cari");
        self.type_into("//input[@inputmode='search']", words);
        self.tap(&format!(
            "//button[contains(@class, 'hit') and .//*[normalize-space(.)='{name}']]"
        ));
        self.until(
            "the trader's page",
            &format!("//h1[normalize-space(.)='{name}']"),
        );
    }

    /// Fills in a visit to the trader whose page is open, with steps that were taught, and saves it.
    #[track_caller]
    pub fn teach(&self, steps: usize) {
        self.fill_in(steps);
        self.button("Simpan");
    }

    /// Fills in a visit to the trader whose page is open, with steps that were taught.
    #[track_caller]
    pub fn fill_in(&self, steps: usize) {
        self.button("Catat kunjungan");
        self.tap("//button[contains(@class, 'outcome') and contains(., 'ada langkah selesai')]");
        for n in 1..=steps {
            self.tap(&format!("(//button[@role='checkbox'])[{n}]"));
        }
    }

    /// Steps that are ticked on the sheet of a visit.
    pub fn ticked(&self) -> Value {
        self.run("return document.querySelectorAll('[role=checkbox][aria-checked=true]').length")
    }

    /// Closes the window as a window manager does, and waits until nothing of it is left running. Gives its exit code.
    #[track_caller]
    pub fn close(self) -> Option<i32> {
        let family = processes::family(self.driver.program_pid());
        assert!(family.len() > 1, "the pages run beside the window");
        window_manager::ask_to_close(&self.screen, self.driver.program_pid());
        let code = self.driver.ended();
        wait::until("nothing of the window is left running", || {
            let is_over = !family.iter().any(|pid| processes::is_running(*pid));
            is_over.then_some(())
        });
        code
    }

    /// Takes the power away: SIGKILL to the app itself.
    pub fn kill9(self) {
        drop(self);
    }
}
