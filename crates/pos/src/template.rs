//! Strict reading of templates: well-formed throughout, and no tag twice. Unknown objects are
//! ignored at every level, the outermost included; an optional object of length zero counts as
//! absent (EMV Contactless Book B §3.3.2.5 C has this rule for `9F2A`).

use understudy_core::wire::tlv::{Object, Reader, Tag};

use crate::reason::Defect;

/// The objects of one template level.
pub(crate) struct Level<'a> {
    objects: Vec<Object<'a>>,
}

impl<'a> Level<'a> {
    pub(crate) fn parse(octets: &'a [u8]) -> Result<Self, Defect> {
        let mut level = Self {
            objects: Vec::new(),
        };
        for object in Reader::new(octets) {
            let object = object?;
            if level.find(object.tag).is_some() {
                return Err(Defect::Duplicate(object.tag));
            }
            level.objects.push(object);
        }
        Ok(level)
    }

    /// The value of an optional `tag`, one octet or more, if it occurs.
    pub(crate) fn get(&self, tag: Tag) -> Option<&'a [u8]> {
        self.find(tag).filter(|value| !value.is_empty())
    }

    pub(crate) fn mandatory(&self, tag: Tag) -> Result<&'a [u8], Defect> {
        self.find(tag).ok_or(Defect::Missing(tag))
    }

    /// The value of an optional `tag`, if it occurs; an error unless it has `N` octets or none.
    pub(crate) fn array<const N: usize>(&self, tag: Tag) -> Result<Option<[u8; N]>, Defect> {
        self.get(tag)
            .map(|value| value.try_into().map_err(|_| Defect::Value(tag)))
            .transpose()
    }

    pub(crate) fn mandatory_array<const N: usize>(&self, tag: Tag) -> Result<[u8; N], Defect> {
        let value = self.mandatory(tag)?;
        value.try_into().map_err(|_| Defect::Value(tag))
    }

    fn find(&self, tag: Tag) -> Option<&'a [u8]> {
        self.objects
            .iter()
            .find(|object| object.tag == tag)
            .map(|object| object.value)
    }
}

/// The value of the outermost object with this tag.
pub(crate) fn outermost(octets: &[u8], tag: Tag) -> Result<&[u8], Defect> {
    Level::parse(octets)?.mandatory(tag)
}
