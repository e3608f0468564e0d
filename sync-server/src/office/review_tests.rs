//! A lead's day, conflicts and receipts, over a real store.

use super::conflicts;
use super::receipts;
use super::record_edit;
use super::review::{self, ReviewState};
use super::test_office::{MARKET, Office, Tablet, trader, visit};
use crate::clock;
use chrono::NaiveDate;
use grebeg_core::change::Patch;
use grebeg_core::id::PersonId;
use grebeg_core::receipt;
use grebeg_core::sync::messages::State;
use grebeg_core::sync::store::Store;
use grebeg_core::value::Value;
use uuid::Uuid;

struct Day {
    office: Office,
    lead: PersonId,
    other_lead: PersonId,
    tablet: Tablet,
    trader: Uuid,
    visit: Uuid,
    at_ms: i64,
}

fn day() -> Day {
    let mut office = Office::new();
    let lead = office.person("Bu Ratna", "lead", &[MARKET]);
    let other_lead = office.person("Pak Darma", "lead", &["PGI"]);
    let canvasser = office.person("Sari", "canvasser", &[MARKET]);
    let mut tablet = office.tablet(canvasser);
    let at_ms = clock::now_ms() - 5_000;
    let (trader_id, new_trader) = trader("Rokayah", "+628123456789");
    let (visit_id, new_visit) = visit(trader_id, "dilatih");
    let ack = tablet.send(&mut office, at_ms, vec![new_trader, new_visit]);
    assert_eq!(ack.state, State::Accepted);
    Day {
        office,
        lead,
        other_lead,
        tablet,
        trader: trader_id,
        visit: visit_id,
        at_ms,
    }
}

impl Day {
    fn date(&mut self) -> NaiveDate {
        let at_ms = self.at_ms;
        self.office
            .desk(|desk| Ok(desk.definition()?.working_day(MARKET, at_ms)))
    }

    fn list(&mut self) -> Vec<review::Reviewed> {
        let date = self.date();
        self.office
            .try_as(Some(self.lead), |desk| review::list(desk, date))
            .unwrap()
    }

    fn state(&mut self) -> ReviewState {
        let visit = self.visit;
        self.list()
            .into_iter()
            .find(|v| v.visit == visit)
            .unwrap()
            .state
    }

    fn approve(&mut self) {
        let visits = [self.visit.to_string()];
        self.office
            .try_as(Some(self.lead), |desk| review::approve(desk, &visits))
            .unwrap();
    }

    fn give_back(&mut self, why: &str) -> Uuid {
        let visit = self.visit.to_string();
        self.office
            .try_as(Some(self.lead), |desk| {
                review::give_back(desk, &visit, why, None, &["note".to_owned()])
            })
            .unwrap()
    }

    fn amend(&mut self, note: &str, answers: Option<Uuid>) -> State {
        let mut patches = vec![Patch::new("visit", self.visit, [("note", note.into())])];
        patches.extend(answers.map(|id| Patch::new("return", id, [("answered", true.into())])));
        let at_ms = clock::now_ms();
        self.tablet.send(&mut self.office, at_ms, patches).state
    }
}

#[test]
fn a_lead_sees_only_the_own_markets_day() {
    let mut day = day();
    let list = day.list();
    assert_eq!(list.len(), 1);
    let json = list[0].to_json();
    assert_eq!(json["trader_name"], "Rokayah");
    assert_eq!(json["author_name"], "Sari");
    assert_eq!(json["state"], "belum");
    let date = day.date();
    let other = day
        .office
        .try_as(Some(day.other_lead), |desk| review::list(desk, date));
    assert!(other.unwrap().is_empty());
    let canvasser = day.tablet.person;
    let refused = day
        .office
        .try_as(Some(canvasser), |desk| review::list(desk, date));
    assert_eq!(refused.unwrap_err().code(), "not_allowed");
    let visits = [day.visit.to_string()];
    let refused = day
        .office
        .try_as(Some(day.other_lead), |desk| review::approve(desk, &visits));
    assert_eq!(refused.unwrap_err().code(), "not_allowed");
}

#[test]
fn an_amendment_that_had_not_seen_the_approval_reopens_the_review() {
    let mut day = day();
    day.approve();
    assert_eq!(day.state(), ReviewState::Approved);
    assert_eq!(day.amend("sudah dijelaskan", None), State::Accepted);
    assert_eq!(day.state(), ReviewState::Open);
    day.approve();
    assert_eq!(day.state(), ReviewState::Approved);
}

