//! The definition as the rules consult it: built from the records that have arrived, with defaults for the rest.

use std::collections::HashMap;

use chrono::NaiveDate;
use serde_json::Value;

use super::parts::{
    ActivityCheck, Campaign, Channel, Commodity, ConsentText, Market, Need, Obstacle, Outcome,
    PriorityWeights, Step, Target,
};
use super::rule::Stage;
use super::value::{list, member, number, strings, whole};
use super::{Fields, value};

/// A campaign definition that is quick to consult.
#[derive(Debug, Clone, Default)]
pub struct Definition {
    pub campaign: Campaign,
    markets: Vec<Market>,
    channels: Vec<Channel>,
    steps: HashMap<String, Step>,
    outcomes: HashMap<String, Outcome>,
    texts: Vec<ConsentText>,
    targets: Vec<Target>,
    stages: Vec<Stage>,
    commodities: Vec<Commodity>,
    commodity_words: HashMap<String, usize>,
    market_names: HashMap<String, usize>,
    obstacles: Vec<Obstacle>,
    needs: Vec<Need>,
    checks: Vec<ActivityCheck>,
    pub priority: PriorityWeights,
    /// Stage on which the campaign's target is measured.
    pub target_stage: String,
    /// Stages that can be lost again.
    pub can_be_lost: Vec<String>,
    /// Outcome that says the trader was online before the campaign.
    pub online_before_outcome: String,
    /// Stage from whose first day the activity checks are counted.
    pub anchor_stage: String,
    /// Stage after which a reminder is due when there is no anchor, and after how many days.
    pub reminder: (String, i64),
    /// Attempts without contact after which the follow-up is the lead's.
    pub attempts_before_lead: i64,
    codes: HashMap<String, Vec<Value>>,
    /// Version of the definition record in use; 0 before one has arrived.
    pub version: i64,
}

/// Lower case, trimmed, one space between words.
pub(super) fn folded(text: &str) -> String {
    text.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase()
}

fn market_name(text: &str) -> String {
    let folded = folded(text);
    folded
        .strip_prefix("pasar ")
        .map(str::to_owned)
        .unwrap_or(folded)
}

