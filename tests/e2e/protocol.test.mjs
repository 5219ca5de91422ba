/** A label protocol is made in the app, used on an image, exported, and taken over by the command line. */

import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { answerTo, chooseBrush, dragIn, isSaved, openSample } from './support/app.mjs';
import { accessibilityFaults, openApp, startBrowser } from './support/browser.mjs';
import { annotomy, peers, startServer, withFolder } from './support/server.mjs';

const LIMIT = { timeout: 180_000 };
const shots = process.env.ANNOTOMY_SHOTS;
let browser;

before(async () => {
  browser = await startBrowser();
});
after(() => browser.close());

async function look(page, name) {
  if (shots !== undefined) await page.screenshot({ path: join(shots, `${name}.png`) });
}

async function openProtocol(page) {
  await page.keyboard.press('Control+l');
  const dialog = page.getByRole('dialog', { name: 'Label protocol' });
  await dialog.waitFor();
  return dialog;
}

test('a class is made, its segment painted, asked about and completed', LIMIT, (t) =>
  withFolder(async (folder) => {
    const library = join(folder, 'library');
    const server = await startServer(library);
    t.after(() => server.kill());
    const page = await openApp(browser, server.url);
    await openSample(page);
    let dialog = await openProtocol(page);
    assert.deepEqual(await accessibilityFaults(page), []);
    await dialog.getByRole('button', { name: 'Add class' }).click();
    await dialog.getByLabel('Name', { exact: true }).fill('Lesion');
    await dialog.getByLabel('Key (with Alt+Shift)').fill('k');
    const code = dialog.getByLabel('Type', { exact: true });
    await answerTo(page, 'search_codes', () => code.pressSequentially('neoplasm'));
    const option = dialog.locator('datalist option[value^="Neoplasm (SCT"]').first();
    await option.waitFor({ state: 'attached' });
    await code.fill(await option.getAttribute('value'));
    await dialog.getByRole('checkbox', { name: 'Eraser' }).uncheck();
    await dialog.getByRole('checkbox', { name: 'Every image needs' }).check();
    await dialog.getByRole('button', { name: 'Add question' }).click();
    await dialog.getByLabel('Question', { exact: true }).fill('Enhancing');
    await dialog.getByLabel('Options, one a line').fill('yes\nno');
    await dialog.getByLabel('Answer required').check();
    await dialog.getByRole('button', { name: 'Add question' }).click();
    const second = dialog.getByRole('group', { name: 'Question 2' });
    await second.getByLabel('Question', { exact: true }).fill('Diameter');
    await second.getByLabel('How it is answered').selectOption('Number');
    await second.getByLabel('Unit').fill('mm');
    await second.getByLabel('When it is asked').selectOption('Asked under Enhancing: yes');
    assert.deepEqual(await accessibilityFaults(page), []);
    await look(page, 'protocol-form');
    const { answer } = await answerTo(page, 'edit_protocol', () =>
      dialog.getByRole('button', { name: 'Save class' }).click(),
    );
    assert.equal(answer.classes[0].property_type.meaning, 'Neoplasm');
    const path = join(folder, 'protocol.json');
    await dialog.getByLabel('Export to').fill(path);
    await dialog.getByRole('button', { name: 'Export', exact: true }).click();
    await dialog.getByText('Written').waitFor();
    await look(page, 'protocol-list');
    await page.keyboard.press('Escape');

    await page.getByText('Still needed: Lesion').waitFor();
    await answerTo(page, 'edit', () => page.keyboard.press('Alt+Shift+K'));
    await isSaved(page);
    await page.getByText('1 required answer is missing').waitFor();
    await page.getByRole('button', { name: 'Eraser: not allowed for Lesion' }).waitFor();
    await chooseBrush(page, { radiusMm: 6 });
    await answerTo(page, 'edit', () =>
      dragIn(page, 'Axial', [
        [0.4, 0.4],
        [0.45, 0.45],
      ]),
    );
    await isSaved(page);
    const state = page.getByLabel('State of Lesion');
    assert.equal(await state.inputValue(), 'in_progress');
    const saved = (act) => answerTo(page, 'edit', act);
    await saved(() => page.getByLabel(/^Enhancing/).selectOption('yes'));
    await page.getByLabel('Diameter (mm)').fill('12.5');
    await saved(() => page.getByLabel('Diameter (mm)').press('Tab'));
    const { answer: done } = await saved(() => state.selectOption('Completed'));
    const [segment] = done.document.segments;
    assert.deepEqual(
      segment.answers.map((given) => given.answer).toSorted((a, b) => (a.kind < b.kind ? -1 : 1)),
      [
        { kind: 'number', value: 12.5 },
        { kind: 'radio', option: 'yes' },
      ],
    );
    assert.deepEqual(await accessibilityFaults(page), []);
    await look(page, 'protocol-panel');

    dialog = await openProtocol(page);
    await dialog.getByRole('button', { name: 'Delete Lesion' }).click();
    await dialog.getByText('the class "Lesion" is in use').waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
    await answerTo(page, 'edit_protocol', () =>
      dialog.getByRole('button', { name: 'Archive Lesion' }).click(),
    );
    await dialog.getByText('archived').waitFor();
    assert.deepEqual(page.faults, []);
    await server.kill();

    assert.equal((await annotomy(library, 'audit', 'verify')).first_fault, null);
    const archive = join(folder, 'all.annotomy');
    await annotomy(library, 'archive', 'create', '--out', archive);
    const read = await peers('peers/archive_read.py', archive);
    assert.deepEqual(read.problems, []);
    assert.equal(read.n_documents, 2);
    const elsewhere = join(folder, 'elsewhere');
    const taken = await annotomy(elsewhere, 'protocol', 'import', path);
    assert.equal(taken.classes[0].name, 'Lesion');
    const copy = join(folder, 'copy.json');
    await annotomy(elsewhere, 'protocol', 'export', copy);
    assert.equal(await readFile(copy, 'utf8'), await readFile(path, 'utf8'));
  }),
);

test('a file that is no protocol is refused with its line, by keyboard alone', LIMIT, (t) =>
  withFolder(async (folder) => {
    const server = await startServer(join(folder, 'library'));
    t.after(() => server.kill());
    const page = await openApp(browser, server.url);
    const path = join(folder, 'bad.json');
    await writeFile(path, '{\n  "format": "annotomy-protocol",\n  "version": "one"\n}\n');
    await page.getByRole('button', { name: 'Open sample', exact: true }).waitFor();
    const dialog = await openProtocol(page);
    await dialog.getByRole('button', { name: 'Import' }).press('Enter');
    const browse = page.getByRole('dialog');
    await browse.locator('[aria-busy="false"]').waitFor();
    await browse.getByLabel('Path', { exact: true }).fill(path);
    await browse.getByRole('button', { name: /^Open/ }).press('Enter');
    await page.getByText(/bad\.json.*line 3/).waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
  }),
);
