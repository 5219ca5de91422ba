/**
 * The real window, driven by WebKitWebDriver under Xvfb, with plain fetch.
 *
 * One driver has one session, and neither ending the driver nor losing the session ends the app:
 * `close` ends all three, and so does the end of this process.
 */

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

const DISPLAY_LIMIT_MS = 20_000;
const SESSION_LIMIT_MS = 90_000;
const COMMAND_LIMIT_MS = 30_000;
/** W3C WebDriver, "Elements": the key of an element reference. */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

/** Opens the window of `application`; `environment` is added to the app's. */
export async function openWindow(application, environment) {
  const processes = [];
  const start = (program, args, { env = {}, stdio = 'ignore' } = {}) => {
    const child = spawn(program, args, { env: { ...process.env, ...env }, stdio, detached: true });
    processes.push(child);
    return child;
  };
  const endAll = () => {
    // Each is the leader of its own group, so the app that the driver started ends with it.
    for (const child of processes.splice(0).reverse()) {
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has ended already.
      }
    }
  };
  process.once('exit', endAll);
  try {
    const display = await startDisplay(start);
    const port = await freePort();
    start('WebKitWebDriver', [`--port=${port}`], {
      env: {
        ...environment,
        // What the page remembers (panels, tabs) must not leak from this machine's own window.
        XDG_DATA_HOME: join(environment.ANNOTOMY_DATA_DIR, 'profile'),
        DISPLAY: display,
        TAURI_WEBVIEW_AUTOMATION: 'true',
        GDK_BACKEND: 'x11',
      },
    });
    const base = `http://127.0.0.1:${port}`;
    await driverIsUp(base);
    const startedAt = Date.now();
    const session = await newSession(base, application);
    return new Window(`${base}/session/${session}`, endAll, { startedAt, display });
  } catch (reason) {
    endAll();
    throw reason;
  }
}

/** A display with a number that the server finds free and tells. */
async function startDisplay(start) {
  const server = start('Xvfb', ['-displayfd', '3', '-screen', '0', '1400x1000x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const [number] = await once(server.stdio[3], 'data', { signal: AbortSignal.timeout(DISPLAY_LIMIT_MS) });
  return `:${String(number).trim()}`;
}

async function freePort() {
  const socket = createServer().listen(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}

async function driverIsUp(base) {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    try {
      await fetch(`${base}/status`, { signal: AbortSignal.timeout(1000) });
      return;
    } catch {
      await sleep(100);
    }
  }
  throw new Error('WebKitWebDriver did not start');
}

async function newSession(base, application) {
  const capabilities = { alwaysMatch: { 'webkitgtk:browserOptions': { binary: application, args: [] } } };
  // Without a limit this waits for ever when the app dies at its start.
  const { sessionId } = await send('POST', `${base}/session`, { capabilities }, SESSION_LIMIT_MS);
  return sessionId;
}

async function send(method, url, body, limit = COMMAND_LIMIT_MS) {
  const response = await fetch(url, {
    method,
    signal: AbortSignal.timeout(limit),
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  }).catch((cause) => {
    throw new Error(`${method} ${url.slice(url.lastIndexOf('/'))}: ${cause.message}`, { cause });
  });
  const { value } = await response.json();
  if (!response.ok) throw new Error(`${method} ${url}: ${value?.error} ${value?.message}`);
  return value;
}

class Window {
  #base;
  #endAll;

  constructor(base, endAll, { startedAt, display }) {
    this.#base = base;
    this.#endAll = endAll;
    this.startedAt = startedAt;
    this.display = display;
  }

  /** Runs a function in the page; its arguments and its answer are JSON. */
  execute(body, ...args) {
    return send('POST', `${this.#base}/execute/sync`, { script: `return (${body})(...arguments)`, args });
  }

  /** Waits until `body` answers something true and returns that. */
  async until(what, body, ...args) {
    for (const end = Date.now() + COMMAND_LIMIT_MS; Date.now() < end; ) {
      const answer = await this.execute(body, ...args);
      if (answer) return answer;
      await sleep(50);
    }
    throw new Error(`not seen in time: ${what}`);
  }

  /** The first element that matches a CSS selector or, with `//`, an XPath. */
  async find(selector) {
    const using = selector.startsWith('//') ? 'xpath' : 'css selector';
    for (const end = Date.now() + COMMAND_LIMIT_MS; ; ) {
      try {
        const found = await send('POST', `${this.#base}/element`, { using, value: selector });
        return found[ELEMENT];
      } catch (reason) {
        if (Date.now() > end) throw reason;
        await sleep(50);
      }
    }
  }

  async click(selector) {
    const element = await this.find(selector);
    await send('POST', `${this.#base}/element/${element}/click`, {});
  }

  async type(selector, text) {
    const element = await this.find(selector);
    await send('POST', `${this.#base}/element/${element}/clear`, {});
    await send('POST', `${this.#base}/element/${element}/value`, { text });
  }

  /** Presses one key, with Control held if asked. */
  async press(key, { ctrl = false } = {}) {
    const control = '\uE009';
    const down = (value) => ({ type: 'keyDown', value });
    const up = (value) => ({ type: 'keyUp', value });
    const actions = ctrl ? [down(control), down(key), up(key), up(control)] : [down(key), up(key)];
    await send('POST', `${this.#base}/actions`, { actions: [{ type: 'key', id: 'keyboard', actions }] });
    await send('DELETE', `${this.#base}/actions`);
  }

  /** Presses at the first point, moves through the others and lets go; CSS pixels of the window. */
  async drag(points) {
    const [first, ...others] = points.map(([x, y]) => ({ x: Math.round(x), y: Math.round(y) }));
    const move = (point, duration) => ({ type: 'pointerMove', duration, origin: 'viewport', ...point });
    const actions = [move(first, 0), { type: 'pointerDown', button: 0 }];
    for (const point of others) actions.push(move(point, 30));
    actions.push({ type: 'pointerUp', button: 0 });
    const source = { type: 'pointer', id: 'mouse', parameters: { pointerType: 'mouse' }, actions };
    await send('POST', `${this.#base}/actions`, { actions: [source] });
    await send('DELETE', `${this.#base}/actions`);
  }

  /**
   * Red, green and blue of one point of the page, as the display shows it.
   *
   * From the display, because the driver's own screenshots were seen to wait for ever.
   */
  async pixel({ x, y }) {
    const frame = await this.execute(() => ({ x: screenX, y: screenY + outerHeight - innerHeight }));
    const crop = `1x1+${Math.round(frame.x + x)}+${Math.round(frame.y + y)}`;
    const options = ['-display', this.display, '-window', 'root', '-crop', crop, '-depth', '8', 'rgb:-'];
    const { stdout } = await run('import', options, { encoding: 'buffer', timeout: COMMAND_LIMIT_MS });
    return [...stdout];
  }

  /** Asks the window to close, as its user does, and waits until the app has ended by itself. */
  async quit() {
    const script = join(import.meta.dirname, 'ask_to_close.py');
    await run(process.env.ANNOTOMY_PEERS_PYTHON, [script, this.display]);
    for (const end = Date.now() + COMMAND_LIMIT_MS; Date.now() < end; await sleep(100)) {
      const isThere = await send('GET', `${this.#base}/title`).then(() => true, () => false);
      if (!isThere) break;
    }
    await this.close();
  }

  /** Ends the app without a warning. */
  async close() {
    try {
      await send('DELETE', this.#base, undefined, 5000);
    } catch {
      // The processes are ended all the same.
    }
    this.#endAll();
  }
}
