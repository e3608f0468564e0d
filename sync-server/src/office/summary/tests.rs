//! The page's figures are those of `totals`, for whoever looks.

use super::page;
use crate::clock;
use crate::office::test_office::{Office, Tablet, visit};
use crate::office::totals::{Question, totals};
use grebeg_core::change::Patch;
use grebeg_core::id::{DeviceId, PersonId, step_id};
use grebeg_core::value::Value;
use serde_json::{Value as Json, json};
use uuid::Uuid;

const DAY_MS: i64 = 86_400_000;
const TOPICS: [&str; 4] = ["latih.foto", "latih.unggah", "latih.pesanan", "latih.aman"];

struct World {
    office: Office,
    lead: PersonId,
    viewer: PersonId,
    knm: Tablet,
    pgi: Tablet,
}

fn trader_in(market: &str, stall: &str) -> (Uuid, Patch) {
    let id = clock::random_uuid().unwrap();
    let fields = [
        ("name", Value::text(format!("Bu {stall}"))),
        ("market", Value::text(market)),
        ("stall", Value::text(stall)),
        ("commodity", Value::text("batik")),
    ];
    (id, Patch::new("trader", id, fields))
}

fn taught(trader: Uuid, market: &str) -> Vec<Patch> {
    let id = clock::random_uuid().unwrap();
    let mut patches = vec![Patch::new(
        "visit",
        id,
        [
            ("trader", Value::id(trader)),
            ("market", Value::text(market)),
            ("outcome", Value::text("mengajar")),
        ],
    )];
    patches.extend(TOPICS.map(|code| {
        let fields = [
            ("trader", Value::id(trader)),
            ("code", Value::text(code)),
            ("state", Value::text("selesai")),
        ];
        Patch::new("step", step_id(&trader, code), fields)
    }));
    patches
}

/// Two markets; in KNM one trader taught three days ago, one yesterday, one met today; in PGI one taught today.
fn world() -> World {
    let mut office = Office::new();
    let lead = office.person("Bu Ratna", "lead", &["KNM"]);
    let viewer = office.person("Pak Lurah", "viewer", &[]);
    let ade = office.person("Ade", "canvasser", &["KNM"]);
    let budi = office.person("Budi", "canvasser", &["PGI"]);
    let (mut knm, mut pgi) = (office.tablet(ade), office.tablet(budi));
    let now_ms = clock::now_ms();
    for (n, (market, days)) in [("KNM", 3), ("KNM", 1), ("PGI", 0)].into_iter().enumerate() {
        let (id, new) = trader_in(market, &format!("A-{n}"));
        let tablet = if market == "KNM" { &mut knm } else { &mut pgi };
        let at_ms = now_ms - days * DAY_MS - 60_000 + 1_000 * n as i64;
        let mut patches = vec![new];
        patches.extend(taught(id, market));
        tablet.send(&mut office, at_ms, patches);
    }
    let (id, new) = trader_in("KNM", "A-9");
    let (_, met) = visit(id, "penjelasan");
    knm.send(&mut office, now_ms - 5_000, vec![new, met]);
    World {
        office,
        lead,
        viewer,
        knm,
        pgi,
    }
}

impl World {
    fn page(&mut self, by: Option<PersonId>) -> Json {
        let now_ms = clock::now_ms();
        self.office
            .try_as(by, |desk| page(desk, None, None, now_ms))
            .unwrap()
    }
}

fn reached(page: &Json, stage: &str) -> u64 {
    let stages = page["funnel"].as_array().unwrap();
    let found = stages.iter().find(|s| s["code"] == stage).unwrap();
    found["reached"].as_u64().unwrap()
}

#[test]
fn an_admin_sees_the_figures_of_totals() {
    let mut world = world();
    let page = world.page(None);
    let totals = world
        .office
        .desk(|desk| totals(desk, Question::default()))
        .to_json();
    assert_eq!(page["as_of"], totals["as_of"]);
    for state in ["recorded", "counted", "waiting", "held_back", "set_aside"] {
        assert_eq!(page["totals"][state], totals[state], "{state}");
    }
    for (stage, count) in totals["funnel"].as_object().unwrap() {
        assert_eq!(json!(reached(&page, stage)), *count, "{stage}");
    }
    assert_eq!(page["target"]["reached"], 3);
    assert_eq!(page["target"]["goal"], 2000);
    assert_eq!(page["tablets_missing_count"], 2);
    let by_market = &totals["by_market"];
    for row in page["markets"].as_array().unwrap() {
        assert_eq!(row["totals"], by_market[row["code"].as_str().unwrap()]);
    }
}

