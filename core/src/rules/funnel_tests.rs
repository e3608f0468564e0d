//! Traders with planted histories and the stages they must show.

use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::definition::builtin_definition;
use crate::rules::facts::ConsentFact;

fn day(n: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2019, 8, n).unwrap()
}

/// Reads a history such as `mengajar@2 +latih.foto@2 kemauan=ragu@3 ya@3 tidak@4 cek=aktif@9 *shopee.akun@1`: a
/// visit, a step done, a visit with an answer, a consent, a withdrawal, a check, a step from before the campaign;
/// the number is the day in August 2019.
fn facts(history: &str) -> Facts {
    let mut facts = Facts {
        live: true,
        listed_on: day(1),
        ..Facts::default()
    };
    for (at, event) in history.split_whitespace().enumerate() {
        let (what, on) = event.split_once('@').unwrap();
        let on: u32 = on.parse().unwrap();
        let at_ms = i64::from(on) * 86_400_000 + at as i64;
        let id = Uuid::from_u128(at as u128 + 1);
        let mut visit = VisitFact {
            id,
            at_ms,
            day: day(on),
            outcome: "penjelasan".into(),
            ..VisitFact::default()
        };
        if what == "ya" || what == "tidak" {
            let follows = facts
                .consents
                .iter()
                .map(|consent: &ConsentFact| consent.id)
                .collect();
            let purposes = [("pendampingan".to_owned(), what == "ya")].into();
            facts.consents.push(ConsentFact {
                id,
                purposes,
                follows,
                at_ms,
                day: day(on),
            });
        } else if let Some(result) = what.strip_prefix("cek=") {
            let (products, orders) = match result {
                "aktif" => (json!(3), json!("1-4")),
                "siap" => (json!(3), json!("0")),
                "tidak_aktif" => (json!(0), json!("0")),
                _ => (json!(null), json!("0")),
            };
            visit.outcome = "cek_aktif".into();
            visit.check = [
                ("produk_tayang".to_owned(), products),
                ("pesanan".to_owned(), orders),
            ]
            .into();
            facts.visits.push(visit);
        } else if let Some((question, answer)) = what.split_once('=') {
            visit.answers = [(question.to_owned(), json!(answer))].into();
            facts.visits.push(visit);
        } else if let Some(code) = what.strip_prefix(['+', '*', '-']) {
            let state = if what.starts_with('-') {
                "tidak_perlu"
            } else {
                "selesai"
            };
            let before_campaign = what.starts_with('*');
            facts.steps.push(StepFact {
                code: code.into(),
                state: state.into(),
                before_campaign,
                at_ms,
                day: day(on),
                has_evidence: true,
            });
        } else {
            visit.outcome = what.into();
            facts.visits.push(visit);
        }
    }
    facts
}

const TRAINED: &str = "mengajar@2 +latih.foto@2 +latih.unggah@2 +latih.pesanan@2 +latih.aman@3";
const ORDERED: &str = "+shopee.akun@2 +shopee.lolos@4 +shopee.tayang@5 +shopee.pesanan@7";

#[test]
fn work_that_is_older_than_its_record_is_there_from_its_own_day_on() {
    let facts = Facts {
        live: true,
        listed_on: day(20),
        visits: vec![VisitFact {
            day: day(5),
            outcome: "mengajar".into(),
            ..VisitFact::default()
        }],
        ..Facts::default()
    };
    for (until, live, visits) in [(4, false, 0), (5, true, 1), (20, true, 1)] {
        let mut cut = facts.clone();
        cut.until(day(until));
        assert_eq!((cut.live, cut.visits.len()), (live, visits), "{until}");
    }
    let mut idle = Facts {
        visits: Vec::new(),
        ..facts
    };
    idle.until(day(19));
    assert!(!idle.live);
}

