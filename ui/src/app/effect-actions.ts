/** An action for each effect: it shows the panel with the effect chosen. */

import { EFFECTS } from '../features/effects';
import type { Action } from '../model/actions';
import { t } from '../shared/messages';
import type { Layout } from './layout.svelte';
import type { Session } from './session.svelte';

export function effectActions(session: Session, layout: Layout): Action[] {
  return EFFECTS.map((name) => ({
    id: `effects.${name}`,
    label: t('effects.choose', { effect: t(`effects.${name}`) }),
    run: () => {
      if (session.screen.kind !== 'workspace') return;
      session.screen.workspace.effects.set({ name });
      layout.show('effects');
    },
    isEnabled: () => session.screen.kind === 'workspace',
  }));
}
