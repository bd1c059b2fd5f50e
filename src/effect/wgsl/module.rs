//! A WGSL text as its global declarations.

use std::{borrow::Cow, collections::HashSet, ops::Range};

use super::{
    Fault,
    tokens::{Token, TokenKind, tokenize},
};

/// A WGSL text, split into its global declarations.
#[derive(Debug, Default)]
pub struct Module {
    text: Cow<'static, str>,
    tokens: Vec<Token>,
    declarations: Vec<Declaration>,
    /// The names of the library that the text may use without declaring them.
    scope: Scope,
}

/// Which names of the library a text may use.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Scope {
    /// Those that `docs/effect.wgsl` lists.
    Contract,
    /// All.
    #[default]
    Library,
}

/// A global declaration.
#[derive(Debug)]
pub(super) struct Declaration {
    pub kind: DeclarationKind,
    /// The token of its name.
    pub name: Option<usize>,
    /// Its tokens, attributes included.
    pub tokens: Range<usize>,
    /// It is a copy of one in `docs/effect.wgsl`, which the library's own stands for.
    pub is_copy: bool,
}

/// The kind of a declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DeclarationKind {
    Function,
    Struct,
    Variable,
    Override,
    Other,
}

impl Module {
    /// A text with any declarations.
    pub(super) fn parse(text: Cow<'static, str>, scope: Scope) -> Result<Self, Fault> {
        let mut tokens = tokenize(&text)?;
        check_brackets(&tokens)?;
        check_chains(&text, &tokens)?;
        let declarations = Scanner { text: &text, tokens: &mut tokens, at: 0 }.scan()?;
        Ok(Self { text, tokens, declarations, scope })
    }

    pub(super) fn scope(&self) -> Scope {
        self.scope
    }

    pub(super) fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    pub(super) fn text_of(&self, token: &Token) -> &str {
        &self.text[token.bytes.clone()]
    }

    pub(super) fn declarations(&self) -> &[Declaration] {
        &self.declarations
    }

    pub(super) fn name_of(&self, declaration: &Declaration) -> Option<&str> {
        Some(self.text_of(&self.tokens[declaration.name?]))
    }

    /// The declaration of this name, unless it is a copy.
    pub(super) fn declaration(&self, name: &str) -> Option<&Declaration> {
        self.declarations.iter().find(|known| !known.is_copy && self.name_of(known) == Some(name))
    }

    pub(super) fn line_of(&self, declaration: &Declaration) -> u32 {
        self.tokens[declaration.name.unwrap_or(declaration.tokens.start)].line
    }

    pub(super) fn texts<'a>(&'a self, declaration: &Declaration) -> impl Iterator<Item = &'a str> {
        self.tokens[declaration.tokens.clone()].iter().map(|token| self.text_of(token))
    }

    /// Takes the declarations that this one has too, token by token, for copies of its.
    pub(super) fn find_copies(&mut self, of: &Self) {
        for index in 0..self.declarations.len() {
            let declaration = &self.declarations[index];
            let original = self.name_of(declaration).and_then(|name| of.declaration(name));
            let is_copy = original.is_some_and(|known| of.texts(known).eq(self.texts(declaration)));
            self.declarations[index].is_copy = is_copy;
        }
    }

    /// Finds the names that the module declares globally, and those that are `hidden` from it. A local variable of the
    /// same name counts too: given the same new name it hides the global one as before.
    pub(super) fn find_own(&mut self, hidden: impl Fn(&str) -> bool) {
        let Self { text, tokens, declarations, .. } = self;
        let declared = declarations.iter().filter(|declaration| !declaration.is_copy);
        let names: HashSet<_> =
            declared.filter_map(|declaration| Some(&text[tokens[declaration.name?].bytes.clone()])).collect();
        for token in tokens.iter_mut().filter(|token| token.kind == TokenKind::Name) {
            let name = &text[token.bytes.clone()];
            if names.contains(name) || hidden(name) {
                token.kind = TokenKind::Own;
            }
        }
    }
}

// The compiler calls itself for each level of what is nested. These limits hold together on the 2 MB stack of a thread,
// also for a compiler that isn't optimized: there a level of blocks takes 40 kB, one of calls 26 kB, an operator 6 kB.

/// The deepest nesting of brackets, blocks among them.
const DEEPEST: usize = 32;

/// The deepest nesting of blocks. Each `else if` nests the branches after it.
const DEEPEST_BLOCK: usize = 20;

