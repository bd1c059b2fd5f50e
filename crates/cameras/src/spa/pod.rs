//! Values of SPA, which are called pods: their bytes as a program receives and sends them.
//!
//! A pod is its length and its type, 32 bits each in the order of the machine, and a body that is padded to 8 bytes.
//! They come from other programs, so nothing in them is trusted.

/// The types of values.
pub(super) mod kind {
    pub const ID: u32 = 3;
    pub const INT: u32 = 4;
    pub const LONG: u32 = 5;
    pub const RECTANGLE: u32 = 10;
    pub const FRACTION: u32 = 11;
    pub const OBJECT: u32 = 15;
    pub const CHOICE: u32 = 19;
}

/// The types of choices.
mod choice {
    pub const NONE: u32 = 0;
    pub const RANGE: u32 = 1;
    pub const STEP: u32 = 2;
    pub const ENUM: u32 = 3;
    pub const FLAGS: u32 = 4;
}

/// A pod that was received.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pod<'a> {
    kind: u32,
    body: &'a [u8],
}

impl<'a> Pod<'a> {
    /// The first pod of these bytes. `None` if they are cut short.
    pub fn new(bytes: &'a [u8]) -> Option<Self> {
        let (len, kind) = (word(bytes, 0)? as usize, word(bytes, 4)?);
        Some(Self { kind, body: bytes.get(8..)?.get(..len)? })
    }

    /// The properties of an object of this type. `None` if it is anything else.
    pub fn properties(self, object: u32) -> Option<Properties<'a>> {
        let is_object = self.kind == kind::OBJECT && word(self.body, 0)? == object;
        is_object.then_some(Properties { rest: self.body.get(8..)? })
    }

    /// The values that are offered. `None` if they are of another type, or none at all.
    pub fn values<T: Value>(self) -> Option<Choice<T>> {
        if self.kind != kind::CHOICE {
            return Some(Choice::One(T::of(self.kind, self.body)?));
        }
        let (choice, len, kind) = (word(self.body, 0)?, word(self.body, 8)? as usize, word(self.body, 12)?);
        if len == 0 {
            return None;
        }
        let values: Option<Vec<T>> =
            self.body.get(16..)?.chunks_exact(len).map(|bytes| T::of(kind, bytes)).collect();
        let values = values?;
        let value = |place: usize| values.get(place).copied();
        Some(match choice {
            choice::RANGE => Choice::Range { default: value(0)?, min: value(1)?, max: value(2)?, step: None },
            choice::STEP => {
                Choice::Range { default: value(0)?, min: value(1)?, max: value(2)?, step: value(3) }
            }
            // The first is the default, which is listed again. A lone default stands for itself.
            choice::ENUM if values.len() > 1 => Choice::Any(values[1..].to_vec()),
            choice::NONE | choice::ENUM | choice::FLAGS => Choice::One(value(0)?),
            _ => return None,
        })
    }

    /// A single value, or the default of a choice.
    pub fn value<T: Value>(self) -> Option<T> {
        match self.values()? {
            Choice::One(value) | Choice::Range { default: value, .. } => Some(value),
            Choice::Any(values) => values.first().copied(),
        }
    }
}

/// The properties of an object: their keys and values.
#[derive(Debug, Clone)]
pub(super) struct Properties<'a> {
    rest: &'a [u8],
}

impl<'a> Properties<'a> {
    /// The value of a key.
    pub fn get(&self, key: u32) -> Option<Pod<'a>> {
        self.clone().find_map(|(found, pod)| (found == key).then_some(pod))
    }
}

impl<'a> Iterator for Properties<'a> {
    type Item = (u32, Pod<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let key = word(self.rest, 0)?;
        let pod = Pod::new(self.rest.get(8..)?)?;
        let end = pod.body.len().checked_next_multiple_of(8)?.checked_add(16)?;
        self.rest = self.rest.get(end..).unwrap_or_default();
        Some((key, pod))
    }
}

/// The values that a property can take.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Choice<T> {
    One(T),
    Any(Vec<T>),
    Range { default: T, min: T, max: T, step: Option<T> },
}

