//! Source: the place where the code or documentation of an app was read.

/// Place where the code or documentation of an app was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    /// Repository, as `owner/name`; empty for a page.
    pub repository: String,
    /// Commit.
    pub commit: String,
    /// File in the repository.
    pub file: String,
    /// Lines of the file, such as `96-114`; empty for the whole file.
    pub lines: String,
    /// Address of a page; empty for a file.
    pub page: String,
    /// Day on which it was read, such as `2026-11-29`.
    pub read: String,
}

impl Source {
    /// Address of the place on the web.
    pub fn address(&self) -> String {
        if !self.page.is_empty() {
            return self.page.clone();
        }
        let lines = self.lines.split(',').next().unwrap_or_default().trim();
        let lines = match lines.split_once('-') {
            Some((first, last)) => format!("#L{first}-L{last}"),
            None if lines.is_empty() => String::new(),
            None => format!("#L{lines}"),
        };
        format!(
            "https://github.com/{}/blob/{}/{}{lines}",
            self.repository, self.commit, self.file
        )
    }

    /// Short form for a sentence, such as `owner/name@1234567 File.swift:96-114`.
    pub fn short(&self) -> String {
        if !self.page.is_empty() {
            return self.page.clone();
        }
        let commit = self.commit.get(..7).unwrap_or(&self.commit);
        let colon = if self.lines.is_empty() { "" } else { ":" };
        format!(
            "{}@{commit} {}{colon}{}",
            self.repository, self.file, self.lines
        )
    }
}
