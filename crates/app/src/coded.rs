//! Which class of the label protocol a coded segment of a file belongs to, and how 3D Slicer writes
//! what a class means.

use annotomy_annotation::code::Code;
use annotomy_annotation::protocol::{Class, ClassId, Meaning};
use annotomy_formats::{Finding, Segment};
use std::collections::BTreeSet;

/// The lists that 3D Slicer chooses codes from, as it names them.
const TYPES: &str = "Segmentation category and type - 3D Slicer General Anatomy list";
const REGIONS: &str = "Anatomic codes - DICOM master list";

/// What a segment of a file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Coded {
    property: Code,
    laterality: Option<Code>,
}

impl Coded {
    /// Of a DICOM object; `None` where it only says that the segment is tissue.
    pub(crate) fn of_segment(segment: &Segment) -> Option<Self> {
        let says_nothing = Segment::new(0, 1, "").property;
        (segment.property != says_nothing).then(|| Self {
            property: code(&segment.property),
            laterality: segment.modifier.as_ref().map(code),
        })
    }

    /// Of 3D Slicer's terminology entry: seven fields apart by `~`, codes in three parts apart by `^`.
    pub(crate) fn of_terminology(entry: &str) -> Option<Self> {
        let mut fields = entry.split('~').skip(2);
        let property = slicer_code(fields.next()?)?;
        let tissue = Segment::new(0, 1, "").property;
        (property.value != tissue.value).then(|| Self {
            property,
            laterality: fields.next().and_then(slicer_code),
        })
    }

    /// The class in use that means this; of several the one of the segment's name.
    fn class<'a>(&self, name: &str, classes: &'a [Class]) -> Option<&'a Class> {
        let same = |a: &Code, b: &Code| (&a.value, &a.scheme) == (&b.value, &b.scheme);
        let means = |class: &&Class| {
            let Meaning {
                property_type,
                laterality,
                ..
            } = &class.meaning;
            let property = property_type.as_ref();
            property.is_some_and(|property| same(property, &self.property))
                && match (laterality, &self.laterality) {
                    (Some(a), Some(b)) => same(a, b),
                    (a, b) => a.is_none() && b.is_none(),
                }
        };
        let in_use = classes.iter().filter(|class| !class.is_archived);
        let fitting: Vec<&Class> = in_use.filter(means).collect();
        match fitting.as_slice() {
            [one] => Some(one),
            several => several.iter().find(|class| class.name == name).copied(),
        }
    }
}

/// Finds the classes of segments that come in, and remembers what none means.
#[derive(Debug)]
pub(crate) struct Classes<'a> {
    all: &'a [Class],
    missing: BTreeSet<String>,
}

impl<'a> Classes<'a> {
    pub(crate) const fn new(all: &'a [Class]) -> Self {
        Self {
            all,
            missing: BTreeSet::new(),
        }
    }

    pub(crate) fn of(&mut self, coded: Option<Coded>, name: &str) -> Option<ClassId> {
        let coded = coded?;
        let class = coded.class(name, self.all);
        if class.is_none() {
            let side = coded
                .laterality
                .map_or_else(String::new, |side| format!(", {}", side.meaning));
            self.missing.insert(coded.property.meaning + &side);
        }
        class.map(|class| class.id)
    }

    /// Which classes the protocol lacks, if it has any class.
    pub(crate) fn finding(self) -> Option<Finding> {
        let missing: Vec<String> = self.missing.into_iter().collect();
        let message = format!(
            "The label protocol has no class, or several, that mean {}; segments coded so came in without a class.",
            missing.join("; ")
        );
        (!missing.is_empty()).then(|| Finding::classes_missing(message))
    }
}

/// A class's meaning as 3D Slicer's terminology entry; `None` where it has no type.
pub(crate) fn terminology(meaning: &Meaning) -> Option<String> {
    let property = meaning.property_type.as_ref()?;
    let part = |text: &str| text.replace(['~', '^', '|'], " ");
    let spelt = |code: Option<&Code>| match code {
        Some(code) => [&code.scheme, &code.value, &code.meaning]
            .map(|text| part(text))
            .join("^"),
        None => "^^".to_owned(),
    };
    let fields = [
        TYPES.to_owned(),
        spelt(meaning.category.as_ref()),
        spelt(Some(property)),
        spelt(meaning.laterality.as_ref()),
        REGIONS.to_owned(),
        spelt(None),
        spelt(None),
    ];
    Some(fields.join("~"))
}

fn slicer_code(field: &str) -> Option<Code> {
    let mut parts = field.splitn(3, '^').map(str::to_owned);
    let [scheme, value, meaning] = [parts.next()?, parts.next()?, parts.next()?];
    let code = Code {
        value,
        scheme,
        meaning,
    };
    code.is_sound().then_some(code)
}

/// A code as files of DICOM have it.
pub(crate) fn dicom_code(code: &Code) -> annotomy_formats::Code {
    annotomy_formats::Code::new(&code.value, &code.scheme, &code.meaning)
}

fn code(code: &annotomy_formats::Code) -> Code {
    Code {
        value: code.value.clone(),
        scheme: code.scheme.clone(),
        meaning: code.meaning.clone(),
    }
}