/// The most operators in a row of a statement.
const LONGEST_CHAIN: usize = 100;

/// Checks that no statement is so long that the compiler would overflow its stack.
fn check_chains(text: &str, tokens: &[Token]) -> Result<(), Fault> {
    let mut operators = 0;
    // For each open block, the number of `else` in its current statement.
    let mut branches = vec![0_usize];
    let mut last = "";
    for token in tokens {
        let word = &text[token.bytes.clone()];
        if let Some(count) = branches.last_mut() {
            if word == "else" {
                *count += 1;
            } else if last == "}" {
                *count = 0;
            }
        }
        match token.kind {
            TokenKind::Symbol(symbol @ (';' | '{' | '}' | ',')) => {
                operators = 0;
                match symbol {
                    '{' => branches.push(0),
                    '}' if branches.len() > 1 => drop(branches.pop()),
                    _ => {}
                }
            }
            TokenKind::Symbol(')' | ']' | ':' | '@') | TokenKind::Number => {}
            TokenKind::Symbol(_) => operators += 1,
            _ => {}
        }
        if operators > LONGEST_CHAIN {
            let message = format!("an expression has more than {LONGEST_CHAIN} operators: split it");
            return Err(Fault::at(token.line, message));
        }
        if branches.len() - 1 + branches.iter().sum::<usize>() > DEEPEST_BLOCK {
            let message = format!(
                "blocks are nested more than {DEEPEST_BLOCK} deep, each `else` being a level: split the code into \
                 functions, or use `switch`"
            );
            return Err(Fault::at(token.line, message));
        }
        last = word;
    }
    Ok(())
}

/// Whether each bracket has its counterpart.
fn check_brackets(tokens: &[Token]) -> Result<(), Fault> {
    let mut open: Vec<(char, u32)> = Vec::new();
    for token in tokens {
        let TokenKind::Symbol(symbol) = token.kind else { continue };
        let opened_by = match symbol {
            '(' | '[' | '{' => {
                open.push((symbol, token.line));
                if open.len() > DEEPEST {
                    let message = format!(
                        "brackets are nested more than {DEEPEST} deep: split the code into functions"
                    );
                    return Err(Fault::at(token.line, message));
                }
                continue;
            }
            ')' => '(',
            ']' => '[',
            '}' => '{',
            _ => continue,
        };
        match open.pop() {
            Some((bracket, _)) if bracket == opened_by => {}
            Some((bracket, line)) => return Err(unclosed(bracket, line)),
            None => return Err(Fault::at(token.line, format!("`{symbol}` closes nothing"))),
        }
    }
    match open.first() {
        Some(&(bracket, line)) => Err(unclosed(bracket, line)),
        None => Ok(()),
    }
}

fn unclosed(bracket: char, line: u32) -> Fault {
    let closing = match bracket {
        '(' => ')',
        '[' => ']',
        _ => '}',
    };
    Fault::at(line, format!("`{bracket}` isn't closed: a `{closing}` is missing"))
}

/// The most tokens of an attribute with its words, and of an address space: `@diagnostic(off, a.b)` has eight.
const LONGEST_LIST: usize = 16;

/// Finds the declarations in tokens whose brackets match.
struct Scanner<'a> {
    text: &'a str,
    tokens: &'a mut [Token],
    at: usize,
}

