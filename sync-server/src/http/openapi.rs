//! The description of the interface: the document beside this file, and the record kinds out of their table.

use grebeg_core::kinds::{
    FieldSpec, FieldType, HomeRule, KINDS, KindSpec, MergeRule, Personal, Role, Roles,
};
use grebeg_core::limits;
use serde_json::{Map, Value as Json, json};
use std::sync::OnceLock;

/// The whole document as it is sent.
pub fn document() -> &'static str {
    static DOCUMENT: OnceLock<String> = OnceLock::new();
    DOCUMENT.get_or_init(|| whole().to_string())
}

fn whole() -> Json {
    let mut document: Json = serde_json::from_str(include_str!("openapi.json")).unwrap_or_default();
    if let Some(schemas) = document["components"]["schemas"].as_object_mut() {
        for kind in KINDS {
            schemas.insert(format!("kind.{}", kind.name), kind_schema(kind));
        }
    }
    document
}

fn kind_schema(kind: &KindSpec) -> Json {
    let fields: Map<String, Json> = kind
        .fields
        .iter()
        .map(|field| (field.name.to_owned(), field_schema(kind, field)))
        .collect();
    json!({
        "type": "object",
        "title": kind.name,
        "description": format!("Home: {}. Id: {}.", home(kind.home), id_rule(kind.name)),
        "properties": fields,
        "additionalProperties": true,
        "x-read": roles(kind.read),
    })
}

fn field_schema(kind: &KindSpec, field: &FieldSpec) -> Json {
    let mut schema = match field.field_type {
        FieldType::Text(max) => json!({ "type": ["string", "null"], "maxLength": max }),
        FieldType::Code => {
            json!({ "type": ["string", "null"], "maxLength": limits::TEXT_CHARS_MAX })
        }
        FieldType::Id => json!({ "type": ["string", "null"], "format": "uuid" }),
        FieldType::Date => json!({ "type": ["string", "null"], "format": "date" }),
        FieldType::Time => json!({ "type": ["string", "null"], "format": "date-time" }),
        FieldType::Bool => json!({ "type": ["boolean", "null"] }),
        FieldType::Int => json!({ "type": ["integer", "null"] }),
        FieldType::List => json!({ "type": ["array", "null"] }),
        FieldType::Map => json!({ "type": ["object", "null"] }),
        FieldType::Any => json!({}),
    };
    schema["title"] = field.label_en.into();
    schema["x-create"] = roles(field.create);
    schema["x-amend"] = roles(field.amend);
    if let Some(note) = note(kind.name, field) {
        schema["description"] = note.into();
    }
    match field.personal {
        Personal::No => {}
        Personal::Erasure => schema["x-personal"] = "erasure".into(),
        Personal::Refusal => schema["x-personal"] = "refusal".into(),
    }
    schema
}

fn note(kind: &str, field: &FieldSpec) -> Option<String> {
    let note = match (kind, field.name) {
        ("trader", "phone") => "International form, `+62…`; the client makes it.",
        ("trader", "phone_typed") => "As it was typed; alone where that is no phone number.",
        ("step", "state") => "`terbuka`, `selesai` or `tidak_perlu`.",
        ("visit", "outcome") => "Code of an `outcome_def`.",
        ("visit", "at") => "Only where a person typed a time; else the time is the stamp's.",
        ("consent", "follows") => "Ids of the latest answers that the tablet knew of.",
        _ if field.merge == MergeRule::Once => "Written when the record is created, never after.",
        _ if field.merge == MergeRule::Forever => {
            "Once true, true for ever: forget all fields here that are marked `x-personal`."
        }
        _ if field.field_type == FieldType::Code => "A code; unknown ones are kept.",
        _ => {
            return field
                .beside
                .map(|main| format!("Goes with `{main}`: another form of the same value."));
        }
    };
    Some(note.to_owned())
}

fn roles(roles: Roles) -> Json {
    let of_people = [Role::Canvasser, Role::Lead, Role::Admin, Role::Viewer]
        .into_iter()
        .filter(|role| roles.has(role.bit()))
        .map(Role::code);
    of_people
        .chain(roles.has(Roles::OWNER).then_some("its author"))
        .collect()
}

