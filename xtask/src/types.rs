//! `cargo xtask types`: the pages' TypeScript types, written from the table of kinds. A test compares what is committed.

use std::fmt::Write;
use std::path::Path;
use std::process::ExitCode;

use clap::Args;
use grebeg_core::kinds::{FieldType, KINDS, KindSpec, Personal};
use grebeg_core::sync::messages::HeldReason;

use crate::run::RunError;

/// Where the generated file stands.
const FILE: &str = "ui/src/api/types.ts";

#[derive(Debug, Args)]
pub struct Options {
    /// Only compare; exit code 1 when the file is not what the table gives.
    #[arg(long)]
    check: bool,
}

pub fn run(root: &Path, options: &Options) -> Result<ExitCode, RunError> {
    let path = root.join(FILE);
    let wanted = generate();
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    if found == wanted {
        println!("{FILE} is what the table of kinds gives");
        return Ok(ExitCode::SUCCESS);
    }
    if options.check {
        eprintln!("{FILE} is not what the table of kinds gives\n  run `cargo xtask types`");
        return Ok(ExitCode::FAILURE);
    }
    if let Err(error) = std::fs::write(&path, wanted) {
        eprintln!("{FILE} cannot be written: {error}");
        return Ok(ExitCode::FAILURE);
    }
    println!("{FILE} written");
    Ok(ExitCode::SUCCESS)
}

fn generate() -> String {
    let mut text = String::from(
        "// generated, do not edit: `cargo xtask types`\n// Record kinds and their fields, from core/src/kinds/table.\n",
    );
    for kind in KINDS {
        interface(&mut text, kind);
    }
    union(&mut text, "Kind", KINDS.iter().map(|kind| kind.name));
    union(
        &mut text,
        "HeldReason",
        HeldReason::ALL.iter().map(|reason| reason.code()),
    );
    labels(&mut text);
    text
}

// Writing into a String cannot fail.
fn line(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    let _infallible = text.write_fmt(arguments);
    text.push('\n');
}

fn interface(text: &mut String, kind: &KindSpec) {
    line(
        text,
        format_args!("\nexport interface {} {{", pascal(kind.name)),
    );
    line(
        text,
        format_args!("  kind: \"{}\";\n  id: string;", kind.name),
    );
    for field in kind.fields {
        let personal = if field.personal == Personal::No {
            ""
        } else {
            " // personal"
        };
        line(
            text,
            format_args!(
                "  {}?: {};{personal}",
                field.name,
                type_of(field.field_type)
            ),
        );
    }
    match kind.name {
        // Said by the origin of a register, never written as fields: see core/src/dump.rs.
        "visit" => line(text, format_args!("  author: string;\n  device: string;")),
        "step" => line(
            text,
            format_args!("  done: boolean;\n  at?: string;\n  by?: string;"),
        ),
        _ => {}
    }
    line(text, format_args!("}}"));
}

fn type_of(field: FieldType) -> &'static str {
    match field {
        FieldType::Text(_)
        | FieldType::Code
        | FieldType::Id
        | FieldType::Date
        | FieldType::Time => "string",
        FieldType::Bool => "boolean",
        FieldType::Int => "number",
        FieldType::List => "unknown[]",
        FieldType::Map => "Record<string, unknown>",
        FieldType::Any => "unknown",
    }
}

fn union<'n>(text: &mut String, name: &str, members: impl Iterator<Item = &'n str>) {
    line(text, format_args!("\nexport type {name} ="));
    let members: Vec<String> = members.map(|member| format!("  | \"{member}\"")).collect();
    line(text, format_args!("{};", members.join("\n")));
}

fn labels(text: &mut String) {
    line(
        text,
        format_args!("\n/** Field labels, Indonesian and English, by kind and field. */"),
    );
    line(
        text,
        format_args!(
            "export const LABELS: Record<Kind, Record<string, {{ id: string; en: string }}>> = {{"
        ),
    );
    for kind in KINDS {
        line(text, format_args!("  {}: {{", kind.name));
        for field in kind.fields {
            let (id, en) = (field.label_id, field.label_en);
            line(
                text,
                format_args!("    {}: {{ id: {id:?}, en: {en:?} }},", field.name),
            );
        }
        line(text, format_args!("  }},"));
    }
    line(text, format_args!("}};"));
}

fn pascal(name: &str) -> String {
    let word = |word: &str| {
        let mut chars = word.chars();
        let first = chars.next().map(|c| c.to_ascii_uppercase());
        first.into_iter().chain(chars).collect::<String>()
    };
    name.split('_').map(word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_types_are_what_the_table_gives() {
        let path = crate::root::workspace_root().join(FILE);
        let found = std::fs::read_to_string(path).unwrap_or_default();
        assert_eq!(found, generate(), "run `cargo xtask types`");
    }

    #[test]
    fn names_become_types() {
        assert_eq!(pascal("conflict_choice"), "ConflictChoice");
    }
}
