//! What people do on their tablets.

use crate::chance::Chance;
use crate::checks::Verdict;
use crate::recount::ASSISTANCE;
use crate::world::{MARKETS, World};
use grebeg_core::change::Patch;
use grebeg_core::id::{PersonId, created_id, need_id, step_id};
use grebeg_core::register::RecordKey;
use grebeg_core::value::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

const OUTCOMES: [&str; 5] = ["mengajar", "tutup", "menolak", "kembali", "batal"];
const STEPS: [&str; 3] = ["prep.hp", "shopee.akun", "shopee.unggah"];
const TEXTS: [&str; 5] = ["phone", "stall", "commodity", "note", "stall_name"];
const WISHES: [&str; 3] = ["mau_sekarang", "mau_nanti", "ragu"];

impl World {
    /// One action of one person.
    pub fn work(&mut self, chance: &mut Chance) -> Verdict {
        let at = chance.below(self.tablets.len());
        if self.tablets[at].shelf.locked {
            return Ok(());
        }
        if self.weather.tails && chance.percent(20) {
            self.keep_past(at);
        }
        let people = self.tablets[at].shelf.people.clone();
        let Some(mut author) = chance.pick(&people).copied() else {
            return Ok(());
        };
        let salt = chance.bytes();
        let traders = self.on_screen(at, "trader");
        let Some(trader) = chance.pick(&traders).map(|key| key.id) else {
            return Ok(());
        };
        let (what, patches) = match chance.below(100) {
            0..40 => self.visit(at, chance, &salt, trader),
            40..60 => self.set(chance, trader),
            60..66 => self.new_trader(at, chance, &salt, author),
            66..74 => self.amend(at, chance, author),
            74..79 => self.move_away(at, chance, &salt, trader, author),
            79..84 => self.consent(at, chance, &salt, trader),
            84..89 if self.weather.reviews => self.judge_visit(at, chance, &salt),
            89..93 if self.weather.strangers => self.strange(chance, &salt, trader, &mut author),
            93..96 => self.withdraw(chance, trader),
            _ => self.set(chance, trader),
        };
        if patches.is_empty() {
            return Ok(());
        }
        self.tell(|world| format!("{}: {what}", world.tablets[at].name));
        self.save(at, author, salt, patches)
    }

    fn visit(
        &mut self,
        at: usize,
        chance: &mut Chance,
        salt: &[u8; 16],
        trader: Uuid,
    ) -> (String, Vec<Patch>) {
        let market = self.market_of(at, trader);
        let outcome = OUTCOMES[chance.below(4)];
        let visit = created_id(salt, 0);
        let fields = [
            ("trader", Value::id(trader)),
            ("market", market),
            ("outcome", Value::text(outcome)),
            ("note", self.secret(&trader)),
        ];
        let mut patches = vec![Patch::new("visit", visit, fields)];
        if chance.percent(50) {
            let code = STEPS[chance.below(3)];
            let fields = [
                ("trader", Value::id(trader)),
                ("code", Value::text(code)),
                (
                    "state",
                    Value::text(if chance.percent(80) {
                        "selesai"
                    } else {
                        "belum"
                    }),
                ),
            ];
            patches.push(Patch::new("step", step_id(&trader, code), fields));
        }
        if chance.percent(20) {
            let fields = [
                ("trader", Value::id(trader)),
                ("code", Value::text("kemasan")),
                ("state", Value::text("terbuka")),
                ("note", self.secret(&trader)),
            ];
            patches.push(Patch::new("need", need_id(&trader, "kemasan"), fields));
        }
        if chance.percent(15) {
            let fields = [("kemauan", Value::text(WISHES[chance.below(3)]))];
            patches.push(Patch::new("trader", trader, fields));
        }
        if outcome == "menolak" && chance.percent(50) {
            // Whoever wants no name kept is counted as met, and nothing is written down about them.
            patches.truncate(1);
            if let Some(visit) = patches.first_mut() {
                visit.fields.remove("note");
            }
            patches.push(self.answer(at, created_id(salt, 1), trader, false));
        }
        (
            format!("visit, {outcome}, {} patches", patches.len()),
            patches,
        )
    }

