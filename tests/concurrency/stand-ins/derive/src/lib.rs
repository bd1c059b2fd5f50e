//! Derives that Bevy has, and that nothing here depends on: they derive nothing.

use proc_macro::TokenStream;

/// Derives nothing.
#[proc_macro_derive(Component, attributes(component, relationship, relationship_target))]
pub fn component(_: TokenStream) -> TokenStream {
    TokenStream::new()
}

/// Derives nothing.
#[proc_macro_derive(EntityEvent, attributes(entity_event, event_target))]
pub fn entity_event(_: TokenStream) -> TokenStream {
    TokenStream::new()
}

/// Derives nothing.
#[proc_macro_derive(Reflect, attributes(reflect))]
pub fn reflect(_: TokenStream) -> TokenStream {
    TokenStream::new()
}

/// Derives nothing.
#[proc_macro_derive(Resource, attributes(resource))]
pub fn resource(_: TokenStream) -> TokenStream {
    TokenStream::new()
}
