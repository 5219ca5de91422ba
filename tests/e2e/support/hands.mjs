/** Keys, buttons and planes as the tests of hands use them. */

import assert from 'node:assert/strict';
import { view } from './app.mjs';

const CHANGE_LIMIT_MS = 5_000;

/** Waits until a tool is in hand. */
export async function isInHand(page, name) {
  await page.waitForFunction(
    (label) =>
      document.querySelector(`[aria-label="Tools"] [aria-label="${label}"]`)?.getAttribute('aria-pressed') === 'true',
    name,
  );
}

/** The screen of keys and mouse. */
export async function openShortcuts(page) {
  await page.keyboard.press('?');
  const dialog = page.getByRole('dialog', { name: 'Keyboard and mouse', exact: true });
  await dialog.waitFor();
  return dialog;
}

/** Slice shown of a plane, 1 first. */
export const sliceOf = async (page, plane) => Number(await view(page, plane).getAttribute('aria-valuenow'));

/** Does `act`, and waits until the axial plane looks different. */
export async function changes(page, act) {
  const before = await view(page, 'Axial').screenshot();
  await act();
  const until = Date.now() + CHANGE_LIMIT_MS;
  while (before.equals(await view(page, 'Axial').screenshot())) {
    assert.ok(Date.now() < until, 'the axial plane looks as before');
  }
}

/** Drags with a button across the axial plane: fractions of its width and height. */
export async function buttonDrag(page, button, points) {
  const box = await view(page, 'Axial').boundingBox();
  const at = ([x, y]) => [box.x + x * box.width, box.y + y * box.height];
  await page.mouse.move(...at(points[0]));
  await page.mouse.down({ button });
  for (const point of points.slice(1)) await page.mouse.move(...at(point), { steps: 4 });
  await page.mouse.up({ button });
}
