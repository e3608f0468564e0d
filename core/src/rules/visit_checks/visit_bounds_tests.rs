//! Where each oddity begins: the last that is plain and the first that is told.

use serde_json::Value;

use super::*;

/// The first oddity with this code, as what it is about.
fn about(visit: &VisitDraft, context: &VisitContext<'_>, code: &str) -> Option<String> {
    let found = check_visit(&definition(), visit, context);
    let found = found.into_iter().find(|oddity| oddity.code == code);
    found.map(|oddity| oddity.about)
}

#[test]
fn a_pace_is_told_from_the_first_visit_beyond_it() {
    // Others before this one, so many seconds apart.
    for (others, seconds, expected) in [
        (1, 19, Some("gap_s<20")),
        (1, 20, None),
        (7, 80, None),
        (8, 80, Some("per_burst>8")),
        (24, 144, None),
        (25, 140, Some("per_hour>25")),
        (119, 200, None),
        (120, 200, Some("per_day>120")),
    ] {
        let times: Vec<i64> = (1..=others)
            .map(|n| MORNING_MS - n * seconds * 1_000)
            .collect();
        let context = VisitContext {
            author_times_ms: &times,
            ..plain_context()
        };
        let found = about(&plain_visit(), &context, "terlalu_cepat");
        assert_eq!(found.as_deref(), expected, "{others} every {seconds} s");
    }
}

#[test]
fn the_campaign_lasts_from_its_training_to_its_last_day() {
    for (day, outside) in [
        ("2019-07-28", true),
        ("2019-07-29", false),
        ("2019-08-12", false),
        ("2019-08-13", true),
    ] {
        let visit = VisitDraft {
            day: day.parse().unwrap(),
            ..plain_visit()
        };
        let found = about(&visit, &plain_context(), "outside_campaign");
        assert_eq!(found.as_deref(), outside.then_some(day));
    }
}

#[test]
fn a_market_may_be_open_at_night_or_nearly_all_day() {
    for (open, close, hour, odd) in [
        ("08:00", "20:00", 6, true),
        ("08:00", "20:00", 7, false),
        ("08:00", "20:00", 21, false),
        ("08:00", "20:00", 22, true),
        ("22:00", "04:00", 23, false),
        ("22:00", "04:00", 5, false),
        ("22:00", "04:00", 12, true),
        ("00:30", "23:30", 0, false),
        ("00:30", "23:30", 12, false),
        ("", "", 3, false),
    ] {
        let market = json!({"code": "XYZ", "opening": {"open": open, "close": close}});
        let campaign = json!({"timezone": "Asia/Jakarta"});
        let fields = |value: &Value| value.as_object().unwrap().clone().into_iter().collect();
        let (campaign, market) = (fields(&campaign), fields(&market));
        let definition = Definition::from_entries([("campaign", &campaign), ("market", &market)]);
        let visit = VisitDraft {
            market: "XYZ".into(),
            at_ms: MORNING_MS + (hour - 9) * 3_600_000,
            ..plain_visit()
        };
        let found = check_visit(&definition, &visit, &plain_context());
        let found = found.iter().find(|oddity| oddity.code == "di_luar_jam");
        let expected = odd.then(|| format!("{hour:02}:00"));
        assert_eq!(
            found.map(|oddity| oddity.about.clone()),
            expected,
            "{open} to {close} at {hour}"
        );
    }
}

