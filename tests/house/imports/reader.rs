//! Reads the tokens of a file into modules.

use std::iter::Peekable;

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree, token_stream::IntoIter};

use super::{
    Part,
    modules::{Binding, Mention, Module, Modules, Path},
};

/// Adds the modules of a file.
pub fn read(modules: &mut Modules, file: &str, text: &str) {
    let tokens: TokenStream = text.parse().unwrap_or_else(|error| panic!("{file} is no Rust: {error}"));
    let name = file.strip_suffix(".rs").unwrap_or(file);
    let path: Path = match name {
        "lib" | "main" => Path::new(),
        name => name.split('/').map(str::to_owned).collect(),
    };
    let mut reader = Reader { modules, file, path, whole: Part::Items, part: Part::Items };
    reader.items(tokens);
}

/// Reads a module.
struct Reader<'a> {
    modules: &'a mut Modules,
    file: &'a str,
    path: Path,
    /// The part that all of the module is.
    whole: Part,
    /// The part that the current item is.
    part: Part,
}

type Tokens = Peekable<IntoIter>;

/// The words and flags at the head of an item.
#[derive(Default)]
struct Head {
    words: Vec<String>,
    exported: bool,
    for_tests: bool,
}

impl Head {
    fn has(&self, keyword: &str) -> bool {
        self.words.iter().any(|word| word == keyword)
    }

    /// The type that `Plugin` is implemented for.
    fn plugin(&self) -> Option<&String> {
        let plugin = self.words.windows(3).find(|words| words[0] == "Plugin" && words[1] == "for")?;
        Some(&plugin[2])
    }
}

impl Reader<'_> {
    fn module(&mut self) -> &mut Module {
        self.modules.add(&self.path, self.file, self.whole)
    }

    /// Reads the items of a module.
    fn items(&mut self, stream: TokenStream) {
        self.module();
        let mut tokens = stream.into_iter().peekable();
        let mut head = Head::default();
        while let Some(token) = tokens.next() {
            let ends = match token {
                TokenTree::Punct(punct) if punct.as_char() == '#' => {
                    tokens.next_if(|token| is_punct(token, '!'));
                    if let Some(TokenTree::Group(attribute)) = tokens.next() {
                        head.for_tests |= attribute.stream().to_string().replace(' ', "") == "cfg(test)";
                        self.code(attribute.stream());
                    }
                    false
                }
                TokenTree::Punct(punct) => punct.as_char() == ';',
                TokenTree::Ident(word) => {
                    let line = word.span().start().line;
                    let word = word.to_string();
                    head.words.push(word.clone());
                    self.word(word, line, &mut head, &mut tokens)
                }
                TokenTree::Group(group) => {
                    let is_body = group.delimiter() == Delimiter::Brace;
                    if is_body && let Some(plugin) = head.plugin() {
                        self.module().items.insert(plugin.clone(), Part::Plugin);
                        self.part = Part::Plugin;
                    }
                    if head.has("enum") {
                        self.variants(group.stream());
                    } else if head.has("extern") && !head.has("fn") {
                        self.items(group.stream());
                    } else {
                        self.code(group.stream());
                    }
                    is_body
                }
                TokenTree::Literal(_) => false,
            };
            if ends {
                head = Head::default();
                self.part = Part::Items;
            }
        }
    }

    /// Reads a word at the head of an item. Returns whether the item ends with it.
    fn word(&mut self, word: String, line: usize, head: &mut Head, tokens: &mut Tokens) -> bool {
        match word.as_str() {
            "pub" => {
                head.exported = true;
                skip_scope(tokens);
            }
            "use" if !is_bound(tokens) => {
                for (path, name) in use_tree(tokens) {
                    let (exported, for_tests) = (head.exported, head.for_tests);
                    self.module().bindings.push(Binding { name, path, line, exported, for_tests });
                }
                return true;
            }
            "mod" => {
                self.child(tokens, head.for_tests);
                return true;
            }
            "struct" | "enum" | "union" | "trait" | "type" | "const" | "static" | "fn" => {
                if word == "fn" && matches!(tokens.peek(), Some(TokenTree::Ident(name)) if name == "plugin") {
                    self.part = Part::Plugin;
                }
                let is_name = |token: &TokenTree| matches!(token, TokenTree::Ident(name) if name != "fn");
                if let Some(name) = tokens.next_if(is_name) {
                    let part = self.part;
                    self.module().items.insert(name.to_string(), part);
                }
            }
            "macro_rules" => {
                tokens.next();
                if let Some(name) = tokens.next() {
                    self.module().items.insert(name.to_string(), Part::Items);
                }
            }
            _ => self.path(word, line, tokens),
        }
        false
    }

    /// Reads what follows `mod`.
    fn child(&mut self, tokens: &mut Tokens, for_tests: bool) {
        let Some(TokenTree::Ident(name)) = tokens.next() else { return };
        self.module().children.insert(name.to_string());
        if let Some(TokenTree::Group(body)) = tokens.next() {
            let whole = if for_tests { Part::Tests } else { self.whole };
            let path = [&self.path[..], &[name.to_string()]].concat();
            let mut child = Reader { modules: self.modules, file: self.file, path, whole, part: Part::Items };
            child.items(body.stream());
        }
    }

    /// Reads the variants of an enum. Their names are no uses of items that are called the same.
    fn variants(&mut self, stream: TokenStream) {
        let mut is_start = true;
        for token in stream {
            match token {
                TokenTree::Punct(punct) => is_start |= punct.as_char() == ',',
                TokenTree::Ident(_) if is_start => is_start = false,
                other => self.code(other.into()),
            }
        }
    }

    /// Reads anything but items.
    fn code(&mut self, stream: TokenStream) {
        let mut tokens = stream.into_iter().peekable();
        // A word after `::` doesn't start a path.
        let mut colons = 0;
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Punct(punct) if punct.as_char() == ':' => {
                    colons += 1;
                    continue;
                }
                TokenTree::Ident(word) if word == "pub" => skip_scope(&mut tokens),
                TokenTree::Ident(word) if word == "use" && !is_bound(&mut tokens) => {
                    let (part, line) = (self.part, word.span().start().line);
                    for (path, _) in use_tree(&mut tokens) {
                        self.module().mentions.push(Mention { part, path, line });
                    }
                }
                TokenTree::Ident(word) if colons < 2 => {
                    let line = word.span().start().line;
                    self.path(word.to_string(), line, &mut tokens);
                }
                TokenTree::Group(group) => self.code(group.stream()),
                _ => {}
            }
            colons = 0;
        }
    }

    /// Reads the path that starts with a word.
    fn path(&mut self, word: String, line: usize, tokens: &mut Tokens) {
        let part = self.part;
        self.module().identifiers.insert((part, word.clone()));
        let mut path = vec![word];
        while take_colons(tokens) {
            let Some(next) = tokens.next_if(|token| matches!(token, TokenTree::Ident(_))) else { break };
            path.push(next.to_string());
        }
        if path.len() > 1 {
            self.module().mentions.push(Mention { part, path, line });
        }
    }
}

