//! A change: one action of one person, whole or not at all, and the hash that chains it to the one before.

use crate::codec::{DecodeError, Reader, Writer};
use crate::id::{DeviceId, PersonId};
use crate::limits;
use crate::stamp::{Clocks, Stamp};
use crate::value::Value;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use uuid::Uuid;

/// A SHA-256 value.
pub type Hash = [u8; 32];
/// The random secret of a change (16 bytes); a client without one sends none.
pub type Salt = [u8; 16];

/// The name of a change for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChangeName {
    pub device: DeviceId,
    /// From 1, without gaps.
    pub n: u64,
}

/// The place in the server's order that a tablet had reached when it wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seen {
    pub epoch: Uuid,
    pub seq: u64,
}

/// A field's new content. After an erasure only what the hash needs is left of it.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    Value(Value),
    /// The value with its own salt, in a change whose common salt was dropped.
    Salted(Value, Salt),
    /// The value is gone; the chain still verifies.
    Commitment(Hash),
}

impl Content {
    pub fn value(&self) -> Option<&Value> {
        match self {
            Self::Value(value) | Self::Salted(value, _) => Some(value),
            Self::Commitment(_) => None,
        }
    }
}

/// New content for fields of one record.
#[derive(Debug, Clone, PartialEq)]
pub struct Patch {
    pub kind: String,
    pub id: Uuid,
    /// The id as it came, where it is no UUID; `id` is then nil and the change is held back.
    pub bad_id: Option<String>,
    pub fields: BTreeMap<String, Content>,
}

impl Patch {
    pub fn new<'a>(
        kind: &str,
        id: Uuid,
        fields: impl IntoIterator<Item = (&'a str, Value)>,
    ) -> Self {
        let fields = fields
            .into_iter()
            .map(|(name, value)| (name.to_owned(), Content::Value(value)))
            .collect();
        Self {
            kind: kind.to_owned(),
            id,
            bad_id: None,
            fields,
        }
    }

    pub fn value(&self, field: &str) -> Option<&Value> {
        self.fields.get(field)?.value()
    }

    /// Whether it names no record: what stands for the id is none, or is the id of nothing.
    pub fn is_nameless(&self) -> bool {
        self.bad_id.is_some() || self.id.is_nil()
    }
}

/// One action of one person. ARCHITECTURE.md says where it goes from here.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    pub device: DeviceId,
    pub n: u64,
    pub stamp: Stamp,
    pub clocks: Clocks,
    pub author: PersonId,
    pub seen: Option<Seen>,
    /// Hash of the device's change before; the first of a succeeding device names the old one's last acknowledged.
    pub prev: Option<Hash>,
    pub salt: Option<Salt>,
    pub patches: Vec<Patch>,
}

const HASH_DOMAIN: &[u8] = b"grebeg change 1";
const VALUE_DOMAIN: &[u8] = b"grebeg value 1";
const CONTENT_DOMAIN: &[u8] = b"grebeg content 1";

impl Change {
    pub fn name(&self) -> ChangeName {
        ChangeName {
            device: self.device,
            n: self.n,
        }
    }

    /// The hash that the chain is made of. The stamp is not in it: the server may correct the stamp.
    pub fn hash(&self) -> Hash {
        self.hashes().0
    }

    /// [`Self::hash`] and [`Self::content_hash`] for the price of one.
    pub fn hashes(&self) -> (Hash, Hash) {
        let mut content = Writer::new();
        content.raw(CONTENT_DOMAIN);
        self.write_commitments(&mut content);
        let mut out = Writer::new();
        out.raw(HASH_DOMAIN);
        out.uuid(&self.device.0);
        out.varint(self.n);
        write_clocks(&mut out, &self.clocks);
        write_seen(&mut out, &self.seen);
        write_option(&mut out, self.prev.as_ref().map(|p| &p[..]));
        out.raw(
            content
                .bytes
                .get(CONTENT_DOMAIN.len()..)
                .unwrap_or_default(),
        );
        let hash = Sha256::digest(&out.bytes).into();
        (hash, Sha256::digest(&content.bytes).into())
    }

    /// What the change says, whoever numbers it: the same action sent again under a new device id has the same.
    pub fn content_hash(&self) -> Hash {
        self.hashes().1
    }

    /// Whether its content is no other action's: a salt is drawn for each action, and what is left of one whose values were
    /// taken out stands under salts derived from it. Programs that draw none say the same twice and mean two actions.
    pub fn has_content_of_its_own(&self) -> bool {
        let contents = self.patches.iter().flat_map(|patch| patch.fields.values());
        let mut contents = contents.filter(|content| !matches!(content, Content::Value(_)));
        self.salt.is_some() || contents.next().is_some()
    }