impl Scanner<'_> {
    fn scan(mut self) -> Result<Vec<Declaration>, Fault> {
        self.find_inner();
        let mut declarations = Vec::new();
        while self.at < self.tokens.len() {
            if self.is(';') {
                self.at += 1;
                continue;
            }
            let start = self.at;
            while self.is('@') {
                self.at += 2;
                if self.is('(') {
                    self.skip_brackets();
                }
            }
            let (kind, is_named) = match self.word() {
                "fn" => (DeclarationKind::Function, true),
                "struct" => (DeclarationKind::Struct, true),
                "var" => (DeclarationKind::Variable, true),
                "override" => (DeclarationKind::Override, true),
                "const" | "alias" => (DeclarationKind::Other, true),
                word @ ("enable" | "requires") => {
                    let message = format!(
                        "`{word}` can't stand in an effect, which has to work on every GPU: do without the extension"
                    );
                    return Err(Fault::at(self.tokens[self.at].line, message));
                }
                "diagnostic" => {
                    let message = "a `diagnostic` directive would change the effects beside this one: write \
                                   `@diagnostic(…)` before the function that it is for";
                    return Err(Fault::at(self.tokens[self.at].line, message));
                }
                "const_assert" => (DeclarationKind::Other, false),
                word => {
                    let message = format!(
                        "`{}` doesn't begin a declaration, as `fn`, `struct`, `const`, `alias` and `var` do",
                        word.escape_debug()
                    );
                    let token = self.tokens.get(self.at).unwrap_or(&self.tokens[start]);
                    return Err(Fault::at(token.line, message));
                }
            };
            let mut name = None;
            if is_named {
                self.at += 1;
                if self.is('<') {
                    // The address space of a variable.
                    while self.at < self.tokens.len() && !self.is('>') {
                        self.at += 1;
                    }
                    self.at += 1;
                }
                name =
                    self.tokens.get(self.at).filter(|token| token.kind == TokenKind::Name).map(|_| self.at);
            }
            self.skip_declaration();
            self.at = self.at.min(self.tokens.len());
            let tokens = start..self.at;
            if kind == DeclarationKind::Struct {
                self.find_members(tokens.clone());
            }
            declarations.push(Declaration { kind, name, tokens, is_copy: false });
        }
        Ok(declarations)
    }

    fn is(&self, symbol: char) -> bool {
        self.tokens.get(self.at).is_some_and(|token| token.kind == TokenKind::Symbol(symbol))
    }

    fn word(&self) -> &str {
        self.tokens.get(self.at).map_or("", |token| &self.text[token.bytes.clone()])
    }

    /// Goes behind the bracket that closes the one here.
    fn skip_brackets(&mut self) {
        let mut depth = 0_usize;
        while let Some(token) = self.tokens.get(self.at) {
            self.at += 1;
            match token.kind {
                TokenKind::Symbol('(' | '[' | '{') => depth += 1,
                TokenKind::Symbol(')' | ']' | '}') => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return;
            }
        }
    }

    /// Goes behind the declaration: it ends with `;`, or with the braces of a function or a struct.
    fn skip_declaration(&mut self) {
        while self.at < self.tokens.len() {
            if self.is('{') {
                return self.skip_brackets();
            }
            if self.is('(') || self.is('[') {
                self.skip_brackets();
                continue;
            }
            self.at += 1;
            if self.tokens[self.at - 1].kind == TokenKind::Symbol(';') {
                return;
            }
        }
    }

    /// Finds the names behind `.` and `@`, in the brackets of attributes that take no expression, and of address
    /// spaces.
    fn find_inner(&mut self) {
        let mut at = 0;
        while at + 1 < self.tokens.len() {
            let is = |at: usize, symbol| {
                self.tokens.get(at).is_some_and(|token: &Token| token.kind == TokenKind::Symbol(symbol))
            };
            let text_at = |at: usize| self.tokens.get(at).map_or("", |token| &self.text[token.bytes.clone()]);
            let end = if is(at, '.') {
                at + 2
            } else if is(at, '@') {
                let takes_words = matches!(text_at(at + 1), "builtin" | "diagnostic" | "interpolate");
                let closing = (at..self.tokens.len()).take(LONGEST_LIST).find(|&at| is(at, ')'));
                closing.filter(|_| takes_words).unwrap_or(at + 2)
            } else if text_at(at) == "var" && is(at + 1, '<') {
                (at..self.tokens.len()).take(LONGEST_LIST).find(|&at| is(at, '>')).unwrap_or(at + 1)
            } else {
                at += 1;
                continue;
            };
            for token in self.tokens.iter_mut().take(end).skip(at + 1) {
                if token.kind == TokenKind::Name {
                    token.kind = TokenKind::Inner;
                }
            }
            at += 1;
        }
    }

    /// Finds the names of a struct's members.
    fn find_members(&mut self, tokens: Range<usize>) {
        let tokens = &mut self.tokens[tokens];
        let mut depth = 0;
        for at in 0..tokens.len().saturating_sub(1) {
            match tokens[at].kind {
                TokenKind::Symbol('(' | '[' | '{') => depth += 1,
                TokenKind::Symbol(')' | ']' | '}') => depth -= 1,
                TokenKind::Name if depth == 1 && tokens[at + 1].kind == TokenKind::Symbol(':') => {
                    tokens[at].kind = TokenKind::Inner;
                }
                _ => {}
            }
        }
    }
}
