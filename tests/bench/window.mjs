/**
 * Cold start of the desktop window under Xvfb; prints milliseconds as JSON.
 *
 * From the start of the app's process (as the kernel notes it) until the home screen offers to open
 * something. The last step is polled, so the number is an upper bound.
 */

import { readdir, readFile } from 'node:fs/promises';
import { openWindow } from '../desktop/webdriver.mjs';
import { withFolder } from '../e2e/support/server.mjs';

const RUNS = 5;
const application = process.env.ANNOTOMY_DESKTOP;
/** USER_HZ, the unit of times in /proc. */
const TICK_MS = 10;

async function startedAt() {
  const boot = Number(/btime (\d+)/.exec(await readFile('/proc/stat', 'utf8'))[1]) * 1000;
  const uptime = Number((await readFile('/proc/uptime', 'utf8')).split(' ')[0]) * 1000;
  // btime is in whole seconds; the clock minus the uptime says the same to the millisecond.
  const bootAt = Math.abs(Date.now() - uptime - boot) < 2000 ? Date.now() - uptime : boot;
  const starts = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    try {
      const [exe] = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0');
      if (exe !== application) continue;
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
      // Fields count from behind the name, which may hold spaces (proc_pid_stat(5), field 22).
      const ticks = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
      starts.push(bootAt + ticks * TICK_MS);
    } catch {
      // That process has ended meanwhile.
    }
  }
  return Math.max(...starts);
}

const times = [];
for (let run = 0; run <= RUNS; run += 1) {
  await withFolder(async (library) => {
    const window = await openWindow(application, { ANNOTOMY_DATA_DIR: library });
    try {
      const seenAt = await window.until('home screen', () =>
        [...document.querySelectorAll('button')].some((b) => b.textContent.includes('Open sample')) && Date.now());
      times.push(seenAt - (await startedAt()));
    } finally {
      await window.close();
    }
  });
}
// The first start reads the binary and the libraries from the disk.
const sorted = times.slice(1).sort((a, b) => a - b);
console.log(JSON.stringify({ cold_start: sorted[sorted.length >> 1], first_start: times[0] }));
