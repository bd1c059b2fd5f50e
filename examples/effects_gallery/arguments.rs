//! What the gallery was called with: on the command line, or in the page's address.

/// Whether the synthetic camera is asked for: `--synthetic`, or `?synthetic` of a page.
#[cfg(not(target_family = "wasm"))]
pub fn wants_synthetic() -> bool {
    std::env::args().any(|argument| argument == "--synthetic")
}

/// Whether the synthetic camera is asked for: `?synthetic` of the page's address.
#[cfg(target_family = "wasm")]
pub fn wants_synthetic() -> bool {
    let search = web_sys::window().and_then(|window| window.location().search().ok());
    search.is_some_and(|search| search.contains("synthetic"))
}
