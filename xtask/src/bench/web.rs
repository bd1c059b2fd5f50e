//! The browser's bench: how much a visitor downloads, and what a camera costs there.

use crate::{
    Result, browsers,
    web::{Site, size},
};

/// What it is called.
pub const NAME: &str = "web";

/// The pages, and the most that each may weigh as it is sent, in MiB.
const PAGES: &[(&str, u64)] = &[("photobooth", 6), ("minimal", 4)];

/// Builds, measures, and gives back the tables.
pub fn run() -> Result<String> {
    let mut tables = String::from(
        "What a visitor downloads, as `cargo xtask web --release` builds it for WebGL2.\n\n\
         | page | module | gzip |\n|---|---|---|\n",
    );
    let mut goals = String::from("\n");
    for &(example, most) in PAGES {
        let site = Site { example: example.to_owned(), webgpu: false, release: true };
        site.build()?;
        let module = site.module();
        let (whole, sent) = (std::fs::metadata(&module)?.len(), size::as_sent(&module)?);
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
