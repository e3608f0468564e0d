//! What the office does.

use crate::chance::Chance;
use crate::model::Action;
use crate::world::{MARKETS, World, markets_of};
use grebeg_core::change::{Change, Patch};
use grebeg_core::sync::messages::State;
use grebeg_core::value::Value;

impl World {
    pub fn desk(&mut self, chance: &mut Chance) {
        let weather = self.weather;
        match chance.below(8) {
            0 if weather.scopes => self.assign(chance),
            1 if weather.roles => self.role(chance),
            2 if weather.moves => self.move_trader(chance),
            3 if weather.erasures && chance.percent(40) => self.erase_one(chance),
            4 | 5 if weather.decisions => self.decide(chance),
            6 if weather.merges => self.merge(chance),
            7 if weather.reviews => self.review(chance),
            _ => self.define(chance),
        }
    }

    fn assign(&mut self, chance: &mut Chance) {
        let Some(person) = chance.pick(&self.people).copied() else {
            return;
        };
        let markets = markets_of(chance.below(8));
        self.tell(|_| format!("the office sends somebody to {markets:?}"));
        self.office_does(vec![Patch::new("person", person.0, [("markets", markets)])]);
    }

    fn role(&mut self, chance: &mut Chance) {
        let Some(person) = chance.pick(&self.people).copied() else {
            return;
        };
        let (field, value) = match chance.below(4) {
            0 => ("active", Value::Bool(chance.percent(50))),
            n => (
                "role",
                Value::text(["canvasser", "lead", "canvasser"][n - 1]),
            ),
        };
        self.tell(|_| format!("the office sets somebody's {field} to {value:?}"));
        self.office_does(vec![Patch::new("person", person.0, [(field, value)])]);
    }

    fn any(&self, kind: &str, chance: &mut Chance) -> Option<uuid::Uuid> {
        let keys: Vec<_> = self
            .office
            .records()
            .keys()
            .filter(|k| k.kind == kind)
            .collect();
        chance.pick(&keys).map(|key| key.id)
    }

    fn move_trader(&mut self, chance: &mut Chance) {
        let Some(trader) = self.any("trader", chance) else {
            return;
        };
        let market = MARKETS[chance.below(3)];
        self.tell(|_| format!("the office moves a trader to {market}"));
        self.office_does(vec![Patch::new(
            "trader",
            trader,
            [("market", Value::text(market))],
        )]);
    }

    fn erase_one(&mut self, chance: &mut Chance) {
        let Some(trader) = self.any("trader", chance) else {
            return;
        };
        self.tell(|_| "a trader is erased".to_owned());
        self.pass(1);
        self.office.erase(self.now_ms, trader);
        self.adopt_office_changes();
    }

    /// Changes that the office's device made by itself: they are actions like the others.
    pub fn adopt_office_changes(&mut self) {
        let device = self.office.head().device;
        let now_ms = self.now_ms;
        for filed in self.office.filed().filter(|f| f.name.device == device) {
            if let Ok(change) = Change::from_bytes(&filed.bytes) {
                self.actions.entry(filed.content_hash).or_insert(Action {
                    change,
                    at_ms: now_ms,
                    gone: false,
                    bare: false,
                    tablet: None,
                });
            }
        }
    }

    fn decide(&mut self, chance: &mut Chance) {
        let held = self.office.held();
        let Some(held) = chance.pick(&held).cloned() else {
            return;
        };
        let accept = chance.percent(60);
        self.pass(1);
        let done = self.office.decide(self.now_ms, &held, accept);
        let verb = if accept { "accepts" } else { "sets aside" };
        let reason = held.reason.map_or("", |reason| reason.code());
        if done {
            self.tell(|_| format!("the office {verb} a held change ({reason})"));
        }
    }

    fn merge(&mut self, chance: &mut Chance) {
        let (Some(a), Some(b)) = (self.any("trader", chance), self.any("trader", chance)) else {
            return;
        };
        let merged = self
            .office
            .registers("trader", a)
            .and_then(|r| r.id("merged_into"));
        if a == b {
            return;
        }
        let into = if merged.is_some() {
            Value::Null
        } else {
            Value::id(b)
        };
        let fields = [
            ("trader", Value::id(a)),
            ("into", Value::id(b)),
            ("undone", Value::Bool(merged.is_some())),
        ];
        self.tell(|_| "the office merges two traders, or undoes it".to_owned());
        self.office_does(vec![
            Patch::new("merge", grebeg_core::id::merge_id(&a), fields),
            Patch::new("trader", a, [("merged_into", into)]),
        ]);
    }

    fn review(&mut self, chance: &mut Chance) {
        let Some(visit) = self.any("visit", chance) else {
            return;
        };
        if chance.percent(50) {
            let fields = [
                ("visit", Value::id(visit)),
                ("state", Value::text("disetujui")),
            ];
            let review = grebeg_core::id::review_id(&visit);
            self.tell(|_| "the office approves a visit".to_owned());
            self.office_does(vec![Patch::new("review", review, fields)]);
            return;
        }
        let fields = [
            ("visit", Value::id(visit)),
            ("reason", Value::text("foto")),
            ("fields", Value::List(vec![Value::text("outcome")])),
        ];
        self.tell(|_| "the office returns a visit".to_owned());
        self.office_does(vec![Patch::new("return", chance.id(), fields)]);
    }

    fn define(&mut self, chance: &mut Chance) {
        let code = format!("hasil{}", chance.below(3));
        let id = crate::office::CAMPAIGN.definition_record("outcome_def", &code);
        let fields = [
            ("code", Value::text(code)),
            ("position", Value::Int(chance.below(20) as i64)),
        ];
        self.tell(|_| "the office changes the definition".to_owned());
        self.office_does(vec![Patch::new("outcome_def", id, fields)]);
    }

    /// Whether anything is held back.
    pub fn held(&self) -> usize {
        self.office
            .filed()
            .filter(|f| f.state == State::HeldBack)
            .count()
    }
}
