/** The app as a user finds it: by role and by the words on the screen. */

import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openApp, startBrowser } from './browser.mjs';
import { root, startServer } from './server.mjs';

const exactly = (name) => ({ name, exact: true });

/** The bundled sample; its voxels are 1 mm wide. */
export const sample = join(root, 'samples/mr-head-t1/colin27-t1.nii.gz');

export const planes = ['Axial', 'Sagittal', 'Coronal'];

/** The home screen of a server on a library of its own, `page.server`. */
export async function started(t, folder) {
  const browser = await startBrowser();
  t.after(() => browser.close());
  const server = await startServer(join(folder, 'library'));
  t.after(() => server.kill());
  return Object.assign(await openApp(browser, server.url), { server });
}

/** Screens to look at, where a folder for them is named. */
export async function shoot(page, name) {
  const folder = process.env.SCREENSHOTS;
  if (folder === undefined) return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

/** From the home screen to the bundled sample in the viewer. */
export async function openSample(page) {
  await page.getByRole('button', exactly('Open sample')).click();
  await viewerIsReady(page);
}

/** From the home screen to what a folder or file holds, by its path. */
export async function openPath(page, path) {
  await page.getByRole('button', { name: 'Open folder' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.locator('[aria-busy="false"]').waitFor();
  await dialog.getByLabel('Path', { exact: true }).fill(path);
  await dialog.getByRole('button', { name: /^Open/ }).click();
}

/** Waits until the three planes show the image and every slice can be fetched. */
export async function viewerIsReady(page) {
  for (const plane of planes) await view(page, plane).waitFor();
  await page.getByText('Reading slices').waitFor({ state: 'detached' });
}

/** A plane's picture: what the pen paints on. */
export function view(page, plane) {
  return page.getByRole('slider', exactly(plane));
}

/** The voxel under the pen, as the panel tells it: of the slice that is on screen. */
export function voxelUnderPen(page) {
  return page.getByRole('row', { name: /^Voxel/ }).getByRole('cell').first();
}

/** Takes the brush, of a size if given. */
export async function chooseBrush(page, { radiusMm } = {}) {
  await page.getByRole('button', exactly('Brush')).click();
  if (radiusMm === undefined) return;
  const diameter = page.getByLabel('Diameter', { exact: true });
  await diameter.fill(String(2 * radiusMm));
  await diameter.press('Enter');
}

/** Adds a segment, which the brush then paints. */
export async function addSegment(page) {
  await answerTo(page, 'edit', () => page.getByRole('button', exactly('Add segment')).first().click());
  await isSaved(page);
}

/** The status line says that everything is on disk. */
export async function isSaved(page) {
  await page.getByText('All changes saved').waitFor();
}

/** Does `act` and returns the command that it sends, with the host's answer. */
export async function answerTo(page, command, act) {
  const [response] = await Promise.all([
    page.waitForResponse((response) => response.url().endsWith(`/api/${command}`)),
    act(),
  ]);
  const answer = await response.json();
  assert.ok(response.ok(), `${command}: ${JSON.stringify(answer)}`);
  return { request: response.request().postDataJSON(), answer };
}

/** The same of a preview, without the coarse one that an interpolation shows first. */
export async function previewed(page, act) {
  const isFull = (response) =>
    response.url().endsWith('/api/preview_effect') && response.request().postDataJSON().coarse !== true;
  const [response] = await Promise.all([page.waitForResponse(isFull), act()]);
  const answer = await response.json();
  assert.ok(response.ok(), `preview_effect: ${JSON.stringify(answer)}`);
  return { request: response.request().postDataJSON(), answer };
}

/** Where a fraction of a plane's picture is on the page. */
export async function placeIn(page, plane, [x, y]) {
  const box = await view(page, plane).boundingBox();
  return [box.x + x * box.width, box.y + y * box.height];
}

/** From the page to the patient: by three points that are known in both. */
export async function mapped(page, plane, known, path) {
  const [a, b, c] = await Promise.all(known.map((point) => placeIn(page, plane, point)));
  const [ax, ay, bx, by] = [b[0] - a[0], b[1] - a[1], c[0] - a[0], c[1] - a[1]];
  const det = ax * by - bx * ay;
  return async (point) => {
    const [x, y] = (await placeIn(page, plane, point)).map((at, n) => at - a[n]);
    const [s, t] = [(x * by - bx * y) / det, (ax * y - x * ay) / det];
    return path[0].map((mm, n) => mm + s * (path[1][n] - mm) + t * (path[2][n] - mm));
  };
}

/** Drags across a plane with the chosen tool: fractions of its width and height. */
export async function dragIn(page, plane, points) {
  const box = await view(page, plane).boundingBox();
  assert.ok(box, `${plane} is on the screen`);
  const at = ([x, y]) => [box.x + x * box.width, box.y + y * box.height];
  await page.mouse.move(...at(points[0]));
  await page.mouse.down();
  for (const point of points.slice(1)) await page.mouse.move(...at(point), { steps: 4 });
  await page.mouse.up();
}

/** Paints one stroke, waits until it is durable and returns it as it was sent, with the answer. */
export async function paint(page, plane, points) {
  const { request, answer } = await answerTo(page, 'edit', () => dragIn(page, plane, points));
  await isSaved(page);
  return { edit: request.edit, answer };
}

/** Takes back the last operation. */
export async function undo(page) {
  const sent = await answerTo(page, 'undo', () => page.keyboard.press('Control+z'));
  await isSaved(page);
  return sent;
}

/** Opens the most recent study from the home screen. */
export async function reopenRecent(page) {
  await page.getByRole('region', { name: 'Recent studies' }).getByRole('button').first().click();
  await viewerIsReady(page);
}

/** Writes the label map to `path` and waits until it has been read back and compared. */
export async function exportTo(page, path) {
  await page.getByRole('button', { name: /^Export/ }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('File').fill(path);
  await dialog.getByRole('button', exactly('Export')).click();
  await dialog.getByText('Exported and verified').waitFor();
}

/** The same to a file of a folder, with the dialog closed; answers its path. */
export async function exported(page, folder, name) {
  const path = join(folder, name);
  await exportTo(page, path);
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
  return path;
}

/** What the report of the opened image says. */
export async function reportText(page) {
  await page.getByRole('tab', { name: /^Report/ }).click();
  return page.getByRole('tabpanel').innerText();
}
