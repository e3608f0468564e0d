//! The seven layers in which screens and charts draw the stages of the funnel: the darker, the further.

use crate::definition::Definition;

/// Layers there are.
pub const LAYERS: u8 = 7;

/// The layer of a stage, 1 to 7. Stages of a definition that names them otherwise are spread over the layers by their
/// place; an unknown stage stands in the first.
pub fn layer(definition: &Definition, stage: &str) -> u8 {
    match stage {
        "terdata" => 1,
        "dikunjungi" | "bersedia" => 2,
        "dilatih" => 3,
        "akun_dibuka" | "terverifikasi" => 4,
        "produk_tayang" => 5,
        "pesanan_pertama" => 6,
        "aktif" => 7,
        other => {
            let stages = definition.stages();
            let last = stages.len().saturating_sub(1).max(1);
            let place = stages.iter().position(|known| known.code == other);
            let spread = place.map_or(0, |place| place * usize::from(LAYERS - 1) / last);
            u8::try_from(spread + 1).unwrap_or(LAYERS).min(LAYERS)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::builtin_definition;
    use serde_json::json;

    #[test]
    fn nine_stages_share_seven_layers_and_never_go_back() {
        let definition = builtin_definition("cirebon-2019").unwrap();
        let layers: Vec<u8> = definition
            .stages()
            .iter()
            .map(|stage| layer(&definition, &stage.code))
            .collect();
        assert_eq!(layers, [1, 2, 2, 3, 4, 4, 5, 6, 7]);
        assert_eq!(layer(&definition, "no such stage"), 1);
    }

    #[test]
    fn stages_of_other_names_are_spread_over_the_layers() {
        for (stages, expected) in [
            ("a", &[1][..]),
            ("a b", &[1, 7]),
            ("a b c d", &[1, 3, 5, 7]),
            ("a b c d e", &[1, 2, 4, 5, 7]),
        ] {
            let codes = stages
                .split(' ')
                .map(|code| json!({"code": code, "rule": {"trader": "live"}}));
            let funnel = json!({"stages": codes.collect::<Vec<_>>()});
            let fields = [("funnel".to_owned(), funnel)].into();
            let definition = Definition::from_entries([("definition", &fields)]);
            let layers: Vec<u8> = stages
                .split(' ')
                .map(|code| layer(&definition, code))
                .collect();
            assert_eq!(layers, expected, "{stages}");
        }
    }
}