/// The paths of a `use` declaration up to its end, each with the name that it binds. A glob binds none.
fn use_tree(tokens: &mut Tokens) -> Vec<(Path, Option<String>)> {
    let mut paths = Vec::new();
    let mut path = Path::new();
    let mut alias = None;
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(word) if word == "as" => alias = tokens.next().map(|name| name.to_string()),
            TokenTree::Ident(word) => path.push(word.to_string()),
            TokenTree::Punct(punct) => match punct.as_char() {
                '*' => paths.push((std::mem::take(&mut path), None)),
                ',' => paths.extend(named(std::mem::take(&mut path), alias.take())),
                ';' => break,
                _ => {}
            },
            TokenTree::Group(group) => {
                let prefix = std::mem::take(&mut path);
                for (rest, name) in use_tree(&mut group.stream().into_iter().peekable()) {
                    // `self` in a group is what stands before it.
                    let (rest, name) = match &rest[..] {
                        [only] if only == "self" => {
                            (Path::new(), name.filter(|name| name != "self").or(prefix.last().cloned()))
                        }
                        _ => (rest, name),
                    };
                    paths.push(([&prefix[..], &rest].concat(), name));
                }
            }
            TokenTree::Literal(_) => {}
        }
    }
    paths.extend(named(path, alias));
    paths
}

/// A path with the name that it binds, if there is a path.
fn named(path: Path, alias: Option<String>) -> Option<(Path, Option<String>)> {
    let name = alias.or(path.last().cloned())?;
    Some((path, Some(name)))
}

/// Whether what follows `use` makes it a bound in a signature: `use<>`.
fn is_bound(tokens: &mut Tokens) -> bool {
    tokens.peek().is_some_and(|token| is_punct(token, '<'))
}

/// Skips the scope of a visibility: `(crate)`.
fn skip_scope(tokens: &mut Tokens) {
    let is_scope = |token: &TokenTree| {
        matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis
            && matches!(group.stream().into_iter().next(), Some(TokenTree::Ident(word))
                if ["crate", "self", "super", "in"].iter().any(|scope| word == scope)))
    };
    tokens.next_if(is_scope);
}

/// Takes `::`, if it comes next.
fn take_colons(tokens: &mut Tokens) -> bool {
    let is_first = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ':' && punct.spacing() == Spacing::Joint);
    tokens.next_if(is_first).is_some() && tokens.next_if(|token| is_punct(token, ':')).is_some()
}

fn is_punct(token: &TokenTree, character: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == character)
}
