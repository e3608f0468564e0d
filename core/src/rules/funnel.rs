//! Funnel stages: which one a trader has reached, since when, and the counts over many traders.
//!
//! A stage is never stored. It follows from visits, consent and steps by the rule trees of the definition, so two
//! devices with the same records show the same stage.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::activity::latest_result;
use super::consent;
use super::facts::{Facts, StepFact, VisitFact, counted_visits, is_empty};
use crate::definition::{Channel, Definition, Rule, Stage};

/// One stage of one trader.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StageStatus {
    pub n: u8,
    pub code: String,
    /// The rule holds now.
    pub holds: bool,
    /// The rule holds now through what was done in the campaign, not only before it.
    pub holds_in_campaign: bool,
    /// Working day on which the rule first became true, from the recorded times; kept when a stage is lost again.
    pub since: Option<NaiveDate>,
}

/// Where a trader stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FunnelStatus {
    /// All stages of the definition, in order.
    pub stages: Vec<StageStatus>,
    /// Number of the highest stage whose rule holds; 0 when none does.
    pub stage: u8,
    /// Its code; empty when there is none.
    pub code: String,
    /// The same through what was done in the campaign.
    pub campaign_stage: u8,
    /// The trader sold online before the campaign.
    pub online_before: bool,
}

impl FunnelStatus {
    /// The status of the stage with this code.
    pub fn stage_status(&self, code: &str) -> Option<&StageStatus> {
        self.stages.iter().find(|stage| stage.code == code)
    }

    /// The stage was reached once and no longer holds, such as "was active".
    pub fn was(&self, code: &str) -> bool {
        self.stage_status(code)
            .is_some_and(|stage| stage.since.is_some() && !stage.holds)
    }

    /// The day on which the stage was first reached, if it was.
    pub fn since(&self, code: &str) -> Option<NaiveDate> {
        self.stage_status(code).and_then(|stage| stage.since)
    }
}

/// The stages of one trader, each with its day.
pub fn status(definition: &Definition, facts: &Facts) -> FunnelStatus {
    derive(definition, facts, true)
}

/// The stages as they are now, without their days: what a list shows, and one look in place of one at each moment.
pub fn current(definition: &Definition, facts: &Facts) -> FunnelStatus {
    derive(definition, facts, false)
}

fn derive(definition: &Definition, facts: &Facts, dated: bool) -> FunnelStatus {
    let visits = counted_visits(definition, &facts.visits);
    let done: Vec<DoneStep<'_>> = facts
        .steps
        .iter()
        .filter(|step| step.is_done())
        .map(|step| DoneStep::find(definition, step))
        .collect();
    let now = View {
        definition,
        facts,
        visits: &visits,
        done: &done,
        until_ms: i64::MAX,
    };
    let mut stages: Vec<StageStatus> = definition
        .stages()
        .iter()
        .map(|stage| StageStatus {
            n: stage.n,
            code: stage.code.clone(),
            holds: now.holds(stage, false),
            holds_in_campaign: now.holds(stage, true),
            since: None,
        })
        .collect();
    if dated {
        date_stages(&now, &mut stages);
    }
    let highest = |holds: fn(&StageStatus) -> bool| {
        stages
            .iter()
            .filter(|stage| holds(stage))
            .max_by_key(|stage| stage.n)
    };
    let top = highest(|stage| stage.holds);
    let (stage, code) = top
        .map(|stage| (stage.n, stage.code.clone()))
        .unwrap_or_default();
    let campaign_stage = highest(|stage| stage.holds_in_campaign).map_or(0, |stage| stage.n);
    let before = |done: &DoneStep<'_>| done.step.before_campaign && done.channel.is_some();
    let online_before = done.iter().any(before)
        || visits.iter().any(|visit| {
            !definition.online_before_outcome.is_empty()
                && visit.outcome == definition.online_before_outcome
        });
    FunnelStatus {
        stages,
        stage,
        code,
        campaign_stage,
        online_before,
    }
}

