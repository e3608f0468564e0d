//! What clocks say, and where changes are placed on the server's time line.

use super::*;
use proptest::prelude::*;

fn placing(previous: i64, request: Clocks) -> Placing {
    Placing {
        server_now_ms: 1_000_000,
        seen_at_ms: 100_000,
        previous: Stamp::at_ms(previous),
        request,
    }
}

const BOOTED: Clocks = Clocks {
    wall_ms: 1_000_000,
    boot: Some(7),
    mono_ms: Some(500_000),
};

#[test]
fn a_believable_stamp_stays() {
    let clocks = Clocks {
        wall_ms: 900_000,
        boot: Some(7),
        mono_ms: Some(400_000),
    };
    assert_eq!(
        place(Stamp::at_ms(905_000), clocks, &placing(0, BOOTED)),
        Stamp::at_ms(905_000)
    );
}

#[test]
fn in_the_same_boot_the_monotonic_clock_places_a_change_from_2099() {
    let clocks = Clocks {
        wall_ms: 4_000_000_000_000,
        boot: Some(7),
        mono_ms: Some(400_000),
    };
    assert_eq!(
        place(Stamp::at_ms(4_000_000_000_000), clocks, &placing(0, BOOTED)),
        Stamp::at_ms(900_000)
    );
}

#[test]
fn a_battery_that_went_flat_does_not_move_what_was_recorded_before() {
    const DAY_MS: i64 = 86_400_000;
    let placing = |wall_ms| Placing {
        server_now_ms: 100 * DAY_MS,
        seen_at_ms: 98 * DAY_MS,
        previous: Stamp::default(),
        request: Clocks {
            wall_ms,
            boot: Some(8),
            mono_ms: Some(1),
        },
    };
    let morning_ms = 99 * DAY_MS;
    let recorded = Clocks {
        wall_ms: morning_ms + 7,
        boot: Some(7),
        mono_ms: Some(400_000),
    };
    let given = Stamp::at_ms(morning_ms);
    for wall_ms in [0, 40_000 * DAY_MS] {
        assert_eq!(
            place(given, recorded, &placing(wall_ms)),
            given,
            "{wall_ms}"
        );
    }
    // A stamp that cannot be either is moved to what can.
    let never = Stamp::at_ms(3 * DAY_MS);
    assert_eq!(place(never, recorded, &placing(0)).ms(), 100 * DAY_MS);
}

#[test]
fn after_a_restart_the_offset_of_this_exchange_places_it() {
    let request = Clocks {
        wall_ms: 50_000,
        boot: Some(8),
        mono_ms: Some(1),
    };
    let clocks = Clocks {
        wall_ms: 20_000,
        boot: Some(7),
        mono_ms: Some(400_000),
    };
    assert_eq!(
        place(Stamp::at_ms(20_000), clocks, &placing(0, request)),
        Stamp::at_ms(970_000)
    );
}

#[test]
fn a_monotonic_clock_that_stood_still_places_nothing() {
    let at = |server_ms, boot, mono_ms| Contact {
        server_ms,
        clocks: Clocks {
            wall_ms: server_ms,
            boot: Some(boot),
            mono_ms: Some(mono_ms),
        },
    };
    let before = at(1_000_000, 7, 500_000);
    assert!(before.mono_holds_until(&at(5_000_000, 7, 4_530_000)));
    assert!(!before.mono_holds_until(&at(5_000_000, 7, 600_000)));
    assert!(!before.mono_holds_until(&at(i64::MAX, 7, i64::MIN)));
    assert!(before.mono_holds_until(&at(5_000_000, 8, 10)));
    let request = at(1_000_000, 7, 600_000).clocks.wall_only();
    let clocks = Clocks {
        wall_ms: 400_000,
        boot: Some(7),
        mono_ms: Some(599_000),
    };
    assert_eq!(
        place(Stamp::at_ms(990_000), clocks, &placing(0, request)),
        Stamp::at_ms(400_000)
    );
}

#[test]
fn never_before_what_it_has_seen_nor_after_now_and_always_after_the_one_before() {
    let clocks = Clocks {
        wall_ms: -5,
        boot: None,
        mono_ms: None,
    };
    assert_eq!(
        place(Stamp::at_ms(0), clocks, &placing(0, BOOTED)),
        Stamp::at_ms(100_001)
    );
    let late = Clocks {
        wall_ms: i64::MAX,
        boot: None,
        mono_ms: None,
    };
    assert_eq!(
        place(Stamp(u64::MAX), late, &placing(0, BOOTED)),
        Stamp::at_ms(1_000_000)
    );
    assert_eq!(
        place(Stamp::at_ms(0), clocks, &placing(800_000, BOOTED)),
        Stamp::at_ms(800_000).next()
    );
}

