//! Who does not want to be visited or named: at once on every tablet, and later in the records.

use whole_system_tests::{
    Office, Register, Tablet, ValueExt, assert_agree, assert_in_step, people,
};

fn is_listed(tablet: &Tablet, id: &str) -> bool {
    tablet.traders().iter().any(|trader| trader["id"] == id)
}

fn is_found(tablet: &Tablet, words: &str) -> bool {
    let found = tablet.json(&["traders", "--search", words]);
    !found.list().is_empty()
}

#[test]
fn who_asked_not_to_be_visited_is_in_no_list_until_the_visit_is_undone() {
    let office = Office::new();
    office.import(&Register::of("KNM", 1, 3));
    let (ade, ani) = (
        office.canvasser("Ade Nugraha", "KNM"),
        office.canvasser("Ani Lestari", "KNM"),
    );
    let name = people::name(1);
    let id = ade.trader_named(&name);
    let visit = ade.visit(&id, "menolak_tetap");
    assert!(!is_listed(&ade, &id), "offline and at once");
    assert!(!is_found(&ade, &name));
    ade.settle();
    ani.settle();
    for tablet in [&ade, &ani] {
        assert!(!is_listed(tablet, &id));
        assert!(!is_found(tablet, &name));
        let shown = tablet.trader(&id);
        assert_eq!(shown["do_not_visit"], true, "{shown}");
        assert!(
            shown["name"].is_null() && shown["phone"].is_null(),
            "{shown}"
        );
        assert!(!shown["stall"].is_null(), "the stall stays: {shown}");
        assert_in_step(tablet, &office);
    }
    let day = ade.json(&["close-day"])["date"].text().to_owned();
    let list = office.json(&["review", "list", "--campaign", "CRB-2019", "--date", &day]);
    assert!(!list.to_string().contains(&name), "{list}");

    ade.json(&["undo", &visit]);
    ade.settle();
    ani.settle();
    for tablet in [&ade, &ani] {
        assert!(is_listed(tablet, &id) && is_found(tablet, &name));
        assert_eq!(tablet.trader(&id)["do_not_visit"], false);
    }
    assert_agree(&office, &[&ade, &ani]);
}

#[test]
fn a_consent_keeps_the_name_of_who_is_not_visited_and_a_helped_stranger_stays_listed() {
    let office = Office::new();
    office.import(&Register::of("KNM", 1, 2));
    let tablet = office.canvasser("Ade Nugraha", "KNM");
    let (agreed, stranger) = (
        tablet.trader_named(&people::name(1)),
        tablet.trader_named(&people::name(2)),
    );
    let yes = ["--consent", "pendampingan=yes"];
    tablet.visit_with(&agreed, "bersedia", &yes);
    tablet.visit(&agreed, "menolak_tetap");
    assert!(!is_listed(&tablet, &agreed));
    assert_eq!(tablet.trader(&agreed)["name"], people::name(1).as_str());

    tablet.visit(&stranger, "tanpa_data");
    assert!(is_listed(&tablet, &stranger) && !is_found(&tablet, &people::name(2)));
    assert!(tablet.trader(&stranger)["name"].is_null());
    tablet.visit_with(&stranger, "mengajar", &yes);
    assert_eq!(tablet.trader(&stranger)["name"], people::name(2).as_str());
    tablet.settle();
    assert_in_step(&tablet, &office);
}

#[test]
fn what_is_hidden_is_hidden_in_merged_parts_and_open_questions_too() {
    let office = Office::new();
    office.import(&Register::of("KNM", 1, 2));
    let (ade, ani) = (
        office.canvasser("Ade Nugraha", "KNM"),
        office.canvasser("Ani Lestari", "KNM"),
    );
    let root = ade.trader_named(&people::name(1));
    let part = ade.trader_named(&people::name(2));
    ade.set(&root, &["name=Rokayah Satu"]);
    ani.set(&root, &["name=Rokayah Dua"]);
    ade.settle();
    ani.settle();
    office.json(&["duplicates", "merge", &root, &part]);
    ade.json(&[
        "consent",
        &root,
        "--purpose",
        "pendampingan",
        "--answer",
        "no",
    ]);
    ade.settle();
    ani.settle();
    for tablet in [&ade, &ani] {
        let shown = tablet.trader(&root);
        assert!(!shown.to_string().contains("Rokayah"), "{shown}");
        let shown = tablet.trader(&part);
        assert!(shown["name"].is_null(), "{shown}");
    }
    office.json(&["duplicates", "undo", &part]);
    ade.settle();
    assert!(is_listed(&ade, &part), "its own list comes back with it");
    assert!(is_found(&ade, &people::name(2)));
    assert_in_step(&ade, &office);
}
