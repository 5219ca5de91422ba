//! Which class of the label protocol a coded segment or shape of a file belongs to, and how 3D Slicer
//! writes what a class means.

use annotomy_annotation::code::Code;
use annotomy_annotation::protocol::{Class, ClassId, Meaning, check};
use annotomy_annotation::segment::Color;
use annotomy_formats::{Finding, Segment};
use std::collections::BTreeSet;
use uuid::Uuid;

/// The lists that 3D Slicer chooses codes from, as it names them.
const TYPES: &str = "Segmentation category and type - 3D Slicer General Anatomy list";
const REGIONS: &str = "Anatomic codes - DICOM master list";

/// What a segment or shape of a file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Coded {
    category: Option<Code>,
    property: Code,
    laterality: Option<Code>,
}

impl Coded {
    /// Of a DICOM object; `None` where it only says that the segment is tissue.
    pub(crate) fn of_segment(segment: &Segment) -> Option<Self> {
        let says_nothing = Segment::new(0, 1, "").property;
        (segment.property != says_nothing).then(|| Self {
            category: Some(code(&segment.category)),
            property: code(&segment.property),
            laterality: segment.modifier.as_ref().map(code),
        })
    }

    /// Of what a report says that it found, and on which side.
    pub(crate) fn of_finding(
        finding: &annotomy_formats::Code,
        side: Option<&annotomy_formats::Code>,
    ) -> Self {
        Self {
            category: None,
            property: code(finding),
            laterality: side.map(code),
        }
    }

    /// Of 3D Slicer's terminology entry: seven fields apart by `~`, codes in three parts apart by `^`.
    pub(crate) fn of_terminology(entry: &str) -> Option<Self> {
        let mut fields = entry.split('~').skip(1);
        let category = slicer_code(fields.next()?)?;
        let property = slicer_code(fields.next()?)?;
        let tissue = Segment::new(0, 1, "").property;
        (property.value != tissue.value).then(|| Self {
            category: Some(category),
            property,
            laterality: fields.next().and_then(slicer_code),
        })
    }

    /// The classes in use that mean this.
    fn classes<'a>(&'a self, all: impl Iterator<Item = &'a Class>) -> Vec<&'a Class> {
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
        all.filter(|class| !class.is_archived)
            .filter(means)
            .collect()
    }

    /// In words.
    fn name(&self) -> String {
        match &self.laterality {
            Some(side) => format!("{}, {}", self.property.meaning, side.meaning),
            None => self.property.meaning.clone(),
        }
    }

    /// A class that means this.
    fn new_class(&self, name: String, color: Color) -> Class {
        Class {
            id: ClassId(Uuid::new_v4()),
            name,
            color,
            shortcut: None,
            meaning: Meaning {
                category: self.category.clone(),
                property_type: Some(self.property.clone()),
                laterality: self.laterality.clone(),
            },
            tools: None,
            is_required: false,
            is_archived: false,
            attributes: Vec::new(),
        }
    }
}

/// Finds the classes of what comes in, and makes or remembers those that are missing.
#[derive(Debug)]
pub(crate) struct Classes {
    all: Vec<Class>,
    n_known: usize,
    makes: bool,
    missing: BTreeSet<String>,
}

impl Classes {
    pub(crate) fn new(known: &[Class], makes: bool) -> Self {
        Self {
            all: known.to_vec(),
            n_known: known.len(),
            makes,
            missing: BTreeSet::new(),
        }
    }

    /// All classes that there are by now.
    pub(crate) fn all(&self) -> &[Class] {
        &self.all
    }

    /// The class that means what a segment is; of several the one of the segment's name.
    pub(crate) fn of(&mut self, coded: Option<Coded>, name: &str, color: Color) -> Option<ClassId> {
        let coded = coded?;
        let fitting = coded.classes(self.all.iter());
        let found = match fitting.as_slice() {
            [one] => Some(one.id),
            several => several
                .iter()
                .find(|class| class.name == name)
                .map(|class| class.id),
        };
        let class = found.or_else(|| self.lacking(&coded, color));
        if class.is_none() {
            self.missing.insert(coded.name());
        }
        class
    }

    /// A new class that means this, if there is none and it may be made.
    pub(crate) fn lacking(&mut self, coded: &Coded, color: Color) -> Option<ClassId> {
        let is_known = !coded.classes(self.all.iter()).is_empty();
        (self.makes && !is_known).then(|| self.make(coded, color))?
    }

    /// A class that the protocol can take; none where its name or codes are too long for one.
    fn make(&mut self, coded: &Coded, color: Color) -> Option<ClassId> {
        let name = coded.name();
        let by_code = format!(
            "{name} ({} {})",
            coded.property.scheme, coded.property.value
        );
        for name in [name, by_code] {
            self.all.push(coded.new_class(name, color));
            if check(&self.all).is_ok() {
                return self.all.last().map(|class| class.id);
            }
            self.all.pop();
        }
        None
    }

    /// What the protocol lacked, and the classes that were made for it.
    pub(crate) fn end(mut self) -> (Vec<Finding>, Vec<Class>) {
        let made = self.all.split_off(self.n_known);
        let listed = |names: Vec<String>| names.join("; ");
        let mut report = Vec::new();
        if !self.missing.is_empty() {
            let missing = listed(self.missing.into_iter().collect());
            report.push(Finding::classes_missing(format!(
                "The label protocol has no class, or several, that mean {missing}; segments coded so came in without a class.",
            )));
        }
        if !made.is_empty() {
            let names = listed(made.iter().map(|class| class.name.clone()).collect());
            report.push(Finding::classes_added(format!(
                "The label protocol had no class that means {names}: it was added.",
            )));
        }
        (report, made)
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
