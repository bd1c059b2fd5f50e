//! The WGSL that effects and passes are linked with.

use std::{borrow::Cow, collections::HashMap, sync::OnceLock};

use super::module::{Module, Scope};

/// The texts of the library. All of their global names differ.
const TEXTS: [&str; 15] = [
    include_str!("../../../shaders/effect.wgsl"),
    include_str!("../../../shaders/sampling.wgsl"),
    include_str!("../../../shaders/area.wgsl"),
    include_str!("../../../shaders/input.wgsl"),
    include_str!("../../../shaders/color.wgsl"),
    include_str!("../../../shaders/random.wgsl"),
    include_str!("../../../shaders/sobel.wgsl"),
    include_str!("../../../shaders/blur.wgsl"),
    include_str!("../../../shaders/pack16.wgsl"),
    include_str!("../../../shaders/transfer.wgsl"),
    include_str!("../../../shaders/image.wgsl"),
    include_str!("../../../shaders/history.wgsl"),
    include_str!("../../../shaders/blend.wgsl"),
    include_str!("../../../shaders/camera.wgsl"),
    include_str!("../../../shaders/finish.wgsl"),
];

/// The names that an app's effects may use, with the right signatures and no bodies.
const CONTRACT: &str = include_str!("../../../docs/effect.wgsl");

/// The place of a declaration in the library: which text, and which of its declarations.
pub(super) type Place = (usize, usize);

/// The library's texts and where each name is declared.
#[derive(Debug)]
pub(super) struct Library {
    pub modules: Vec<Module>,
    places: HashMap<String, Place>,
}

impl Library {
    /// Where this name is declared.
    pub fn find(&self, name: &str) -> Option<Place> {
        self.places.get(name).copied()
    }
}

/// The library. The tests hold that its texts can be read.
pub(super) fn library() -> &'static Library {
    static LIBRARY: OnceLock<Library> = OnceLock::new();
    LIBRARY.get_or_init(|| {
        let modules: Vec<Module> = TEXTS.iter().filter_map(|text| read(text)).collect();
        let mut places = HashMap::new();
        for (text, module) in modules.iter().enumerate() {
            for (index, declaration) in module.declarations().iter().enumerate() {
                if let Some(name) = module.name_of(declaration) {
                    places.insert(name.to_owned(), (text, index));
                }
            }
        }
        Library { modules, places }
    })
}

/// The contract with the apps' effects.
pub(super) fn contract() -> &'static Module {
    static READ: OnceLock<Module> = OnceLock::new();
    READ.get_or_init(|| read(CONTRACT).unwrap_or_default())
}

fn read(text: &'static str) -> Option<Module> {
    Module::parse(Cow::Borrowed(text), Scope::Library).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::effect::wgsl::module::DeclarationKind;

    #[test]
    fn every_text_is_read_and_every_name_stands_once() {
        let library = library();
        assert_eq!(library.modules.len(), TEXTS.len());
        let names: usize = library.modules.iter().map(|module| module.declarations().len()).sum();
        assert_eq!(library.places.len(), names);
    }

    #[test]
    fn the_contract_declares_what_the_library_has() {
        let contract = contract();
        let names: Vec<_> =
            contract.declarations().iter().filter_map(|known| contract.name_of(known)).collect();
        assert_eq!(
            names,
            [
                "Context",
                "sample",
                "sample_original",
                "ImageInfo",
                "sample_image",
                "Temporal",
                "sample_history"
            ]
        );
        for declaration in contract.declarations() {
            let name = contract.name_of(declaration).expect("a name");
            let (text, index) = library().find(name).expect("the library has it");
            let module = &library().modules[text];
            let texts = |module: &Module, declaration| {
                let texts = module.texts(declaration).map(str::to_owned);
                // A function is all that stands before its body.
                let is_function =
                    module.declaration(name).is_some_and(|it| it.kind == DeclarationKind::Function);
                texts.take_while(|text| !is_function || text != "{").collect::<Vec<_>>()
            };
            assert_eq!(texts(contract, declaration), texts(module, &module.declarations()[index]), "{name}");
        }
    }
}
