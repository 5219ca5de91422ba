/** What the user is at: the plane that keys are for, and the tool to go back to. */

import type { Pane } from '../../engine/pane';
import type { PlaneName } from '../../model/plane';
import type { Tool } from '../../tools/binding';
import type { ViewerSession } from './session';

export interface Hand {
  /** Where the pen or the focus was last. */
  plane: PlaneName;
  toolBefore: Tool;
}

/** The pane that keys scroll and zoom. */
export function paneInHand({ stage, state, hand }: ViewerSession): Pane | undefined {
  const { maximised } = state;
  return maximised === 'space' ? undefined : stage.pane(maximised ?? hand.plane);
}
