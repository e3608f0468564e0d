//! A morning before the walk: who was told to fetches what a lead has sent back, and corrects it.

use std::collections::BTreeMap;

use crate::field::calls::Programs;
use crate::field::team::Tablet;
use crate::run::RunError;

/// What is written in answer to a lead's question.
pub const CORRECTION: &str = "Anaknya yang membantu unggah, datang lagi lusa";

/// Corrects every visit that was sent back and had arrived; gives their ids. `authors`: who made which.
pub fn correct(
    programs: &Programs,
    tablet: &Tablet,
    authors: &BTreeMap<String, String>,
) -> Result<Vec<String>, RunError> {
    let list = programs.on(tablet, &["returned"]).quiet_json()?;
    let mut corrected = Vec::new();
    for row in list.as_array().into_iter().flatten() {
        let text = |field: &str| row[field].as_str().unwrap_or_default();
        let (visit, answers) = (text("visit_id"), text("return_id"));
        let note = format!("note={CORRECTION}");
        let Some(author) = authors.get(visit) else {
            continue;
        };
        let words = ["amend", visit, &note, "--answers", answers, "--as", author];
        programs.on(tablet, &words).quiet_json()?;
        corrected.push(visit.to_owned());
    }
    Ok(corrected)
}