impl Definition {
    /// Builds the typed form from records of the definition kinds; other kinds are passed over.
    ///
    /// Never fails: a missing or odd field gets its default. Of several `definition` records the one with the
    /// highest version is used.
    pub fn from_entries<'a>(entries: impl IntoIterator<Item = (&'a str, &'a Fields)>) -> Self {
        let mut built = Self {
            attempts_before_lead: 3,
            reminder: (String::new(), 7),
            ..Self::default()
        };
        let mut definition: Option<&Fields> = None;
        for (kind, fields) in entries {
            match kind {
                "campaign" => built.campaign = Campaign::read(fields),
                "market" => built.markets.push(Market::read(fields)),
                "channel" => built.channels.push(Channel::read(fields)),
                "step_def" => {
                    let step = Step::read(fields);
                    built.steps.insert(step.code.clone(), step);
                }
                "outcome_def" => {
                    let outcome = Outcome::read(fields);
                    built.outcomes.insert(outcome.code.clone(), outcome);
                }
                "text" => built.texts.push(ConsentText::read(fields)),
                "target" => built.targets.push(Target::read(fields)),
                "definition" => {
                    let version = |fields: &Fields| number(fields, "version").unwrap_or(0);
                    if definition.is_none_or(|known| version(known) < version(fields)) {
                        definition = Some(fields);
                    }
                }
                _ => {}
            }
        }
        if let Some(fields) = definition {
            built.read_definition(fields);
        }
        built.index();
        built
    }

    fn read_definition(&mut self, fields: &Fields) {
        self.version = number(fields, "version").unwrap_or(0);
        let funnel = fields.get("funnel").cloned().unwrap_or_default();
        let stages = funnel
            .get("stages")
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        self.stages = (1u8..)
            .zip(stages)
            .map(|(n, stage)| Stage::read(stage, n))
            .collect();
        self.stages.sort_by_key(|stage| stage.n);
        self.commodities = list(fields, "commodities")
            .iter()
            .map(Commodity::read)
            .collect();
        self.obstacles = list(fields, "obstacles")
            .iter()
            .map(Obstacle::read)
            .collect();
        self.needs = list(fields, "needs").iter().map(Need::read).collect();
        self.attempts_before_lead = funnel
            .get("attempts_before_lead")
            .and_then(whole)
            .unwrap_or(3)
            .max(1);
        if let Some(priority) = fields.get("priority") {
            self.priority = PriorityWeights::read(priority);
        }
        if let Some(counting) = funnel.get("counting") {
            self.target_stage = member(counting, "target_stage").to_owned();
            self.online_before_outcome = member(counting, "online_before_outcome").to_owned();
            self.can_be_lost = counting
                .get("can_be_lost")
                .and_then(Value::as_array)
                .map(|codes| strings(codes))
                .unwrap_or_default();
        }
        if let Some(activity) = fields.get("activity_checks") {
            self.checks = activity
                .get("checks")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .map(ActivityCheck::read)
                .collect();
            self.checks.sort_by_key(|check| check.day);
            self.anchor_stage = member(activity, "anchor_stage").to_owned();
            let days = activity
                .get("reminder_days")
                .and_then(whole)
                .unwrap_or(7)
                .clamp(0, 3650);
            self.reminder = (member(activity, "reminder_stage").to_owned(), days);
        }
        for (name, codes) in fields
            .get("codes")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            if let Some(codes) = codes.as_array() {
                self.codes.insert(name.clone(), codes.clone());
            }
        }
    }

    fn index(&mut self) {
        self.markets
            .sort_by(|a, b| (a.position, &a.code).cmp(&(b.position, &b.code)));
        self.channels
            .sort_by(|a, b| (a.position, &a.code).cmp(&(b.position, &b.code)));
        for (at, market) in self.markets.iter().enumerate() {
            for name in std::iter::once(&market.code)
                .chain([&market.name])
                .chain(&market.aliases)
            {
                let name = market_name(name);
                // "Gunung Sari (GTC)" is also known by either half.
                if let Some((outside, inside)) =
                    name.strip_suffix(')').and_then(|name| name.split_once('('))
                {
                    self.market_names
                        .entry(outside.trim().to_owned())
                        .or_insert(at);
                    self.market_names
                        .entry(inside.trim().to_owned())
                        .or_insert(at);
                }
                self.market_names.entry(name).or_insert(at);
            }
        }
        // Codes and labels first, so that another group's alias never takes a group's own name.
        for (at, group) in self.commodities.iter().enumerate() {
            for word in [&group.code, &group.label_id, &group.label_en] {
                self.commodity_words.entry(folded(word)).or_insert(at);
            }
        }
        for (at, group) in self.commodities.iter().enumerate() {
            for word in &group.words {
                self.commodity_words.entry(word.clone()).or_insert(at);
            }
        }
        self.market_names.remove("");
        self.commodity_words.remove("");
    }

    /// All markets in route order, switched off ones too.
    pub fn markets(&self) -> &[Market] {
        &self.markets
    }

    /// The market with exactly this code.
    pub fn market(&self, code: &str) -> Option<&Market> {
        self.markets.iter().find(|market| market.code == code)
    }

    /// The market known by this code, name or alias, in any case, with or without "Pasar".
    pub fn market_by_name(&self, name: &str) -> Option<&Market> {
        self.market_names
            .get(&market_name(name))
            .and_then(|at| self.markets.get(*at))
    }

    /// All channels in their order.
    pub fn channels(&self) -> &[Channel] {
        &self.channels
    }

    /// The channel with this code.
    pub fn channel(&self, code: &str) -> Option<&Channel> {
        self.channels.iter().find(|channel| channel.code == code)
    }

    /// The channel's state on a day: `open`, `closing`, `closed` or `unknown`; `None` before its first day or for
    /// an unknown channel.
    pub fn channel_state_on(&self, code: &str, date: NaiveDate) -> Option<&str> {
        self.channel(code)?
            .status
            .iter()
            .rev()
            .find(|state| state.from <= date)
            .map(|state| state.state.as_str())
    }

    /// The step with this code.
    pub fn step(&self, code: &str) -> Option<&Step> {
        self.steps.get(code)
    }

    /// All steps of a channel, of preparation (`prep`) or training (`latih`), in the order of the newest checklist.
    pub fn steps_of(&self, channel: &str) -> Vec<&Step> {
        let mut steps: Vec<&Step> = self
            .steps
            .values()
            .filter(|step| step.channel == channel)
            .collect();
        steps.sort_by(|a, b| (a.position(), &a.code).cmp(&(b.position(), &b.code)));
        steps
    }

    /// The version of a channel's checklist that a trader who starts on this day gets; before the first: the first.
    pub fn checklist_version_on(&self, channel: &str, date: NaiveDate) -> i64 {
        let versions = || {
            self.steps
                .values()
                .filter(|step| step.channel == channel)
                .flat_map(|step| &step.versions)
        };
        let valid = versions()
            .filter(|version| version.valid_from.is_none_or(|from| from <= date))
            .map(|version| version.version);
        valid
            .max()
            .or_else(|| versions().map(|version| version.version).min())
            .unwrap_or(1)
    }

    /// The steps of one version of a channel's checklist, in order.
    pub fn steps_in_version(&self, channel: &str, version: i64) -> Vec<&Step> {
        let place = |step: &Step| {
            step.versions
                .iter()
                .find(|line| line.version == version)
                .map(|line| line.position)
        };
        let mut steps: Vec<(i64, &Step)> = self
            .steps
            .values()
            .filter(|step| step.channel == channel)
            .filter_map(|step| Some((place(step)?, step)))
            .collect();
        steps.sort_by(|a, b| (a.0, &a.1.code).cmp(&(b.0, &b.1.code)));
        steps.into_iter().map(|(_, step)| step).collect()
    }

    /// The outcome with this code.
    pub fn outcome(&self, code: &str) -> Option<&Outcome> {
        self.outcomes.get(code)
    }

    /// All outcomes in their order.
    pub fn outcomes(&self) -> Vec<&Outcome> {
        let mut outcomes: Vec<&Outcome> = self.outcomes.values().collect();
        outcomes.sort_by(|a, b| (a.position, &a.code).cmp(&(b.position, &b.code)));
        outcomes
    }

    /// Whether visits with this outcome are left out of every total.
    pub fn is_void(&self, outcome: &str) -> bool {
        self.outcome(outcome)
            .map_or(outcome == "batal", |outcome| outcome.stall_effect == "void")
    }

    /// The stages of the funnel in order.
    pub fn stages(&self) -> &[Stage] {
        &self.stages
    }

    /// The stage with this code.
    pub fn stage(&self, code: &str) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.code == code)
    }

    /// The code of the goods group that this word means: its code, label, an example or an alias, in any case.
    pub fn commodity_of(&self, text: &str) -> Option<&str> {
        let at = self.commodity_words.get(&folded(text))?;
        self.commodities.get(*at).map(|group| group.code.as_str())
    }

    /// The goods group with this code.
    pub fn commodity(&self, code: &str) -> Option<&Commodity> {
        self.commodities.iter().find(|group| group.code == code)
    }

    /// All goods groups, those to approach first in front.
    pub fn commodities(&self) -> &[Commodity] {
        &self.commodities
    }

    /// The obstacle with this code.
    pub fn obstacle(&self, code: &str) -> Option<&Obstacle> {
        self.obstacles.iter().find(|obstacle| obstacle.code == code)
    }

    /// All obstacles.
    pub fn obstacles(&self) -> &[Obstacle] {
        &self.obstacles
    }

    /// The need with this code.
    pub fn need(&self, code: &str) -> Option<&Need> {
        self.needs.iter().find(|need| need.code == code)
    }

    /// All needs.
    pub fn needs(&self) -> &[Need] {
        &self.needs
    }

    /// The activity checks by day.
    pub fn activity_checks(&self) -> &[ActivityCheck] {
        &self.checks
    }

    /// The goals by market.
    pub fn targets(&self) -> &[Target] {
        &self.targets
    }

    /// The newest consent text in a language.
    pub fn consent_text(&self, lang: &str) -> Option<&ConsentText> {
        self.texts
            .iter()
            .filter(|text| text.lang == lang)
            .max_by_key(|text| text.version)
    }

    /// Whether a code list (`roles`, `consent_purposes`, `quality_flags`, …) has this code.
    pub fn has_code(&self, list: &str, code: &str) -> bool {
        self.code_values(list)
            .iter()
            .any(|value| member(value, "code") == code)
    }

    /// The objects of a code list; empty when there is none of that name.
    pub fn code_values(&self, list: &str) -> &[Value] {
        self.codes.get(list).map(Vec::as_slice).unwrap_or_default()
    }

    /// The label of a code in a code list; `lang` is `id` or `en`. Without one the code itself.
    pub fn code_label<'a>(&'a self, list: &str, code: &'a str, lang: &str) -> &'a str {
        let name = if lang == "en" { "label_en" } else { "label_id" };
        let found = self
            .code_values(list)
            .iter()
            .find(|value| member(value, "code") == code);
        found
            .map(|value| value::member(value, name))
            .filter(|label| !label.is_empty())
            .unwrap_or(code)
    }

    /// The campaign's time zone; without a known one that of western Indonesia.
    pub fn timezone(&self) -> chrono_tz::Tz {
        self.campaign.timezone.unwrap_or(chrono_tz::Asia::Jakarta)
    }
}
