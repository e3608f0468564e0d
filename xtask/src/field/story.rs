//! What becomes of one invented trader from visit to visit: the mix of outcomes is that of the campaign's first week.

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};

use super::chance::Chance;
use super::words::{self, Deck};

/// How far a trader has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Untouched,
    /// Met without being taught: told about it, or an appointment was made.
    Met,
    HalfTaught,
    Taught,
    /// Has a shop, nothing in it.
    Opened,
    Listed,
    /// Had a first order.
    Sells,
    /// Nothing more is to be done this week.
    Done,
}

/// What traders make of what they were taught, in per cent.
#[derive(Debug, Clone, Copy)]
pub struct Ways {
    /// Open an account while they are taught, where one visit is enough for it.
    open_at_once: u64,
    /// Go on after they were taught.
    go_on: u64,
    /// Have had an order when somebody asks.
    ordered: u64,
    /// Of those who sold, still do so at the check of the seventh day; without it nobody is checked.
    still_active: Option<u64>,
}

impl Ways {
    /// Keen traders, so that every screen of a week has something to show.
    pub const DEMO: Self = Self {
        open_at_once: 55,
        go_on: 70,
        ordered: 100,
        still_active: None,
    };
    /// As at Sadewa Market, where of 2,500 who were taught 500 put goods up and 150 went on selling.
    pub const SADEWA: Self = Self {
        open_at_once: 25,
        go_on: 33,
        ordered: 40,
        still_active: Some(55),
    };
}

/// How many are not met on a day, in per cent.
#[derive(Debug, Clone, Copy)]
pub struct Mood {
    pub new_missed: u64,
    pub known_missed: u64,
    /// Of those who are met, have no time.
    pub busy: u64,
}

impl Mood {
    pub const USUAL: Self = Self {
        new_missed: 29,
        known_missed: 9,
        busy: 0,
    };
}

/// One trader as the canvasser knows them.
#[derive(Debug, Clone)]
pub struct Trader {
    pub id: String,
    goods: String,
    ways: Ways,
    stage: Stage,
    /// Sells through WhatsApp only, where opening takes one visit.
    chats: bool,
    consent_asked: bool,
    /// The working day of the next visit.
    pub due: Option<NaiveDate>,
    /// The hour that was promised, in minutes since midnight.
    pub minute: Option<i64>,
}

const TOPICS: [&str; 4] = ["latih.foto", "latih.unggah", "latih.pesanan", "latih.aman"];
/// Appointments are made for these half hours, counted from midnight.
const HALF_HOURS: (i64, i64) = (15, 22);
/// From a first order, a few days after the goods were put up, to the check of the seventh day.
const CHECK_DAYS: u64 = 4;

impl Trader {
    pub fn new(id: &str, goods: &str, ways: Ways, chance: &mut Chance) -> Self {
        Self {
            id: id.to_owned(),
            goods: goods.to_lowercase(),
            ways,
            stage: Stage::Untouched,
            chats: chance.percent(65),
            consent_asked: false,
            due: None,
            minute: None,
        }
    }

    /// The next visit as `tablet record` reads it.
    pub fn visit(
        &mut self,
        day: NaiveDate,
        mood: Mood,
        chance: &mut Chance,
        deck: &mut Deck,
    ) -> Value {
        self.due = None;
        self.minute = None;
        let missed = match self.is_new() {
            true => mood.new_missed,
            false => mood.known_missed,
        };
        let mut visit = match self.stage {
            _ if chance.percent(missed) => self.missed(day, chance),
            _ if mood.busy > 0 && chance.percent(mood.busy) => self.busy(day, chance),
            Stage::Sells => self.checked(chance),
            Stage::Listed if self.ways.ordered < 100 && !chance.percent(self.ways.ordered) => {
                self.waits(day, chance)
            }
            Stage::Untouched if chance.percent(12) => self.refused(chance),
            Stage::Untouched if chance.percent(30) => self.met(day, chance),
            Stage::Untouched if chance.percent(12) => self.taught_in_part(day, chance),
            Stage::Untouched | Stage::Met | Stage::HalfTaught => self.taught(day, chance),
            _ => self.helped(day, chance),
        };
        visit["trader"] = self.id.as_str().into();
        if chance.percent(45)
            && let Some(note) =
                deck.next(visit["outcome"].as_str().unwrap_or_default(), &self.goods)
        {
            visit["note"] = note.into();
        }
        visit
    }

    pub fn is_due(&self, day: NaiveDate) -> bool {
        self.due.is_some_and(|due| due <= day)
    }

    /// Whether a day to come back was named.
    pub fn is_promised(&self) -> bool {
        matches!(self.stage, Stage::Met | Stage::HalfTaught)
    }

    fn is_new(&self) -> bool {
        self.stage == Stage::Untouched
    }

