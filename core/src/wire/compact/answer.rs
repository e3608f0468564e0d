//! The answer in the compact form.

use super::records;
use crate::change::ChangeName;
use crate::codec::{DecodeError, Reader, Writer};
use crate::digest::Sum;
use crate::id::{CampaignId, DeviceId, PersonId};
use crate::limits;
use crate::register::{Origin, RecordKey, Register};
use crate::stamp::Stamp;
use crate::sync::messages::{
    Ack, Answer, Elsewhere, Fill, HeldReason, Left, Position, SentConflict, State,
};
use crate::value::Value;
use crate::wire::{WireError, pack, unpack};
use std::collections::BTreeMap;

const STATES: [State; 4] = [
    State::Accepted,
    State::HeldBack,
    State::Discarded,
    State::Superseded,
];

/// `level`: zstd's; a first fill is worth a high one, since it is made once and sent over bad lines.
pub fn write_answer(answer: &Answer, campaign: CampaignId, level: i32) -> Vec<u8> {
    let mut out = Writer::new();
    out.uuid(&answer.device.unwrap_or(DeviceId(uuid::Uuid::nil())).0);
    out.uuid(&answer.epoch);
    answer.position.write(&mut out);
    out.byte(
        u8::from(answer.more)
            | u8::from(answer.conflicts.is_some()) << 1
            | u8::from(answer.digest.is_some()) << 2
            | u8::from(!answer.elsewhere.is_empty()) << 3,
    );
    out.signed(answer.server_ms);
    out.varint(answer.high_n.len() as u64);
    for (device, n) in &answer.high_n {
        out.uuid(&device.0);
        out.varint(*n);
    }
    write_acks(&mut out, &answer.acks);
    write_acks(&mut out, &answer.settled);
    out.varint(answer.fills.len() as u64);
    for fill in &answer.fills {
        out.text(&fill.home);
        out.byte(u8::from(fill.begins));
    }
    out.varint(answer.left.len() as u64);
    for left in &answer.left {
        out.text(&left.home);
        out.text(&left.key.kind);
        out.uuid(&left.key.id);
    }
    if let Some(conflicts) = &answer.conflicts {
        out.varint(conflicts.len() as u64);
        for conflict in conflicts {
            out.text(&conflict.key.kind);
            out.uuid(&conflict.key.id);
            out.text(&conflict.field);
            out.varint(conflict.lost.len() as u64);
            for register in &conflict.lost {
                write_register(&mut out, register);
            }
        }
    }
    if !answer.elsewhere.is_empty() {
        out.varint(answer.elsewhere.len() as u64);
        for visit in &answer.elsewhere {
            out.uuid(&visit.visit);
            out.text(&visit.outcome);
            out.signed(visit.at_ms);
        }
    }
    if let Some(digest) = &answer.digest {
        out.varint(digest.len() as u64);
        for (home, sum) in digest {
            out.text(home);
            out.raw(&sum.0.to_be_bytes());
        }
    }
    records::write(&mut out, &answer.records, campaign);
    pack(&out.bytes, level)
}

pub fn read_answer(message: &[u8], campaign: CampaignId) -> Result<Answer, WireError> {
    let body = unpack(message, limits::ANSWER_UNPACKED_BYTES_MAX)?;
    Ok(read_body(&body, campaign)?)
}

fn read_body(body: &[u8], campaign: CampaignId) -> Result<Answer, DecodeError> {
    let mut input = Reader::new(body);
    let device = Some(DeviceId(input.uuid()?)).filter(|d| !d.0.is_nil());
    let epoch = input.uuid()?;
    let position = Position::read(&mut input)?;
    let flags = input.byte()?;
    if flags > 15 {
        return Err(DecodeError::Invalid("an answer of this form"));
    }
    let server_ms = input.signed()?;
    let mut high_n = BTreeMap::new();
    for _ in 0..input.count("devices", 10_000)? {
        high_n.insert(DeviceId(input.uuid()?), input.varint()?);
    }
    let acks = read_acks(&mut input)?;
    let settled = read_acks(&mut input)?;
    let mut fills = Vec::new();
    for _ in 0..input.count("homes", 10_000)? {
        let home = input.text()?.to_owned();
        fills.push(Fill {
            home,
            begins: input.byte()? != 0,
        });
    }
    let mut left = Vec::new();
    for _ in 0..input.count("keys", usize::MAX)? {
        let home = input.text()?.to_owned();
        let key = RecordKey::new(input.text()?, input.uuid()?);
        left.push(Left { home, key });
    }
    let conflicts = if flags & 2 != 0 {
        Some(read_conflicts(&mut input)?)
    } else {
        None
    };
    let mut elsewhere = Vec::new();
    if flags & 8 != 0 {
        for _ in 0..input.count("visits", usize::MAX)? {
            elsewhere.push(Elsewhere {
                visit: input.uuid()?,
                outcome: input.text()?.to_owned(),
                at_ms: input.signed()?,
            });
        }
    }
    let mut digest = None;
    if flags & 4 != 0 {
        let mut sums = BTreeMap::new();
        for _ in 0..input.count("homes", 10_000)? {
            sums.insert(
                input.text()?.to_owned(),
                Sum(u128::from_be_bytes(input.array()?)),
            );
        }
        digest = Some(sums);
    }
    let records = records::read(&mut input, campaign)?;
    input.end()?;
    let more = flags & 1 != 0;
    Ok(Answer {
        device,
        epoch,
        position,
        more,
        server_ms,
        high_n,
        acks,
        settled,
        fills,
        records,
        left,
        conflicts,
        elsewhere,
        digest,
    })
}

