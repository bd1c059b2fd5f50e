//! `docs/benchmarks.md`: a head, and a section for each bench. A section may end with notes that people write.

/// The heading of the notes in a section.
const NOTES: &str = "\n### Notes\n";

/// The document's text, in its parts.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Document {
    pub head: String,
    /// (name, body), in order.
    sections: Vec<(String, String)>,
}

impl Document {
    pub fn parse(text: &str) -> Self {
        let mut parts = text.split("\n## ");
        let head = parts.next().unwrap_or_default().trim_end().to_owned();
        let sections = parts.map(|part| {
            let (name, body) = part.split_once('\n').unwrap_or((part, ""));
            (name.trim().to_owned(), body.trim().to_owned())
        });
        Self { head, sections: sections.collect() }
    }

    /// Replaces the tables of a section and keeps its notes. A new section goes to the end.
    pub fn write(&mut self, name: &str, tables: &str) {
        let tables = tables.trim();
        match self.sections.iter_mut().find(|(section, _)| section == name) {
            Some((_, body)) => {
                *body = match body.find(NOTES) {
                    Some(notes) => format!("{tables}\n{}", &body[notes..]),
                    None => tables.to_owned(),
                };
            }
            None => self.sections.push((name.to_owned(), tables.to_owned())),
        }
    }

    /// Removes the sections whose names aren't kept.
    pub fn keep(&mut self, is_kept: impl Fn(&str) -> bool) {
        self.sections.retain(|(name, _)| is_kept(name));
    }

    pub fn text(&self) -> String {
        let sections = self.sections.iter().map(|(name, body)| format!("\n## {name}\n\n{body}\n"));
        format!("{}\n{}", self.head, sections.collect::<String>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "# Benchmarks\n\nOn this.\n\n## capture\n\n| 1 |\n\n### Notes\n\nBy hand.\n\n## web\n\n| 2 |\n";

    #[test]
    fn parsing_and_writing_keeps_the_text() {
        assert_eq!(Document::parse(TEXT).text(), TEXT);
    }

    #[test]
    fn one_bench_writes_its_own_tables_and_nothing_else() {
        let mut document = Document::parse(TEXT);
        document.write("capture", "\n| 3 |\n");
        assert_eq!(document.text(), TEXT.replace("| 1 |", "| 3 |"));
        document.write("web", "| 4 |");
        document.write("new", "| 5 |");
        assert!(document.text().ends_with("\n## web\n\n| 4 |\n\n## new\n\n| 5 |\n"));
    }

    #[test]
    fn sections_without_a_bench_are_removed() {
        let mut document = Document::parse(TEXT);
        document.keep(|name| name == "web");
        assert_eq!(document.text(), "# Benchmarks\n\nOn this.\n\n## web\n\n| 2 |\n");
    }
}