#[test]
fn a_history_gives_its_stage() {
    let definition = builtin_definition("cirebon-2019").unwrap();
    for (history, stage, campaign_stage) in [
        ("", "terdata", 1),
        ("tutup@1", "terdata", 1),
        ("batal@1", "terdata", 1),
        ("menolak@1", "dikunjungi", 2),
        ("kemauan=mau_nanti@1", "dikunjungi", 2),
        ("kemauan=mau_nanti@1 ya@1", "bersedia", 3),
        ("kemauan=mau_nanti@1 ya@1 kemauan=ragu@2", "dikunjungi", 2),
        ("kemauan=mau_nanti@1 ya@1 tidak@2", "dikunjungi", 2),
        ("kemauan=mau_sekarang@1 ya@1 tutup@2", "bersedia", 3),
        (TRAINED, "dilatih", 4),
        (
            "mengajar@2 +latih.foto@2 +latih.unggah@2 -latih.pesanan@2 +latih.aman@3",
            "dikunjungi",
            2,
        ),
        ("+shopee.akun@2", "akun_dibuka", 5),
        ("+qris.daftar@2 +qris.terpasang@2", "terdata", 1),
        ("+wa.akun@2", "terverifikasi", 6),
        ("+shopee.akun@2 +blibli.lolos@3", "akun_dibuka", 5),
        ("+shopee.lolos@3", "terdata", 1),
        ("+shopee.akun@2 +shopee.tayang@3", "akun_dibuka", 5),
        (ORDERED, "pesanan_pertama", 8),
        (
            "*shopee.akun@1 *shopee.lolos@1 *shopee.tayang@1",
            "produk_tayang",
            1,
        ),
        (
            "*shopee.akun@1 *shopee.lolos@1 +shopee.tayang@3",
            "produk_tayang",
            7,
        ),
        ("*wa.akun@1 +wa.tayang@2", "produk_tayang", 7),
    ] {
        let status = status(&definition, &facts(history));
        assert_eq!(
            (status.code.as_str(), status.campaign_stage),
            (stage, campaign_stage),
            "{history}"
        );
    }
}

#[test]
fn only_a_check_makes_and_unmakes_an_active_trader() {
    let definition = builtin_definition("cirebon-2019").unwrap();
    for (checks, stage, was_active) in [
        ("cek=aktif@12", "aktif", false),
        ("cek=siap@12", "pesanan_pertama", false),
        ("cek=aktif@12 cek=tidak_aktif@19", "pesanan_pertama", true),
        ("cek=aktif@12 cek=tidak_terhubung@19", "aktif", false),
        (
            "cek=aktif@12 cek=tidak_aktif@19 cek=aktif@26",
            "aktif",
            false,
        ),
    ] {
        let status = status(&definition, &facts(&format!("{ORDERED} {checks}")));
        assert_eq!(
            (status.code.as_str(), status.was("aktif")),
            (stage, was_active),
            "{checks}"
        );
        assert_eq!(
            status.since("aktif"),
            checks.starts_with("cek=aktif").then(|| day(12)),
            "{checks}"
        );
    }
    assert_eq!(
        status(&definition, &facts("cek=aktif@12")).code,
        "dikunjungi"
    );
}

#[test]
fn a_stage_has_the_day_on_which_its_rule_first_held() {
    let definition = builtin_definition("cirebon-2019").unwrap();
    let status = status(&definition, &facts(&format!("{TRAINED} {ORDERED}")));
    for (stage, since) in [
        ("terdata", Some(day(1))),
        ("dikunjungi", Some(day(2))),
        ("bersedia", None),
        ("dilatih", Some(day(3))),
        ("akun_dibuka", Some(day(2))),
        ("terverifikasi", Some(day(4))),
        ("produk_tayang", Some(day(5))),
        ("pesanan_pertama", Some(day(7))),
        ("aktif", None),
    ] {
        assert_eq!(status.since(stage), since, "{stage}");
    }
}

#[test]
fn who_does_not_count_has_no_stage() {
    let definition = builtin_definition("cirebon-2019").unwrap();
    let gone = Facts {
        live: false,
        ..facts(ORDERED)
    };
    let status = status(&definition, &gone);
    assert_eq!((status.stage, status.code.as_str()), (0, ""));
    let mut counts = FunnelCounts::new(&definition);
    counts.add(&status);
    assert_eq!(counts, FunnelCounts::new(&definition));
}