#[test]
fn each_day_of_the_burn_up_is_totals_until_that_day() {
    let mut world = world();
    let page = world.page(None);
    let days = page["burn_up"]["days"].as_array().unwrap();
    let known: Vec<&Json> = days.iter().filter(|d| !d["reached"].is_null()).collect();
    assert!(known.len() >= 4, "{page}");
    for day in &known {
        let until = day["date"].as_str().unwrap().parse().unwrap();
        let question = Question {
            until: Some(until),
            ..Question::default()
        };
        let totals = world.office.desk(|desk| totals(desk, question)).to_json();
        assert_eq!(day["reached"], totals["funnel"]["dilatih"], "{until}");
    }
    assert_eq!(known.last().unwrap()["reached"], 3);
}

#[test]
fn a_lead_sees_the_own_markets_and_a_viewer_no_names() {
    let mut world = world();
    let (lead, viewer) = (Some(world.lead), Some(world.viewer));
    let own = world.page(lead);
    assert_eq!(own["scope"]["markets"], json!(["KNM"]));
    assert_eq!(own["target"]["reached"], 2);
    assert_eq!(own["totals"]["counted"], 3);
    assert_eq!(own["markets"].as_array().unwrap().len(), 1);
    let names: Vec<&Json> = own["people"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| &p["name"])
        .collect();
    assert_eq!(names, ["Ade"]);
    assert_eq!(own["tablets_missing_count"], 1);

    let seen = world.page(viewer);
    assert_eq!(seen["target"]["reached"], 3);
    assert_eq!(seen["people"], json!([]));
    assert_eq!(seen["tablets_missing"], json!([]));
    assert_eq!(seen["tablets_missing_count"], 2);
    let text = seen.to_string();
    for name in ["Ade", "Budi", "Bu A-"] {
        assert!(!text.contains(name), "{name}");
    }
    let canvasser = Some(world.knm.person);
    let now_ms = clock::now_ms();
    let refused = world
        .office
        .try_as(canvasser, |desk| page(desk, None, None, now_ms));
    assert_eq!(refused.unwrap_err().code(), "not_allowed");
}

#[test]
fn a_past_instant_is_shown_as_it_was_known_then() {
    let mut world = world();
    let before = world.page(None);
    let at_ms = crate::office::totals::parse_time(before["as_of"].as_str().unwrap()).unwrap();
    let (id, new) = trader_in("PGI", "B-1");
    let mut patches = vec![new];
    patches.extend(taught(id, "PGI"));
    world
        .pgi
        .send(&mut world.office, clock::now_ms() + 5, patches);
    let now_ms = clock::now_ms();
    let then = world
        .office
        .desk(|desk| page(desk, None, Some(at_ms), now_ms));
    for part in ["totals", "funnel", "burn_up", "markets", "target"] {
        assert_eq!(then[part], before[part], "{part}");
    }
    assert_eq!(world.page(None)["target"]["reached"], 4);
    // The end of a day before anything was sent: nothing was known.
    let long_ago = "2011-01-01".parse().unwrap();
    let nothing = world
        .office
        .desk(|desk| page(desk, Some(long_ago), None, now_ms));
    assert_eq!(nothing["totals"]["recorded"], 0);
    assert_eq!(nothing["target"]["reached"], 0);
}

#[test]
fn an_unknown_device_is_nobodys_tablet() {
    let mut world = world();
    let stranger = DeviceId(clock::random_uuid().unwrap());
    assert_ne!(world.knm.device, stranger);
    let page = world.page(None);
    let rows = page["people"].as_array().unwrap();
    assert!(rows.iter().all(|row| row["sent"] == "part"), "{rows:?}");
    assert!(rows.iter().all(|row| row["visits"].as_u64().is_some()));
}
