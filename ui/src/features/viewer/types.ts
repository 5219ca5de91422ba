/** What the viewer takes from the shell and tells it. */

import type { Host } from '../../host';
import type { Document, WireError } from '../../host/wire';
import type { ActionRegistry } from '../../model/actions';
import type { ShownImage } from '../../model/image';
import type { GreyWindow } from '../../model/window';

/** Whether every edit made in the viewer is on disk. */
export type DurabilityStatus =
  | { readonly kind: 'saved'; readonly revision: number }
  | { readonly kind: 'saving'; readonly nPending: number }
  /** An edit was refused and taken off the screen; everything before it is kept. */
  | { readonly kind: 'failed'; readonly error: WireError; readonly revision: number };

export interface ViewerProps {
  host: Host;
  /** Its values in the scale in which they are told. */
  image: ShownImage;
  /** Whether the values of a PET are told as uptake, where that can be had. */
  isSuv: boolean;
  onSuv: (isSuv: boolean) => void;
  document: Document;
  /** Segment the brush paints; none means that painting asks for one. */
  activeSegment: string | null;
  /** The document has a newer revision: after a stroke, undo or redo, or somebody else's change. */
  onDocument: (document: Document) => void;
  onStatus: (status: DurabilityStatus) => void;
  /** The crosshair came to another slice along k. */
  onSlice: (k: number) => void;
  /** Another volume of the image is shown. */
  onVolume: (volume: number) => void;
  /** The image is shown in another window. */
  onWindow: (window: GreyWindow) => void;
  actions: ActionRegistry;
}
