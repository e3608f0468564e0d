//! Who may write what, and what the author had heard of: one line a case.

use super::small_world::{Server, id};
use crate::change::{Change, Patch, Seen};
use crate::id::{CONSOLE, DeviceId, PersonId, review_id};
use crate::kinds::Role;
use crate::limits;
use crate::merge::ERASED;
use crate::register::RecordKey;
use crate::stamp::{Clocks, Stamp};
use crate::sync::access::{Judgement, Sender, judge, role_of};
use crate::sync::messages::HeldReason::{self, AfterClosing, FieldNotAllowed, OutOfScope, TooLong};
use crate::value::Value;
use uuid::Uuid;

/// Canvassers 11 (KNM, PGI) and 12 (KNM), lead 13 (KNM, PGI), admin 14, viewer 15; traders 21 in KNM, 22 in PGI, 23 in DRJ.
fn world() -> Server {
    let mut server = Server::new();
    for (person, role, markets) in [
        (11, Role::Canvasser, &["KNM", "PGI"][..]),
        (12, Role::Canvasser, &["KNM"]),
        (13, Role::Lead, &["KNM", "PGI"]),
        (14, Role::Admin, &[]),
        (15, Role::Viewer, &["KNM"]),
    ] {
        server.person(person, role, markets);
    }
    for (trader, market) in [(21, "KNM"), (22, "PGI"), (23, "DRJ")] {
        server.trader(trader, market);
    }
    server
}

fn change(author: u128, patches: Vec<Patch>) -> Change {
    Change {
        device: DeviceId(id(31)),
        n: 1,
        stamp: Stamp::default(),
        clocks: Clocks::default(),
        author: PersonId(id(author)),
        seen: None,
        prev: None,
        salt: None,
        patches,
    }
}

/// Why the change would be held back; `seen`: the place up to which its tablet had read.
fn held_at(
    server: &mut Server,
    seen: u64,
    author: u128,
    patches: Vec<Patch>,
) -> Option<HeldReason> {
    let change = change(author, patches);
    let sender = Sender {
        enrolment: id(1),
        people: vec![change.author],
        server: false,
        rescue: false,
    };
    let epoch = server.store.head.epoch;
    let seen = Seen { epoch, seq: seen };
    match judge(&mut server.store, &sender, &change, Some(seen)).unwrap() {
        Judgement::Accept => None,
        Judgement::Hold { reason, .. } => Some(reason),
    }
}

/// The same for somebody who has read everything.
fn held(server: &mut Server, author: u128, patches: Vec<Patch>) -> Option<HeldReason> {
    let seen = server.store.head.seq;
    held_at(server, seen, author, patches)
}

fn patch(kind: &str, number: u128, field: &str, value: impl Into<Value>) -> Patch {
    Patch::new(kind, id(number), [(field, value.into())])
}

/// Takes a change in as the tablet of its author would send it.
fn save(server: &mut Server, author: u128, patches: Vec<Patch>) {
    server.now_ms += 1;
    crate::sync::acknowledge::begin(&mut server.store, server.now_ms).unwrap();
    let salt = server.chance().to_be_bytes();
    let author = Some(PersonId(id(author)));
    crate::sync::settle::office_change(&mut server.store, author, salt, patches).unwrap();
}

/// A visit of trader 21 by somebody.
fn visit(server: &mut Server, author: u128, number: u128) {
    let fields = [
        ("trader", Value::id(id(21))),
        ("market", "KNM".into()),
        ("outcome", "mengajar".into()),
    ];
    save(
        server,
        author,
        vec![Patch::new("visit", id(number), fields)],
    );
}