    /// A yes or no to being helped by name. It follows what the tablet knows of earlier ones.
    fn answer(&self, at: usize, id: Uuid, trader: Uuid, yes: bool) -> Patch {
        let known = self.on_screen(at, "consent").into_iter().filter(|key| {
            let shown = self.tablets[at].shelf.shown(key);
            shown.id("trader") == Some(trader)
        });
        let follows = known.map(|key| Value::id(key.id)).collect();
        let purposes = BTreeMap::from([(ASSISTANCE.to_owned(), Value::Bool(yes))]);
        let fields = [
            ("trader", Value::id(trader)),
            ("purposes", Value::Map(purposes)),
            ("follows", Value::List(follows)),
            ("method", Value::text("lisan")),
        ];
        Patch::new("consent", id, fields)
    }

    /// The market of a trader as the screen has it.
    fn market_of(&self, at: usize, trader: Uuid) -> Value {
        let shown = self.tablets[at]
            .shelf
            .shown(&RecordKey::new("trader", trader));
        Value::text(shown.text("market").unwrap_or(MARKETS[0]))
    }

    fn set(&mut self, chance: &mut Chance, trader: Uuid) -> (String, Vec<Patch>) {
        let (field, value) = match chance.percent(60) {
            true => (TEXTS[chance.below(5)], self.secret(&trader)),
            false => ("kemauan", Value::text(WISHES[chance.below(3)])),
        };
        let value = if chance.percent(5) {
            Value::Null
        } else {
            value
        };
        (
            format!("sets {field}"),
            vec![Patch::new("trader", trader, [(field, value)])],
        )
    }

    fn new_trader(
        &mut self,
        at: usize,
        chance: &mut Chance,
        salt: &[u8; 16],
        author: PersonId,
    ) -> (String, Vec<Patch>) {
        let Some(market) = self.own_market(at, chance, author) else {
            return (String::new(), Vec::new());
        };
        let trader = created_id(salt, 0);
        if chance.percent(20) {
            let visit = [
                ("trader", Value::id(trader)),
                ("market", market.clone()),
                ("outcome", Value::text("menolak")),
            ];
            let patches = vec![
                Patch::new("trader", trader, [("market", market)]),
                Patch::new("visit", created_id(salt, 1), visit),
                self.answer(at, created_id(salt, 2), trader, false),
            ];
            return ("a new trader who wants no name kept".to_owned(), patches);
        }
        let fields = [
            ("name", self.secret(&trader)),
            ("market", market.clone()),
            ("stall", self.secret(&trader)),
        ];
        let visit = [
            ("trader", Value::id(trader)),
            ("market", market),
            ("outcome", Value::text("mengajar")),
        ];
        let patches = vec![
            Patch::new("trader", trader, fields),
            Patch::new("visit", created_id(salt, 1), visit),
        ];
        ("a new trader and a visit".to_owned(), patches)
    }

    /// A market that the author holds, as far as the tablet knows.
    fn own_market(&self, at: usize, chance: &mut Chance, author: PersonId) -> Option<Value> {
        let person = self.tablets[at]
            .shelf
            .shown(&RecordKey::new("person", author.0));
        let markets = person.value("markets")?.as_list()?.to_vec();
        chance.pick(&markets).cloned()
    }

    fn amend(&mut self, at: usize, chance: &mut Chance, author: PersonId) -> (String, Vec<Patch>) {
        let shelf = &self.tablets[at].shelf;
        let own = shelf.own.iter().filter(|own| own.change.author == author);
        let patches = own.flat_map(|own| &own.change.patches);
        let visits: Vec<(Uuid, Uuid)> = patches
            .filter(|p| p.kind == "visit")
            .filter_map(|p| Some((p.id, p.value("trader")?.as_id()?)))
            .collect();
        let Some((visit, trader)) = chance.pick(&visits).copied() else {
            return (String::new(), Vec::new());
        };
        let fields = [
            ("outcome", Value::text(OUTCOMES[chance.below(5)])),
            ("note", self.secret(&trader)),
        ];
        let mut patches = vec![Patch::new("visit", visit, fields)];
        let shelf = &self.tablets[at].shelf;
        let open = shelf.confirmed.iter().find(|(key, (_, r))| {
            key.kind == "return" && r.id("visit") == Some(visit) && !r.flag("answered")
        });
        if let Some((key, _)) = open {
            patches.push(Patch::new(
                "return",
                key.id,
                [("answered", Value::Bool(true))],
            ));
        }
        ("corrects a visit".to_owned(), patches)
    }

