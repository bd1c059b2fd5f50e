//! The browser's bench: the size of the download, and the cost of a track.

use crate::{
    Result, browsers,
    web::{Site, size},
};

/// The name of the bench and of its section.
pub const NAME: &str = "web";

/// The pages, each with the limit for its compressed size in MiB.
const PAGES: &[(&str, u64)] = &[("photobooth", 6), ("minimal", 4)];

/// Builds and measures the pages. Returns the tables.
pub fn run() -> Result<String> {
    let mut tables = String::from(
        "The download of a visitor, as built by `cargo xtask web --release` for WebGL2.\n\n\
         | page | module | gzip |\n|---|---|---|\n",
    );
    let mut goals = String::from("\n");
    for &(example, most) in PAGES {
        let site = Site { example: example.to_owned(), webgpu: false, release: true };
        site.build()?;
        let module = site.module();
        let (whole, sent) = (std::fs::metadata(&module)?.len(), size::gzipped(&module)?);
        tables += &format!("| {example} | {} | {} |\n", size::megabytes(whole), size::megabytes(sent));
        let verdict = if sent <= most << 20 { "met" } else { "**missed**" };
        goals += &format!(
            "- {verdict}: {example}, at most {most} MiB: {:.2} MiB\n",
            sent as f64 / f64::from(1 << 20)
        );
    }
    tables += &goals;
    say!("{tables}")?;
    Ok(tables + "\n" + &browsers::bench()?)
}
