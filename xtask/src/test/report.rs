//! What the output of `cargo test` and of node's runner says: sums of their results, and the failures to show again at the end.

/// Collected while the tests run.
#[derive(Debug, Default)]
pub struct TestReport {
    results: Vec<Counts>,
    failures: Vec<String>,
    inside_failures: bool,
}

/// The numbers of one `test result:` line, or of node's lines at the end of a run.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Counts {
    passed: u64,
    failed: u64,
    ignored: u64,
}

const RESULT: &str = "test result: ";

/// How node's runner begins a line of figures, and the failures after them.
const NODE_FIGURE: &str = "ℹ ";
const NODE_FAILURES: &str = "✖ failing tests:";

impl TestReport {
    /// Takes in one line of output.
    pub fn see(&mut self, line: &str) {
        if let Some(rest) = line.strip_prefix(RESULT) {
            self.results.push(counts(rest));
            self.inside_failures = false;
        } else if line == "failures:" || line == NODE_FAILURES {
            self.inside_failures = true;
        } else if let Some(figure) = line.strip_prefix(NODE_FIGURE) {
            self.see_figure(figure);
        }
        if self.inside_failures {
            self.failures.push(line.to_owned());
        }
    }

    /// A step has ended: what comes next is no failure of it. Node's runner tells its failures last.
    pub fn step_over(&mut self) {
        self.inside_failures = false;
    }

    /// One of node's figures at the end of a run: `pass 12`. Its first one, `tests`, opens the run.
    fn see_figure(&mut self, figure: &str) {
        let Some((word, Ok(number))) = figure.split_once(' ').map(|(w, n)| (w, n.parse::<u64>()))
        else {
            return;
        };
        if word == "tests" {
            self.results.push(Counts::default());
            return;
        }
        let Some(run) = self.results.last_mut() else {
            return;
        };
        match word {
            "pass" => run.passed += number,
            "fail" | "cancelled" => run.failed += number,
            "skipped" | "todo" => run.ignored += number,
            _ => {}
        }
    }

    /// The `failures:` sections of all test programs, in order.
    pub fn failures(&self) -> &[String] {
        &self.failures
    }

    /// One line in the form of cargo's own result lines, with the sums over all test programs.
    pub fn last_line(&self) -> String {
        if self.results.is_empty() {
            return "all test programs: no test result, nothing could be run".to_owned();
        }
        let mut sum = Counts::default();
        for result in &self.results {
            sum.passed += result.passed;
            sum.failed += result.failed;
            sum.ignored += result.ignored;
        }
        let word = if sum.failed == 0 { "ok" } else { "FAILED" };
        format!(
            "all {} test programs: {RESULT}{word}. {} passed; {} failed; {} ignored",
            self.results.len(),
            sum.passed,
            sum.failed,
            sum.ignored
        )
    }
}

/// Reads `ok. 3 passed; 0 failed; 0 ignored; …`; a part that is missing counts as 0.
fn counts(rest: &str) -> Counts {
    let number_before = |word: &str| {
        rest.split([';', '.'])
            .find_map(|part| part.trim().strip_suffix(word))
            .and_then(|number| number.trim().parse().ok())
            .unwrap_or(0)
    };
    Counts {
        passed: number_before(" passed"),
        failed: number_before(" failed"),
        ignored: number_before(" ignored"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(output: &str, failures: &str, last_line: &str) {
        let mut report = TestReport::default();
        output.lines().for_each(|line| report.see(line));
        assert_eq!(report.failures().join("\n"), failures);
        assert_eq!(report.last_line(), last_line);
    }

    #[test]
    fn result_lines_of_all_programs_are_summed() {
        check(
            "test a ... ok\n\
             test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s\n\
             test result: ok. 4 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s",
            "",
            "all 2 test programs: test result: ok. 7 passed; 0 failed; 1 ignored",
        );
    }

    #[test]
    fn failures_are_kept_for_the_end() {
        check(
            "test a ... FAILED\n\nfailures:\n\n---- a stdout ----\nboom\n\nfailures:\n    a\n\n\
             test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s\nrest",
            "failures:\n\n---- a stdout ----\nboom\n\nfailures:\n    a\n",
            "all 1 test programs: test result: FAILED. 1 passed; 1 failed; 0 ignored",
        );
    }

    #[test]
    fn runs_of_node_s_runner_count_too_and_their_failures_end_with_the_step() {
        let mut report = TestReport::default();
        let node = "✔ a page (3 ms)\nℹ took: 5 of 6\nℹ tests 4\nℹ suites 0\nℹ pass 2\nℹ fail 1\nℹ cancelled 1\n\
                    ℹ skipped 0\nℹ todo 0\nℹ duration_ms 12.5\n\n✖ failing tests:\n\n✖ another page";
        node.lines().for_each(|line| report.see(line));
        report.step_over();
        "test a ... ok\ntest result: ok. 3 passed; 0 failed; 0 ignored"
            .lines()
            .for_each(|line| report.see(line));
        assert_eq!(
            report.failures(),
            ["✖ failing tests:", "", "✖ another page"]
        );
        assert_eq!(
            report.last_line(),
            "all 2 test programs: test result: FAILED. 5 passed; 2 failed; 0 ignored"
        );
    }

    #[test]
    fn without_a_result_line_nothing_is_claimed() {
        check(
            "error: could not compile",
            "",
            "all test programs: no test result, nothing could be run",
        );
    }
}