#[test]
fn the_limits_of_a_change_are_taken_and_one_more_is_not() {
    let mut server = world();
    let patches = |count: usize| vec![patch("trader", 21, "stall", "B-1"); count];
    let max = limits::TABLET_CHANGE_PATCHES_MAX;
    assert_eq!(held(&mut server, 11, patches(max)), None);
    assert_eq!(held(&mut server, 11, patches(max + 1)), Some(TooLong));
    let fields = |count: usize| {
        let names: Vec<String> = (0..count).map(|n| format!("newer_{n}")).collect();
        let fields = names.iter().map(|name| (name.as_str(), Value::Int(1)));
        vec![Patch::new("trader", id(21), fields)]
    };
    let max = limits::PATCH_FIELDS_MAX;
    assert_eq!(held(&mut server, 11, fields(max)), None);
    assert_eq!(held(&mut server, 11, fields(max + 1)), Some(TooLong));
    let named = |length: usize| vec![patch("trader", 21, &"f".repeat(length), 1)];
    let max = limits::TEXT_CHARS_MAX;
    assert_eq!(held(&mut server, 11, named(max)), None);
    assert_eq!(held(&mut server, 11, named(max + 1)), Some(TooLong));
}

#[test]
fn the_server_itself_may_say_more_in_one_change() {
    let mut server = world();
    let many = vec![patch("trader", 21, "stall", "B-1"); limits::TABLET_CHANGE_PATCHES_MAX + 1];
    let change = change(14, many);
    let judged = judge(&mut server.store, &Sender::server(), &change, None).unwrap();
    assert_eq!(
        judged,
        Judgement::Accept,
        "and its authors are its own affair"
    );
}

#[test]
fn what_was_recorded_before_one_heard_of_the_closing_is_work_like_any_other() {
    let mut server = world();
    let work = || vec![patch("trader", 21, "stall", "B-1")];
    let closed = server
        .office(vec![patch("campaign", 1, "closed", true)])
        .seq;
    assert_eq!(held_at(&mut server, closed - 1, 11, work()), None);
    assert_eq!(held_at(&mut server, closed, 11, work()), Some(AfterClosing));
    assert_eq!(held_at(&mut server, closed, 14, work()), None, "an admin's");
    let opened = server
        .office(vec![patch("campaign", 1, "closed", false)])
        .seq;
    assert_eq!(held_at(&mut server, opened, 11, work()), None);
}

#[test]
fn what_was_recorded_before_one_heard_of_the_deactivation_is_work_like_any_other() {
    let mut server = world();
    let work = || vec![patch("trader", 21, "stall", "B-1")];
    let gone = server
        .office(vec![patch("person", 11, "active", false)])
        .seq;
    assert_eq!(held_at(&mut server, gone - 1, 11, work()), None);
    assert_eq!(held_at(&mut server, gone, 11, work()), Some(OutOfScope));
    assert_eq!(
        held_at(&mut server, gone, 12, work()),
        None,
        "a colleague's"
    );
    let back = server.office(vec![patch("person", 11, "active", true)]).seq;
    assert_eq!(held_at(&mut server, back, 11, work()), None);
}

#[test]
fn a_field_of_a_newer_program_comes_from_who_writes_that_kind_at_all() {
    let mut server = world();
    visit(&mut server, 11, 501);
    save(
        &mut server,
        13,
        vec![patch("return", 502, "visit", Value::id(id(501)))],
    );
    for (author, kind, number, expected) in [
        (11, "trader", 21, None),
        (13, "trader", 21, None),
        (15, "trader", 21, Some(FieldNotAllowed)),
        (15, "visit", 501, Some(FieldNotAllowed)),
        (11, "return", 502, None),
        (15, "return", 502, Some(FieldNotAllowed)),
        (11, "person", 12, Some(FieldNotAllowed)),
        (13, "person", 12, Some(FieldNotAllowed)),
        (14, "person", 12, None),
        (13, "conflict_choice", 503, None),
        (11, "conflict_choice", 503, Some(FieldNotAllowed)),
    ] {
        let mut patches = vec![patch(kind, number, "newer", 1)];
        if kind == "conflict_choice" {
            save(
                &mut server,
                14,
                vec![patch(kind, number, "trader", Value::id(id(21)))],
            );
        }
        assert_eq!(
            held(&mut server, author, patches.clone()),
            expected,
            "{author} {kind}"
        );
        // What decides rights and counts is no newer field.
        patches[0] = patch(kind, number, "priority", 1);
        assert_eq!(
            held(&mut server, author, patches),
            Some(FieldNotAllowed),
            "{author} {kind}"
        );
    }
}