#[test]
fn a_return_stays_open_until_that_very_return_is_answered() {
    let mut day = day();
    let first = day.give_back("foto lapak lain");
    let second = day.give_back("barang belum diisi");
    assert_eq!(day.state(), ReviewState::Returned);
    assert_eq!(day.amend("foto diganti", Some(first)), State::Accepted);
    assert_eq!(day.state(), ReviewState::Returned);
    let open = &day.list()[0].returns;
    assert_eq!(open.len(), 1);
    assert_eq!(open[0]["return_id"], second.to_string());
    assert_eq!(open[0]["reason"], "lainnya");
    assert_eq!(open[0]["reason_text"], "barang belum diisi");
    assert_eq!(day.amend("sandal", Some(second)), State::Accepted);
    assert_eq!(day.state(), ReviewState::Open);
    day.approve();
    assert_eq!(day.state(), ReviewState::Approved);
    day.give_back("satu lagi");
    assert_eq!(day.state(), ReviewState::Returned);
}

#[test]
fn what_is_odd_comes_first_with_its_codes() {
    let mut day = day();
    let (other, new_trader) = trader("Kartini", "+628123456789");
    let (visit_id, new_visit) = visit(other, "dilatih");
    let at_ms = day.at_ms + 4_000_000_000;
    let ack = day
        .tablet
        .send(&mut day.office, at_ms, vec![new_trader, new_visit]);
    assert_eq!(ack.state, State::Accepted);
    assert!(ack.stamp.is_some(), "a stamp from next month is corrected");
    let canvasser = day.tablet.person.to_string();
    let list = day.list();
    let odd = list.iter().find(|v| v.visit == visit_id).unwrap().to_json();
    let flags: Vec<&str> = odd["flags"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|f| f.as_str())
        .collect();
    assert!(flags.contains(&"jam_tablet"), "{flags:?}");
    assert!(flags.contains(&"hp_sama"), "{flags:?}");
    assert_eq!(odd["author"], canvasser);
}

#[test]
fn somebody_who_lost_the_market_is_marked_as_former_holder() {
    let mut day = day();
    day.tablet.seen = Some(day.office.seen());
    let person = day.tablet.person;
    day.office.desk(|desk| {
        let markets = Value::List(vec![Value::text("PGI")]);
        desk.change(vec![Patch::new("person", person.0, [("markets", markets)])])
    });
    let (late, new_visit) = visit(day.trader, "tutup");
    let ack = day
        .tablet
        .send(&mut day.office, day.at_ms + 30_000, vec![new_visit]);
    assert_eq!(ack.state, State::Accepted);
    let list = day.list();
    let flagged = |visit: Uuid| {
        let found = list.iter().find(|v| v.visit == visit).unwrap();
        found.oddities.iter().any(|o| o.code == "bekas_pemegang")
    };
    assert!(flagged(late));
    assert!(
        !flagged(day.visit),
        "this one came while the market was held"
    );
    // What was made before the loss counts as a holder's, however late it arrives.
    let (early, new_visit) = visit(day.trader, "tutup");
    let made_ms = day.at_ms + 1_000;
    let mut second = day.office.tablet(person);
    second.send(&mut day.office, made_ms, vec![new_visit]);
    // And a market that comes back later does not turn the past round.
    day.office.desk(|desk| {
        let markets = Value::List(vec![Value::text(MARKET)]);
        desk.change(vec![Patch::new("person", person.0, [("markets", markets)])])
    });
    let list = day.list();
    let flagged = |visit: Uuid| {
        let found = list.iter().find(|v| v.visit == visit).unwrap();
        found.oddities.iter().any(|o| o.code == "bekas_pemegang")
    };
    assert!(flagged(late) && !flagged(early) && !flagged(day.visit));
}

