//! The modules of a crate, and which of them defines the item that a path leads to.

use std::collections::{BTreeMap, BTreeSet};

use super::{Import, Node, Part};

/// A module's path from the crate's root, or segments of a path.
pub type Path = Vec<String>;

/// All modules by their paths.
#[derive(Debug, Default)]
pub struct Modules(BTreeMap<Path, Module>);

/// A module: a file, or a module inside one.
#[derive(Debug)]
pub struct Module {
    pub file: String,
    /// Anything but `Items` applies to everything in it.
    pub part: Part,
    pub children: BTreeSet<String>,
    /// Its own items.
    pub items: BTreeMap<String, Part>,
    pub bindings: Vec<Binding>,
    pub mentions: Vec<Mention>,
    /// The identifiers that its parts contain.
    pub identifiers: BTreeSet<(Part, String)>,
}

/// The names that a `use` declaration of a module imports.
#[derive(Debug)]
pub struct Binding {
    /// `None` for a glob.
    pub name: Option<String>,
    pub path: Path,
    pub line: usize,
    pub exported: bool,
    pub for_tests: bool,
}

/// A path of two segments or more in code.
#[derive(Debug)]
pub struct Mention {
    pub part: Part,
    pub path: Path,
    pub line: usize,
}

impl Module {
    fn node(&self, part: Part) -> Node {
        let part = if self.part == Part::Items { part } else { self.part };
        Node { file: self.file.clone(), part }
    }
}

impl Modules {
    /// Adds an empty module. The module is there from now on.
    pub fn add(&mut self, path: &[String], file: &str, part: Part) -> &mut Module {
        self.0.entry(path.to_vec()).or_insert_with(|| Module {
            file: file.to_owned(),
            part,
            children: BTreeSet::new(),
            items: BTreeMap::new(),
            bindings: Vec::new(),
            mentions: Vec::new(),
            identifiers: BTreeSet::new(),
        })
    }

    /// All imports between files, without duplicates.
    pub fn imports(&self) -> Vec<Import> {
        let mut imports = BTreeSet::new();
        for (path, module) in &self.0 {
            let mut add = |part: Part, line: usize, segments: &[String]| {
                let from = module.node(part);
                for to in self.definitions(path, segments).into_iter().filter(|to| to.file != from.file) {
                    imports.insert(Import { from: from.clone(), to, line, path: segments.join("::") });
                }
            };
            for mention in &module.mentions {
                add(mention.part, mention.line, &mention.path);
            }
            for binding in &module.bindings {
                for part in module.users(binding) {
                    add(part, binding.line, &binding.path);
                }
            }
        }
        imports.into_iter().collect()
    }

    /// The nodes that define the item of a path, as a module writes it: one for each platform that has its own. None
    /// for an item of another crate.
    fn definitions(&self, module: &[String], path: &[String]) -> BTreeSet<Node> {
        let mut found = BTreeSet::new();
        if let Some((start, item)) = self.start(module, path) {
            self.find(&start, item, &mut found, &mut BTreeSet::new());
            if found.is_empty() {
                // A macro of this module may define it.
                found.extend(self.0.get(&start).map(|module| module.node(Part::Items)));
            }
        }
        found
    }

    /// The module that a path leads to, and the segments that remain. `None` if it leads to another crate.
    fn start<'a>(&self, module: &[String], path: &'a [String]) -> Option<(Path, &'a [String])> {
        let mut start = module.to_vec();
        let mut rest = path;
        match path.first()?.as_str() {
            "crate" => start.clear(),
            "self" | "super" => {}
            child if self.0.get(module)?.children.contains(child) => {}
            _ => return None,
        }
        while let Some((segment, others)) = rest.split_first() {
            match segment.as_str() {
                "crate" | "self" => {}
                "super" => _ = start.pop(),
                child if self.0.get(&start)?.children.contains(child) => start.push(segment.clone()),
                _ => break,
            }
            rest = others;
        }
        Some((start, rest))
    }

    /// Finds the nodes that define an item of a module: its own item, or one that it imports or re-exports.
    fn find(
        &self,
        path: &Path,
        item: &[String],
        found: &mut BTreeSet<Node>,
        visited: &mut BTreeSet<(Path, Path)>,
    ) {
        let Some(module) = self.0.get(path) else { return };
        let Some((name, rest)) = item.split_first() else {
            found.insert(module.node(Part::Items));
            return;
        };
        if let Some(part) = module.items.get(name) {
            found.insert(module.node(*part));
            return;
        }
        if !visited.insert((path.clone(), item.to_vec())) {
            return;
        }
        for binding in &module.bindings {
            let rest = match &binding.name {
                Some(bound) if bound == name => rest,
                None => item,
                Some(_) => continue,
            };
            let target = [&binding.path, rest].concat();
            if let Some((start, item)) = self.start(path, &target) {
                self.find(&start, item, found, visited);
            }
        }
    }
}

impl Module {
    /// The parts that use what a declaration brings in.
    fn users(&self, binding: &Binding) -> Vec<Part> {
        if binding.for_tests {
            return vec![Part::Tests];
        }
        let uses = |part: &Part| {
            binding.name.as_ref().is_some_and(|name| self.identifiers.contains(&(*part, name.clone())))
        };
        let mut users: Vec<Part> = [Part::Items, Part::Plugin].into_iter().filter(uses).collect();
        // A trait's name need not occur where its methods do, nor any name of a glob.
        if users.is_empty() && !binding.exported {
            users.push(Part::Items);
        }
        users
    }
}
