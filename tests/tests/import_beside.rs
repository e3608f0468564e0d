//! A long import beside everything else: tablets sync meanwhile, and one that is killed leaves whole rows.

use std::process::{Child, Stdio};
use whole_system_tests::answer::ValueExt;
use whole_system_tests::office::CAMPAIGN;
use whole_system_tests::{Office, Register, Tablet, assert_in_step, people, wait};

/// Enough rows for very many parts on any machine: a tablet syncs more than once before the last.
const ROWS: usize = 6_000;

fn start(office: &Office, path: &str) -> Child {
    let mut command = office.command(&["traders", "import", path, "--campaign", CAMPAIGN]);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().expect("it starts")
}

/// Syncs until the tablet has heard of a row of the import.
fn until_some_came(tablet: &Tablet, before: usize) {
    wait::until("the first rows reach a tablet", || {
        tablet.sync();
        (tablet.traders().len() > before).then_some(())
    });
}

#[test]
fn an_import_lets_tablets_sync_and_when_it_is_killed_the_next_one_finishes_it() {
    let office = Office::new();
    office.import(&Register::of("KNM", 20_001, 1));
    let tablet = office.canvasser("Ade Nugraha", "KNM");
    let known = tablet.trader_named(&people::name(20_001));
    // The tablet's market has the first rows only: it hears of them and has nothing to fetch while the others are taken.
    let mut register = Register::of("KNM", 1, 3);
    register.add("PGI", 4, ROWS - 3);
    let path = register.save(office.folder(), "long.csv");
    let path = path.to_str().expect("a plain path");

    let mut child = start(&office, path);
    tablet.visit(&known, "penjelasan");
    until_some_came(&tablet, 1);
    let running = child.try_wait().expect("it can be asked").is_none();
    child.kill().expect("it can be killed");
    child.wait().expect("it ends");
    assert!(running, "tablets hear of rows while the import goes on");

    let traders = office.records("trader");
    assert!(traders.len() < ROWS, "{}", traders.len());
    for field in ["name", "market", "stall", "register_no", "register"] {
        let whole = traders.iter().all(|trader| trader[field].is_string());
        assert!(whole, "every row is there with its {field}");
    }
    let again = office.json(&["traders", "import", path, "--campaign", CAMPAIGN]);
    let (created, unchanged) = (again["created"].number(), again["unchanged"].number());
    assert_eq!(unchanged as usize, traders.len() - 1, "{again}");
    assert_eq!((created + unchanged) as usize, ROWS);
    assert_eq!(office.records("trader").len(), ROWS + 1);
    tablet.settle();
    assert_in_step(&tablet, &office);
    assert_eq!(office.json(&["verify"])["ok"], true);
}
