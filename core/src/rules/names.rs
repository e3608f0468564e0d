//! Names of people in a form for comparing and searching: without forms of address, old and new spelling alike.

/// Forms of address and titles that are no part of a name.
const HONORIFICS: [&str; 54] = [
    "h", "hj", "haji", "hajah", "hajjah", "hajj", "ibu", "bu", "bunda", "bpk", "bapak", "bp",
    "pak", "mas", "mbak", "mba", "mbah", "mbok", "bang", "abang", "ceu", "kang", "akang", "mang",
    "mamang", "bi", "bibi", "bik", "yayu", "wa", "uwa", "teh", "teteh", "nyi", "nyai", "ny",
    "nyonya", "tn", "tuan", "dik", "kak", "ko", "koh", "ci", "cik", "om", "tante", "ust", "ustad",
    "ustadz", "ustadzah", "kh", "drs", "dra",
];

/// A name ready for comparing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Name {
    /// The folded parts in the order written, without forms of address; empty for a name without letters.
    pub parts: Vec<String>,
    /// For each part, the letters that occur in it as bits: a quick no before counting edits.
    letters: Vec<u32>,
    /// The parts that hold a number, sorted.
    numbers: Vec<String>,
}

/// The form for comparing of a name.
pub fn parse(name: &str) -> Name {
    let lower = name.to_lowercase();
    // "Ma'mun" is one word; everything else that is no letter separates.
    let words: Vec<String> = lower
        .replace(['\'', '’', '`', 'ʼ'], "")
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    let mut parts: Vec<String> = words
        .iter()
        .filter(|word| !HONORIFICS.contains(&word.as_str()))
        .map(|word| fold(word))
        .collect();
    parts.retain(|part| !part.is_empty());
    if parts.is_empty() {
        // Somebody who is only known as "Bu Haji" is still found by that.
        parts = words
            .iter()
            .map(|word| fold(word))
            .filter(|part| !part.is_empty())
            .collect();
    }
    let letters = parts.iter().map(|part| letters_of(part)).collect();
    let mut numbers: Vec<String> = parts.iter().filter(|p| is_numbered(p)).cloned().collect();
    numbers.sort();
    Name {
        parts,
        letters,
        numbers,
    }
}

/// The form for comparing as one text, parts separated by a space.
pub fn normal(name: &str) -> String {
    parse(name).parts.join(" ")
}

/// How alike two names are, from 0 to 100; the same whichever comes first. 100: the same parts in some order.
///
/// Parts are matched one by one; a part that only one of the names has costs, because many people share a first name.
pub fn similarity(a: &str, b: &str) -> u32 {
    parse(a).similarity(&parse(b))
}

impl Name {
    /// Whether there is nothing to compare.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// See [`similarity`].
    pub fn similarity(&self, other: &Self) -> u32 {
        let (short, long) = if self.parts.len() <= other.parts.len() {
            (self, other)
        } else {
            (other, self)
        };
        if self.numbered_otherwise(other) {
            return 0;
        }
        // Of equally long names both ways are tried, so that the answer does not depend on the order.
        let one = short.matched(long);
        if short.parts.len() == long.parts.len() {
            one.max(long.matched(short))
        } else {
            one
        }
    }

    /// Whether both names hold numbers, and not the same: "Toko 11" is not "Toko 12".
    fn numbered_otherwise(&self, other: &Self) -> bool {
        !self.numbers.is_empty() && !other.numbers.is_empty() && self.numbers != other.numbers
    }

    fn matched(&self, long: &Self) -> u32 {
        let mut used = vec![false; long.parts.len()];
        let (mut points, mut weight) = (0u32, 0u32);
        for (part, letters) in self.parts.iter().zip(&self.letters) {
            let best = long
                .parts
                .iter()
                .zip(&long.letters)
                .enumerate()
                .filter(|(at, _)| used.get(*at) == Some(&false))
                .map(|(at, (other, other_letters))| {
                    (part_likeness(part, *letters, other, *other_letters), at)
                })
                .max_by_key(|(likeness, at)| (*likeness, std::cmp::Reverse(*at)));
            let length = u32::try_from(part.chars().count())
                .unwrap_or(u32::MAX)
                .clamp(2, 12);
            weight += length;
            if let Some((likeness, at)) = best.filter(|(likeness, _)| *likeness > 0) {
                points += likeness * length;
                if let Some(used) = used.get_mut(at) {
                    *used = true;
                }
            }
        }
        let missing = u32::try_from(long.parts.len() - self.parts.len())
            .unwrap_or(0)
            .min(3);
        (points / weight.max(1)).saturating_sub(12 * missing)
    }
}

/// Whether a part of a name is or holds a number.
pub fn is_numbered(part: &str) -> bool {
    part.contains(|c: char| c.is_ascii_digit())
}