#[test]
fn saying_again_what_stands_there_already_is_nobodys_offence() {
    let mut server = world();
    let name = |name: &str| vec![patch("person", 12, "name", name)];
    assert_eq!(held(&mut server, 11, name("Sari")), None);
    assert_eq!(held(&mut server, 11, name("Ade")), Some(FieldNotAllowed));
    assert_eq!(held(&mut server, 14, name("Ade")), None);
}

#[test]
fn what_is_written_once_may_be_completed_and_not_amended() {
    let mut server = world();
    visit(&mut server, 11, 501);
    let market = || vec![patch("visit", 501, "market", "PGI")];
    assert_eq!(held(&mut server, 13, market()), Some(FieldNotAllowed));
    let at_raw = || vec![patch("visit", 501, "at_raw", "2019-07-29T07:00:00Z")];
    assert_eq!(held(&mut server, 12, at_raw()), None);
    save(
        &mut server,
        13,
        vec![patch("return", 502, "visit", Value::id(id(501)))],
    );
    let reason = || vec![patch("return", 502, "reason", "kurang")];
    assert_eq!(held(&mut server, 13, reason()), None);
    assert_eq!(held(&mut server, 11, reason()), Some(FieldNotAllowed));
}

#[test]
fn a_visit_is_its_authors_and_the_leads() {
    let mut server = world();
    visit(&mut server, 11, 501);
    for field in ["outcome", "reason"] {
        for (author, expected) in [(11, None), (12, Some(FieldNotAllowed)), (13, None)] {
            let patches = vec![patch("visit", 501, field, "tutup")];
            assert_eq!(
                held(&mut server, author, patches),
                expected,
                "{author} {field}"
            );
        }
    }
}

#[test]
fn a_visit_belongs_to_who_named_its_trader_also_where_another_wrote_first() {
    let mut server = world();
    save(
        &mut server,
        12,
        vec![patch("visit", 501, "source", "kertas")],
    );
    visit(&mut server, 11, 501);
    let outcome = || vec![patch("visit", 501, "outcome", "tutup")];
    assert_eq!(held(&mut server, 11, outcome()), None);
    assert_eq!(held(&mut server, 12, outcome()), Some(FieldNotAllowed));
}

#[test]
fn a_return_is_answered_by_the_author_of_its_visit() {
    let mut server = world();
    visit(&mut server, 11, 501);
    let fields = [("visit", Value::id(id(501))), ("reason", "kurang".into())];
    save(&mut server, 13, vec![Patch::new("return", id(502), fields)]);
    let answered = || vec![patch("return", 502, "answered", true)];
    assert_eq!(held(&mut server, 11, answered()), None);
    assert_eq!(held(&mut server, 12, answered()), Some(FieldNotAllowed));
    assert_eq!(held(&mut server, 13, answered()), None, "or by a lead");
}

#[test]
fn other_records_belong_to_who_wrote_them_first() {
    let mut server = world();
    let photo = vec![patch("photo", 501, "trader", Value::id(id(21)))];
    save(&mut server, 11, photo);
    save(&mut server, 12, vec![patch("photo", 501, "size_bytes", 5)]);
    let removed = || vec![patch("photo", 501, "removed", true)];
    assert_eq!(held(&mut server, 11, removed()), None);
    assert_eq!(held(&mut server, 12, removed()), Some(FieldNotAllowed));
    // A record of one's own makes nobody a lead.
    let fields = [("market", "KNM".into()), ("name", "Sri".into())];
    save(&mut server, 11, vec![Patch::new("trader", id(24), fields)]);
    let withdrawn = vec![patch("trader", 24, "withdrawn", true)];
    assert_eq!(held(&mut server, 11, withdrawn), Some(FieldNotAllowed));
}

