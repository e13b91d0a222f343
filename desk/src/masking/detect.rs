//! stub
use super::*;
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pattern {
    pub name: String,
    pub regex: String,
}
#[derive(Debug)]
pub struct BadPattern;
impl std::fmt::Display for BadPattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("bad")
    }
}
pub struct Detectors;
impl Detectors {
    pub fn new(_: &[Pattern]) -> Result<Self, BadPattern> {
        Ok(Self)
    }
    pub fn find(&self, _text: &str, _kinds: &Kinds) -> Spans {
        Spans::default()
    }
    pub fn across(&self, parts: &[&str], _kinds: &Kinds) -> Vec<Spans> {
        parts.iter().map(|_| Spans::default()).collect()
    }
}
