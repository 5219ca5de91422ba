/** Headless Chromium, and what every screen is checked for. */

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from './server.mjs';

// The packages are those that the user interface's lock file pins.
const require = createRequire(join(root, 'ui/package.json'));
const { chromium } = require('playwright-core');
const axeSource = require('axe-core').source;

const WAIT_MS = 20_000;
const CHROMIUM_PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Starts the browser with nothing that talks to a network. */
export function startBrowser() {
  const executablePath = process.env.CHROMIUM ?? CHROMIUM_PATHS.find((path) => existsSync(path));
  return chromium.launch({
    ...(executablePath ? { executablePath } : {}),
    headless: true,
    chromiumSandbox: false,
    args: [
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-quic',
    ],
  });
}

/** Opens the app at `url`; the page fails the test on any uncaught error. */
export async function openApp(browser, url) {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
  context.setDefaultTimeout(WAIT_MS);
  const page = await context.newPage();
  page.faults = [];
  page.on('pageerror', (error) => page.faults.push(error.stack ?? String(error)));
  await page.goto(url);
  return page;
}

/** Accessibility faults of the screen as it is now, all that axe finds. */
export async function accessibilityFaults(page) {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() => window.axe.run());
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`).join(' | ')}`,
  );
}
