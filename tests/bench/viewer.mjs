/**
 * First image, scrolling and painting in headless Chromium; prints milliseconds as JSON.
 *
 *   node tests/bench/viewer.mjs SERIES_FOLDER
 *
 * Software rendering on the same two cores as the server: a graphics card only makes it faster.
 */

import { startBrowser } from '../e2e/support/browser.mjs';
import { addSegment, chooseBrush, isSaved, dragIn, openPath, planes, view, viewerIsReady } from '../e2e/support/app.mjs';
import { startServer, withFolder } from '../e2e/support/server.mjs';

const RUNS = 5;
const STROKES = 100;
/** Of a comparison. */
const FEW_STROKES = 30;
const FEW_SEGMENTS = 2;
const MANY_SEGMENTS = 200;
const NOTCHES = { Axial: 120, Sagittal: 80, Coronal: 80 };

/** Runs in the page before the app: notes when things were asked for and when they were there. */
function watch() {
  window.__annotomyProbe = [];
  window.__clicks = [];
  window.__strokes = [];
  window.__firstDrawn = null;
  window.__lastEdit = null;
  addEventListener('click', () => window.__clicks.push(performance.now()), true);
  const draw = WebGL2RenderingContext.prototype.drawArrays;
  WebGL2RenderingContext.prototype.drawArrays = function (...args) {
    draw.apply(this, args);
    if (window.__firstDrawn !== null) return;
    // Reading back waits for the pixels themselves.
    this.readPixels(0, 0, 1, 1, this.RGBA, this.UNSIGNED_BYTE, new Uint8Array(4));
    window.__firstDrawn = performance.now();
  };
  let penUpAt = 0;
  addEventListener('pointerup', () => { penUpAt = performance.now(); }, true);
  const fetch = window.fetch;
  window.fetch = async (input, init) => {
    const isStroke = String(input).endsWith('/api/edit') && String(init?.body).includes('"stroke"');
    const asked = penUpAt;
    const sent = performance.now();
    const response = await fetch(input, init);
    if (isStroke) window.__lastEdit = JSON.parse(init.body);
    if (isStroke && response.ok) window.__strokes.push({ sent: sent - asked, shown: performance.now() - asked });
    return response;
  };
}

/** Segments more, each with a stroke like the last one, elsewhere. */
async function addSegments(page, n) {
  await page.evaluate(async (count) => {
    const { document: id, edit } = window.__lastEdit;
    const send = async (change) => {
      const body = JSON.stringify({ document: id, edit: change });
      const init = { method: 'POST', body, headers: { 'content-type': 'application/json' } };
      return (await fetch('/api/edit', init)).json();
    };
    for (let k = 0; k < count; k += 1) {
      const color = `#${(0x203040 + 7919 * k).toString(16).padStart(6, '0').slice(0, 6)}`;
      const { document: now } = await send({ type: 'add_segment', name: `More ${k}`, color });
      const path = edit.path.map(([x, y, z]) => [x + (k % 20) - 10, y + (k % 30) - 15, z]);
      await send({ ...edit, segment: now.segments.at(-1).id, path });
    }
  }, n);
  await isSaved(page);
  await page.waitForTimeout(1000);
}

function quantile(values, q) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.round(q * (sorted.length - 1))];
}

async function openPage(browser, url) {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript(watch);
  await page.goto(url);
  return page;
}

/** From the choice of the folder to the first image, without the time a user needs to choose a series. */
async function firstImage(page, folder) {
  await openPath(page, folder);
  const chosenAt = await page.evaluate(() => window.__clicks.at(-1));
  const card = page.getByRole('button', { name: /^Open CT/ });
  const isDrawn = () => page.waitForFunction(() => window.__firstDrawn !== null);
  const first = await Promise.race([card.waitFor().then(() => 'series'), isDrawn().then(() => 'image')]);
  if (first === 'image') return page.evaluate((at) => window.__firstDrawn - at, chosenAt);
  const listedAt = await page.evaluate(() => performance.now());
  await card.click();
  await isDrawn();
  return page.evaluate(
    ([at, listed]) => listed - at + window.__firstDrawn - window.__clicks.at(-1),
    [chosenAt, listedAt],
  );
}

async function scroll(page) {
  await page.evaluate(() => window.__annotomyProbe.splice(0));
  for (const plane of planes) {
    await view(page, plane).hover();
    for (let notch = 0; notch < NOTCHES[plane]; notch += 1) {
      await page.mouse.wheel(0, notch < NOTCHES[plane] / 2 ? 100 : -100);
      await page.waitForTimeout(30);
    }
  }
  await page.waitForTimeout(500);
  const drawn = await page.evaluate(() => window.__annotomyProbe);
  return drawn.map(({ requestedAt, drawnAt }) => drawnAt - requestedAt);
}

/**
 * Durable is when the answer has arrived; the page learns it when it has drawn what it was drawing,
 * which in software takes longer than the stroke itself.
 */
async function paint(page, nStrokes) {
  await chooseBrush(page);
  const answers = [];
  page.on('requestfinished', (request) => {
    if (request.url().endsWith('/api/edit')) answers.push(request.timing().responseEnd);
  });
  await page.evaluate(() => window.__strokes.splice(0));
  for (let n = 0; n < nStrokes; n += 1) {
    const y = 0.25 + (0.5 * (n % 20)) / 20;
    await dragIn(page, planes[n % 3], [[0.3, y], [0.5, y + 0.05], [0.65, y]]);
    await page.waitForTimeout(60);
  }
  await page.waitForFunction((n) => window.__strokes.length >= n, nStrokes, { timeout: 20_000 });
  const strokes = await page.evaluate(() => window.__strokes);
  page.removeAllListeners('requestfinished');
  return strokes.map(({ sent, shown }, n) => ({ durable: sent + answers[n], shown }));
}

/** How much longer it takes with many segments than with few, in the same document. */
async function compared(page) {
  const both = async () => ({
    scroll: quantile(await scroll(page), 0.5),
    shown: quantile((await paint(page, FEW_STROKES)).map(({ shown }) => shown), 0.5),
  });
  await addSegments(page, FEW_SEGMENTS - 1);
  const few = await both();
  await addSegments(page, MANY_SEGMENTS - FEW_SEGMENTS);
  const many = await both();
  return { scroll: many.scroll / few.scroll, shown: many.shown / few.shown };
}

const folder = process.argv[2];
const browser = await startBrowser();
const first = [];
let scrolled = [];
let painted = [];
let times = {};
for (let run = 0; run < RUNS; run += 1) {
  await withFolder(async (library) => {
    const server = await startServer(library);
    try {
      const page = await openPage(browser, server.url);
      first.push(await firstImage(page, folder));
      if (run === RUNS - 1) {
        await viewerIsReady(page);
        scrolled = await scroll(page);
        await addSegment(page);
        painted = await paint(page, STROKES);
        times = await compared(page);
      }
      await page.context().close();
    } finally {
      await server.kill();
    }
  });
}
await browser.close();
console.log(
  JSON.stringify({
    first_image: quantile(first, 0.5),
    scroll_median: quantile(scrolled, 0.5),
    scroll_p95: quantile(scrolled, 0.95),
    scroll_slices: scrolled.length,
    stroke_median: quantile(painted.map(({ durable }) => durable), 0.5),
    stroke_p99: quantile(painted.map(({ durable }) => durable), 0.99),
    stroke_shown: quantile(painted.map(({ shown }) => shown), 0.5),
    many_scroll: times.scroll,
    many_shown: times.shown,
  }),
);