fn read_conflicts(input: &mut Reader<'_>) -> Result<Vec<SentConflict>, DecodeError> {
    let mut conflicts = Vec::new();
    for _ in 0..input.count("conflicts", usize::MAX)? {
        let key = RecordKey::new(input.text()?, input.uuid()?);
        let field = input.text()?.to_owned();
        let mut lost = Vec::new();
        for _ in 0..input.count("values", usize::MAX)? {
            lost.push(read_register(input)?);
        }
        conflicts.push(SentConflict { key, field, lost });
    }
    Ok(conflicts)
}

fn write_register(out: &mut Writer, register: &Register) {
    out.varint(register.origin.stamp.0);
    out.uuid(&register.origin.device.0);
    out.varint(register.origin.n);
    out.uuid(&register.origin.author.0);
    register.value.write(out);
}

fn read_register(input: &mut Reader<'_>) -> Result<Register, DecodeError> {
    let stamp = Stamp(input.varint()?);
    let device = DeviceId(input.uuid()?);
    let n = input.varint()?;
    let author = PersonId(input.uuid()?);
    Ok(Register {
        value: Value::read(input)?,
        origin: Origin {
            stamp,
            device,
            n,
            author,
        },
        seq: 0,
    })
}

/// Acks come in runs: the device is written where it changes, `n` as a difference.
fn write_acks(out: &mut Writer, acks: &[Ack]) {
    out.varint(acks.len() as u64);
    let mut device = None;
    let mut n = 0u64;
    for ack in acks {
        let changed = device != Some(ack.name.device);
        let state = STATES.iter().position(|s| *s == ack.state).unwrap_or(0) as u8;
        out.byte(
            u8::from(changed)
                | u8::from(ack.stamp.is_some()) << 1
                | u8::from(ack.reason.is_some()) << 2
                | state << 3,
        );
        if changed {
            out.uuid(&ack.name.device.0);
            device = Some(ack.name.device);
            n = 0;
        }
        out.signed(ack.name.n.wrapping_sub(n) as i64);
        n = ack.name.n;
        if let Some(stamp) = ack.stamp {
            out.varint(stamp.0);
        }
        if let Some(reason) = ack.reason {
            out.text(reason.code());
        }
    }
}

fn read_acks(input: &mut Reader<'_>) -> Result<Vec<Ack>, DecodeError> {
    let mut acks = Vec::new();
    let mut device = None;
    let mut n = 0u64;
    for _ in 0..input.count("acknowledgements", usize::MAX)? {
        let flags = input.byte()?;
        if flags & 1 != 0 {
            device = Some(DeviceId(input.uuid()?));
            n = 0;
        }
        n = n.wrapping_add(input.signed()? as u64);
        let stamp = if flags & 2 != 0 {
            Some(Stamp(input.varint()?))
        } else {
            None
        };
        // A reason that this program does not know yet still is one: the change stays held back.
        let reason = if flags & 4 != 0 {
            Some(HeldReason::parse(input.text()?).unwrap_or(HeldReason::FieldNotAllowed))
        } else {
            None
        };
        let device = device.ok_or(DecodeError::Invalid("an acknowledgement without a device"))?;
        let state = *STATES
            .get(usize::from(flags >> 3))
            .ok_or(DecodeError::Invalid("a state of this form"))?;
        acks.push(Ack {
            name: ChangeName { device, n },
            state,
            reason,
            stamp,
        });
    }
    Ok(acks)
}