/// Replays the recorded times and notes for each stage the first day on which its rule was true.
fn date_stages(now: &View<'_>, stages: &mut [StageStatus]) {
    let facts = now.facts;
    let mut moments: Vec<(i64, NaiveDate)> = vec![(facts.listed_at_ms, facts.listed_on)];
    moments.extend(now.visits.iter().map(|visit| (visit.at_ms, visit.day)));
    moments.extend(now.done.iter().map(|done| (done.step.at_ms, done.step.day)));
    moments.extend(
        facts
            .consents
            .iter()
            .map(|consent| (consent.at_ms, consent.day)),
    );
    moments.sort_unstable();
    moments.dedup_by_key(|(at_ms, _)| *at_ms);
    for (at_ms, day) in moments {
        let then = View {
            until_ms: at_ms,
            ..*now
        };
        for (status, stage) in stages.iter_mut().zip(now.definition.stages()) {
            if status.since.is_none() && then.holds(stage, false) {
                status.since = Some(day);
            }
        }
    }
}

/// The facts as they were up to an instant.
#[derive(Clone, Copy)]
struct View<'a> {
    definition: &'a Definition,
    facts: &'a Facts,
    /// The visits that count, oldest first.
    visits: &'a [&'a VisitFact],
    done: &'a [DoneStep<'a>],
    until_ms: i64,
}

/// A step that is done, with what the definition says about it.
struct DoneStep<'a> {
    step: &'a StepFact,
    milestone: &'a str,
    /// Its channel, if that is a sales channel.
    channel: Option<&'a Channel>,
}

impl<'a> DoneStep<'a> {
    // Looked up once per trader: the replay asks for them again and again.
    fn find(definition: &'a Definition, step: &'a StepFact) -> Self {
        let defined = definition.step(&step.code);
        let channel = defined.and_then(|defined| definition.channel(&defined.channel));
        Self {
            step,
            milestone: defined.map_or("", |defined| &defined.milestone),
            channel: channel.filter(|channel| channel.is_sales()),
        }
    }
}

/// Rules that name each other in a circle end here.
const STAGE_DEPTH_MAX: u8 = 4;

impl<'a> View<'a> {
    fn visits(&self) -> impl DoubleEndedIterator<Item = &'a VisitFact> {
        let until_ms = self.until_ms;
        self.visits
            .iter()
            .copied()
            .filter(move |visit| visit.at_ms <= until_ms)
    }

    fn done_steps(&self) -> impl Iterator<Item = &'a DoneStep<'a>> {
        let until_ms = self.until_ms;
        self.done
            .iter()
            .filter(move |done| done.step.at_ms <= until_ms)
    }

    /// Whether a stage holds; a trader that does not count holds none.
    fn holds(&self, stage: &Stage, campaign: bool) -> bool {
        self.facts.live && self.rule(&stage.rule, campaign, 0)
    }

    fn rule(&self, rule: &Rule, campaign: bool, depth: u8) -> bool {
        match rule {
            Rule::TraderLive => self.facts.live,
            Rule::VisitAny { contact, taught } => self.visits().any(|visit| {
                self.definition
                    .outcome(&visit.outcome)
                    .is_some_and(|outcome| {
                        contact.is_none_or(|wanted| wanted == outcome.contact)
                            && taught.is_none_or(|wanted| wanted == outcome.taught)
                    })
            }),
            Rule::AnswerLatest { question, one_of } => self
                .visits()
                .rev()
                .find_map(|visit| {
                    visit
                        .answers
                        .get(question)
                        .filter(|answer| !is_empty(answer))
                })
                .and_then(|answer| answer.as_str())
                .is_some_and(|answer| one_of.iter().any(|wanted| wanted == answer.trim())),
            Rule::Consent { purpose } => consent::in_force(
                self.facts
                    .consents
                    .iter()
                    .filter(|consent| consent.at_ms <= self.until_ms),
                purpose,
            ),
            Rule::StepsDone { codes } => codes
                .iter()
                .all(|code| self.done_steps().any(|done| done.step.code == *code)),
            Rule::ChannelAny { milestones } => self
                .done_steps()
                .filter_map(|done| done.channel.filter(|_| !done.milestone.is_empty()))
                .any(|channel| self.channel(channel, milestones, campaign)),
            Rule::Stage { code } => {
                depth < STAGE_DEPTH_MAX
                    && self
                        .definition
                        .stage(code)
                        .is_some_and(|stage| self.rule(&stage.rule, campaign, depth + 1))
            }
            Rule::CheckLatest { result } => {
                latest_result(self.visits()).is_some_and(|found| found.code() == result)
            }
            Rule::All(rules) => rules.iter().all(|rule| self.rule(rule, campaign, depth)),
            Rule::Any(rules) => rules.iter().any(|rule| self.rule(rule, campaign, depth)),
            Rule::Unknown => false,
        }
    }

    /// Whether one channel has all milestones; in the campaign's result the last one must have been reached in it.
    fn channel(&self, channel: &Channel, milestones: &[String], campaign: bool) -> bool {
        milestones.iter().enumerate().all(|(at, milestone)| {
            let in_campaign = campaign && at + 1 == milestones.len();
            // Channels that verify nobody count an account as verified.
            let by_account = milestone == "verified" && channel.verification == "none";
            self.done_steps().any(|done| {
                done.channel.is_some_and(|own| own.code == channel.code)
                    && (done.milestone == milestone || (by_account && done.milestone == "account"))
                    && !(in_campaign && done.step.before_campaign)
            })
        })
    }
}

