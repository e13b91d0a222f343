//! Tags: short words by which tickets are found. Some say where a ticket came from and stay.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{TAG_CHAT, TAG_INQUIRY};

/// How many tags a ticket has at most, and how long one is, in Unicode scalar values.
pub const MAX_TAGS: usize = 20;
const MAX_TAG: usize = 40;

/// Letters, digits, `-` and `_`. Case does not matter when tags are compared.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tag(String);

/// In the order they were given, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tags(Vec<Tag>);

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WrongTag {
    /// It cannot be a tag.
    Shape(String),
    /// It says where the ticket came from.
    Fixed(Tag),
    TooMany,
}

impl Tag {
    /// With or without a `#` before it.
    pub fn new(word: &str) -> Result<Self, WrongTag> {
        let name = word.trim().trim_start_matches('#');
        let right = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
        let fits = (1..=MAX_TAG).contains(&name.chars().count()) && name.chars().all(right);
        match fits {
            true => Ok(Self(name.to_owned())),
            false => Err(WrongTag::Shape(word.to_owned())),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it says where a ticket came from.
    pub fn is_fixed(&self) -> bool {
        let fixed = [TAG_CHAT, TAG_INQUIRY].map(str::to_lowercase);
        fixed.contains(&self.folded())
    }

    /// By which tags are compared.
    pub fn folded(&self) -> String {
        self.0.to_lowercase()
    }
}

impl PartialEq for Tag {
    fn eq(&self, other: &Self) -> bool {
        self.folded() == other.folded()
    }
}

impl Eq for Tag {}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

impl Tags {
    /// Of a new ticket: `fixed` stays for ever.
    pub fn from_origin(fixed: &str) -> Self {
        Self(vec![Tag(fixed.to_owned())])
    }

    pub fn iter(&self) -> impl Iterator<Item = &Tag> + '_ {
        self.0.iter()
    }

    /// Says whether it was not there. What says where a ticket came from is not given by hand.
    pub fn add(&mut self, tag: Tag) -> Result<bool, WrongTag> {
        if self.0.contains(&tag) {
            return Ok(false);
        }
        if tag.is_fixed() {
            return Err(WrongTag::Fixed(tag));
        }
        if self.0.len() >= MAX_TAGS {
            return Err(WrongTag::TooMany);
        }
        self.0.push(tag);
        Ok(true)
    }

    /// Says whether it was there.
    pub fn remove(&mut self, tag: &Tag) -> Result<bool, WrongTag> {
        if tag.is_fixed() && self.0.contains(tag) {
            return Err(WrongTag::Fixed(tag.clone()));
        }
        let before = self.0.len();
        self.0.retain(|held| held != tag);
        Ok(self.0.len() < before)
    }
}

impl fmt::Display for Tags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&words.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(word: &str) -> Tag {
        Tag::new(word).unwrap()
    }

    #[test]
    fn a_tag_is_a_short_word_with_or_without_its_sign() {
        for word in ["billing", "#billing", "#Billing", "빌링-2_x"] {
            assert!(Tag::new(word).is_ok(), "{word}");
        }
        assert_eq!(tag("#Billing"), tag("billing"));
        for word in ["", "#", "two words", "a,b", "<b>", &"x".repeat(41)] {
            assert_eq!(Tag::new(word), Err(WrongTag::Shape(word.to_owned())));
        }
    }

    #[test]
    fn the_tag_that_says_where_a_ticket_came_from_is_never_taken_or_given() {
        for fixed in [TAG_CHAT, TAG_INQUIRY] {
            let mut tags = Tags::from_origin(fixed);
            assert_eq!(tags.add(tag("vip")), Ok(true));
            assert_eq!(tags.add(tag("VIP")), Ok(false));
            assert_eq!(tags.add(tag(fixed)), Ok(false));
            for word in [fixed.to_lowercase(), format!("#{fixed}")] {
                let refused = tags.remove(&tag(&word));
                assert_eq!(refused, Err(WrongTag::Fixed(tag(fixed))));
            }
            assert_eq!(tags.remove(&tag("Vip")), Ok(true));
            assert_eq!(tags.remove(&tag("vip")), Ok(false));
            assert_eq!(tags.to_string(), format!("#{fixed}"));
        }
        let mut tags = Tags::from_origin(TAG_INQUIRY);
        assert_eq!(tags.add(tag("chat")), Err(WrongTag::Fixed(tag("Chat"))));
    }

    #[test]
    fn a_ticket_has_twenty_tags_at_most() {
        let mut tags = Tags::from_origin(TAG_CHAT);
        for n in 1..MAX_TAGS {
            assert_eq!(tags.add(tag(&format!("t{n}"))), Ok(true));
        }
        assert_eq!(tags.add(tag("more")), Err(WrongTag::TooMany));
    }
}
