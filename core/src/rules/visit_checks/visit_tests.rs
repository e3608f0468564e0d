//! One oddity at a time, and a plain visit without any.

use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::definition::builtin_definition;
use crate::rules::facts::{StepFact, VisitFact};
use crate::rules::visit_checks::Level;

#[path = "visit_bounds_tests.rs"]
mod bounds;

fn definition() -> Definition {
    builtin_definition("cirebon-2019").unwrap()
}

/// 2019-08-01 09:00 in Cirebon.
const MORNING_MS: i64 = 1_564_624_800_000;

fn plain_visit() -> VisitDraft {
    VisitDraft {
        outcome: "penjelasan".into(),
        market: "KNM".into(),
        at_ms: MORNING_MS,
        day: "2019-08-01".parse().unwrap(),
        answers: [("kemauan".to_owned(), json!("ragu"))].into(),
        reason: "sibuk".into(),
        ..VisitDraft::default()
    }
}

fn plain_context() -> VisitContext<'static> {
    VisitContext {
        stall: "B 12",
        commodity: "kerupuk",
        ..VisitContext::default()
    }
}

fn done(code: &str) -> StepFact {
    StepFact {
        code: code.into(),
        state: "selesai".into(),
        ..StepFact::default()
    }
}

fn ticks(codes: &str) -> Vec<StepTick> {
    codes
        .split_whitespace()
        .map(|code| StepTick {
            code: code.into(),
            evidence: "ada".into(),
            ..StepTick::default()
        })
        .collect()
}