    fn write_commitments(&self, out: &mut Writer) {
        let salts = Salts::of(self.salt.as_ref());
        out.uuid(&self.author.0);
        out.varint(self.patches.len() as u64);
        for (number, patch) in self.patches.iter().enumerate() {
            out.text(&patch.kind);
            out.text(
                &patch
                    .bad_id
                    .clone()
                    .unwrap_or_else(|| patch.id.hyphenated().to_string()),
            );
            out.varint(patch.fields.len() as u64);
            for (field, content) in &patch.fields {
                out.text(field);
                out.raw(&commitment(&salts, number, field, content));
            }
        }
    }

    /// Takes the values for which `gone` is true out of the change for ever, keeping its hash.
    ///
    /// Returns whether anything was taken. The common salt goes too, or the values could be guessed back from it.
    pub fn redact(&mut self, gone: impl Fn(&Patch, &str) -> bool) -> bool {
        let mut taken = Vec::new();
        for (number, patch) in self.patches.iter().enumerate() {
            for (field, content) in &patch.fields {
                if content.value().is_some_and(|v| !v.is_null()) && gone(patch, field) {
                    taken.push((number, field.clone()));
                }
            }
        }
        if taken.is_empty() {
            return false;
        }
        let salts = Salts::of(self.salt.take().as_ref());
        for (number, patch) in self.patches.iter_mut().enumerate() {
            for (field, content) in &mut patch.fields {
                if let Content::Value(value) = content {
                    *content =
                        Content::Salted(std::mem::take(value), salts.of_value(number, field));
                }
            }
        }
        for (number, field) in taken {
            let Some(content) = self
                .patches
                .get_mut(number)
                .and_then(|p| p.fields.get_mut(&field))
            else {
                continue;
            };
            if let Content::Salted(value, salt) = content {
                *content = Content::Commitment(commit(value, salt));
            }
        }
        true
    }

    /// The self-contained form that both sides store.
    pub fn write(&self, out: &mut Writer) {
        out.byte(1);
        out.uuid(&self.device.0);
        out.varint(self.n);
        out.varint(self.stamp.0);
        write_clocks(out, &self.clocks);
        out.uuid(&self.author.0);
        write_seen(out, &self.seen);
        write_option(out, self.prev.as_ref().map(|p| &p[..]));
        write_option(out, self.salt.as_ref().map(|s| &s[..]));
        out.varint(self.patches.len() as u64);
        for patch in &self.patches {
            out.text(&patch.kind);
            match &patch.bad_id {
                None => {
                    out.byte(0);
                    out.uuid(&patch.id);
                }
                Some(text) => {
                    out.byte(1);
                    out.text(text);
                }
            }
            out.varint(patch.fields.len() as u64);
            for (field, content) in &patch.fields {
                out.text(field);
                write_content(out, content);
            }
        }
    }

    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Writer::new();
        self.write(&mut out);
        out.bytes
    }

    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut input = Reader::new(bytes);
        let change = Self::read(&mut input)?;
        input.end()?;
        Ok(change)
    }

    pub fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        if input.byte()? != 1 {
            return Err(DecodeError::Invalid("a change of this form"));
        }
        let device = DeviceId(input.uuid()?);
        let n = input.varint()?;
        let stamp = Stamp(input.varint()?);
        let clocks = read_clocks(input)?;
        let author = PersonId(input.uuid()?);
        let seen = read_seen(input)?;
        let prev = read_option(input)?;
        let salt = read_option(input)?;
        let count = input.count("patches", limits::CHANGE_PATCHES_MAX)?;
        let mut patches = Vec::with_capacity(count);
        for _ in 0..count {
            let kind = input.text()?.to_owned();
            let (id, bad_id) = match input.byte()? {
                0 => (input.uuid()?, None),
                1 => (Uuid::nil(), Some(input.text()?.to_owned())),
                _ => return Err(DecodeError::Invalid("an id of this form")),
            };
            let field_count = input.count("fields", usize::MAX)?;
            let mut fields = BTreeMap::new();
            for _ in 0..field_count {
                let field = input.text()?.to_owned();
                fields.insert(field, read_content(input)?);
            }
            patches.push(Patch {
                kind,
                id,
                bad_id,
                fields,
            });
        }
        Ok(Self {
            device,
            n,
            stamp,
            clocks,
            author,
            seen,
            prev,
            salt,
            patches,
        })
    }
}