#[test]
fn the_counter_carries_into_the_milliseconds() {
    let mut clock = StampClock {
        last: Stamp(10 << 16 | 0xffff),
    };
    assert_eq!(clock.tick(5), Stamp(11 << 16));
    assert_eq!(Stamp::parse("11.0"), Some(Stamp(11 << 16)));
    assert_eq!(Stamp::parse("-1.0"), Some(Stamp(0)));
    assert_eq!(
        Stamp::parse("9223372036854775807.99999"),
        Some(Stamp(u64::MAX))
    );
    assert_eq!(Stamp::parse("1e3.0"), None);
    assert_eq!(Stamp::parse("."), None);
}

const TOLERANCE_MS: i64 = limits::STAMP_TOLERANCE_MS;

#[test]
fn what_lies_outside_forty_eight_bits_is_moved_to_the_nearest_that_fits() {
    assert_eq!(Stamp::at_ms(-1), Stamp(0));
    assert_eq!(Stamp::at_ms(i64::MAX), Stamp::at_ms((1 << 48) - 1));
    assert_eq!(Stamp::at_ms(i64::MAX).ms(), (1 << 48) - 1);
    assert_eq!(Stamp(u64::MAX).next(), Stamp(u64::MAX), "time ends there");
}

#[test]
fn a_stamp_is_read_as_it_is_written() {
    for stamp in [
        Stamp(0),
        Stamp(7),
        Stamp(u64::MAX),
        Stamp(1_564_444_800_000 << 16 | 0x8001),
    ] {
        assert_eq!(Stamp::parse(&stamp.to_string()), Some(stamp));
    }
    assert_eq!(Stamp(11 << 16 | 3).to_string(), "11.3");
    assert_eq!(Stamp::parse("11.3"), Some(Stamp(11 << 16 | 3)));
    assert_eq!(Stamp::parse("-0.3"), Some(Stamp(0)), "before all clocks");
    for no_stamp in [
        "11", "11.", ".3", "-.3", "--1.0", "11.-3", "1 1.0", "1.0.0", "١.0",
    ] {
        assert_eq!(Stamp::parse(no_stamp), None, "{no_stamp}");
    }
}

#[test]
fn stamps_only_move_forward_past_the_clock_and_all_that_was_seen() {
    let mut clock = StampClock::default();
    assert_eq!(clock.tick(10), Stamp::at_ms(10));
    assert_eq!(clock.tick(10), Stamp::at_ms(10).next());
    assert_eq!(clock.tick(3), Stamp::at_ms(10).next().next(), "set back");
    clock.observe(Stamp::at_ms(50));
    assert_eq!(clock.tick(20), Stamp::at_ms(50).next());
    clock.observe(Stamp::at_ms(7));
    assert_eq!(clock.last, Stamp::at_ms(50).next(), "seen long ago");
}

fn read(wall_ms: i64, boot: u64, mono_ms: i64) -> Clocks {
    Clocks {
        wall_ms,
        boot: Some(boot),
        mono_ms: Some(mono_ms),
    }
}

#[test]
fn within_a_boot_the_monotonic_clock_tells_the_time_and_else_the_wall_clock() {
    // The tablet is 400 ms ahead.
    let contact = Contact {
        server_ms: 1_000,
        clocks: read(1_400, 7, 500),
    };
    assert_eq!(contact.offset_ms(), 400);
    let at = |clocks: Clocks| contact.corrected_ms(&clocks);
    assert_eq!(at(read(9_999_999, 7, 530)), 1_030, "whatever the wall says");
    assert_eq!(at(read(9_999_999, 7, 500)), 1_000, "at the same moment");
    assert_eq!(at(read(2_400, 8, 530)), 2_000, "another boot");
    assert_eq!(at(read(2_400, 7, 499)), 2_000, "a reading from before");
    assert_eq!(at(read(2_400, 7, 530).wall_only()), 2_000);
    let wall_only = Clocks {
        wall_ms: 2_400,
        boot: None,
        mono_ms: None,
    };
    assert_eq!(read(2_400, 7, 530).wall_only(), wall_only);
    let without = Contact {
        clocks: contact.clocks.wall_only(),
        ..contact
    };
    assert_eq!(without.corrected_ms(&read(2_400, 7, 530)), 2_000);
}

