//! Oddities of a trader's record as a whole on a day: what is overdue, and stages without evidence.

use chrono::NaiveDate;

use super::Oddity;
use crate::definition::Definition;
use crate::rules::activity::{CheckState, checks};
use crate::rules::facts::Facts;
use crate::rules::funnel::FunnelStatus;

/// Everything that is odd about a trader on `today` (the campaign's day).
///
/// `follow_up_date`: the follow-up of the latest visit that counts, if it has one.
pub fn check_trader(
    definition: &Definition,
    facts: &Facts,
    funnel: &FunnelStatus,
    follow_up_date: Option<NaiveDate>,
    today: NaiveDate,
) -> Vec<Oddity> {
    let mut found = Vec::new();
    if let Some(date) = follow_up_date.filter(|date| *date < today) {
        found.push(Oddity::flag("janji_lewat", date.to_string()));
    }
    if let Some(anchor) = funnel.since(&definition.anchor_stage) {
        let late = checks(definition, anchor, &facts.visits, today);
        let late = late
            .into_iter()
            .filter(|check| check.state == CheckState::Late);
        found.extend(late.map(|check| Oddity::flag("cek_terlambat", check.code)));
    }
    for step in facts
        .steps
        .iter()
        .filter(|step| step.is_done() && !step.has_evidence && !step.before_campaign)
    {
        let defined = definition.step(&step.code);
        let needs_evidence = |step: &&crate::definition::Step| {
            !step.milestone.is_empty() && step.evidence != "none" && !step.own_phone_only
        };
        if defined.filter(needs_evidence).is_some() {
            found.push(Oddity::flag("tahap_tanpa_bukti", step.code.clone()));
        }
    }
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::builtin_definition;
    use crate::rules::facts::StepFact;
    use crate::rules::funnel;

    #[test]
    fn what_is_overdue_and_what_lacks_evidence_is_told() {
        let definition = builtin_definition("cirebon-2019").unwrap();
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let step = |code: &str| StepFact {
            code: code.into(),
            state: "selesai".into(),
            day: day("2019-08-01"),
            ..StepFact::default()
        };
        let facts = Facts {
            live: true,
            listed_on: day("2019-08-01"),
            steps: ["wa.akun", "wa.tayang"].map(step).to_vec(),
            ..Facts::default()
        };
        let funnel = funnel::status(&definition, &facts);
        let told = |follow_up: Option<&str>, today: &str| -> Vec<(&'static str, String)> {
            let found = check_trader(&definition, &facts, &funnel, follow_up.map(day), day(today));
            found
                .into_iter()
                .map(|oddity| (oddity.code, oddity.about))
                .collect()
        };
        let evidence = ("tahap_tanpa_bukti", "wa.tayang".to_owned());
        assert_eq!(
            told(Some("2019-08-02"), "2019-08-02"),
            vec![evidence.clone()]
        );
        let late = ("cek_terlambat", "hari_7".to_owned());
        let passed = ("janji_lewat", "2019-08-02".to_owned());
        assert_eq!(
            told(Some("2019-08-02"), "2019-08-12"),
            [late, passed, evidence]
        );
    }

    #[test]
    fn evidence_is_lacking_for_a_milestone_of_the_campaign_that_asks_for_it() {
        let definition = builtin_definition("cirebon-2019").unwrap();
        let done = |code: &str| StepFact {
            code: code.into(),
            state: "selesai".into(),
            ..StepFact::default()
        };
        let tayang = || done("shopee.tayang");
        for (step, told) in [
            (tayang(), true),
            (
                StepFact {
                    state: "terbuka".into(),
                    ..tayang()
                },
                false,
            ),
            (
                StepFact {
                    has_evidence: true,
                    ..tayang()
                },
                false,
            ),
            (
                StepFact {
                    before_campaign: true,
                    ..tayang()
                },
                false,
            ),
            // No milestone; one that asks for nothing; one on the trader's own phone.
            (done("shopee.nama_toko"), false),
            (done("shopee.lolos"), false),
            (done("shopee.akun"), false),
        ] {
            let facts = Facts {
                steps: vec![step.clone()],
                ..Facts::default()
            };
            let today = "2019-08-02".parse().unwrap();
            let found = check_trader(&definition, &facts, &FunnelStatus::default(), None, today);
            assert_eq!(!found.is_empty(), told, "{step:?}");
        }
    }
}