fn home(rule: HomeRule) -> &'static str {
    match rule {
        HomeRule::Campaign => "the campaign",
        HomeRule::OwnMarket => {
            "the market that its field `market` names, which its creation has to carry"
        }
        HomeRule::MarketOrCampaign => "the market that its field `market` names, or the campaign",
        HomeRule::Trader => "that of the trader whom its field `trader` names",
        HomeRule::Visit => "that of the trader of the visit which its field `visit` names",
    }
}

/// How an id is made, for programs that do it without our code. `^` stands for the character U+001F.
fn id_rule(kind: &str) -> &'static str {
    match kind {
        "step" | "need" => "UUIDv5 with the trader's id as namespace and the field `code` as name",
        "trader" => {
            "drawn at random; a trader from a register has the UUIDv5 with the name `register^R^N` (R the register's name, N the register number as trimmed text, ^ the character U+001F) in the namespace of the campaign, which is the UUIDv5 of the campaign's id in lower case in the namespace 67726562-6567-5000-8000-706173617231"
        }
        "review" => "UUIDv5 with the visit's id as namespace and `review` as name",
        "merge" => {
            "UUIDv5 with the id of the trader that is merged into another as namespace and `merge` as name"
        }
        "not_duplicate" => {
            "UUIDv5 with the smaller id of the two as namespace and `not_duplicate^G` as name (G the greater id in lower case, ^ the character U+001F)"
        }
        "conflict_choice" => {
            "UUIDv5 with the record's id as namespace and `conflict_choice^F` as name (F the field, ^ the character U+001F)"
        }
        "campaign" | "market" | "channel" | "step_def" | "outcome_def" | "text" | "target"
        | "definition" | "person" | "team" | "device" | "partner" => "made by the office",
        _ => "drawn at random by whoever creates it",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use grebeg_core::digest::of_record;
    use grebeg_core::id::{self, CampaignId, DeviceId, PersonId};
    use grebeg_core::register::{Origin, RecordKey, Register, Registers};
    use grebeg_core::stamp::Stamp;
    use uuid::Uuid;

    fn v5(namespace: Uuid, name: &str) -> Uuid {
        Uuid::new_v5(&namespace, name.as_bytes())
    }

    #[test]
    fn every_kind_and_field_is_described() {
        let document: Json = serde_json::from_str(document()).unwrap();
        for kind in KINDS {
            let schema = &document["components"]["schemas"][format!("kind.{}", kind.name)];
            for field in kind.fields {
                assert!(schema["properties"][field.name]["title"].is_string());
            }
        }
        let trader = &document["components"]["schemas"]["kind.trader"]["properties"];
        assert_eq!(trader["market"]["x-amend"], json!(["lead", "admin"]));
        assert_eq!(trader["name"]["x-personal"], "refusal");
        assert_eq!(trader["name"]["maxLength"], 200);
    }

    #[test]
    fn ids_are_made_as_it_is_written() {
        let (one, two) = (Uuid::from_u128(41), Uuid::from_u128(42));
        assert_eq!(v5(one, "prep.hp"), id::step_id(&one, "prep.hp"));
        assert_eq!(v5(one, "modal"), id::need_id(&one, "modal"));
        assert_eq!(v5(one, "review"), id::review_id(&one));
        assert_eq!(v5(one, "merge"), id::merge_id(&one));
        assert_eq!(
            v5(one, &format!("not_duplicate\u{1f}{two}")),
            id::not_duplicate_id(&two, &one)
        );
        assert_eq!(
            v5(one, "conflict_choice\u{1f}stall"),
            id::conflict_choice_id(&one, "stall")
        );
        let named = id_rule("trader").rsplit(' ').next().unwrap();
        let space = v5(Uuid::try_parse(named).unwrap(), &one.to_string());
        assert_eq!(
            v5(space, "register\u{1f}operator\u{1f}17"),
            CampaignId(one).register_trader("operator", "17")
        );
    }

    #[test]
    fn the_example_of_a_digest_is_right() {
        let origin = Origin {
            stamp: Stamp::parse("1565000000123.2").unwrap(),
            device: DeviceId(Uuid::from_u128(9)),
            n: 1,
            author: PersonId(Uuid::from_u128(3)),
        };
        let mut registers = Registers::default();
        let value = "B-12".into();
        let register = Register {
            value,
            origin,
            seq: 0,
        };
        registers.0.insert("stall".to_owned(), register);
        let key = RecordKey::new("trader", Uuid::from_u128(7));
        let example = format!("add {}.", of_record(&key, &registers).to_hex());
        assert!(document().contains(&example), "{example}");
    }
}
