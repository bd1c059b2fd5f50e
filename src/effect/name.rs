//! Names in the style of text.

/// `GaussianBlur` as `gaussian_blur`.
pub(super) fn snake_case(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    for (index, letter) in name.chars().enumerate() {
        if letter.is_uppercase() && index > 0 {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_are_snake_case() {
        assert_eq!(super::snake_case("GaussianBlur"), "gaussian_blur");
        assert_eq!(super::snake_case("Sepia"), "sepia");
    }
}
