//! Reads the counts in the form of `lcov`, without those of the tests that stand in the files themselves.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::judged::planted_lines;

/// How many of how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Taken {
    pub taken: usize,
    pub all: usize,
}

impl Taken {
    pub fn and(self, other: Self) -> Self {
        Self {
            taken: self.taken + other.taken,
            all: self.all + other.all,
        }
    }

    pub fn percent(self) -> f64 {
        match self.all {
            0 => 100.0,
            all => self.taken as f64 * 100.0 / all as f64,
        }
    }
}

impl std::fmt::Display for Taken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = format!("{}/{} {:5.1} %", self.taken, self.all, self.percent());
        f.pad(&text)
    }
}

/// What was counted in one file.
#[derive(Debug, PartialEq, Eq)]
pub struct FileCoverage {
    pub path: PathBuf,
    lines: BTreeMap<u32, u64>,
    /// By line and number within it: each condition has two, for true and for false.
    branches: BTreeMap<(u32, u32, u32), u64>,
}

impl FileCoverage {
    pub fn lines(&self) -> Taken {
        count(self.lines.values())
    }

    pub fn branches(&self) -> Taken {
        count(self.branches.values())
    }

    /// Takes out what cannot be taken or does not count, by the file's text: its tests, and bugs that are planted.
    fn leave_out(&mut self, text: &str) {
        let end = tests_begin(text);
        let planted = planted_lines(text);
        let counts = |line: u32| line < end && !planted.contains(&(line as usize));
        self.lines.retain(|line, _| counts(*line));
        // A constant stands among the conditions of such a line.
        let constant: Vec<u32> = (1..)
            .zip(text.lines())
            .filter(|(_, line)| line.contains("planted::alive("))
            .map(|(number, _)| number)
            .collect();
        self.branches
            .retain(|(line, ..), _| counts(*line) && !constant.contains(line));
    }

    /// What no test takes, in words.
    pub fn missed(&self) -> Vec<String> {
        let lines = self.lines.iter().filter(|(_, count)| **count == 0);
        let lines = lines.map(|(line, _)| format!("line {line}"));
        let branches = self.branches.iter().filter(|(_, count)| **count == 0);
        let branches = branches.map(|((line, condition, side), _)| {
            let side = if side % 2 == 0 { "true" } else { "false" };
            format!("line {line}, condition {condition}: never {side}")
        });
        lines.chain(branches).collect()
    }
}

fn count<'a>(counts: impl Iterator<Item = &'a u64>) -> Taken {
    counts.fold(Taken::default(), |sum, count| Taken {
        taken: sum.taken + usize::from(*count > 0),
        all: sum.all + 1,
    })
}

/// Reads every file below `root`; those that hold tests of their own are read up to there.
pub fn read(text: &str, root: &Path) -> Vec<FileCoverage> {
    let records = text.split("end_of_record").filter_map(read_file);
    let mut files: Vec<FileCoverage> = records.filter(|f| f.path.starts_with(root)).collect();
    for file in &mut files {
        let text = std::fs::read_to_string(&file.path).unwrap_or_default();
        file.leave_out(&text);
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

/// The line of the first `#[cfg(test)]`: what follows is not counted.
fn tests_begin(text: &str) -> u32 {
    let number = text.lines().position(|line| line == "#[cfg(test)]");
    number.map_or(u32::MAX, |number| number as u32 + 1)
}

fn read_file(record: &str) -> Option<FileCoverage> {
    let mut file = FileCoverage {
        path: PathBuf::new(),
        lines: BTreeMap::new(),
        branches: BTreeMap::new(),
    };
    for line in record.lines() {
        match line.split_once(':') {
            Some(("SF", path)) => file.path = PathBuf::from(path),
            Some(("DA", line)) => {
                let [line, count] = numbers(line)?;
                *file.lines.entry(line as u32).or_default() += count;
            }
            Some(("BRDA", branch)) => {
                let [line, condition, side, count] = numbers(branch)?;
                // One condition of a generic function is listed for each type it was built for: any of them will do.
                let place = (line as u32, condition as u32, side as u32);
                *file.branches.entry(place).or_default() += count;
            }
            _ => {}
        }
    }
    (file.path != PathBuf::new()).then_some(file)
}

/// The numbers of a line; a minus stands for a branch that was never reached.
fn numbers<const N: usize>(text: &str) -> Option<[u64; N]> {
    let mut numbers = [0; N];
    let mut words = text.split(',');
    for number in &mut numbers {
        let word = words.next()?;
        *number = if word == "-" { 0 } else { word.parse().ok()? };
    }
    Some(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "SF:/w/core/src/a.rs\nFN:1,name\nDA:1,5\nDA:2,0\nBRDA:1,0,0,3\nBRDA:1,0,1,-\nend_of_record\n\
                        SF:/elsewhere/b.rs\nDA:1,1\nend_of_record\n";

    #[test]
    fn lines_and_both_sides_of_conditions_are_counted() {
        let files = read(TEXT, Path::new("/w"));
        assert_eq!(
            files.len(),
            1,
            "files of other people's crates do not count"
        );
        assert_eq!(files[0].lines(), Taken { taken: 1, all: 2 });
        assert_eq!(files[0].branches(), Taken { taken: 1, all: 2 });
        assert_eq!(
            files[0].missed(),
            ["line 2", "line 1, condition 0: never false"]
        );
        assert_eq!(files[0].lines().to_string(), "1/2  50.0 %");
    }

    #[test]
    fn what_only_a_planted_bug_runs_does_not_count() {
        let text = "if planted::alive(Bug::A) {\n    0\n}\nif a && !planted::alive(Bug::B) {\n";
        let mut file = FileCoverage {
            path: PathBuf::new(),
            lines: (1..=4).map(|line| (line, 0)).collect(),
            branches: [((1, 0, 0), 0), ((4, 0, 0), 0), ((5, 0, 0), 0)].into(),
        };
        file.leave_out(text);
        assert_eq!(
            file.missed(),
            ["line 3", "line 4", "line 5, condition 0: never true"]
        );
    }

    #[test]
    fn tests_in_a_file_end_what_is_counted() {
        assert_eq!(tests_begin("fn a() {}\n#[cfg(test)]\nmod tests;\n"), 2);
        assert_eq!(tests_begin("fn a() {}\n"), u32::MAX);
    }
}
