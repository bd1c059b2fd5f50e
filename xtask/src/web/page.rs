//! The page: one HTML file, and the assets.

use super::site::Site;
use crate::{Result, cargo::Example, paths};
use std::{fs, path::Path};

const INDEX: &str = include_str!("../../web/index.html");

/// The models that find people, which a page fetches.
const MODELS: &str = "crates/people/models";

/// Writes the page into its folder. A package of its own has assets of its own. Models that the module names are beside
/// them.
pub fn write(site: &Site, example: &Example, module: &Path, folder: &Path) -> Result<()> {
    let values = [
        ("title", title(&site.example)),
        ("about", about(&fs::read_to_string(&example.source)?)),
        ("name", site.example.clone()),
        ("bytes", fs::metadata(module)?.len().to_string()),
        ("api", if site.webgpu { "webgpu" } else { "webgl2" }.to_owned()),
    ];
    fs::write(folder.join("index.html"), fill(INDEX, &values))?;
    let assets = example.package.as_deref().unwrap_or(paths::root()).join("assets");
    if assets.is_dir() {
        paths::copy(&assets, &folder.join("assets"))?;
    }
    let bytes = fs::read(module)?;
    for model in fs::read_dir(paths::root().join(MODELS))? {
        let model = model?;
        if contains(&bytes, model.file_name().as_encoded_bytes()) {
            let models = folder.join("assets/models");
            fs::create_dir_all(&models)?;
            fs::copy(model.path(), models.join(model.file_name()))?;
        }
    }
    Ok(())
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// Replaces placeholders like `{{name}}` with values.
pub fn fill(template: &str, values: &[(&str, String)]) -> String {
    values
        .iter()
        .fold(template.to_owned(), |text, (name, value)| text.replace(&format!("{{{{{name}}}}}"), value))
}

/// An example's name in words.
pub fn title(example: &str) -> String {
    let words = example.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The first paragraph of an example's documentation, as HTML.
pub fn about(source: &str) -> String {
    let lines = source.lines().map_while(|line| line.strip_prefix("//!")).map(str::trim);
    let words: Vec<_> = lines.take_while(|line| !line.is_empty()).collect();
    words.join(" ").replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('`', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_placeholders_are_filled() {
        let names = ["title", "about", "name", "bytes", "api"];
        let filled = fill(INDEX, &names.map(|name| (name, "x".to_owned())));
        assert!(!filled.contains("{{") && !filled.contains("}}"));
        for name in names {
            assert!(INDEX.contains(&format!("{{{{{name}}}}}")), "{name}");
        }
    }

    #[test]
    fn title_and_text_come_from_the_example() {
        assert_eq!(title("custom_effect"), "Custom effect");
        assert_eq!(about("//! A `Track`\n//! & more.\n//!\n//! Not this.\nuse x;"), "A Track &amp; more.");
        assert_eq!(about("use x;"), "");
    }
}
