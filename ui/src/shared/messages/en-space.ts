/** English texts of the space: surfaces of segments in 3D. */
export const spaceMessages = {
  'space.name': '3D',
  'space.keys':
    'Drag turns, the wheel zooms, Shift with a drag moves; a click goes to the point. Arrow keys turn, + and - zoom, R resets.',
  'space.empty': 'Segments appear here as surfaces.',
  'space.failed': 'A surface could not be made: {reason}',
  'space.cut': 'What is cut away at the crosshair',
  'space.cut.none': 'Nothing cut away',
  'space.cut.axial_above': 'Above the axial slice',
  'space.cut.axial_below': 'Below the axial slice',
  'space.cut.sagittal_left': 'Left of the sagittal slice',
  'space.cut.sagittal_right': 'Right of the sagittal slice',
  'space.cut.coronal_front': 'Before the coronal slice',
  'space.cut.coronal_back': 'Behind the coronal slice',
  'space.cut.corner': 'The corner before the slices',
  'space.cut.slab_axial': 'All but 20 mm, axial',
  'space.cut.slab_sagittal': 'All but 20 mm, sagittal',
  'space.cut.slab_coronal': 'All but 20 mm, coronal',
} as const;