/// A value of a type that has a fixed length.
pub(super) trait Value: Copy {
    const KIND: u32;

    fn read(bytes: &[u8]) -> Option<Self>;

    fn write(self, bytes: &mut Vec<u8>);

    fn of(kind: u32, bytes: &[u8]) -> Option<Self> {
        if kind == Self::KIND { Self::read(bytes) } else { None }
    }
}

/// A number of an enumeration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Id(pub u32);

/// A size in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rectangle(pub u32, pub u32);

/// A numerator and a denominator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fraction(pub u32, pub u32);

impl Value for Id {
    const KIND: u32 = kind::ID;

    fn read(bytes: &[u8]) -> Option<Self> {
        word(bytes, 0).map(Self)
    }

    fn write(self, bytes: &mut Vec<u8>) {
        put(bytes, self.0);
    }
}

impl Value for i32 {
    const KIND: u32 = kind::INT;

    fn read(bytes: &[u8]) -> Option<Self> {
        word(bytes, 0).map(u32::cast_signed)
    }

    fn write(self, bytes: &mut Vec<u8>) {
        put(bytes, self.cast_unsigned());
    }
}

impl Value for i64 {
    const KIND: u32 = kind::LONG;

    fn read(bytes: &[u8]) -> Option<Self> {
        Some(Self::from_ne_bytes(bytes.get(..8)?.try_into().ok()?))
    }

    fn write(self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self.to_ne_bytes());
    }
}

impl Value for Rectangle {
    const KIND: u32 = kind::RECTANGLE;

    fn read(bytes: &[u8]) -> Option<Self> {
        Some(Self(word(bytes, 0)?, word(bytes, 4)?))
    }

    fn write(self, bytes: &mut Vec<u8>) {
        put(bytes, self.0);
        put(bytes, self.1);
    }
}

impl Value for Fraction {
    const KIND: u32 = kind::FRACTION;

    fn read(bytes: &[u8]) -> Option<Self> {
        Some(Self(word(bytes, 0)?, word(bytes, 4)?))
    }

    fn write(self, bytes: &mut Vec<u8>) {
        put(bytes, self.0);
        put(bytes, self.1);
    }
}

/// A word at this place.
fn word(bytes: &[u8], place: usize) -> Option<u32> {
    let word = bytes.get(place..)?.first_chunk()?;
    Some(u32::from_ne_bytes(*word))
}

fn put(bytes: &mut Vec<u8>, word: u32) {
    bytes.extend_from_slice(&word.to_ne_bytes());
}

/// An object that is to be sent.
#[derive(Debug, Clone)]
pub(super) struct Object {
    bytes: Vec<u8>,
}

impl Object {
    /// An object of a type, which is a parameter of this number.
    pub fn new(object: u32, parameter: u32) -> Self {
        let mut bytes = Vec::with_capacity(256);
        for word in [0, kind::OBJECT, object, parameter] {
            put(&mut bytes, word);
        }
        Self { bytes }
    }

    /// Adds a property that has one value.
    #[must_use]
    pub fn with<T: Value>(mut self, key: u32, value: T) -> Self {
        let mut body = Vec::with_capacity(8);
        value.write(&mut body);
        self.push(key, T::KIND, &body);
        self
    }

    /// Adds a property that can be any of these, the first preferred.
    #[must_use]
    pub fn with_any<T: Value>(self, key: u32, values: &[T]) -> Self {
        match values {
            [] => self,
            [one] => self.with(key, *one),
            [first, ..] => self.with_choice(key, choice::ENUM, &[&[*first], values].concat()),
        }
    }

    /// Adds a property that can be anything of a range.
    #[must_use]
    pub fn with_range<T: Value>(self, key: u32, default: T, min: T, max: T) -> Self {
        self.with_choice(key, choice::RANGE, &[default, min, max])
    }

    /// Adds a property that is any set of these flags.
    #[must_use]
    pub fn with_flags(self, key: u32, flags: i32) -> Self {
        self.with_choice(key, choice::FLAGS, &[flags])
    }

