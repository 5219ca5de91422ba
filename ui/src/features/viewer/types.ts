/** What the viewer takes from the shell and tells it. */

import type { Host } from '../../host';
import type {
  CutPlane,
  Document,
  Edit,
  EditResponse,
  Editable,
  Effect,
  SegmentScope,
  Shape,
  SlicePlace,
  WireError,
} from '../../host/wire';
import type { ActionRegistry } from '../../model/actions';
import type { Figure, FigureKind } from '../../model/figure';
import type { ShownImage } from '../../model/image';
import type { PlaneName } from '../../model/plane';
import type { GreyWindow } from '../../model/window';
import type { PointLps, VoxelIndex } from '../../model/space';
import type { TintedValues } from '../../model/tinted';
import type { Tool } from '../../tools/binding';
import type { Overwrite } from '../../tools/relabel';

/** Whether every edit made in the viewer is on disk. */
export type DurabilityStatus =
  | { readonly kind: 'saved'; readonly revision: number }
  | { readonly kind: 'saving'; readonly nPending: number }
  /** An edit was refused and taken off the screen; everything before it is kept. */
  | { readonly kind: 'failed'; readonly error: WireError; readonly revision: number };

/** What is to be labelled. */
export interface Labelled {
  /** As it is drawn now. */
  readonly figure: Figure;
  /** Null of one that is not in the document yet. */
  readonly shape: Shape | null;
  /** Whether the document has it otherwise. */
  readonly isChanged: boolean;
}

/** That a part of a drawn slice goes on as one of the next, or as none. */
export interface PartLink {
  readonly axis: number;
  /** The lower and the higher. */
  readonly slices: readonly [number, number];
  /** The middles of the parts, one or both. */
  readonly ends: readonly PointLps[];
  readonly color: string;
  readonly text: string;
}

/** The shapes of the documents, as the shell knows them. */
export interface ShownShapes {
  /** The shape in hand. */
  readonly active: string | null;
  /** Whether any are seen. */
  readonly isShown: boolean;
  /** How far off the slice shown shapes are still seen, mm. */
  readonly reachMm: number;
  /** The class of new shapes, if it refuses a kind. */
  readonly refusing: (kind: FigureKind) => string | null;
  /** Of a shape, or of one that is being drawn. */
  readonly colorOf: (shape: Shape | null) => string;
  /** What else is drawn in their place: how parts go on while what lies between is filled. */
  readonly links: readonly PartLink[];
  /** What a label of a slice or of the image says. */
  readonly textOf: (shape: Shape) => string;
  /** What stands beside a shape, the most important first. */
  readonly labelOf: (labelled: Labelled) => readonly string[];
  readonly onActivate: (shape: string | null) => void;
  /** Sends an edit of a document; whether it was made. */
  readonly onEdit: (document: string, edit: Edit) => Promise<boolean>;
}

/** A slice that is marked beside its plane. */
export interface SliceMark {
  readonly axis: number;
  readonly index: number;
  readonly kind: 'drawn' | 'left_out' | 'least_certain';
}

/** What is shown in the place of a document; nothing is drawn on it. */
export interface InPlace {
  readonly of: string;
  readonly document: Document;
  /** Why nothing is drawn on it with a tool; null where it takes what is drawn. */
  readonly refusal: (tool: Tool) => string | null;
}

export interface ViewerProps {
  host: Host;
  /** Its values in the scale in which they are told. */
  image: ShownImage;
  /** Whether the values of a PET are told as uptake, where that can be had. */
  isSuv: boolean;
  onSuv: (isSuv: boolean) => void;
  /** The document for all volumes, or those known of single volumes. */
  documents: readonly Document[];
  /** Segment the brush paints; none means that painting asks for one. */
  activeSegment: string | null;
  /** The class of the active segment, if it refuses a tool. */
  refusing: (tool: Tool) => string | null;
  onStatus: (document: string, status: DurabilityStatus) => void;
  /** What the image's own values are multiplied with to be told. */
  valueFactor: number;
  /** What tools may change. */
  editable: Editable;
  inPlace: InPlace | null;
  /** Slices that are marked beside the planes. */
  marks: readonly SliceMark[];
  /** The user accepts what a preview shows in a slice; null where nothing can be accepted. */
  onAcceptSlice: ((slice: SlicePlace) => void) | null;
  /** The user wants to know who drew a voxel. */
  onWho: (voxel: VoxelIndex) => void;
  /** Where the planes are to cross, when the shell has a reason; another one each time. */
  wanted: VoxelIndex | null;
  /** What is tinted in the colour of the active segment. */
  highlight: TintedValues | null;
  /** Does an effect of a tool on the active segment, or an outline in the place of the one that made a
   * revision; null where it was refused. */
  onEffect: (effect: Effect, replaced: number | null) => Promise<EditResponse | null>;
  /** Shows what an effect of a tool would do. The name of the document that is shown then; null where
   * there is nothing to show. */
  onLook: (effect: Effect) => Promise<string | null>;
  /** What is shown under this name is to be done, or to go. */
  onLooked: (name: string, isWanted: boolean) => void;
  /** A stroke was made, or kept from changing anything. */
  onEdited: (answer: EditResponse) => void;
  onOverwrite: (overwrite: Overwrite) => void;
  /** The crosshair moved. */
  onCrosshair: (voxel: VoxelIndex) => void;
  /** Planes were turned out of the grid, or straightened. */
  onTurned: (planes: Readonly<Partial<Record<PlaneName, CutPlane>>>) => void;
  /** Another volume of the image is shown. */
  onVolume: (volume: number) => void;
  /** The image is shown in another window. */
  onWindow: (window: GreyWindow) => void;
  /** The user wants segments of all volumes, or of each. */
  onScope: (scope: SegmentScope) => void;
  /** Copies the segments of the volume shown to the next or previous one; whether that was done. */
  onCopy: (step: 1 | -1) => Promise<boolean>;
  shapes: ShownShapes;
  actions: ActionRegistry;
}