fn part_likeness(a: &str, a_letters: u32, b: &str, b_letters: u32) -> u32 {
    if a == b {
        return 100;
    }
    let (a_length, b_length) = (a.chars().count(), b.chars().count());
    let (short, long) = if a_length <= b_length { (a, b) } else { (b, a) };
    let short_length = a_length.min(b_length);
    if short_length == 1 {
        return if long.starts_with(short) { 60 } else { 0 };
    }
    // Each edit changes at most two of the letters that occur.
    if (a_letters ^ b_letters).count_ones() <= 2 && within_one_edit(a, b) {
        // "Ani" and "Ida" style names are one edit from many others.
        return if short_length >= 5 { 88 } else { 55 };
    }
    if short_length >= 4 && long.starts_with(short) {
        return 78;
    }
    if short_length >= 6 && (a_letters ^ b_letters).count_ones() <= 4 && edits(a, b) == 2 {
        return 70;
    }
    0
}

/// Whether one letter changed, added, left out or two neighbours exchanged makes one text the other (or they are equal).
pub fn within_one_edit(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if long.len() - short.len() > 1 {
        return false;
    }
    let same_front = short.iter().zip(&long).take_while(|(x, y)| x == y).count();
    let same_back = short
        .iter()
        .rev()
        .zip(long.iter().rev())
        .take_while(|(x, y)| x == y)
        .count();
    if same_front == short.len() {
        return true;
    }
    if short.len() < long.len() {
        return same_front + same_back >= short.len();
    }
    let different = short.len().saturating_sub(same_front + same_back);
    let swapped = || {
        short.get(same_front) == long.get(same_front + 1)
            && short.get(same_front + 1) == long.get(same_front)
    };
    different == 1 || (different == 2 && swapped())
}

/// Whether a searched word finds a part of a name: both folded, the word is its beginning, with one wrong letter
/// allowed from four letters on.
pub fn finds(searched: &str, part: &str) -> bool {
    if part.starts_with(searched) {
        return true;
    }
    let length = searched.chars().count();
    if length < 4 {
        return false;
    }
    let beginning = |letters: usize| part.chars().take(letters).collect::<String>();
    [length, length - 1, length + 1]
        .into_iter()
        .any(|letters| within_one_edit(searched, &beginning(letters)))
}

/// Levenshtein distance in letters.
fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (at, x) in a.chars().enumerate() {
        let mut previous = at;
        let mut left = at + 1;
        for (cell, y) in row.iter_mut().skip(1).zip(&b) {
            let value = (previous + usize::from(x != *y))
                .min(left + 1)
                .min(*cell + 1);
            previous = *cell;
            *cell = value;
            left = value;
        }
    }
    row.last()
        .copied()
        .filter(|_| !b.is_empty())
        .unwrap_or_else(|| a.chars().count())
}

fn letters_of(part: &str) -> u32 {
    part.bytes().fold(0, |bits, byte| match byte {
        b'a'..=b'z' => bits | 1 << (byte - b'a'),
        _ => bits | 1 << 31,
    })
}

/// Folds spellings that stand for the same sound: `oe`/`u`/`o`, `dj`/`j`/`z`, `tj`/`c`, `ch`/`kh`/`h`, `f`/`v`/`p`, …
fn fold(word: &str) -> String {
    if is_numbered(word) {
        // A number has no spelling.
        return word.trim_start_matches('0').to_owned();
    }
    let word = match word {
        "m" | "moh" | "muh" | "moch" | "mochamad" | "mohamad" | "mohammad" | "muhamad"
        | "muhammad" => return "muhamad".to_owned(),
        "abd" => return "abdul".to_owned(),
        word => word,
    };
    let plain: String = word.chars().map(plain_letter).collect();
    // Longer spellings first; each step works on the result of the one before.
    let mut folded = plain;
    for (old, new) in [
        ("oe", "u"),
        ("dj", "j"),
        ("tj", "c"),
        ("nj", "ny"),
        ("sj", "sy"),
        ("ch", "h"),
        ("kh", "h"),
        ("dz", "j"),
        ("sy", "s"),
        ("sh", "s"),
        ("dh", "d"),
        ("th", "t"),
        ("gh", "g"),
        ("ph", "p"),
        ("ks", "x"),
        ("ae", "ai"),
        ("ay", "ai"),
        ("au", "aw"),
        ("q", "k"),
        ("z", "j"),
        ("v", "p"),
        ("f", "p"),
        ("y", "i"),
        ("o", "u"),
    ] {
        if folded.contains(old) {
            folded = folded.replace(old, new);
        }
    }
    let mut once = String::with_capacity(folded.len());
    for letter in folded.chars() {
        if !once.ends_with(letter) || letter.is_ascii_digit() {
            once.push(letter);
        }
    }
    // A closing h is written or not: Aisyah, Aisya.
    if once.len() > 3 && once.ends_with('h') {
        once.pop();
    }
    once
}

fn plain_letter(letter: char) -> char {
    match letter {
        'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' | 'ā' => 'a',
        'é' | 'è' | 'ê' | 'ë' | 'ē' => 'e',
        'í' | 'ì' | 'î' | 'ï' | 'ī' => 'i',
        'ó' | 'ò' | 'ô' | 'ö' | 'õ' | 'ō' => 'o',
        'ú' | 'ù' | 'û' | 'ü' | 'ū' => 'u',
        'ç' => 'c',
        'ñ' => 'n',
        other => other,
    }
}

#[cfg(test)]
#[path = "names_tests.rs"]
mod tests;