fn commit(value: &Value, salt: &Salt) -> Hash {
    let mut out = Writer::new();
    out.raw(VALUE_DOMAIN);
    out.raw(salt);
    value.write(&mut out);
    Sha256::digest(&out.bytes).into()
}

fn commitment(salts: &Salts, patch: usize, field: &str, content: &Content) -> Hash {
    match content {
        Content::Commitment(hash) => *hash,
        Content::Salted(value, salt) => commit(value, salt),
        Content::Value(value) => commit(value, &salts.of_value(patch, field)),
    }
}

/// The salts of a change's values, derived from the change's: each can be kept when the common one is dropped.
///
/// Keyed once for all values of a change: keying costs as much as the rest.
struct Salts(Option<Hmac<Sha256>>);

impl Salts {
    fn of(salt: Option<&Salt>) -> Self {
        let key: &[u8] = salt.map_or(&[], |s| &s[..]);
        // HMAC takes a key of any length; the error type is only there for other algorithms.
        Self(Hmac::new_from_slice(key).ok())
    }

    fn of_value(&self, patch: usize, field: &str) -> Salt {
        let mut derived = [0u8; 16];
        if let Some(mut mac) = self.0.clone() {
            mac.update(&(patch as u64).to_be_bytes());
            mac.update(field.as_bytes());
            derived.copy_from_slice(&mac.finalize().into_bytes()[..16]);
        }
        derived
    }
}

pub(crate) fn write_content(out: &mut Writer, content: &Content) {
    match content {
        Content::Value(value) => {
            out.byte(0);
            value.write(out);
        }
        Content::Salted(value, salt) => {
            out.byte(1);
            out.raw(salt);
            value.write(out);
        }
        Content::Commitment(hash) => {
            out.byte(2);
            out.raw(hash);
        }
    }
}

pub(crate) fn read_content(input: &mut Reader<'_>) -> Result<Content, DecodeError> {
    Ok(match input.byte()? {
        0 => Content::Value(Value::read(input)?),
        1 => {
            let salt = input.array()?;
            Content::Salted(Value::read(input)?, salt)
        }
        2 => Content::Commitment(input.array()?),
        _ => return Err(DecodeError::Invalid("content of this form")),
    })
}

pub(crate) fn write_clocks(out: &mut Writer, clocks: &Clocks) {
    out.signed(clocks.wall_ms);
    out.byte(u8::from(clocks.boot.is_some()) | u8::from(clocks.mono_ms.is_some()) << 1);
    if let Some(boot) = clocks.boot {
        out.varint(boot);
    }
    if let Some(mono) = clocks.mono_ms {
        out.signed(mono);
    }
}

pub(crate) fn read_clocks(input: &mut Reader<'_>) -> Result<Clocks, DecodeError> {
    let wall_ms = input.signed()?;
    let flags = input.byte()?;
    if flags > 3 {
        return Err(DecodeError::Invalid("clocks of this form"));
    }
    let boot = if flags & 1 != 0 {
        Some(input.varint()?)
    } else {
        None
    };
    let mono_ms = if flags & 2 != 0 {
        Some(input.signed()?)
    } else {
        None
    };
    Ok(Clocks {
        wall_ms,
        boot,
        mono_ms,
    })
}

pub(crate) fn write_seen(out: &mut Writer, seen: &Option<Seen>) {
    match seen {
        None => out.byte(0),
        Some(seen) => {
            out.byte(1);
            out.uuid(&seen.epoch);
            out.varint(seen.seq);
        }
    }
}

pub(crate) fn read_seen(input: &mut Reader<'_>) -> Result<Option<Seen>, DecodeError> {
    match input.byte()? {
        0 => Ok(None),
        1 => Ok(Some(Seen {
            epoch: input.uuid()?,
            seq: input.varint()?,
        })),
        _ => Err(DecodeError::Invalid("a place of this form")),
    }
}

fn write_option(out: &mut Writer, bytes: Option<&[u8]>) {
    out.byte(u8::from(bytes.is_some()));
    out.raw(bytes.unwrap_or_default());
}

fn read_option<const N: usize>(input: &mut Reader<'_>) -> Result<Option<[u8; N]>, DecodeError> {
    match input.byte()? {
        0 => Ok(None),
        1 => Ok(Some(input.array()?)),
        _ => Err(DecodeError::Invalid("an option of this form")),
    }
}
