//! The random names of pictures.

use std::fmt::Write;

use super::error::PickupError;

/// The length of a name in hexadecimal digits: 128 bits.
const DIGITS: usize = 32;

/// A name that can't be guessed: 128 bits from the system's random numbers, in lowercase hexadecimal.
///
/// # Errors
/// [`PickupError::NoRandomNumbers`].
pub fn random_name() -> Result<String, PickupError> {
    let mut bytes = [0; DIGITS / 2];
    getrandom::fill(&mut bytes).map_err(PickupError::NoRandomNumbers)?;
    Ok(bytes.iter().fold(String::with_capacity(DIGITS), |mut name, byte| {
        let _ = write!(name, "{byte:02x}");
        name
    }))
}

/// True if a text has the form of a name.
pub fn is_name(text: &str) -> bool {
    text.len() == DIGITS && text.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_have_128_bits_that_differ() {
        let names: HashSet<String> = (0..1000).map(|_| random_name().expect("random numbers")).collect();
        assert_eq!(names.len(), 1000);
        assert!(names.iter().all(|name| is_name(name)));
        // Each of the 32 digits has each of its 16 values in some name.
        for place in 0..DIGITS {
            let values: HashSet<_> = names.iter().filter_map(|name| name.as_bytes().get(place)).collect();
            assert_eq!(values.len(), 16, "digit {place}");
        }
    }

    #[test]
    fn only_names_have_the_form_of_names() {
        let name = "0123456789abcdef0123456789abcdef";
        assert!(is_name(name));
        for other in ["", "0", &name[1..], &format!("{name}0"), &name.to_uppercase(), &name.replace('a', "/")]
        {
            assert!(!is_name(other), "{other}");
        }
    }
}
