//! What the server's process takes: processor, memory, open files.

/// Parts of a second in which the system counts a process's time.
const TICKS_A_SECOND: f64 = 100.0;

/// Seconds of a processor.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cpu {
    pub server: f64,
    pub ours: f64,
}

impl Cpu {
    pub fn since(self, before: Self) -> Self {
        Self {
            server: self.server - before.server,
            ours: self.ours - before.ours,
        }
    }

    pub fn add(&mut self, other: Self) {
        self.server += other.server;
        self.ours += other.ours;
    }
}

/// What the server and this program have taken since they started; 0 where the system does not tell.
pub fn cpu(server: u32) -> Cpu {
    Cpu {
        server: seconds(&server.to_string()),
        ours: seconds("self"),
    }
}

fn seconds(process: &str) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // The name before may hold anything, a bracket too.
    let rest = stat.rsplit(')').next().unwrap_or_default();
    let ticks = rest.split_whitespace().skip(11).take(2);
    let ticks = ticks.filter_map(|text| text.parse::<f64>().ok());
    ticks.sum::<f64>() / TICKS_A_SECOND
}

/// Files that a process has open.
pub fn open_files(process: u32) -> usize {
    std::fs::read_dir(format!("/proc/{process}/fd")).map_or(0, Iterator::count)
}