/// Each case: an outcome, what was said in the visit, and the questions that stay open.
#[test]
fn a_question_is_answered_where_its_answer_is_kept() {
    let bare = VisitDraft {
        answers: Answers::new(),
        reason: String::new(),
        ..plain_visit()
    };
    let asked = VisitDraft {
        consent_asked: true,
        ..bare.clone()
    };
    let promised = VisitDraft {
        follow_up_date: "2019-08-02".parse().ok(),
        ..bare.clone()
    };
    let reasoned = VisitDraft {
        reason: "sibuk".into(),
        ..bare.clone()
    };
    let checked = |products: Value| VisitDraft {
        check: [("produk_tayang".to_owned(), products)].into(),
        ..bare.clone()
    };
    let undone = VisitDraft {
        undone_steps: vec!["shopee.akun".into()],
        ..bare.clone()
    };
    for (outcome, said, open) in [
        ("bersedia", &bare, "janji persetujuan"),
        ("bersedia", &asked, "janji"),
        ("bersedia", &promised, "persetujuan"),
        ("diminta_kembali", &bare, "alasan_tertunda janji"),
        ("diminta_kembali", &reasoned, "janji"),
        ("bukan_pemilik", &bare, "kapan_pemilik_ada"),
        ("bukan_pemilik", &promised, ""),
        ("tutup_lama", &promised, ""),
        ("menolak", &bare, "alasan_menolak"),
        ("menolak", &reasoned, ""),
        ("bantu_langkah", &bare, "hambatan langkah"),
        ("bantu_langkah", &undone, "hambatan"),
        ("cek_aktif", &bare, "cek_aktivitas hambatan kebutuhan"),
        (
            "cek_aktif",
            &checked(json!(null)),
            "cek_aktivitas hambatan kebutuhan",
        ),
        ("cek_aktif", &checked(json!(0)), "hambatan kebutuhan"),
    ] {
        let visit = VisitDraft {
            outcome: outcome.into(),
            ..said.clone()
        };
        let found = check_visit(&definition(), &visit, &plain_context());
        let missing = found
            .iter()
            .filter(|oddity| oddity.code == "answer_missing");
        let missing: Vec<&str> = missing.map(|oddity| oddity.about.as_str()).collect();
        assert_eq!(missing.join(" "), open, "{outcome} {said:?}");
    }
}

#[test]
fn only_who_was_taught_all_that_is_required_is_trained() {
    let required = ["latih.foto", "latih.unggah", "latih.pesanan", "latih.aman"];
    let unfinished = StepFact {
        state: "terbuka".into(),
        ..done("latih.aman")
    };
    let most = || required[..3].iter().map(|code| done(code));
    for (steps, earlier, told) in [
        (required.map(done).to_vec(), "mengajar", true),
        (required.map(done).to_vec(), "penjelasan", false),
        (most().collect(), "mengajar", false),
        (most().chain([unfinished]).collect(), "mengajar", false),
        (vec![], "mengajar", false),
    ] {
        let facts = Facts {
            visits: vec![VisitFact {
                outcome: earlier.into(),
                day: "2019-07-30".parse().unwrap(),
                ..VisitFact::default()
            }],
            steps: steps.clone(),
            ..Facts::default()
        };
        let context = VisitContext {
            facts,
            ..plain_context()
        };
        let visit = VisitDraft {
            outcome: "mengajar".into(),
            ..plain_visit()
        };
        let found = about(&visit, &context, "dilatih_dua_kali");
        assert_eq!(found.is_some(), told, "{steps:?} {earlier}");
    }
}

#[test]
fn a_number_lies_within_its_range_with_both_ends() {
    for (code, evidence, expected) in [
        ("shopee.jumlah", "1", None),
        ("shopee.jumlah", "999", None),
        ("shopee.jumlah", "1000", Some("value_out_of_range")),
        ("shopee.jumlah", "banyak", Some("value_out_of_range")),
        // Nothing is asked for here.
        ("shopee.aplikasi", "", None),
    ] {
        let tick = StepTick {
            code: code.into(),
            evidence: evidence.into(),
            ..StepTick::default()
        };
        let visit = VisitDraft {
            steps: vec![tick],
            ..plain_visit()
        };
        let found = check_visit(&definition(), &visit, &plain_context());
        let found: Vec<&str> = found.iter().map(|oddity| oddity.code).collect();
        assert_eq!(found, Vec::from_iter(expected), "{code} {evidence}");
    }
}

