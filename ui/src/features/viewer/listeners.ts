/** What a viewer at work tells those around it. */

import type { EditResponse, Effect } from '../../host/wire';
import type { PlaneName } from '../../model/plane';
import type { Readout } from './readout';
import type { ViewerState } from './state';
import type { DurabilityStatus } from './types';

export interface SessionListeners {
  readonly onState: (state: ViewerState) => void;
  readonly onReadout: (cursor: Readout | null, crosshair: Readout | null) => void;
  /** Something the user should know now, such as why painting does not work. */
  readonly onNotice: (text: string) => void;
  /** A slice that could not be loaded, by plane. */
  readonly onFailure: (plane: PlaneName, reason: string | null) => void;
  /** An edit was made. */
  readonly onEdited: (answer: EditResponse) => void;
  /** Does an effect on the active segment, in the place of the outline that made a revision if there is one. */
  readonly onEffect: (effect: Effect, replaced: number | null) => Promise<EditResponse | null>;
  readonly onStatus: (document: string, status: DurabilityStatus) => void;
}
