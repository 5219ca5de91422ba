/** What the user is at: the plane that keys are for, and the tool to go back to. */

import type { Pane } from '../../engine/pane';
import type { ShownImage } from '../../model/image';
import type { PlaneName } from '../../model/plane';
import type { Tool } from '../../tools/binding';
import type { OutlineDraft, ReplacedOutline } from '../../tools/outline-draft';
import { IsoContours } from './iso-contours';
import type { Looking } from './looking.svelte';
import type { ViewerSession } from './session';
import type { ViewerState } from './state';

export interface Hand {
  /** Where the pen or the focus was last. */
  plane: PlaneName;
  toolBefore: Tool;
  /** The outline that was done last, as it can be taken in hand again. */
  outlineDone: DoneOutline | null;
  /** The contour of one value under the pen. */
  readonly isoContours: IsoContours;
  /** What is looked at before it is done. */
  looking: Looking | null;
  /** Whether the user was told what can be done with a closed outline. */
  knowsAdjusting: boolean;
}

export interface DoneOutline {
  readonly draft: OutlineDraft;
  readonly replaced: ReplacedOutline;
  readonly asDrawn: Pick<ViewerState, 'outlineMode' | 'outlineReach' | 'outlineDepth'>;
}

export function firstHand({ planes }: ShownImage): Hand {
  const plane = planes[0]?.name ?? 'own';
  const isoContours = new IsoContours();
  return {
    plane,
    toolBefore: 'brush',
    outlineDone: null,
    isoContours,
    looking: null,
    knowsAdjusting: false,
  };
}

/** The pane that keys scroll and zoom. */
export function paneInHand({ stage, state, hand }: ViewerSession): Pane | undefined {
  const { maximised } = state;
  return maximised === 'space' ? undefined : stage.pane(maximised ?? hand.plane);
}
