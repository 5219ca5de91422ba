/** Keys of the shape in hand. */

import type { ViewerSession } from './session';

/** Does what a key means for the shape in hand; whether there was one for it. */
export function shapeByKey(session: ViewerSession, event: KeyboardEvent): boolean {
  // Arrows belong to what has the focus, unless that is a plane or nothing.
  const isArrow = event.key.startsWith('Arrow');
  if (isArrow && !isOnPlane(event.target)) return false;
  return session.shapes.onKey(event, session.isPenOver);
}

function isOnPlane(target: EventTarget | null): boolean {
  return (
    target instanceof Element && (target === document.body || target.closest('.planes') !== null)
  );
}
