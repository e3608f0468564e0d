//! Says of each row of a register whether it can be taken, and if not, why and what to do.

use std::collections::HashMap;

use grebeg_core::limits::{NOTE_CHARS_MAX, TEXT_CHARS_MAX};

use super::{Finding, RegisterTable, Row};

/// The verdict on one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judged {
    Taken(Box<Taken>),
    /// Never empty. A row with several faults has several findings.
    Refused(Vec<Finding>),
}

/// A row that can be imported. Texts are trimmed and otherwise as they came; empty cells are `None`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Taken {
    /// Line of the file.
    pub row: usize,
    /// The register's own number; `17.0` is `17`, leading zeros stay.
    pub register_no: Option<String>,
    /// Market code.
    pub market: String,
    /// Text: `12A`, `232-233`, `007`.
    pub stall: Option<String>,
    pub name: Option<String>,
    pub nickname: Option<String>,
    /// Normalised (`+62…`); `None` where the typed text is no phone number.
    pub phone: Option<String>,
    pub phone_typed: Option<String>,
    pub commodity: Option<String>,
    pub zone: Option<String>,
    pub stall_kind: Option<String>,
    pub block: Option<String>,
    pub floor: Option<String>,
    pub note: Option<String>,
    /// What was left aside of this row.
    pub warnings: Vec<Finding>,
}

/// Judges one row by itself; columns in findings are field names.
///
/// `resolve`: a market as typed (code, name or alias) to its code. `normalise_phone`: a phone as typed to `+62…`.
pub fn judge(
    row: &Row,
    resolve: &dyn Fn(&str) -> Option<String>,
    normalise_phone: &dyn Fn(&str) -> Option<String>,
) -> Judged {
    let text = |field: &str| row.cells.get(field).cloned();
    let finding = |column: &str, code: &'static str, reason: String| Finding {
        row: row.line,
        column: column.to_owned(),
        reason,
        code,
    };
    let mut faults = Vec::new();
    let market = match text("market") {
        None => {
            faults.push(finding(
                "market",
                "market_unknown",
                "the market is missing; fill in its code or name".to_owned(),
            ));
            String::new()
        }
        Some(typed) => resolve(&typed).unwrap_or_else(|| {
            let reason = format!(
                "the campaign has no market {:?}; write a market's code, name or alias",
                shortened(&typed)
            );
            faults.push(finding("market", "market_unknown", reason));
            String::new()
        }),
    };
    for (field, value) in &row.cells {
        let chars_max = if *field == "note" {
            NOTE_CHARS_MAX
        } else {
            TEXT_CHARS_MAX
        };
        let chars = value.chars().count();
        if chars > chars_max && *field != "market" {
            let reason = format!(
                "{field} {:?} has {chars} characters, and at most {chars_max} are taken; shorten it",
                shortened(value)
            );
            faults.push(finding(field, "too_long", reason));
        }
    }
    if text("name").is_none() && text("stall").is_none() {
        let reason = "the row has neither a name nor a stall; fill in at least one".to_owned();
        faults.push(finding("name", "name_and_stall_missing", reason));
    }
    if !faults.is_empty() {
        return Judged::Refused(faults);
    }
    let phone_typed = text("phone");
    let phone = phone_typed.as_deref().and_then(normalise_phone);
    let mut warnings = Vec::new();
    if let (Some(typed), None) = (&phone_typed, &phone) {
        let reason = format!(
            "{:?} is no phone number; it was kept as typed, correct it at the next visit",
            shortened(typed)
        );
        warnings.push(finding("phone", "phone_unreadable", reason));
    }
    Judged::Taken(Box::new(Taken {
        row: row.line,
        register_no: text("register_no").map(|typed| without_zero_decimals(&typed).to_owned()),
        market,
        stall: text("stall"),
        name: text("name"),
        nickname: text("nickname"),
        phone,
        phone_typed,
        commodity: text("commodity"),
        zone: text("zone"),
        stall_kind: text("stall_kind"),
        block: text("block"),
        floor: text("floor"),
        note: text("note"),
        warnings,
    }))
}

/// Judges a whole register: one verdict a row, in file order, so that taken and refused rows add up to all rows.
///
/// A register number that a taken row already has is refused. Findings name columns by the file's own headings.
pub fn judge_all(
    table: &RegisterTable,
    resolve: &dyn Fn(&str) -> Option<String>,
    normalise_phone: &dyn Fn(&str) -> Option<String>,
) -> Vec<Judged> {
    let mut line_of_number: HashMap<String, String> = HashMap::new();
    table
        .rows
        .iter()
        .map(|row| {
            let mut judged = judge(row, resolve, normalise_phone);
            if let Judged::Taken(taken) = &judged
                && let Some(number) = &taken.register_no
            {
                match line_of_number.get(number) {
                    Some(first) => {
                        let reason = format!(
                            "register number {number:?} stands already in {first}; give each trader a number of its own"
                        );
                        let column = "register_no".to_owned();
                        judged = Judged::Refused(vec![Finding { row: row.line, column, reason, code: "register_no_twice" }]);
                    }
                    None => {
                        line_of_number.insert(number.clone(), place(row));
                    }
                }
            }
            let findings = match &mut judged {
                Judged::Taken(taken) => &mut taken.warnings,
                Judged::Refused(findings) => findings,
            };
            for finding in findings {
                if let Some(sheet) = &row.sheet {
                    finding.reason = format!("sheet {sheet}: {}", finding.reason);
                }
                if let Some(heading) = table.columns.get(finding.column.as_str()) {
                    finding.column.clone_from(heading);
                }
            }
            judged
        })
        .collect()
}

/// Where a row stands.
fn place(row: &Row) -> String {
    match &row.sheet {
        Some(sheet) => format!("line {} of sheet {sheet}", row.line),
        None => format!("line {}", row.line),
    }
}

/// `17.0` is `17`: spreadsheets write whole numbers so. Anything else stays as it is, leading zeros too.
fn without_zero_decimals(typed: &str) -> &str {
    match typed.split_once('.') {
        Some((whole, decimals))
            if !whole.is_empty()
                && !decimals.is_empty()
                && whole.bytes().all(|byte| byte.is_ascii_digit())
                && decimals.bytes().all(|byte| byte == b'0') =>
        {
            whole
        }
        _ => typed,
    }
}

/// A value as a reason shows it: not longer than a line.
fn shortened(value: &str) -> String {
    const CHARS_SHOWN_MAX: usize = 60;
    let mut shown: String = value.chars().take(CHARS_SHOWN_MAX).collect();
    if shown.len() < value.len() {
        shown.push('…');
    }
    shown
}
