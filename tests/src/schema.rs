//! Whether what a server sends is what its own OpenAPI document describes: the part of JSON Schema that the document uses.

use serde_json::Value;
use std::collections::BTreeSet;

/// The document.
#[derive(Clone, Debug)]
pub struct Document(pub Value);

impl Document {
    /// What in `value` is not as the schema of this name says, and what is not described at all. Empty: it fits.
    pub fn faults(&self, schema: &str, value: &Value) -> Vec<String> {
        self.faults_of(&self.0["components"]["schemas"][schema], value)
    }

    /// The same for a schema itself.
    pub fn faults_of(&self, schema: &Value, value: &Value) -> Vec<String> {
        let mut faults = Vec::new();
        self.check(schema, value, "answer", &mut faults);
        self.undescribed(schema, value, "answer", &mut faults);
        faults
    }

    fn resolve<'d>(&'d self, schema: &'d Value) -> &'d Value {
        match schema["$ref"].as_str() {
            Some(name) => {
                let target = self.0.pointer(name.trim_start_matches('#'));
                target.unwrap_or_else(|| panic!("{name} leads nowhere"))
            }
            None => schema,
        }
    }

    fn check(&self, schema: &Value, value: &Value, at: &str, faults: &mut Vec<String>) {
        let schema = self.resolve(schema);
        for part in schema["allOf"].as_array().into_iter().flatten() {
            self.check(part, value, at, faults);
        }
        let types = match &schema["type"] {
            Value::String(one) => vec![one.as_str()],
            several => several
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .collect(),
        };
        if !types.is_empty() && !types.iter().any(|name| is_type(name, value)) {
            faults.push(format!("{at}: {value} is not {types:?}"));
        }
        if let Some(known) = schema["enum"].as_array()
            && !known.contains(value)
        {
            faults.push(format!("{at}: {value} is none of {known:?}"));
        }
        if let Some(text) = value.as_str() {
            if let Some(pattern) = schema["pattern"].as_str()
                && !matches(pattern, text)
            {
                faults.push(format!("{at}: {text} does not match {pattern}"));
            }
            if schema["format"] == "uuid" && !is_uuid(text) {
                faults.push(format!("{at}: {text} is no UUID in lower case"));
            }
            let longest = schema["maxLength"].as_u64().unwrap_or(u64::MAX);
            if text.chars().count() as u64 > longest {
                faults.push(format!("{at}: more than {longest} characters"));
            }
        }
        for name in schema["required"].as_array().into_iter().flatten() {
            let name = name.as_str().unwrap_or_default();
            if value.get(name).is_none() {
                faults.push(format!("{at}: {name} is missing"));
            }
        }
        for (name, member) in value.as_object().into_iter().flatten() {
            let described = schema["properties"].get(name);
            if let Some(inner) = described.or(schema["additionalProperties"]
                .as_object()
                .map(|_| &schema["additionalProperties"]))
            {
                self.check(inner, member, &format!("{at}.{name}"), faults);
            }
        }
        if !schema["items"].is_null() {
            for (number, item) in value.as_array().into_iter().flatten().enumerate() {
                self.check(&schema["items"], item, &format!("{at}[{number}]"), faults);
            }
        }
    }

    /// Members that no part of the schema names.
    fn undescribed(&self, schema: &Value, value: &Value, at: &str, faults: &mut Vec<String>) {
        let mut parts = Vec::new();
        self.parts(schema, &mut parts);
        let names: BTreeSet<&str> = parts
            .iter()
            .filter_map(|part| part["properties"].as_object())
            .flat_map(|properties| properties.keys().map(String::as_str))
            .collect();
        for (name, member) in value.as_object().into_iter().flatten() {
            let at = format!("{at}.{name}");
            let inner = parts.iter().find_map(|part| part["properties"].get(name));
            let any = parts
                .iter()
                .map(|part| &part["additionalProperties"])
                .find(|any| any.is_object());
            match inner.or(any) {
                Some(inner) => self.undescribed(inner, member, &at, faults),
                None if names.is_empty() => {}
                None => faults.push(format!("{at} is not described")),
            }
        }
        for part in &parts {
            if !part["items"].is_null() {
                for item in value.as_array().into_iter().flatten() {
                    self.undescribed(&part["items"], item, &format!("{at}[]"), faults);
                }
            }
        }
    }

    fn parts<'d>(&'d self, schema: &'d Value, into: &mut Vec<&'d Value>) {
        let schema = self.resolve(schema);
        into.push(schema);
        for part in schema["allOf"].as_array().into_iter().flatten() {
            self.parts(part, into);
        }
    }
}

fn is_type(name: &str, value: &Value) -> bool {
    match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    }
}

/// The patterns that the document uses: so many hexadecimal digits, and a stamp.
fn matches(pattern: &str, text: &str) -> bool {
    if let Some(digits) = pattern
        .strip_prefix("^[0-9a-f]{")
        .and_then(|p| p.strip_suffix("}$"))
    {
        let all = text
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        return all && digits.parse() == Ok(text.len());
    }
    assert_eq!(
        pattern, "^[0-9]+\\.[0-9]+$",
        "a pattern that the stories do not know"
    );
    text.split_once('.').is_some_and(|(ms, counter)| {
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        digits(ms) && digits(counter)
    })
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(place, byte)| match place {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte),
        })
}