#[test]
fn bars_never_grow_and_what_is_implied_stands_apart() {
    let definition = builtin_definition("cirebon-2019").unwrap();
    let mut counts = FunnelCounts::new(&definition);
    for history in [
        "",
        "tutup@1",
        TRAINED,
        ORDERED,
        "*wa.akun@1 sudah_online@2",
        "kemauan=mau_nanti@1 ya@1 tidak@2",
    ] {
        counts.add(&status(&definition, &facts(history)));
    }
    let reached: Vec<u64> = counts.stages.iter().map(|stage| stage.reached).collect();
    assert_eq!(reached, [6, 4, 2, 2, 1, 1, 1, 1, 0]);
    let implied: Vec<u64> = counts.stages.iter().map(|stage| stage.implied).collect();
    assert_eq!(implied, [0, 1, 2, 1, 0, 0, 0, 0, 0]);
    let with_before: Vec<u64> = counts
        .stages
        .iter()
        .map(|stage| stage.with_before)
        .collect();
    assert_eq!(with_before, [6, 4, 3, 3, 2, 2, 1, 1, 0]);
    assert_eq!((counts.online_before, counts.traders), (1, 6));
    assert_eq!(counts.stages[2].lost, 1);
    assert_eq!(counts.by_code()["dilatih"], 2);
}

#[test]
fn the_counts_of_two_markets_add_up_to_those_of_both() {
    let definition = builtin_definition("cirebon-2019").unwrap();
    let lost = "kemauan=mau_nanti@1 ya@1 tidak@2";
    let (one, other) = (
        [TRAINED, "*wa.akun@1 sudah_online@2", lost],
        [TRAINED, "*wa.akun@1", lost],
    );
    let counted = |histories: &[&str]| {
        let mut counts = FunnelCounts::new(&definition);
        for history in histories {
            counts.add(&status(&definition, &facts(history)));
        }
        counts
    };
    let mut merged = counted(&one);
    merged.merge(&counted(&other));
    assert_eq!(merged, counted(&[one, other].concat()));
    assert_eq!((merged.traders, merged.online_before), (6, 2));
    let sums = |of: fn(&StageCount) -> u64| merged.stages.iter().map(of).sum::<u64>();
    assert_eq!(sums(|stage| stage.lost), 2);
}

#[test]
fn a_list_shows_the_same_stages_without_their_days() {
    let definition = builtin_definition("cirebon-2019").unwrap();
    for history in ["", TRAINED, ORDERED, "*wa.akun@1 sudah_online@2"] {
        let mut dated = status(&definition, &facts(history));
        assert!(dated.stages.iter().any(|stage| stage.since.is_some()));
        for stage in &mut dated.stages {
            stage.since = None;
        }
        assert_eq!(current(&definition, &facts(history)), dated, "{history}");
    }
}

#[test]
fn who_sold_online_before_the_campaign_is_known_by_a_step_or_an_outcome() {
    let definition = builtin_definition("cirebon-2019").unwrap();
    for (history, online_before) in [
        ("", false),
        ("mengajar@1", false),
        ("sudah_online@1", true),
        ("*wa.akun@1", true),
        ("+wa.akun@1", false),
        // No sales channel.
        ("*latih.foto@1", false),
        ("*qris.terpasang@1", false),
    ] {
        let found = current(&definition, &facts(history));
        assert_eq!(found.online_before, online_before, "{history}");
    }
    let bare = Definition::default();
    assert!(!current(&bare, &facts("sudah_online@1")).online_before);
}

/// A definition with these stages and nothing else.
fn staged(stages: serde_json::Value) -> Definition {
    let fields = [("funnel".to_owned(), json!({ "stages": stages }))].into();
    Definition::from_entries([("definition", &fields)])
}

#[test]
fn stages_name_each_other_up_to_a_depth() {
    for (depth, holds) in [(STAGE_DEPTH_MAX, true), (STAGE_DEPTH_MAX + 1, false)] {
        let mut stages = vec![json!({"code": "s0", "rule": {"trader": "live"}})];
        stages.extend(
            (1..=depth).map(
                |n| json!({"code": format!("s{n}"), "rule": {"stage": format!("s{}", n - 1)}}),
            ),
        );
        let found = current(&staged(stages.into()), &facts(""));
        assert_eq!(found.stages.last().unwrap().holds, holds, "{depth}");
    }
}

#[test]
fn a_rule_that_this_version_does_not_know_holds_for_nobody() {
    let stages = json!([{"code": "a", "rule": {"newer": 1}}]);
    assert_eq!(current(&staged(stages), &facts(ORDERED)).stage, 0);
}

#[test]
fn a_circle_of_stages_ends() {
    let circle = json!([{"code": "a", "rule": {"stage": "b"}}, {"code": "b", "rule": {"any": [{"stage": "a"}, {"stage": "a"}]}}]);
    let definition = staged(circle);
    assert_eq!(status(&definition, &facts("")).stage, 0);
}
