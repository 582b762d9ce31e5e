//! Templates, read without forgiveness: well-formed throughout, and no tag twice.

use understudy_core::wire::tlv::{Object, Reader, Tag};

use crate::reason::Defect;

/// The objects of one template level.
pub(crate) struct Level<'a> {
    objects: Vec<Object<'a>>,
}

impl<'a> Level<'a> {
    pub(crate) fn read(octets: &'a [u8]) -> Result<Self, Defect> {
        let mut level = Self {
            objects: Vec::new(),
        };
        for object in Reader::new(octets) {
            let object = object?;
            if level.get(object.tag).is_some() {
                return Err(Defect::Duplicate(object.tag));
            }
            level.objects.push(object);
        }
        Ok(level)
    }

    /// The value of `tag`, if it occurs.
    pub(crate) fn get(&self, tag: Tag) -> Option<&'a [u8]> {
        self.objects
            .iter()
            .find(|object| object.tag == tag)
            .map(|object| object.value)
    }

    pub(crate) fn mandatory(&self, tag: Tag) -> Result<&'a [u8], Defect> {
        self.get(tag).ok_or(Defect::Missing(tag))
    }

    /// The value of `tag`, if it occurs; an error unless it has `N` octets.
    pub(crate) fn array<const N: usize>(&self, tag: Tag) -> Result<Option<[u8; N]>, Defect> {
        self.get(tag)
            .map(|value| value.try_into().map_err(|_| Defect::Value(tag)))
            .transpose()
    }

    pub(crate) fn mandatory_array<const N: usize>(&self, tag: Tag) -> Result<[u8; N], Defect> {
        self.array(tag)?.ok_or(Defect::Missing(tag))
    }
}

/// The object that `octets` consist of, with nothing before or behind it; `wanted` is named if
/// there is none or more than one.
pub(crate) fn sole_object(octets: &[u8], wanted: Tag) -> Result<Object<'_>, Defect> {
    let mut objects = Reader::new(octets);
    match (objects.next().transpose()?, objects.next().transpose()?) {
        (Some(object), None) => Ok(object),
        _ => Err(Defect::NotOne(wanted)),
    }
}

/// The value of the one object with this tag that `octets` consist of.
pub(crate) fn sole(octets: &[u8], tag: Tag) -> Result<&[u8], Defect> {
    let object = sole_object(octets, tag)?;
    if object.tag == tag {
        Ok(object.value)
    } else {
        Err(Defect::NotOne(tag))
    }
}
