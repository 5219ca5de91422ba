/** What the viewer takes from the shell and tells it. */

import type { Host } from '../../host';
import type {
  Document,
  EditResponse,
  Editable,
  Effect,
  SegmentScope,
  WireError,
} from '../../host/wire';
import type { ActionRegistry } from '../../model/actions';
import type { PlaneName } from '../../model/plane';
import type { ShownImage } from '../../model/image';
import type { GreyWindow } from '../../model/window';
import type { VoxelIndex } from '../../model/space';
import type { Tool } from '../../tools/binding';
import type { Overwrite } from '../../tools/relabel';
import type { Readout } from './readout';
import type { ViewerState } from './state';

/** Whether every edit made in the viewer is on disk. */
export type DurabilityStatus =
  | { readonly kind: 'saved'; readonly revision: number }
  | { readonly kind: 'saving'; readonly nPending: number }
  /** An edit was refused and taken off the screen; everything before it is kept. */
  | { readonly kind: 'failed'; readonly error: WireError; readonly revision: number };

/** Whom a session tells. */
export interface SessionListeners {
  readonly onState: (state: ViewerState) => void;
  readonly onReadout: (cursor: Readout | null, crosshair: Readout | null) => void;
  /** Something the user should know now, such as why painting does not work. */
  readonly onNotice: (text: string) => void;
  /** A slice that could not be loaded, by plane. */
  readonly onFailure: (plane: PlaneName, reason: string | null) => void;
  /** An edit was made. */
  readonly onEdited: (answer: EditResponse) => void;
  /** Does an effect on the active segment; whether it was done. */
  readonly onEffect: (effect: Effect) => Promise<boolean>;
  readonly onStatus: (document: string, status: DurabilityStatus) => void;
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
  /** What a document would become: it is shown in its place, and nothing is painted on it. */
  preview: { readonly of: string; readonly document: Document } | null;
  /** Where the planes are to cross, when the shell has a reason; another one each time. */
  wanted: VoxelIndex | null;
  /** Values, in the image's own unit, that are tinted in the colour of the active segment. */
  highlight: readonly [number, number] | null;
  /** Does an effect of a tool on the active segment; whether it was done. */
  onEffect: (effect: Effect) => Promise<boolean>;
  /** A stroke was made, or kept from changing anything. */
  onEdited: (answer: EditResponse) => void;
  onOverwrite: (overwrite: Overwrite) => void;
  /** The crosshair moved. */
  onCrosshair: (voxel: VoxelIndex) => void;
  /** Another volume of the image is shown. */
  onVolume: (volume: number) => void;
  /** The image is shown in another window. */
  onWindow: (window: GreyWindow) => void;
  /** The user wants segments of all volumes, or of each. */
  onScope: (scope: SegmentScope) => void;
  /** Copies the segments of the volume shown to the next or previous one; whether that was done. */
  onCopy: (step: 1 | -1) => Promise<boolean>;
  actions: ActionRegistry;
}
