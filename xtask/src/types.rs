//! `cargo xtask types`: the pages' TypeScript types and labels, written from the table of kinds, and those of a tablet's
//! commands and replies, which a test of the tablet writes. Tests compare what is committed.

use std::fmt::Write;
use std::path::Path;
use std::process::ExitCode;

use clap::Args;
use grebeg_core::kinds::{FieldType, KINDS, KindSpec, Personal};
use grebeg_core::sync::messages::HeldReason;

use crate::run::{CommandLine, RunError};

/// Writes a file's text.
type Generate = fn() -> String;

/// The generated files, each with what writes it.
const FILES: &[(&str, Generate)] = &[
    ("ui/src/api/types.ts", types),
    ("ui/src/api/labels.ts", labels),
];

const HEAD: &str = "// generated, do not edit: `cargo xtask types`\n";

#[derive(Debug, Args)]
pub struct Options {
    /// Only compare; exit code 1 when the file is not what the table gives.
    #[arg(long)]
    check: bool,
}

pub fn run(root: &Path, options: &Options) -> Result<ExitCode, RunError> {
    let mut ended = ExitCode::SUCCESS;
    for (file, generate) in FILES {
        let path = root.join(file);
        let wanted = generate();
        if std::fs::read_to_string(&path).unwrap_or_default() == wanted {
            println!("{file} is what the table of kinds gives");
        } else if options.check {
            eprintln!("{file} is not what the table of kinds gives\n  run `cargo xtask types`");
            ended = ExitCode::FAILURE;
        } else if let Err(error) = std::fs::write(&path, wanted) {
            eprintln!("{file} cannot be written: {error}");
            ended = ExitCode::FAILURE;
        } else {
            println!("{file} written");
        }
    }
    // Only the tablet's own test knows its types: it is asked without encryption, whose library takes minutes to build.
    let mut commands = CommandLine::new(
        "cargo test --quiet -p tablet --no-default-features --features plain --lib typescript",
    );
    if !options.check {
        commands = commands.env("GREBEG_WRITE_TYPES", "1");
    }
    if commands.run(root)? != 0 {
        ended = ExitCode::FAILURE;
    }
    Ok(ended)
}

fn types() -> String {
    let mut text = format!("{HEAD}// Record kinds and their fields, from core/src/kinds/table.\n");
    for kind in KINDS {
        interface(&mut text, kind);
    }
    union(&mut text, "Kind", KINDS.iter().map(|kind| kind.name));
    union(
        &mut text,
        "HeldReason",
        HeldReason::ALL.iter().map(|reason| reason.code()),
    );
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

fn labels() -> String {
    let mut text = format!("{HEAD}\nimport type {{ Kind }} from \"./types\";\n");
    let text = &mut text;
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
    std::mem::take(text)
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
        for (file, generate) in FILES {
            let path = crate::root::workspace_root().join(file);
            let found = std::fs::read_to_string(path).unwrap_or_default();
            assert_eq!(found, generate(), "{file}: run `cargo xtask types`");
        }
    }

    #[test]
    fn names_become_types() {
        assert_eq!(pascal("conflict_choice"), "ConflictChoice");
    }
}