#[test]
fn the_creation_of_somebody_erased_is_completed_and_what_stands_there_is_not_amended() {
    let mut server = world();
    visit(&mut server, 11, 501);
    save(&mut server, 14, vec![patch("visit", 501, ERASED, true)]);
    let set = |field| vec![patch("visit", 501, field, "tutup")];
    assert_eq!(held(&mut server, 12, set("reason")), None);
    assert_eq!(held(&mut server, 12, set("outcome")), Some(FieldNotAllowed));
}

#[test]
fn a_canvasser_moves_a_trader_only_with_the_visit_that_says_so() {
    let mut server = world();
    let moves = |trader: u128, outcome: &str, kind: &str| {
        let fields = [
            ("trader", Value::id(id(trader))),
            ("outcome", outcome.into()),
        ];
        let said = Patch::new(kind, id(501), fields);
        vec![said, patch("trader", 21, "market", "PGI")]
    };
    assert_eq!(held(&mut server, 11, moves(21, "pindah", "visit")), None);
    for (trader, outcome, kind) in [
        (22, "pindah", "visit"),
        (21, "mengajar", "visit"),
        (21, "pindah", "step"),
    ] {
        let patches = moves(trader, outcome, kind);
        assert_eq!(
            held(&mut server, 11, patches),
            Some(FieldNotAllowed),
            "{outcome}"
        );
    }
    let alone = || vec![patch("trader", 21, "market", "PGI")];
    assert_eq!(held(&mut server, 11, alone()), Some(FieldNotAllowed));
    assert_eq!(held(&mut server, 13, alone()), None, "a lead just does");
    // Not into others' lists, whatever happened.
    assert_eq!(
        held(&mut server, 12, moves(21, "pindah", "visit")),
        Some(OutOfScope)
    );
    // A stall stays where it is.
    save(&mut server, 14, vec![patch("stall", 601, "market", "KNM")]);
    let mut stall = moves(21, "pindah", "visit");
    stall.truncate(1);
    stall.push(patch("stall", 601, "market", "PGI"));
    assert_eq!(held(&mut server, 11, stall), Some(FieldNotAllowed));
    let stall = vec![patch("stall", 601, "market", "DRJ")];
    assert_eq!(held(&mut server, 13, stall), Some(OutOfScope));
}

#[test]
fn an_approved_visit_is_not_amended_by_its_author_who_knew_but_in_answer_to_a_return() {
    let mut server = world();
    visit(&mut server, 11, 501);
    let of_visit = |kind, id: Uuid, field, value: Value| {
        Patch::new(
            kind,
            id,
            [("visit", Value::id(self::id(501))), (field, value)],
        )
    };
    let review = review_id(&id(501));
    let approve = of_visit("review", review, "state", "disetujui".into());
    let outcome = || vec![patch("visit", 501, "outcome", "tutup")];
    let seen = server.office(vec![approve]).seq;
    assert_eq!(held_at(&mut server, seen - 1, 11, outcome()), None);
    assert_eq!(
        held_at(&mut server, seen, 11, outcome()),
        Some(FieldNotAllowed)
    );
    assert_eq!(
        held_at(&mut server, seen, 13, outcome()),
        None,
        "a lead does"
    );
    let returned = of_visit("return", id(502), "reason", "kurang".into());
    let seen = server.office(vec![returned]).seq;
    let mut answer = outcome();
    answer.push(patch("return", 502, "answered", true));
    assert_eq!(held_at(&mut server, seen, 11, answer), None);
    let open = of_visit("review", review, "state", "dikembalikan".into());
    let seen = server.office(vec![open]).seq;
    assert_eq!(
        held_at(&mut server, seen, 11, outcome()),
        None,
        "no more approved"
    );
}

#[test]
fn a_visit_that_a_restore_lost_comes_again_though_it_was_approved() {
    let mut server = world();
    visit(&mut server, 11, 501);
    let key = RecordKey::new("visit", id(501));
    let fields = [("visit", Value::id(key.id)), ("state", "disetujui".into())];
    server.office(vec![Patch::new("review", review_id(&key.id), fields)]);
    server.store.records.remove(&key);
    let fields = [("trader", Value::id(id(21))), ("market", "KNM".into())];
    let again = Patch::new("visit", key.id, fields);
    assert_eq!(held(&mut server, 11, vec![again]), None);
}

