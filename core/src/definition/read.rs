//! How each typed part is read from the fields of its record: tolerant of missing and odd fields.

use serde_json::Value;

use super::Fields;
use super::parts::{
    ActivityCheck, Ask, Campaign, Channel, ChannelState, Choice, Commodity, ConsentText, DayStart,
    FollowUpDefault, Market, Need, Obstacle, Opening, Outcome, PriorityWeights, Step, StepVersion,
    Target,
};
use super::value::{date, flag, list, member, number, strings, text, texts, time_of_day, whole};

impl Campaign {
    pub(super) fn read(fields: &Fields) -> Self {
        Self {
            code: text(fields, "code"),
            name_id: text(fields, "name_id"),
            name_en: text(fields, "name_en"),
            city: text(fields, "city"),
            definition_name: text(fields, "definition_name"),
            operator: text(fields, "operator"),
            timezone: text(fields, "timezone").parse().ok(),
            training_date: date(&text(fields, "training_date")),
            field_from: date(&text(fields, "field_from")),
            field_to: date(&text(fields, "field_to")),
            target_traders: number(fields, "target_traders"),
        }
    }
}

impl Market {
    pub(super) fn read(fields: &Fields) -> Self {
        let mut day_starts: Vec<DayStart> = list(fields, "day_starts_at")
            .iter()
            .filter_map(|start| {
                Some(DayStart {
                    valid_from: date(member(start, "valid_from"))?,
                    at: time_of_day(member(start, "at"))?,
                })
            })
            .collect();
        day_starts.sort_by_key(|start| start.valid_from);
        let opening = fields.get("opening").cloned().unwrap_or_default();
        Self {
            code: text(fields, "code"),
            name: text(fields, "name"),
            aliases: texts(fields, "aliases"),
            target: flag(fields, "target", false),
            switched_on: flag(fields, "switched_on", true),
            position: number(fields, "position").unwrap_or(i64::MAX),
            opening: Opening {
                open: time_of_day(member(&opening, "open")),
                close: time_of_day(member(&opening, "close")),
            },
            day_starts,
            stall_kinds: texts(fields, "stall_kinds"),
            demo_traders: fields
                .get("demo")
                .and_then(|demo| demo.get("traders"))
                .and_then(whole)
                .unwrap_or(0),
        }
    }
}

impl Channel {
    pub(super) fn read(fields: &Fields) -> Self {
        let mut status: Vec<ChannelState> = list(fields, "status")
            .iter()
            .filter_map(|state| {
                Some(ChannelState {
                    from: date(member(state, "from"))?,
                    state: member(state, "state").to_owned(),
                })
            })
            .collect();
        status.sort_by_key(|state| state.from);
        Self {
            code: text(fields, "code"),
            name: text(fields, "name"),
            channel_kind: text(fields, "channel_kind"),
            counts_as: text(fields, "counts_as"),
            default_on: flag(fields, "default_on", false),
            verification: text(fields, "verification"),
            status,
            prerequisites: texts(fields, "prerequisites"),
            position: number(fields, "position").unwrap_or(i64::MAX),
        }
    }
}

impl Step {
    pub(super) fn read(fields: &Fields) -> Self {
        let mut versions: Vec<StepVersion> = list(fields, "versions")
            .iter()
            .map(|version| StepVersion {
                version: version.get("version").and_then(whole).unwrap_or(1),
                valid_from: date(member(version, "valid_from")),
                position: version.get("position").and_then(whole).unwrap_or(0),
                label_id: member(version, "label_id").to_owned(),
                label_en: member(version, "label_en").to_owned(),
            })
            .collect();
        versions.sort_by_key(|version| version.version);
        let (label_id, label_en) = (text(fields, "label_id"), text(fields, "label_en"));
        if versions.is_empty() {
            versions.push(StepVersion {
                version: number(fields, "version").unwrap_or(1),
                valid_from: date(&text(fields, "valid_from")),
                position: number(fields, "position").unwrap_or(0),
                label_id: label_id.clone(),
                label_en: label_en.clone(),
            });
        }
        let optional = flag(fields, "optional", false);
        Self {
            code: text(fields, "code"),
            channel: text(fields, "channel"),
            label_id,
            label_en,
            evidence: Some(text(fields, "evidence"))
                .filter(|kind| !kind.is_empty())
                .unwrap_or_else(|| "none".into()),
            optional,
            required: flag(fields, "required", !optional),
            milestone: text(fields, "milestone"),
            own_phone_only: flag(fields, "own_phone_only", false),
            min: number(fields, "min"),
            max: number(fields, "max"),
            versions,
        }
    }
}