fn check(visit: &VisitDraft, context: &VisitContext<'_>, expected: &[(&str, &str)]) {
    let found = check_visit(&definition(), visit, context);
    let found: Vec<(&str, &str)> = found
        .iter()
        .map(|oddity| (oddity.code, oddity.about.as_str()))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn a_plain_visit_has_no_oddity() {
    check(&plain_visit(), &plain_context(), &[]);
}

#[test]
fn every_flag_is_a_code_of_the_definition() {
    let definition = definition();
    let visit = VisitDraft {
        outcome: "mengajar".into(),
        at_ms: MORNING_MS - 6 * 3_600_000,
        note: "NIK 3209010101010001".into(),
        steps: ticks("wa.aplikasi wa.akun wa.tayang wa.pesanan shopee.tayang")
            .into_iter()
            .map(|tick| StepTick {
                evidence: String::new(),
                ..tick
            })
            .collect(),
        ..plain_visit()
    };
    let context = VisitContext {
        clock_doubtful: true,
        former_holder: true,
        trader_withdrawn: true,
        same_phone_others: 2,
        author_times_ms: &[MORNING_MS - 6 * 3_600_000 - 5],
        ..VisitContext::default()
    };
    let found = check_visit(&definition, &visit, &context);
    let flags: Vec<&str> = found
        .iter()
        .filter(|oddity| oddity.level == Level::Flag)
        .map(|oddity| oddity.code)
        .collect();
    for code in [
        "tanpa_lapak",
        "tanpa_barang",
        "hp_sama",
        "bekas_pemegang",
        "jam_tablet",
        "di_luar_jam",
        "terlalu_cepat",
        "urutan",
        "nomor_pribadi",
        "tahap_tanpa_bukti",
    ] {
        assert!(flags.contains(&code), "{code} not in {flags:?}");
    }
    assert!(
        flags
            .iter()
            .all(|code| definition.has_code("quality_flags", code)),
        "{flags:?}"
    );
}

#[test]
fn a_milestone_before_its_predecessor_is_an_odd_order() {
    for (before, ticked, expected) in [
        ("", "shopee.akun", None),
        ("", "shopee.tayang", Some("shopee.tayang before account")),
        (
            "shopee.akun",
            "shopee.tayang",
            Some("shopee.tayang before verified"),
        ),
        ("shopee.akun", "shopee.lolos shopee.tayang", None),
        ("wa.akun", "wa.tayang", None),
        (
            "shopee.akun shopee.lolos",
            "blibli.tayang",
            Some("blibli.tayang before account"),
        ),
        ("", "qris.terpasang", None),
    ] {
        let visit = VisitDraft {
            steps: ticks(ticked),
            ..plain_visit()
        };
        let facts = Facts {
            steps: before.split_whitespace().map(done).collect(),
            ..Facts::default()
        };
        let found = check_visit(
            &definition(),
            &visit,
            &VisitContext {
                facts,
                ..plain_context()
            },
        );
        let found = found
            .iter()
            .find(|oddity| oddity.code == "urutan")
            .map(|oddity| oddity.about.as_str());
        assert_eq!(found, expected, "{before} then {ticked}");
    }
    let visit = VisitDraft {
        check: [("produk_tayang".to_owned(), json!("2"))].into(),
        ..plain_visit()
    };
    check(
        &visit,
        &plain_context(),
        &[("urutan", "cek_aktivitas before account")],
    );
}

#[test]
fn unanswered_questions_are_told_and_nothing_more() {
    let visit = VisitDraft {
        outcome: "mengajar".into(),
        ..plain_visit()
    };
    check(
        &visit,
        &plain_context(),
        &[
            ("answer_missing", "kebutuhan"),
            ("answer_missing", "langkah"),
            ("answer_missing", "topik_latihan"),
        ],
    );
    let answered = VisitDraft {
        steps: ticks("latih.foto"),
        needs: vec!["modal".into()],
        ..visit
    };
    check(&answered, &plain_context(), &[]);
    check(
        &VisitDraft {
            outcome: "unheard".into(),
            ..plain_visit()
        },
        &plain_context(),
        &[("outcome_unknown", "unheard")],
    );
    check(
        &VisitDraft {
            outcome: "batal".into(),
            ..VisitDraft::default()
        },
        &VisitContext::default(),
        &[],
    );
}

#[test]
fn a_channel_is_judged_by_its_state_on_the_day() {
    let on = |day: &str, code: &str| VisitDraft {
        day: day.parse().unwrap(),
        steps: ticks(code),
        ..plain_visit()
    };
    check(
        &on("2025-02-11", "bukalapak.aplikasi"),
        &plain_context(),
        &[
            ("channel_closed", "bukalapak"),
            ("outside_campaign", "2025-02-11"),
        ],
    );
    check(
        &on("2019-08-02", "qris.pilih"),
        &plain_context(),
        &[("channel_not_open", "qris")],
    );
    check(&on("2019-08-02", "shopee.aplikasi"), &plain_context(), &[]);
}

#[test]
fn the_hours_of_the_market_count_with_an_hour_to_spare() {
    for (market, hour, odd) in [
        ("KNM", 4, false),
        ("KNM", 3, true),
        ("KNM", 18, false),
        ("KNM", 19, true),
        ("JGS", 2, false),
        ("DRJ", 14, true),
    ] {
        let visit = VisitDraft {
            market: market.into(),
            at_ms: MORNING_MS + (hour - 9) * 3_600_000,
            ..plain_visit()
        };
        let found = check_visit(&definition(), &visit, &plain_context());
        assert_eq!(
            found.iter().any(|oddity| oddity.code == "di_luar_jam"),
            odd,
            "{market} {hour}"
        );
    }
}

#[test]
fn evidence_is_asked_where_the_step_needs_it() {
    let visit = |code: &str, evidence: &str| VisitDraft {
        steps: vec![StepTick {
            code: code.into(),
            evidence: evidence.into(),
            ..StepTick::default()
        }],
        ..plain_visit()
    };
    check(
        &visit("shopee.nama_toko", ""),
        &plain_context(),
        &[("evidence_missing", "shopee.nama_toko")],
    );
    check(
        &visit("shopee.jumlah", "0"),
        &plain_context(),
        &[("value_out_of_range", "shopee.jumlah")],
    );
    check(&visit("shopee.jumlah", "12"), &plain_context(), &[]);
    check(&visit("shopee.akun", ""), &plain_context(), &[]);
    let facts = Facts {
        steps: vec![done("wa.akun")],
        ..Facts::default()
    };
    check(
        &visit("wa.tayang", ""),
        &VisitContext {
            facts,
            ..plain_context()
        },
        &[("tahap_tanpa_bukti", "wa.tayang")],
    );
}

#[test]
fn a_whole_checklist_in_one_visit_is_told() {
    let required = "shopee.aplikasi shopee.akun shopee.nama_toko shopee.alamat shopee.identitas shopee.rekening shopee.lolos shopee.kirim shopee.tayang shopee.pesanan shopee.aman";
    let visit = VisitDraft {
        steps: ticks(required),
        ..plain_visit()
    };
    check(&visit, &plain_context(), &[("langkah_serentak", "shopee")]);
    let facts = Facts {
        steps: vec![done("shopee.aplikasi")],
        ..Facts::default()
    };
    check(
        &visit,
        &VisitContext {
            facts,
            ..plain_context()
        },
        &[],
    );
}

#[test]
fn training_a_trained_trader_again_is_told() {
    let earlier = VisitFact {
        id: Uuid::from_u128(1),
        outcome: "mengajar".into(),
        day: "2019-07-30".parse().unwrap(),
        ..VisitFact::default()
    };
    let facts = Facts {
        steps: ["latih.foto", "latih.unggah", "latih.pesanan", "latih.aman"]
            .map(done)
            .to_vec(),
        visits: vec![earlier],
        ..Facts::default()
    };
    let visit = VisitDraft {
        outcome: "tanpa_data".into(),
        steps: ticks("latih.foto"),
        ..plain_visit()
    };
    check(
        &visit,
        &VisitContext {
            facts: facts.clone(),
            ..plain_context()
        },
        &[("dilatih_dua_kali", "2019-07-30")],
    );
    check(
        &plain_visit(),
        &VisitContext {
            facts,
            ..plain_context()
        },
        &[],
    );
}

#[test]
fn pace_and_copied_notes_are_told_at_the_stall() {
    let times: Vec<i64> = (1..=8).map(|n| MORNING_MS - n * 80_000).collect();
    check(
        &plain_visit(),
        &VisitContext {
            author_times_ms: &times,
            ..plain_context()
        },
        &[("terlalu_cepat", "per_burst>8")],
    );
    let notes = vec!["Sudah dijelaskan lengkap".to_owned(); 2];
    let visit = VisitDraft {
        note: "sudah dijelaskan  lengkap".into(),
        ..plain_visit()
    };
    check(
        &visit,
        &VisitContext {
            author_notes: &notes,
            ..plain_context()
        },
        &[("catatan_sama", "3")],
    );
    check(
        &visit,
        &VisitContext {
            author_notes: &notes[..1],
            ..plain_context()
        },
        &[],
    );
}