#[test]
fn a_visit_was_where_its_trader_was() {
    let mut server = world();
    let claims = |market: &str| {
        let fields = [("trader", Value::id(id(21))), ("market", market.into())];
        vec![Patch::new("visit", id(501), fields)]
    };
    assert_eq!(held(&mut server, 11, claims("KNM")), None);
    assert_eq!(held(&mut server, 11, claims("PGI")), Some(OutOfScope));
}

#[test]
fn records_are_made_only_in_ones_own_markets() {
    let mut server = world();
    save(&mut server, 14, vec![patch("class", 701, "market", "PGI")]);
    save(&mut server, 14, vec![patch("class", 702, "market", "DRJ")]);
    let of = |kind, field, number| vec![patch(kind, 501, field, Value::id(id(number)))];
    for (author, patches, expected) in [
        (11, vec![patch("trader", 501, "market", "KNM")], None),
        (
            11,
            vec![patch("trader", 501, "market", "DRJ")],
            Some(OutOfScope),
        ),
        (
            11,
            vec![patch("trader", 501, "name", "Sri")],
            Some(OutOfScope),
        ),
        (13, vec![patch("class", 501, "market", "KNM")], None),
        (
            13,
            vec![patch("class", 501, "market", "DRJ")],
            Some(OutOfScope),
        ),
        // A class for all markets.
        (13, vec![patch("class", 501, "name", "Kelas foto")], None),
        // Somebody on a class's list, known or not.
        (11, of("attendance", "class", 701), None),
        (11, of("attendance", "class", 702), Some(OutOfScope)),
        (11, of("attendance", "trader", 21), None),
        (
            11,
            vec![patch("attendance", 501, "present", true)],
            Some(OutOfScope),
        ),
        // Other records hang on a trader, also where they name a class.
        (13, of("referral", "class", 701), Some(OutOfScope)),
        (11, of("step", "trader", 21), None),
        (11, of("step", "trader", 23), Some(OutOfScope)),
        (11, of("step", "trader", 999), Some(OutOfScope)),
    ] {
        let shown = format!("{author} {patches:?}");
        assert_eq!(held(&mut server, author, patches), expected, "{shown}");
    }
}

#[test]
fn what_a_change_says_of_a_trader_that_is_there_moves_nothing_into_scope() {
    let mut server = world();
    // Trader 23 is in a market of nobody here; only one that is erased and has no market is created anew by the change.
    let claimed = |trader: u128| {
        vec![
            patch("trader", trader, "market", "KNM"),
            patch("step", 501, "trader", Value::id(id(trader))),
        ]
    };
    let step_first = |trader| {
        let mut patches = claimed(trader);
        patches.reverse();
        patches
    };
    assert_eq!(held(&mut server, 11, step_first(23)), Some(OutOfScope));
    assert_eq!(held(&mut server, 11, step_first(24)), None, "a new one");
    save(&mut server, 14, vec![patch("trader", 25, ERASED, true)]);
    assert_eq!(held(&mut server, 11, step_first(25)), None, "erased ahead");
    let step = |number, trader| patch("step", number, "trader", Value::id(id(trader)));
    assert_eq!(held(&mut server, 11, vec![step(501, 25)]), None);
    // Another record of the change is not the one that it hangs on, for having its kind or its id.
    let another = vec![patch("trader", 24, "market", "KNM"), step(501, 999)];
    assert_eq!(held(&mut server, 11, another), Some(OutOfScope));
    assert_eq!(
        held(&mut server, 11, vec![step(999, 999)]),
        Some(OutOfScope)
    );
    save(&mut server, 14, vec![patch("trader", 23, ERASED, true)]);
    assert_eq!(held(&mut server, 11, step_first(23)), Some(OutOfScope));
    // Who is erased stays in the own market, whatever else the change says.
    save(&mut server, 14, vec![patch("trader", 21, ERASED, true)]);
    let both = vec![step(501, 21), patch("trader", 21, "stall", "B-1")];
    assert_eq!(held(&mut server, 11, both), None);
}