#[test]
fn a_monotonic_clock_may_differ_by_the_tolerance() {
    let before = Contact {
        server_ms: 1_000_000,
        clocks: read(0, 7, 500_000),
    };
    let later = |server_ms, clocks| Contact { server_ms, clocks };
    let held = |by_server: i64, by_mono: i64| {
        before.mono_holds_until(&later(1_000_000 + by_server, read(0, 7, 500_000 + by_mono)))
    };
    assert!(held(TOLERANCE_MS, 0) && held(0, TOLERANCE_MS));
    assert!(!held(TOLERANCE_MS + 1, 0) && !held(0, TOLERANCE_MS + 1));
    // What is not told says nothing against it.
    let stood_still = later(9_000_000, read(0, 7, 500_000));
    assert!(!before.mono_holds_until(&stood_still));
    let mut untold = stood_still;
    untold.clocks.mono_ms = None;
    assert!(before.mono_holds_until(&untold) && untold.mono_holds_until(&before));
    untold = stood_still;
    untold.clocks.boot = None;
    assert!(before.mono_holds_until(&untold) && untold.mono_holds_until(&before));
}

/// How far from its true moment a change is placed that was recorded in the boot of the request, `ago_ms` before it, under a
/// stamp that is off by `off_ms`.
fn placed_off_by(ago_ms: i64, off_ms: i64) -> i64 {
    let truth_ms = 1_000_000 - ago_ms;
    let given = Stamp::at_ms(truth_ms + off_ms);
    let clocks = read(0, 7, 500_000 - ago_ms);
    place(given, clocks, &placing(0, BOOTED)).ms() - truth_ms
}

#[test]
fn a_stamp_is_believed_within_the_tolerance_and_else_moved_to_its_place() {
    assert_eq!(placed_off_by(300_000, TOLERANCE_MS), TOLERANCE_MS);
    assert_eq!(placed_off_by(300_000, -TOLERANCE_MS), -TOLERANCE_MS);
    assert_eq!(placed_off_by(300_000, TOLERANCE_MS + 1), 0);
    assert_eq!(placed_off_by(300_000, -TOLERANCE_MS - 1), 0);
    assert_eq!(placed_off_by(0, 3_600_000), 0, "of this very moment");
}

#[test]
fn a_reading_later_than_the_requests_is_placed_by_the_wall_clock() {
    // It cannot be of the same boot, whatever it says.
    let clocks = read(700_000, 7, 500_001);
    let placed = place(Stamp::at_ms(5), clocks, &placing(0, BOOTED));
    assert_eq!(placed, Stamp::at_ms(700_000));
}

#[test]
fn a_clock_that_was_set_places_only_what_can_be() {
    let (floor, now) = (100_001, 1_000_000);
    // Recorded before a restart.
    let by = |wall_ms: i64, given_ms: i64| {
        let request = read(now, 8, 1);
        let given = Stamp::at_ms(given_ms);
        place(given, read(wall_ms, 7, 1), &placing(0, request)).ms()
    };
    // The wall clock says what can be: it is believed over the stamp.
    assert_eq!(by(floor - TOLERANCE_MS, 500_000), floor);
    assert_eq!(by(now + TOLERANCE_MS, 500_000), now);
    // It says what cannot be, and the stamp what can.
    assert_eq!(by(floor - TOLERANCE_MS - 1, 500_000), 500_000);
    assert_eq!(by(now + TOLERANCE_MS + 1, 500_000), 500_000);
    // Neither says what can be.
    assert_eq!(by(now + TOLERANCE_MS + 1, now + TOLERANCE_MS + 1), now);
    // In the request's own boot it was not set.
    let mut same = read(now + TOLERANCE_MS + 1, 8, 1);
    same.mono_ms = None;
    let placing = placing(0, read(now, 8, 1));
    assert_eq!(place(Stamp::at_ms(500_000), same, &placing).ms(), now);
}

fn any_clocks() -> impl Strategy<Value = Clocks> {
    let near = || prop_oneof![any::<i64>(), 0i64..2_000_000];
    let mono_ms = proptest::option::of(near());
    (near(), proptest::option::of(6u64..9), mono_ms).prop_map(|(wall_ms, boot, mono_ms)| Clocks {
        wall_ms,
        boot,
        mono_ms,
    })
}

proptest! {
    #[test]
    fn whatever_clocks_say_a_stamp_comes_after_what_was_seen_and_hardly_after_now(
        given in any::<u64>(), clocks in any_clocks(), request in any_clocks(),
        now in 0i64..2_000_000, seen in 0i64..2_000_000, previous in 0i64..2_000_000,
    ) {
        let previous = Stamp::at_ms(previous);
        let placing = Placing { server_now_ms: now, seen_at_ms: seen, previous, request };
        let placed = place(Stamp(given), clocks, &placing);
        prop_assert!(placed > previous);
        prop_assert!(placed.ms() >= (seen + 1).min(now));
        prop_assert!(placed.ms() <= (now + TOLERANCE_MS).max(previous.next().ms()));
    }
}