#[test]
fn a_step_counts_as_reached_while_it_is_done_and_not_undone_in_this_visit() {
    let open = StepFact {
        state: "terbuka".into(),
        ..done("shopee.akun")
    };
    for (before, undone, expected) in [
        (done("shopee.akun"), "", None),
        (done("shopee.akun"), "wa.akun", None),
        (
            done("shopee.akun"),
            "shopee.akun",
            Some("shopee.lolos before account"),
        ),
        (open, "", Some("shopee.lolos before account")),
    ] {
        let visit = VisitDraft {
            steps: ticks("shopee.lolos"),
            undone_steps: undone.split_whitespace().map(str::to_owned).collect(),
            ..plain_visit()
        };
        let context = VisitContext {
            facts: Facts {
                steps: vec![before.clone()],
                ..Facts::default()
            },
            ..plain_context()
        };
        let found = about(&visit, &context, "urutan");
        assert_eq!(found.as_deref(), expected, "{before:?} without {undone}");
    }
}

#[test]
fn a_checklist_is_done_at_once_unless_one_of_its_own_steps_was_done_before() {
    let whole = "shopee.aplikasi shopee.akun shopee.nama_toko shopee.alamat shopee.identitas \
        shopee.rekening shopee.lolos shopee.kirim shopee.tayang shopee.pesanan shopee.aman";
    let open = StepFact {
        state: "terbuka".into(),
        ..done("shopee.aplikasi")
    };
    for (before, told) in [
        (done("wa.akun"), true),
        (open, true),
        (done("shopee.aplikasi"), false),
    ] {
        let visit = VisitDraft {
            steps: ticks(whole),
            ..plain_visit()
        };
        let context = VisitContext {
            facts: Facts {
                steps: vec![before.clone()],
                ..Facts::default()
            },
            ..plain_context()
        };
        let found = about(&visit, &context, "langkah_serentak");
        assert_eq!(found.is_some(), told, "{before:?}");
    }
}

#[test]
fn the_hash_of_a_picture_is_no_private_number_and_all_other_evidence_may_be() {
    let number = "3209010101010001";
    let padded = |with: &str| format!("{}{number}{}", with.repeat(24), with.repeat(24));
    for (evidence, told) in [
        (padded("a"), false),
        (padded("x"), true),
        (number.to_owned(), true),
        (format!("NIK {number}"), true),
    ] {
        let visit = VisitDraft {
            steps: vec![StepTick {
                code: "shopee.kirim_pertama".into(),
                evidence: evidence.clone(),
                ..StepTick::default()
            }],
            ..plain_visit()
        };
        let found = about(&visit, &plain_context(), "nomor_pribadi");
        let expected = told.then_some("shopee.kirim_pertama");
        assert_eq!(found.as_deref(), expected, "{evidence}");
    }
}

/// Each case: a step, whether it was there before the campaign, and the oddities of a visit that ticks it without evidence.
#[test]
fn what_was_there_before_the_campaign_needs_no_evidence_and_no_open_channel() {
    for (code, before_campaign, expected) in [
        ("wa.tayang", false, &["tahap_tanpa_bukti"][..]),
        ("wa.tayang", true, &[]),
        ("qris.terpasang", true, &[]),
        ("newer.step", false, &["step_unknown"]),
    ] {
        let visit = VisitDraft {
            steps: vec![StepTick {
                code: code.into(),
                before_campaign,
                ..StepTick::default()
            }],
            ..plain_visit()
        };
        let context = VisitContext {
            facts: Facts {
                steps: vec![done("wa.akun")],
                ..Facts::default()
            },
            ..plain_context()
        };
        let found = check_visit(&definition(), &visit, &context);
        let found: Vec<&str> = found.iter().map(|oddity| oddity.code).collect();
        assert_eq!(found, expected, "{code}");
    }
}

#[test]
fn products_can_be_live_only_with_some_account() {
    for (done_before, expected) in [
        (vec![], Some("cek_aktivitas before account")),
        (
            vec![done("qris.daftar")],
            Some("cek_aktivitas before account"),
        ),
        (vec![done("wa.akun")], None),
    ] {
        let visit = VisitDraft {
            check: [("produk_tayang".to_owned(), json!(2))].into(),
            ..plain_visit()
        };
        let context = VisitContext {
            facts: Facts {
                steps: done_before,
                ..Facts::default()
            },
            ..plain_context()
        };
        let found = about(&visit, &context, "urutan");
        assert_eq!(found.as_deref(), expected);
    }
}