#[test]
fn what_a_place_of_an_older_epoch_stands_for_ends_where_that_branched_off() {
    use crate::sync::access::seen_seq;
    let mut server = world();
    let first = server.store.head.epoch;
    let backup = server.store.clone();
    let branch = backup.head.seq;
    server.office(vec![patch("trader", 21, "stall", "B-1")]);
    server.restore(backup);
    let second = server.store.head.epoch;
    let mut seen = |epoch, seq| seen_seq(&mut server.store, Some(Seen { epoch, seq })).unwrap();
    assert_eq!(seen(first, branch + 1), branch);
    assert_eq!(seen(first, 2), 2);
    assert_eq!(seen(second, branch + 9), branch, "nothing beyond the head");
    assert_eq!(seen(second, 3), 3);
    assert_eq!(seen(id(77), 3), 0, "no epoch of this server");
}

#[test]
fn what_is_wrong_by_itself_is_held_back_whoever_says_it() {
    use HeldReason::{BadId, UnknownKind};
    let mut server = world();
    let long = "x".repeat(limits::TEXT_CHARS_MAX + 1);
    for (patch, expected) in [
        (patch("spaceship", 1, "warp", 9), UnknownKind),
        (patch("trader", 0, "stall", "B-1"), BadId),
        (patch("visit", 501, "trader", "no id"), BadId),
        (patch("trader", 21, "stall", 9), FieldNotAllowed),
        (patch("trader", 21, "stall", long.as_str()), TooLong),
    ] {
        for author in [11, 14] {
            let reason = held(&mut server, author, vec![patch.clone()]);
            assert_eq!(reason, Some(expected), "{author} {patch:?}");
        }
    }
}

#[test]
fn a_change_is_of_somebody_of_this_tablet_who_is_in_the_campaign() {
    use HeldReason::{AfterRevocation, AuthorNotOnDevice};
    let mut server = world();
    let of_tablet = |people: &[u128]| Sender {
        enrolment: id(1),
        people: people.iter().map(|number| PersonId(id(*number))).collect(),
        server: false,
        rescue: false,
    };
    let stopped = Sender {
        rescue: true,
        ..of_tablet(&[11])
    };
    for (sender, author, expected) in [
        (of_tablet(&[12, 11]), 11, None),
        (of_tablet(&[12]), 11, Some(AuthorNotOnDevice)),
        (of_tablet(&[]), 14, Some(AuthorNotOnDevice)),
        (of_tablet(&[99]), 99, Some(FieldNotAllowed)),
        (stopped, 11, Some(AfterRevocation)),
    ] {
        let change = change(author, vec![patch("trader", 21, "stall", "B-1")]);
        let judged = judge(&mut server.store, &sender, &change, None).unwrap();
        let expected = expected.map_or(Judgement::Accept, |reason| Judgement::Hold {
            reason,
            waits_for: Vec::new(),
        });
        assert_eq!(judged, expected, "{author}");
    }
}

#[test]
fn a_value_that_was_taken_out_offends_nobody() {
    use crate::change::Content;
    let mut server = world();
    let mut patch = patch("trader", 21, "withdrawn", true);
    // What is left of a value that was taken out says nothing that could be forbidden.
    patch
        .fields
        .insert("withdrawn".to_owned(), Content::Commitment([7; 32]));
    assert_eq!(held(&mut server, 11, vec![patch]), None);
}

#[test]
fn the_console_is_an_admins_and_a_stranger_has_no_role() {
    let mut server = world();
    let mut role = |person| role_of(&mut server.store, person).unwrap();
    assert_eq!(role(CONSOLE), Some(Role::Admin));
    assert_eq!(role(PersonId(id(15))), Some(Role::Viewer));
    assert_eq!(role(PersonId(id(99))), None);
}
