/** Shapes between the viewer, the panel and the documents. */
import { refusing } from '../features/segments';
import { colorOf, labelOf, labelText, type Telling } from '../features/shapes';
import type { ShownShapes } from '../features/viewer';
import type { Class, PlaneName, Shape } from '../host/wire';
import { plus, scale } from '../model/affine';
import { figureOf, hasAxes, type LabelKind } from '../model/figure';
import { clampToGrid, gridOfImage, indexOf, lpsOf } from '../model/grid';
import { lengthUnitOf } from '../model/length';
import { nearestVoxel, pointLps, type PointLps, type Triple } from '../model/space';
import { partLinks } from './sections';
import type { Workspace } from './workspace.svelte';

/** How measures on the image are told. */
export function tellingOf({ image, scale }: Workspace): Telling {
  return { unit: lengthUnitOf(image), scale };
}

/** The shapes as the viewer takes them. */
export function shownShapes(workspace: Workspace, classes: readonly Class[]): ShownShapes {
  const { shapes, store, volume } = workspace;
  const ofNew = { class: shapes.newClass };
  const telling = tellingOf(workspace);
  const measureOf = shapes.measures.of;
  return {
    active: shapes.activeIn(store.document)?.id ?? null,
    isShown: shapes.isShown,
    reachMm: shapes.reachMm,
    links: partLinks(workspace),
    refusing: (kind) => refusing(classes, ofNew, kind),
    colorOf: (shape) => colorOf(classes, shape),
    textOf: (shape) => labelText(classes, store.document.shapes, shape),
    labelOf: ({ figure, shape, isChanged }) => {
      const measure = shape === null || isChanged ? null : measureOf(shape, volume);
      return labelOf(figure, { text: shape?.text ?? '', values: measure?.values ?? null }, telling);
    },
    onActivate: (shape) => (shapes.active = shape),
    onEdit: (document, edit) => workspace.editShapes(document, edit),
  };
}

/** Gives the voxels inside a shape to the segment in hand. */
export function fillShape(workspace: Workspace, shape: Shape): void {
  const { store, overwrite, effects } = workspace;
  if (store.active === null) return;
  void workspace.editShapes(store.document.id, {
    type: 'fill_shape',
    shape: shape.id,
    segment: store.active.id,
    overwrite,
    editable: effects.editable,
  });
}

/** Makes polygons of the segment in hand, in what a plane shows where the planes cross. */
export function outlineSegment(workspace: Workspace, name: PlaneName): void {
  const { store, target } = workspace;
  const axis = target.image.planes.find((plane) => plane.name === name)?.slice_axis;
  const index = axis === undefined ? undefined : target.crosshair.ijk[axis];
  if (store.active === null || axis === undefined || index === undefined) return;
  void workspace.editShapes(store.document.id, {
    type: 'outline_segment',
    segment: store.active.id,
    slice_axis: axis,
    slice_index: index,
    plane: target.turned[name] ?? null,
  });
}

/** Labels the image, its study, or the slice where the planes cross, which is one of those acquired. */
export function addLabel(workspace: Workspace, kind: LabelKind): void {
  const { store, target } = workspace;
  const grid = gridOfImage(workspace.image);
  const at = [...lpsOf(grid, target.crosshair).mm];
  void workspace.editShapes(store.document.id, {
    type: 'add_shape',
    geometry: kind === 'slice' ? { kind, at } : { kind },
    plane: kind === 'slice' ? { point: at, normal: [...grid.normal] } : null,
    text: '',
    class: null,
    color: null,
  });
}

/** Has the planes cross in the middle of a shape. */
export function goToShape(workspace: Workspace, { geometry }: Shape): void {
  const grid = gridOfImage(workspace.image);
  const { kind, points } = figureOf(geometry);
  const middle = hasAxes(kind) ? points[0] : middleOf(points);
  if (middle === undefined) return;
  workspace.goToVoxel(clampToGrid(grid, nearestVoxel(indexOf(grid, middle))));
}

function middleOf(points: readonly PointLps[]): PointLps {
  const sum = points.reduce<Triple>((total, { mm }) => plus(total, mm), [0, 0, 0]);
  return pointLps(scale(sum, 1 / Math.max(points.length, 1)));
}
