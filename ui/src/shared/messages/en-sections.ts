/** Texts of drawn sections, and of accepting an interpolation in parts. */

export const sectionMessages = {
  'effects.sections': 'Drawn slices',
  'effects.sections.by_hand': 'Slices in which somebody drew or erased, as the history tells.',
  'effects.sections.imported': 'Nobody drew yet: the slices that were imported.',
  'effects.sections.filled': 'Nobody drew, nothing was imported: the slices that are filled.',
  'effects.sections.chosen': 'The slices that were chosen.',
  'effects.section': '{plane} {slice}',
  'effects.section.added': 'added',
  'effects.section.go': 'Go',
  'effects.section.show': 'Go to {section}',
  'effects.section.add': 'Take {section} as drawn',
  'effects.accept': 'Accept only',
  'effects.accept.slice': 'Accept the preview in the slice shown',
  'effects.accept.axial': 'axial slice',
  'effects.accept.sagittal': 'sagittal slice',
  'effects.accept.coronal': 'coronal slice',
  'effects.accept.own': 'slice',
  'effects.accept.outline': 'inside an outline…',
  'effects.accept.outline_help':
    'Draw an outline on the preview: what lies inside is accepted through all slices.',
  'viewer.marks': 'Marked slices',
  'viewer.marks.drawn': 'Slice {slice}: drawn',
  'viewer.marks.left_out': 'Slice {slice}: left out',
  'viewer.marks.least_certain': 'Slice {slice}: least certain',
} as const;
