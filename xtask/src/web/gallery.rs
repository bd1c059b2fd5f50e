//! All examples that run in browsers as one folder: a page for each, and a page with links to them.

use super::{page, site::Site};
use crate::{
    Result,
    cargo::{Example, Workspace},
    paths,
};
use std::{
    fs,
    path::{Path, PathBuf},
};

const GALLERY: &str = include_str!("../../web/gallery.html");

const REPOSITORY: &str = "https://github.com/bevy-viewfinder/bevy_viewfinder";

/// The pictures of the examples, 320x180.
const PICTURES: &str = "docs/images/examples";

/// Builds the page of each example with the options of this one, and the page with the links. Returns the folder.
pub fn build(options: &Site) -> Result<PathBuf> {
    let workspace = Workspace::read()?;
    // With the same features Bevy is built once.
    let features = workspace.web_features.union();
    let folder = Site { example: "all".to_owned(), ..options.clone() }.folder();
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let mut cards = String::new();
    for example in workspace.examples.iter().filter(|example| workspace.web_features.has_page(example)) {
        say!("\n{}", example.name)?;
        let site = Site { example: example.name.clone(), ..options.clone() };
        let own = if example.package.is_none() { &features[..] } else { &[] };
        let page = site.build_example(example, own.iter().map(String::as_str))?;
        fs::rename(page, folder.join(&example.name))?;
        let picture = format!("{}.jpg", example.name);
        let has_picture = paths::root().join(PICTURES).join(&picture).is_file();
        if has_picture {
            fs::copy(paths::root().join(PICTURES).join(&picture), folder.join(&picture))?;
        }
        cards += &card(example, &fs::read_to_string(&example.source)?, has_picture);
    }
    let values = [
        ("cards", cards),
        ("repository", REPOSITORY.to_owned()),
        ("api", if options.webgpu { "WebGPU" } else { "WebGL2" }.to_owned()),
    ];
    fs::write(folder.join("index.html"), page::fill(GALLERY, &values))?;
    Ok(folder)
}

/// The entry of an example, as HTML.
fn card(example: &Example, source: &str, has_picture: bool) -> String {
    let name = &example.name;
    let file = example.source.strip_prefix(paths::root()).unwrap_or(&example.source);
    let picture = if has_picture {
        format!(
            "<img class=\"picture\" src=\"{name}.jpg\" alt=\"\" loading=\"lazy\" width=\"320\" height=\"180\">"
        )
    } else {
        "<span class=\"picture\"></span>".to_owned()
    };
    format!(
        "<li><a class=\"example\" href=\"{name}/\">{picture}<h2>{}</h2><p>{}</p></a>\
         <a class=\"source\" href=\"{REPOSITORY}/blob/main/{}\">Source of {name}</a></li>\n",
        page::title(name),
        page::about(source),
        slashes(file),
    )
}

fn slashes(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_placeholders_are_filled() {
        let values = ["cards", "repository", "api"].map(|name| (name, "x".to_owned()));
        let filled = page::fill(GALLERY, &values);
        assert!(!filled.contains("{{") && !filled.contains("}}"));
    }

    #[test]
    fn a_card_links_to_the_page_and_to_the_source() {
        let source = paths::root().join("examples/take_photo.rs");
        let example = Example { name: "take_photo".to_owned(), source, package: None };
        let card = card(&example, "//! Takes a <photo>.\n", false);
        for part in [
            "href=\"take_photo/\"",
            "<h2>Take photo</h2>",
            "Takes a &lt;photo&gt;.",
            "blob/main/examples/take_photo.rs",
        ] {
            assert!(card.contains(part), "{part} in {card}");
        }
    }

    #[test]
    fn examples_without_a_page_are_examples() {
        let workspace = Workspace::read().unwrap();
        let pages =
            workspace.examples.iter().filter(|example| workspace.web_features.has_page(example)).count();
        assert_eq!(workspace.examples.len() - pages, workspace.web_features.without_page().len());
        assert!(pages > 20, "{pages}");
    }
}
