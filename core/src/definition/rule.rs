//! The rule trees of the funnel stages, as the definition writes them.

use serde_json::Value;

use super::value::{member, strings};

/// One stage of the funnel.
#[derive(Debug, Clone, PartialEq)]
pub struct Stage {
    /// Position in the funnel, from 1.
    pub n: u8,
    pub code: String,
    pub label_id: String,
    pub label_en: String,
    pub rule: Rule,
}

/// When a stage holds for a trader.
#[derive(Debug, Clone, PartialEq)]
pub enum Rule {
    /// The trader record exists and counts.
    TraderLive,
    /// Some visit has an outcome with these properties; `None` leaves the property open.
    VisitAny {
        contact: Option<bool>,
        taught: Option<bool>,
    },
    /// The latest answer to the question is one of these.
    AnswerLatest {
        question: String,
        one_of: Vec<String>,
    },
    /// A consent for the purpose is in force.
    Consent {
        purpose: String,
    },
    /// All these steps are done.
    StepsDone {
        codes: Vec<String>,
    },
    /// One and the same sales channel has all these milestones.
    ChannelAny {
        milestones: Vec<String>,
    },
    /// Another stage holds.
    Stage {
        code: String,
    },
    /// The latest activity check that reached the trader has this result.
    CheckLatest {
        result: String,
    },
    All(Vec<Rule>),
    Any(Vec<Rule>),
    /// A rule that this program does not know: it never holds.
    Unknown,
}

impl Rule {
    /// Reads a rule tree; what is not understood becomes `Unknown`.
    pub fn parse(tree: &Value) -> Self {
        let Some((name, body)) = tree
            .as_object()
            .filter(|object| object.len() == 1)
            .and_then(|object| object.iter().next())
        else {
            return Self::Unknown;
        };
        let text = || {
            body.as_str()
                .filter(|text| !text.is_empty())
                .map(str::to_owned)
        };
        let texts = || {
            body.as_array()
                .map(|values| strings(values))
                .filter(|texts| !texts.is_empty())
        };
        let rules = || {
            body.as_array()
                .map(|rules| rules.iter().map(Self::parse).collect())
        };
        match name.as_str() {
            "trader" if body.as_str() == Some("live") => Some(Self::TraderLive),
            "visit_any" => body.as_object().map(|wanted| Self::VisitAny {
                contact: wanted.get("contact").and_then(Value::as_bool),
                taught: wanted.get("taught").and_then(Value::as_bool),
            }),
            "answer_latest" => body
                .as_object()
                .filter(|object| object.len() == 1)
                .and_then(|object| {
                    let (question, one_of) = object.iter().next()?;
                    Some(Self::AnswerLatest {
                        question: question.clone(),
                        one_of: strings(one_of.as_array()?),
                    })
                }),
            "consent" => text().map(|purpose| Self::Consent { purpose }),
            "steps_done" => texts().map(|codes| Self::StepsDone { codes }),
            "channel_any" => texts().map(|milestones| Self::ChannelAny { milestones }),
            "stage" => text().map(|code| Self::Stage { code }),
            "check_latest" => text().map(|result| Self::CheckLatest { result }),
            "all" => rules().map(Self::All),
            "any" => rules().map(Self::Any),
            _ => None,
        }
        .unwrap_or(Self::Unknown)
    }

    /// Whether some part of the tree was not understood.
    pub fn has_unknown(&self) -> bool {
        match self {
            Self::Unknown => true,
            Self::All(rules) | Self::Any(rules) => rules.iter().any(Self::has_unknown),
            _ => false,
        }
    }

    /// Every question, step, purpose and stage is found through this walk over the tree, parents first.
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Rule)) {
        visit(self);
        if let Self::All(rules) | Self::Any(rules) = self {
            for rule in rules {
                rule.walk(visit);
            }
        }
    }
}

impl Stage {
    /// Reads one stage; a stage without a number gets `n`.
    pub(super) fn read(stage: &Value, n: u8) -> Self {
        Self {
            n: stage
                .get("n")
                .and_then(Value::as_u64)
                .and_then(|n| u8::try_from(n).ok())
                .unwrap_or(n),
            code: member(stage, "code").to_owned(),
            label_id: member(stage, "label_id").to_owned(),
            label_en: member(stage, "label_en").to_owned(),
            rule: stage.get("rule").map(Rule::parse).unwrap_or(Rule::Unknown),
        }
    }
}
