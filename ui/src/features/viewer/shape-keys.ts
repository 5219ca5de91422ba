/** Keys of the shape in hand. */

import { isOnPlane } from './keys';
import type { ViewerSession } from './session';

/** Does what a key means for the shape in hand; whether there was one for it. */
export function shapeByKey(session: ViewerSession, event: KeyboardEvent): boolean {
  const isArrow = event.key.startsWith('Arrow');
  if (isArrow && !isOnPlane(event.target)) return false;
  return session.shapes.onKey(event, session.pen !== null);
}