    /// Nobody there, or nobody who decides.
    fn missed(&mut self, day: NaiveDate, chance: &mut Chance) -> Value {
        if self.is_new() && chance.percent(12) {
            self.stage = Stage::Done;
            return json!({ "outcome": chance.pick(&["kosong", "gudang", "tutup_lama"]) });
        }
        self.due = Some(day + Days::new(1 + chance.below(2)));
        json!({ "outcome": chance.pick(&["tutup", "tutup", "pergi", "bukan_pemilik"]) })
    }

    /// Too many buyers to talk.
    fn busy(&mut self, day: NaiveDate, chance: &mut Chance) -> Value {
        let due = day + Days::new(2 + chance.below(2));
        self.due = Some(due);
        if self.is_new() {
            self.stage = Stage::Met;
        }
        json!({ "outcome": "diminta_kembali", "reason": "sibuk", "follow_up_date": due })
    }

    /// Goods are on show, and nobody has ordered: asked for once more, or left to the shop.
    fn waits(&mut self, day: NaiveDate, chance: &mut Chance) -> Value {
        match chance.percent(50) {
            true => self.due = Some(day + Days::new(CHECK_DAYS)),
            false => self.stage = Stage::Done,
        }
        let products = chance.between(1, 6);
        json!({
            "outcome": "cek_aktif",
            "check": { "produk_tayang": products, "pesanan": "0", "balas_pesan": true },
        })
    }

    /// The look at the shop on the seventh day.
    fn checked(&mut self, chance: &mut Chance) -> Value {
        self.stage = Stage::Done;
        let is_active = chance.percent(self.ways.still_active.unwrap_or(0));
        let products = chance.between(1, 9) * i64::from(is_active || chance.percent(60));
        let orders = match is_active {
            true => chance.pick(&["1-4", "1-4", "5-19"]),
            false => "0",
        };
        json!({
            "outcome": "cek_aktif",
            "check": { "produk_tayang": products, "pesanan": orders, "balas_pesan": is_active },
        })
    }

    fn refused(&mut self, chance: &mut Chance) -> Value {
        self.stage = Stage::Done;
        match chance.below(10) {
            0 => json!({ "outcome": "menolak_tetap", "reason": "takut_data" }),
            1 | 2 => {
                json!({ "outcome": "sudah_online", "answers": { "kanal_lama": "Shopee" }, "needs": ["promosi"] })
            }
            3 => json!({ "outcome": "tanpa_data", "steps": TOPICS }),
            _ => json!({ "outcome": "menolak", "reason": chance.pick(words::REFUSALS) }),
        }
    }

    /// Told about it; often with a day and an hour to come back.
    fn met(&mut self, day: NaiveDate, chance: &mut Chance) -> Value {
        self.stage = Stage::Met;
        let able = chance.percent(55);
        let mut visit = match chance.below(3) {
            0 => json!({
                "outcome": "penjelasan", "reason": chance.pick(words::DELAYS),
                "answers": abilities(able, chance.pick(&["mau_sekarang", "mau_nanti", "ragu"])),
            }),
            promised => {
                let due = day + Days::new(1 + chance.below(2));
                self.due = Some(due);
                let mut answers = abilities(able, chance.pick(&["mau_sekarang", "mau_nanti"]));
                let minute = chance.between(HALF_HOURS.0, HALF_HOURS.1) * 30;
                self.minute = Some(minute);
                answers["janji_jam"] = format!("{:02}:{:02}", minute / 60, minute % 60).into();
                let outcome = if promised == 1 {
                    "bersedia"
                } else {
                    "diminta_kembali"
                };
                json!({ "outcome": outcome, "follow_up_date": due, "answers": answers })
            }
        };
        if visit["outcome"] == "diminta_kembali" {
            visit["reason"] = "sibuk".into();
        }
        self.ask_consent(&mut visit, chance);
        visit
    }

    fn taught_in_part(&mut self, day: NaiveDate, chance: &mut Chance) -> Value {
        self.stage = Stage::HalfTaught;
        let due = day + Days::new(1);
        self.due = Some(due);
        let mut visit = json!({
            "outcome": "mengajar_sebagian", "steps": ["prep.hp", "latih.foto"],
            "reason": chance.pick(words::DELAYS), "follow_up_date": due,
            "answers": abilities(true, "mau_sekarang"),
        });
        self.ask_consent(&mut visit, chance);
        visit
    }