    fn move_away(
        &mut self,
        at: usize,
        chance: &mut Chance,
        salt: &[u8; 16],
        trader: Uuid,
        author: PersonId,
    ) -> (String, Vec<Patch>) {
        let to = self.own_market(at, chance, author);
        let (true, Some(to)) = (self.weather.moves, to) else {
            return self.set(chance, trader);
        };
        let fields = [
            ("trader", Value::id(trader)),
            ("market", self.market_of(at, trader)),
            ("outcome", Value::text("pindah")),
        ];
        let words = format!(
            "visit, the trader has moved to {}",
            to.as_text().unwrap_or_default()
        );
        let patches = vec![
            Patch::new("visit", created_id(salt, 0), fields),
            Patch::new("trader", trader, [("market", to)]),
        ];
        (words, patches)
    }

    /// Somebody agrees, or takes back what they agreed to.
    fn consent(
        &mut self,
        at: usize,
        chance: &mut Chance,
        salt: &[u8; 16],
        trader: Uuid,
    ) -> (String, Vec<Patch>) {
        let yes = chance.percent(70);
        let mut patch = self.answer(at, created_id(salt, 0), trader, yes);
        if yes {
            let paper = self.secret(&trader);
            let fields = [("paper_no", paper)];
            patch
                .fields
                .extend(Patch::new("consent", patch.id, fields).fields);
        }
        if chance.percent(20) {
            // Programs that do not say what they follow: a no of theirs holds until somebody asks again.
            let none = [("follows", Value::List(Vec::new()))];
            patch
                .fields
                .extend(Patch::new("consent", patch.id, none).fields);
        }
        let words = if yes {
            "gives"
        } else {
            "refuses or takes back"
        };
        (format!("somebody {words} consent"), vec![patch])
    }

    /// A lead approves or returns a visit; from a canvasser it is held back.
    fn judge_visit(
        &mut self,
        at: usize,
        chance: &mut Chance,
        salt: &[u8; 16],
    ) -> (String, Vec<Patch>) {
        let visits = self.on_screen(at, "visit");
        let Some(visit) = chance.pick(&visits).map(|key| key.id) else {
            return (String::new(), Vec::new());
        };
        if chance.percent(50) {
            let fields = [
                ("visit", Value::id(visit)),
                ("reason", Value::text("foto")),
                ("fields", Value::List(vec![Value::text("outcome")])),
            ];
            return (
                "returns a visit".to_owned(),
                vec![Patch::new("return", created_id(salt, 0), fields)],
            );
        }
        let fields = [
            ("visit", Value::id(visit)),
            ("state", Value::text("disetujui")),
        ];
        let review = grebeg_core::id::review_id(&visit);
        (
            "approves a visit".to_owned(),
            vec![Patch::new("review", review, fields)],
        )
    }

    /// What another version, a broken program or somebody else would send.
    fn strange(
        &mut self,
        chance: &mut Chance,
        salt: &[u8; 16],
        trader: Uuid,
        author: &mut PersonId,
    ) -> (String, Vec<Patch>) {
        match chance.below(5) {
            0 | 1 => {
                let value = Value::text(format!("kardus {}", chance.below(9)));
                let patches = vec![Patch::new("trader", trader, [("kemasan_besar", value)])];
                ("sets a field of a newer version".to_owned(), patches)
            }
            2 => {
                let fields = [("trader", Value::id(trader)), ("roda", Value::Int(3))];
                let patches = vec![Patch::new("gerobak", created_id(salt, 0), fields)];
                ("a record of an unknown kind".to_owned(), patches)
            }
            3 => {
                let value = Value::text("x".repeat(300));
                (
                    "sets a text that is too long".to_owned(),
                    vec![Patch::new("trader", trader, [("stall", value)])],
                )
            }
            _ => {
                *author = PersonId(chance.id());
                let (what, patches) = self.set(chance, trader);
                (format!("somebody unknown {what}"), patches)
            }
        }
    }

    /// A lead takes a trader off the list, or puts one back.
    fn withdraw(&mut self, chance: &mut Chance, trader: Uuid) -> (String, Vec<Patch>) {
        let fields = [("withdrawn", Value::Bool(chance.percent(70)))];
        (
            "withdraws a trader".to_owned(),
            vec![Patch::new("trader", trader, fields)],
        )
    }
}
