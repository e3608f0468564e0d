//! Who works in a city: the leads, as many canvassers as asked for, and the tablets that they hold.

use grebeg_core::definition::{Definition, DemoPerson, DemoTeam, demo_names};

use crate::field::chance::Chance;
use crate::field::team::Crew;

/// In a market with so many canvassers two of them share a tablet.
const SHARED_FROM: usize = 3;

/// The invented team of Cirebon, made smaller or larger; another city has other names.
pub fn team(definition: &Definition, canvassers: u64, city: u64, seed: u64) -> DemoTeam {
    let mut team = demo_names().demo_team;
    let mut chance = Chance::new(seed ^ (city << 32) ^ canvassers);
    let known = std::mem::take(&mut team.canvassers);
    let targets = definition.targets().iter();
    let targets: Vec<(String, u64)> = targets
        .filter(|target| definition.market(&target.market).is_some())
        .map(|target| (target.market.clone(), target.canvassers as u64))
        .collect();
    let shares: Vec<u64> = targets.iter().map(|(_, share)| *share).collect();
    for ((market, _), count) in targets.iter().zip(apportioned(&shares, canvassers)) {
        let mut here = known.iter().filter(|one| one.market == *market);
        for _ in 0..count {
            let code = format!("CV-{:02}", team.canvassers.len() + 1);
            let name = match here.next() {
                Some(one) if city == 0 => one.name.clone(),
                _ => name(&mut chance),
            };
            team.canvassers.push(DemoPerson {
                code,
                name,
                market: market.clone(),
            });
        }
    }
    if city > 0 {
        for lead in &mut team.leads {
            lead.name = name(&mut chance);
        }
    }
    team
}

fn name(chance: &mut Chance) -> String {
    let names = demo_names();
    let of = |list: &[String], at: u64| list.get(at as usize).cloned().unwrap_or_default();
    let (first, second) = match chance.percent(50) {
        true => (&names.female_first, &names.female_second),
        false => (&names.male_first, &names.family_or_second),
    };
    let first = of(first, chance.below(first.len() as u64));
    format!("{first} {}", of(second, chance.below(second.len() as u64)))
}

/// `total` cut by shares: whole parts first, what is left to the largest remainders.
fn apportioned(shares: &[u64], total: u64) -> Vec<u64> {
    let sum = shares.iter().sum::<u64>().max(1);
    let mut counts: Vec<u64> = shares.iter().map(|share| share * total / sum).collect();
    let mut by_rest: Vec<usize> = (0..shares.len()).collect();
    by_rest.sort_by_key(|at| std::cmp::Reverse(shares.get(*at).map(|share| share * total % sum)));
    let left = total.saturating_sub(counts.iter().sum());
    for at in by_rest.into_iter().take(left as usize) {
        if let Some(count) = counts.get_mut(at) {
            *count += 1;
        }
    }
    counts
}

/// A tablet for each canvasser; in the larger markets two share one.
pub fn crews(team: &DemoTeam) -> Vec<Crew> {
    let mut crews: Vec<Crew> = Vec::new();
    for one in &team.canvassers {
        let there = team.canvassers.iter();
        let there = there.filter(|other| other.market == one.market).count();
        match crews.last_mut() {
            Some((_, crew))
                if there >= SHARED_FROM
                    && crew.len() == 1
                    && crew.iter().all(|other| other.market == one.market)
                    && is_last(team, one) =>
            {
                crew.push(one.clone());
            }
            _ => crews.push((one.code.clone(), vec![one.clone()])),
        }
    }
    crews
}

fn is_last(team: &DemoTeam, one: &DemoPerson) -> bool {
    let mut here = team.canvassers.iter().rev();
    let last = here.find(|other| other.market == one.market);
    last.is_some_and(|last| last.code == one.code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use grebeg_core::definition::builtin_definition;

    #[test]
    fn any_number_of_canvassers_finds_markets_and_tablets() {
        let definition = builtin_definition("cirebon-2019").unwrap();
        for (count, tablets) in [(1, 1), (4, 4), (25, 21), (60, 54)] {
            let team = team(&definition, count, 0, 7);
            assert_eq!(team.canvassers.len() as u64, count);
            let crews = crews(&team);
            assert_eq!(crews.len(), tablets, "{count}");
            let people: usize = crews.iter().map(|(_, crew)| crew.len()).sum();
            assert_eq!(people as u64, count);
        }
        let names = |team: DemoTeam| -> Vec<String> {
            let people = team.canvassers.into_iter();
            people.map(|one| one.name).collect()
        };
        let of = |city, seed| names(team(&definition, 25, city, seed));
        assert_eq!(of(0, 1), names(demo_names().demo_team));
        assert_ne!(of(1, 1), of(2, 1));
    }
}