#[test]
fn a_visit_to_a_withdrawn_trader_is_marked_until_the_lead_brings_the_trader_back() {
    let mut day = day();
    let (lead, trader) = (day.lead, day.trader);
    let withdraw = |day: &mut Day, value: &str| {
        let pairs = [format!("withdrawn={value}")];
        let id = trader.to_string();
        day.office
            .try_as(Some(lead), |desk| {
                record_edit::set(desk, "trader", &id, &pairs, "salah lapak")
            })
            .unwrap();
    };
    withdraw(&mut day, "true");
    let (late, new_visit) = visit(day.trader, "tutup");
    let at_ms = clock::now_ms() + 1_000;
    let ack = day.tablet.send(&mut day.office, at_ms, vec![new_visit]);
    assert_eq!(ack.state, State::Accepted);
    let marked = |day: &mut Day| -> Vec<Uuid> {
        let list = day.list().into_iter();
        let odd = list.filter(|v| v.oddities.iter().any(|o| o.code == "pedagang_ditarik"));
        odd.map(|v| v.visit).collect()
    };
    assert_eq!(marked(&mut day), [late]);
    withdraw(&mut day, "false");
    assert!(marked(&mut day).is_empty());
}

#[test]
fn two_values_are_listed_once_and_gone_after_the_choice() {
    let mut day = day();
    let ani = day.office.person("Ani", "canvasser", &[MARKET]);
    let mut other = day.office.tablet(ani);
    let seen = Some(day.office.seen());
    (day.tablet.seen, other.seen) = (seen, seen);
    let write = |value: &str| {
        vec![Patch::new(
            "trader",
            day.trader,
            [("kemauan", value.into())],
        )]
    };
    // Both after what they have seen, so that neither stamp is moved.
    let at_ms = clock::now_ms() + 2_000;
    other.send(&mut day.office, at_ms + 500, write("ragu"));
    day.tablet
        .send(&mut day.office, at_ms, write("mau_sekarang"));
    let list = day.office.try_as(Some(day.lead), conflicts::list).unwrap();
    assert_eq!(list.len(), 1, "{list:?}");
    assert_eq!(list[0]["kept"], "ragu");
    assert_eq!(list[0]["lost"], "mau_sekarang");
    assert_eq!(list[0]["record"]["id"], day.trader.to_string());
    let of_other = day.office.try_as(Some(day.other_lead), conflicts::list);
    assert!(of_other.unwrap().is_empty());
    let id = list[0]["id"].as_str().unwrap().to_owned();
    let wrong = day.office.try_as(Some(day.lead), |desk| {
        conflicts::choose(desk, &id, "tidak_mau")
    });
    assert_eq!(wrong.unwrap_err().code(), "bad_value");
    day.office
        .try_as(Some(day.lead), |desk| {
            conflicts::choose(desk, &id, "mau_sekarang")
        })
        .unwrap();
    assert!(day.office.desk(conflicts::list).is_empty());
    let trader = day.trader.to_string();
    let (_, stored) = day.office.desk(|desk| desk.record("trader", &trader));
    assert_eq!(stored.registers.text("kemauan"), Some("mau_sekarang"));
    let choices = day
        .office
        .desk(|desk| Ok(desk.store.records_of_kind("conflict_choice")?));
    assert_eq!(choices.len(), 1);
}

#[test]
fn a_receipt_is_good_then_superseded_and_a_foreign_one_is_neither() {
    let mut day = day();
    let date = day.date();
    let device = day.tablet.device;
    let of = |day: &mut Day| {
        day.office.desk(|desk| {
            let filed = crate::store::Registry::changes_in_order(&mut desk.store, 0)?;
            let own = filed.into_iter().filter(|f| f.name.device == device);
            Ok(receipt::code(
                desk.row.campaign,
                device,
                date,
                own.map(|f| f.hash),
            ))
        })
    };
    let code = of(&mut day);
    let check = |day: &mut Day, code: &str| {
        day.office
            .desk(|desk| receipts::find(desk, code, date, None))
    };
    let found = check(
        &mut day,
        &format!(" {}-{}", &code[..4], code[4..].to_lowercase()),
    );
    assert!(found.ok && !found.superseded);
    assert_eq!((found.device, found.visits), (Some(device), 1));
    let (_, more) = visit(day.trader, "tutup");
    day.tablet
        .send(&mut day.office, day.at_ms + 1_000, vec![more]);
    let older = check(&mut day, &code);
    assert!(!older.ok && older.superseded);
    assert_eq!(older.visits, 2);
    let void = Patch::new("visit", day.visit, [("outcome", "batal".into())]);
    day.tablet
        .send(&mut day.office, day.at_ms + 2_000, vec![void]);
    assert_eq!(check(&mut day, &code).visits, 1);
    let newer = of(&mut day);
    assert!(check(&mut day, &newer).ok);
    assert_eq!(check(&mut day, "AAAAAAAA"), receipts::Found::default());
}