    fn taught(&mut self, day: NaiveDate, chance: &mut Chance) -> Value {
        let mut steps = vec!["prep.hp", "prep.nomor"];
        steps.extend(TOPICS);
        self.stage = Stage::Taught;
        if chance.percent(40) {
            steps.extend(["latih.manfaat", "latih.kemas"]);
        }
        if self.chats && chance.percent(self.ways.open_at_once) {
            steps.extend(["wa.aplikasi", "wa.akun"]);
            self.stage = Stage::Opened;
        }
        self.due = chance
            .percent(self.ways.go_on)
            .then(|| day + Days::new(1 + chance.below(3)));
        let mut visit = json!({
            "outcome": "mengajar", "steps": steps, "needs": [chance.pick(words::NEEDS)],
            "answers": abilities(chance.percent(75), "mau_sekarang"),
        });
        self.ask_consent(&mut visit, chance);
        visit
    }

    /// The next steps towards a shop that sells.
    fn helped(&mut self, day: NaiveDate, chance: &mut Chance) -> Value {
        let after_order = match self.ways.still_active {
            Some(_) => Stage::Sells,
            None => Stage::Done,
        };
        let (steps, next): (&[&str], Stage) = match (self.stage, self.chats) {
            (Stage::Taught, true) => (&["wa.aplikasi", "wa.akun"], Stage::Opened),
            (Stage::Taught, false) => (
                &[
                    "prep.email",
                    "shopee.aplikasi",
                    "shopee.akun",
                    "shopee.nama_toko",
                ],
                Stage::Opened,
            ),
            (Stage::Opened, true) => (&["wa.salam", "wa.tayang"], Stage::Listed),
            (Stage::Opened, false) if chance.percent(45) => (
                &[
                    "shopee.alamat",
                    "shopee.lolos",
                    "shopee.kirim",
                    "shopee.tayang",
                ],
                Stage::Listed,
            ),
            (Stage::Opened, false) => (&["shopee.alamat", "shopee.identitas"], Stage::Opened),
            (_, true) => (&["wa.pesanan"], after_order),
            (_, false) => (&["shopee.pesanan"], after_order),
        };
        self.stage = next;
        self.due = match next {
            Stage::Done => None,
            Stage::Sells => Some(day + Days::new(CHECK_DAYS)),
            _ => Some(day + Days::new(1 + chance.below(3))),
        };
        json!({ "outcome": "bantu_langkah", "steps": steps })
    }

    fn ask_consent(&mut self, visit: &mut Value, chance: &mut Chance) {
        if self.consent_asked {
            return;
        }
        self.consent_asked = true;
        let yes = |agreed: bool| if agreed { "yes" } else { "no" };
        visit["consent"] = json!({
            "pendampingan": "yes",
            "kontak": yes(chance.percent(80)),
            "ekspor_bernama": yes(chance.percent(25)),
        });
    }
}

/// Answers about what a trader can and wants.
fn abilities(able: bool, wants: &str) -> Value {
    json!({
        "hp_pintar": able, "internet": able, "pakai_wa": able, "kering_kemas": true, "pendamping": able,
        "kemauan": wants, "ada_waktu": wants == "mau_sekarang",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use grebeg_core::definition::builtin_definition;

    fn week(seed: u64, ways: Ways) -> Vec<Value> {
        let mut chance = Chance::new(seed);
        let mut deck = Deck::default();
        let first: NaiveDate = "2019-08-01".parse().unwrap();
        let mut visits = Vec::new();
        for number in 0..60 {
            let mut trader = Trader::new(&number.to_string(), "Terasi", ways, &mut chance);
            visits.extend((0..9).map(|day| {
                let mood = Mood {
                    busy: 20 * (day % 2),
                    ..Mood::USUAL
                };
                trader.visit(first + Days::new(day), mood, &mut chance, &mut deck)
            }));
        }
        visits
    }

    #[test]
    fn the_same_seed_gives_the_same_week() {
        assert_eq!(week(7, Ways::DEMO), week(7, Ways::DEMO));
        assert_ne!(week(7, Ways::DEMO), week(8, Ways::DEMO));
    }

    #[test]
    fn every_code_is_in_the_definition() {
        let definition = builtin_definition("cirebon-2019").unwrap();
        let codes = |value: &Value| -> Vec<String> {
            let list = value.as_array().cloned().unwrap_or_default();
            list.iter()
                .map(|code| code.as_str().unwrap().to_owned())
                .collect()
        };
        let visits = [Ways::DEMO, Ways::SADEWA].map(|ways| week(11, ways));
        for visit in visits.concat() {
            assert!(
                definition
                    .outcome(visit["outcome"].as_str().unwrap())
                    .is_some(),
                "{visit}"
            );
            assert!(
                codes(&visit["steps"])
                    .iter()
                    .all(|code| definition.step(code).is_some()),
                "{visit}"
            );
            assert!(
                codes(&visit["needs"])
                    .iter()
                    .all(|code| definition.need(code).is_some()),
                "{visit}"
            );
            let reason = visit["reason"].as_str();
            assert!(
                reason.is_none_or(|code| definition.obstacle(code).is_some()),
                "{visit}"
            );
        }
    }
}