    fn with_choice<T: Value>(mut self, key: u32, choice: u32, values: &[T]) -> Self {
        let mut children = Vec::new();
        for value in values {
            value.write(&mut children);
        }
        let mut body = Vec::new();
        let len = children.len().checked_div(values.len()).unwrap_or(0);
        for word in [choice, 0, u32::try_from(len).unwrap_or(0), T::KIND] {
            put(&mut body, word);
        }
        body.extend_from_slice(&children);
        self.push(key, kind::CHOICE, &body);
        self
    }

    fn push(&mut self, key: u32, kind: u32, body: &[u8]) {
        let len = u32::try_from(body.len()).unwrap_or(0);
        for word in [key, 0, len, kind] {
            put(&mut self.bytes, word);
        }
        self.bytes.extend_from_slice(body);
        self.bytes.resize(self.bytes.len().next_multiple_of(8), 0);
    }

    /// The bytes of the object.
    pub fn into_bytes(mut self) -> Vec<u8> {
        let len = u32::try_from(self.bytes.len().saturating_sub(8)).unwrap_or(0);
        self.bytes[..4].copy_from_slice(&len.to_ne_bytes());
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object() -> Vec<u8> {
        Object::new(0x40003, 3)
            .with(1, Id(2))
            .with_any(2, &[Id(23), Id(4)])
            .with_range(3, Rectangle(640, 480), Rectangle(1, 1), Rectangle(4096, 4096))
            .with(4, Fraction(30, 1))
            .with_flags(5, 6)
            .with(6, -7_i64)
            .into_bytes()
    }

    #[test]
    fn an_object_is_read_as_it_was_written() {
        let bytes = object();
        assert_eq!(bytes.len() % 8, 0);
        let properties = Pod::new(&bytes).and_then(|pod| pod.properties(0x40003)).expect("it is an object");
        assert_eq!(properties.get(1).and_then(Pod::values), Some(Choice::One(Id(2))));
        assert_eq!(properties.get(2).and_then(Pod::values), Some(Choice::Any(vec![Id(23), Id(4)])));
        assert_eq!(properties.get(2).and_then(Pod::value), Some(Id(23)));
        let range = Choice::Range {
            default: Rectangle(640, 480),
            min: Rectangle(1, 1),
            max: Rectangle(4096, 4096),
            step: None,
        };
        assert_eq!(properties.get(3).and_then(Pod::values), Some(range));
        assert_eq!(properties.get(4).and_then(Pod::value), Some(Fraction(30, 1)));
        assert_eq!(properties.get(5).and_then(Pod::value), Some(6_i32));
        assert_eq!(properties.get(6).and_then(Pod::value), Some(-7_i64));
        assert!(properties.get(7).is_none());
        assert_eq!(properties.count(), 6);
    }

    #[test]
    fn a_value_of_another_type_is_none() {
        let bytes = object();
        let properties = Pod::new(&bytes).and_then(|pod| pod.properties(0x40003)).expect("it is an object");
        assert_eq!(properties.get(1).and_then(Pod::value::<i32>), None);
        assert_eq!(properties.get(2).and_then(Pod::value::<Rectangle>), None);
        assert!(Pod::new(&bytes).and_then(|pod| pod.properties(0x40004)).is_none());
    }

    /// Every cut and every changed byte is read without a panic, and without a walk that has no end.
    #[test]
    fn damaged_bytes_are_read_to_an_end() {
        let read = |bytes: &[u8]| {
            let Some(properties) = Pod::new(bytes).and_then(|pod| pod.properties(0x40003)) else { return };
            for (_, pod) in properties.take(1000) {
                let _ = pod.value::<Id>();
                let _ = pod.values::<Rectangle>();
                let _ = pod.values::<Fraction>();
                let _ = pod.values::<i64>();
            }
        };
        let whole = object();
        for len in 0..whole.len() {
            read(&whole[..len]);
        }
        for place in 0..whole.len() {
            for byte in [0, 1, 0x7f, 0x80, 0xff] {
                let mut damaged = whole.clone();
                damaged[place] = byte;
                read(&damaged);
            }
        }
    }
}