/// The counts of one stage.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StageCount {
    pub n: u8,
    pub code: String,
    /// Traders of the campaign's result that reached this stage or a higher one; never grows from stage to stage.
    pub reached: u64,
    /// Of these, those whose rule for this stage itself does not hold (*tersirat*).
    pub implied: u64,
    /// Traders that reached this stage or a higher one, what was done before the campaign included.
    pub with_before: u64,
    /// Traders that held the stage once and no longer do.
    pub lost: u64,
}

/// Funnel counts over many traders.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FunnelCounts {
    /// All stages of the definition, in order.
    pub stages: Vec<StageCount>,
    /// Traders who sold online before the campaign.
    pub online_before: u64,
    /// Traders counted.
    pub traders: u64,
}

impl FunnelCounts {
    /// Counts of nobody.
    pub fn new(definition: &Definition) -> Self {
        let stages = definition.stages().iter().map(|stage| StageCount {
            n: stage.n,
            code: stage.code.clone(),
            ..StageCount::default()
        });
        Self {
            stages: stages.collect(),
            online_before: 0,
            traders: 0,
        }
    }

    /// Adds one trader; those that hold no stage at all (erased, merged away) add nothing.
    pub fn add(&mut self, status: &FunnelStatus) {
        if status.stage == 0 {
            return;
        }
        self.traders += 1;
        self.online_before += u64::from(status.online_before);
        for (count, stage) in self.stages.iter_mut().zip(&status.stages) {
            let reached = stage.n <= status.campaign_stage;
            count.reached += u64::from(reached);
            count.implied += u64::from(reached && !stage.holds_in_campaign);
            count.with_before += u64::from(stage.n <= status.stage);
            count.lost += u64::from(stage.since.is_some() && !stage.holds);
        }
    }

    /// Adds the counts of other traders.
    pub fn merge(&mut self, other: &Self) {
        self.traders += other.traders;
        self.online_before += other.online_before;
        for (count, more) in self.stages.iter_mut().zip(&other.stages) {
            count.reached += more.reached;
            count.implied += more.implied;
            count.with_before += more.with_before;
            count.lost += more.lost;
        }
    }

    /// `reached` by stage code: the short form of reports.
    pub fn by_code(&self) -> BTreeMap<String, u64> {
        self.stages
            .iter()
            .map(|stage| (stage.code.clone(), stage.reached))
            .collect()
    }
}

#[cfg(test)]
#[path = "funnel_tests.rs"]
mod tests;