impl Outcome {
    pub(super) fn read(fields: &Fields) -> Self {
        let follow_up = fields
            .get("follow_up")
            .filter(|value| value.is_object())
            .map(|value| FollowUpDefault {
                kind: member(value, "kind").to_owned(),
                in_days: value
                    .get("in_days")
                    .and_then(whole)
                    .unwrap_or(0)
                    .clamp(0, 3650),
                who: member(value, "who").to_owned(),
            });
        Self {
            code: text(fields, "code"),
            group: text(fields, "group"),
            label_id: text(fields, "label_id"),
            label_en: text(fields, "label_en"),
            contact: flag(fields, "contact", false),
            taught: flag(fields, "taught", false),
            asks: texts(fields, "asks"),
            follow_up,
            stall_effect: text(fields, "stall_effect"),
            closes_visiting: flag(fields, "closes_visiting", false),
            position: number(fields, "position").unwrap_or(i64::MAX),
        }
    }
}

impl Commodity {
    pub(super) fn read(group: &Value) -> Self {
        let mut words = Vec::new();
        for name in ["examples_id", "aliases"] {
            let found = group
                .get(name)
                .and_then(Value::as_array)
                .map(|values| strings(values))
                .unwrap_or_default();
            words.extend(found.iter().map(|word| super::typed::folded(word)));
        }
        Self {
            code: member(group, "code").to_owned(),
            label_id: member(group, "label_id").to_owned(),
            label_en: member(group, "label_en").to_owned(),
            dry_packable: group.get("dry_packable").and_then(Value::as_bool),
            priority: group.get("priority").and_then(whole).unwrap_or(3),
            suggest_channels: group
                .get("suggest_channels")
                .and_then(Value::as_array)
                .map(|values| strings(values))
                .unwrap_or_default(),
            words,
        }
    }
}

impl Obstacle {
    pub(super) fn read(value: &Value) -> Self {
        Self {
            code: member(value, "code").to_owned(),
            group: member(value, "group").to_owned(),
            label_id: member(value, "label_id").to_owned(),
            label_en: member(value, "label_en").to_owned(),
            used_for: value
                .get("used_for")
                .and_then(Value::as_array)
                .map(|values| strings(values))
                .unwrap_or_default(),
            suggest_need: member(value, "suggest_need").to_owned(),
        }
    }
}

impl Need {
    pub(super) fn read(value: &Value) -> Self {
        Self {
            code: member(value, "code").to_owned(),
            label_id: member(value, "label_id").to_owned(),
            label_en: member(value, "label_en").to_owned(),
            refer_to: member(value, "refer_to").to_owned(),
        }
    }
}

impl ActivityCheck {
    pub(super) fn read(value: &Value) -> Self {
        Self {
            code: member(value, "code").to_owned(),
            day: value.get("day").and_then(whole).unwrap_or(0).clamp(0, 3650),
            window_days: value
                .get("window_days")
                .and_then(whole)
                .unwrap_or(0)
                .clamp(0, 3650),
            label_id: member(value, "label_id").to_owned(),
            label_en: member(value, "label_en").to_owned(),
        }
    }
}

impl Ask {
    pub(super) fn read(value: &Value) -> Self {
        let line = |choice: &Value, at: usize| {
            choice
                .get(at)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        let choices = value
            .get("choice")
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        let choices = choices.map(|choice| Choice {
            code: line(choice, 0),
            points: choice.get(1).and_then(whole).unwrap_or(0),
            label_id: line(choice, 2),
            label_en: line(choice, 3),
        });
        Self {
            code: member(value, "code").to_owned(),
            label_id: member(value, "label_id").to_owned(),
            label_en: member(value, "label_en").to_owned(),
            points: value.get("points").and_then(whole).unwrap_or(0),
            choices: choices.collect(),
        }
    }
}

impl PriorityWeights {
    pub(super) fn read(value: &Value) -> Self {
        let asks = |name: &str| {
            value
                .get(name)
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .map(Ask::read)
                .collect()
        };
        let threshold = |name: &str, default| {
            value
                .pointer(&format!("/thresholds/{name}"))
                .and_then(whole)
                .unwrap_or(default)
        };
        let classes = value
            .get("classes")
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        let default = Self::default();
        Self {
            ability: asks("ability"),
            willingness: asks("willingness"),
            class_question: Some(member(value, "class_question").to_owned())
                .filter(|code| !code.is_empty())
                .unwrap_or(default.class_question),
            ability_min: threshold("ability", default.ability_min),
            willingness_min: threshold("willingness", default.willingness_min),
            classes: classes
                .map(|class| {
                    (
                        member(class, "code").to_owned(),
                        member(class, "label_id").to_owned(),
                        member(class, "label_en").to_owned(),
                    )
                })
                .collect(),
        }
    }
}

impl Target {
    pub(super) fn read(fields: &Fields) -> Self {
        Self {
            market: text(fields, "market"),
            traders: number(fields, "traders").unwrap_or(0),
            canvassers: number(fields, "canvassers").unwrap_or(0),
        }
    }
}

impl ConsentText {
    pub(super) fn read(fields: &Fields) -> Self {
        Self {
            version: number(fields, "version").unwrap_or(0),
            lang: text(fields, "lang"),
            text: fields
                .get("text")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned(),
            sha256: text(fields, "sha256"),
        }
    }
}
