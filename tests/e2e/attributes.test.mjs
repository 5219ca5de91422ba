/** Questions of a class: made in the app, answered by pointer and by keyboard, kept, and found in an archive. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { accessibilityFaults } from './support/browser.mjs';
import {
  answerTo, chooseBrush, isSaved, openSample, paint, reopenRecent, shoot, started, undo, view,
} from './support/app.mjs';
import { annotomy, peers, withFolder } from './support/server.mjs';

const LIMIT = { timeout: 240_000 };
const KINDS = { radio: 'One of', checklist: 'Any of', text: 'Text', number: 'Number' };
const QUESTIONS = [
  { name: 'Appearance', kind: 'radio', options: ['solid', 'cystic'], is_required: true },
  { name: 'Septa', kind: 'checklist', options: ['thin', 'thick'], is_required: true, under: 'Appearance: cystic' },
  { name: 'Thickness', kind: 'number', unit: 'mm', under: 'Septa: thick' },
  { name: 'Signs', kind: 'checklist', options: ['calcified', 'necrotic', 'bleeding'] },
  { name: 'Remark', kind: 'text' },
  { name: 'Diameter', kind: 'number', unit: 'cm', is_required: true },
];
/** In the end, of the segment that is answered by pointer and of the one by keyboard. */
const ANSWERS = {
  Lesion: {
    Appearance: 'cystic', Septa: ['thick', 'thin'], Thickness: 2.5, Diameter: 1.75,
    Signs: ['bleeding'], Remark: 'Near the duct',
  },
  'Lesion 2': {
    Appearance: 'cystic', Septa: ['thick'], Thickness: 4, Diameter: 30,
    Signs: ['calcified', 'necrotic'], Remark: 'By hand',
  },
};

const button = (page, name) => page.getByRole('button', { name, exact: true });
const box = (page, name) => page.getByRole('checkbox', { name, exact: true });
const required = (name) => new RegExp(`^${name}\\s–\\srequired$`);
const areMissing = (page, n) => page.getByText(new RegExp(`^${n} required answers? (is|are) missing$`)).waitFor();
const isAllAnswered = (page) => page.getByText(/required answers? (is|are) missing$/).waitFor({ state: 'detached' });

/** Does what is one edit, and answers with the segments after it. */
async function edited(page, act) {
  const { answer } = await answerTo(page, 'edit', act);
  await isSaved(page);
  return answer.document.segments;
}

/** By the names of the questions; chosen options in the order of the alphabet. */
function answersBy(names, { answers }) {
  const plain = ({ option, options, text, value }) => option ?? options?.toSorted() ?? text ?? value;
  return Object.fromEntries(answers.map(({ attribute, answer }) => [names[attribute], plain(answer)]));
}

/** Makes a class with the questions, and answers with those of the exported protocol. */
async function makeClass(page, path) {
  await page.keyboard.press('Control+l');
  const dialog = page.getByRole('dialog', { name: 'Label protocol' });
  await button(dialog, 'Add class').click();
  await dialog.getByLabel('Name', { exact: true }).fill('Lesion');
  await dialog.getByLabel('Key (with Alt+Shift)').fill('k');
  for (const [n, { name, kind, options, unit, is_required, under }] of QUESTIONS.entries()) {
    await button(dialog, 'Add question').click();
    const one = dialog.getByRole('group', { name: `Question ${n + 1}`, exact: true });
    await one.getByLabel('Question', { exact: true }).fill(name);
    await one.getByLabel('How it is answered').selectOption(KINDS[kind]);
    if (options) await one.getByLabel('Options, one a line').fill(options.join('\n'));
    if (unit) await one.getByLabel('Unit').fill(unit);
    if (is_required) await one.getByLabel('Answer required').check();
    if (under) await one.getByLabel('When it is asked').selectOption(`Asked under ${under}`);
  }
  await shoot(page, 'attributes-form');
  assert.deepEqual(await accessibilityFaults(page), []);
  await answerTo(page, 'edit_protocol', () => button(dialog, 'Save class').click());
  await dialog.getByLabel('Export to').fill(path);
  await button(dialog, 'Export').click();
  await dialog.getByText('Written').waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  return JSON.parse(await readFile(path, 'utf8')).classes[0].attributes;
}

/** Goes on by Tab until an element has the focus. */
async function tabTo(page, element) {
  for (let n = 0; n < 120; n += 1) {
    if ((await element.count()) > 0 && (await element.evaluate((one) => one === document.activeElement))) return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`Tab does not come to ${element}`);
}

test('questions of a class', LIMIT, (t) =>
  withFolder(async (folder) => {
    const page = await started(t, folder);
    await openSample(page);
    const asked = page.getByRole('group', { name: /^Questions about / });
    const field = (name) => asked.getByLabel(name);
    /** Waits until of the nested questions only these are asked. */
    const areAsked = async (...wanted) => {
      for (const name of ['Septa', 'Thickness']) {
        const state = wanted.includes(name) ? 'visible' : 'detached';
        await asked.getByText(new RegExp(`^${name}`)).first().waitFor({ state });
      }
    };
    let names;
    let last;

    await t.test('are made of every kind, and exported as they are', async () => {
      const attributes = await makeClass(page, join(folder, 'protocol.json'));
      names = Object.fromEntries(attributes.map(({ id, name }) => [id, name]));
      const exported = attributes.map(({ id, under, ...own }) => {
        return { ...own, under: under && `${names[under.attribute]}: ${under.option}` };
      });
      const plain = { options: [], unit: null, is_required: false, under: null };
      assert.deepEqual(exported, QUESTIONS.map((own) => ({ ...plain, ...own })));
    });

    await t.test('that have to be answered are told to be missing', async () => {
      await edited(page, () => page.keyboard.press('Alt+Shift+K'));
      await areMissing(page, 2);
      for (const name of ['Appearance', 'Diameter\\s\\(cm\\)']) await asked.getByText(required(name)).waitFor();
      await shoot(page, 'attributes-open');
      assert.deepEqual(await accessibilityFaults(page), []);
    });

    await t.test('are asked only under the answer that they belong to', async () => {
      const choose = (option) => edited(page, () => field(/^Appearance/).selectOption(option));
      await areAsked();
      await choose('solid');
      await areMissing(page, 1);
      await areAsked();
      await choose('cystic');
      await areMissing(page, 2);
      await areAsked('Septa');
      await asked.getByText(required('Septa')).waitFor();
      await edited(page, () => box(asked, 'thin').click());
      await areMissing(page, 1);
      await areAsked('Septa');
      await edited(page, () => box(asked, 'thick').click());
      await areAsked('Septa', 'Thickness');
      await shoot(page, 'attributes-nested');
      await choose('solid');
      await areAsked();
      // A field that has the focus keeps the keys of undo for itself.
      await button(page, 'Navigate').click();
      await undo(page);
      await areAsked('Septa', 'Thickness');
    });

    await t.test('are answered, changed and left open again by pointer', async () => {
      const type = async (name, text) => {
        await field(name).fill(text);
        // Elsewhere: what was typed is kept when its field is left.
        return edited(page, () => button(page, 'Navigate').click());
      };
      await type(/^Thickness/, '2.5');
      for (const option of ['calcified', 'bleeding', 'calcified']) {
        await edited(page, () => box(asked, option).click());
      }
      await type('Remark', '  Near the duct ');
      await type(/^Diameter/, '12.75');
      await isAllAnswered(page);
      const [open] = await type(/^Diameter/, '');
      assert.ok(!('Diameter' in answersBy(names, open)));
      await areMissing(page, 1);
      // As many write it.
      [last] = await type(/^Diameter/, '1,75');
      // What is no number is said, and leaves what there was.
      for (const text of ['1-5', '1e400', '1e33']) {
        await field(/^Diameter/).fill(text);
        await field(/^Diameter/).press('Tab');
        await page.getByText(`“${text}” is not taken`).waitFor();
        assert.equal(await field(/^Diameter/).inputValue(), '1.75');
      }
      assert.deepEqual(answersBy(names, last), ANSWERS.Lesion);
      await isAllAnswered(page);
      assert.deepEqual(await accessibilityFaults(page), []);
    });

    await t.test('are open again after undo, and answered after redo', async () => {
      const { answer } = await undo(page);
      assert.ok(!('Diameter' in answersBy(names, answer.document.segments[0])));
      await areMissing(page, 1);
      assert.equal(await field(/^Diameter/).inputValue(), '');
      const again = await answerTo(page, 'redo', () => page.keyboard.press('Control+y'));
      await isSaved(page);
      await isAllAnswered(page);
      assert.deepEqual(again.answer.document.segments, [last]);
      assert.equal(await field('Diameter (cm)').inputValue(), '1.75');
    });

    await t.test('of a flagged segment: the flag is shown, and painting leaves it', async () => {
      const list = page.getByRole('list', { name: 'Segments of this image' });
      assert.equal(await list.getByRole('img', { name: 'Flagged' }).count(), 0);
      await edited(page, () => page.getByLabel('State of Lesion', { exact: true }).selectOption('Flagged'));
      await list.getByRole('img', { name: 'Flagged' }).waitFor();
      await chooseBrush(page, { radiusMm: 5 });
      const { answer } = await paint(page, 'Axial', [[0.4, 0.4], [0.45, 0.45]]);
      assert.equal(answer.document.segments[0].state, 'flagged');
      assert.ok(answer.region !== null);
      await shoot(page, 'attributes-flagged');
    });

    await t.test('are answered by keyboard alone', async () => {
      const press = (...keys) => async () => {
        for (const key of keys) await page.keyboard.press(key);
      };
      const type = (text) => async () => {
        await page.keyboard.type(text);
        await page.keyboard.press('Tab');
      };
      await view(page, 'Axial').focus();
      await edited(page, press('Alt+Shift+K'));
      await tabTo(page, page.getByLabel('State of Lesion 2', { exact: true }));
      await edited(page, press('f'));
      await tabTo(page, field(/^Appearance/));
      await edited(page, press('c'));
      for (const option of ['thick', 'calcified', 'necrotic']) {
        await tabTo(page, box(asked, option));
        await edited(page, press('Space'));
      }
      for (const [name, text] of [[/^Diameter/, '30'], [/^Thickness/, '4'], ['Remark', 'By hand']]) {
        await tabTo(page, field(name));
        last = await edited(page, type(text));
      }
      assert.deepEqual(last.map((own) => [own.name, own.state]), [['Lesion', 'flagged'], ['Lesion 2', 'flagged']]);
      for (const own of last) assert.deepEqual(answersBy(names, own), ANSWERS[own.name]);
      await isAllAnswered(page);
    });

    await t.test('and flags are as they were after a reload', async () => {
      await page.reload();
      const { answer } = await answerTo(page, 'document', () => reopenRecent(page));
      assert.deepEqual(answer.segments, last);
      await button(page, 'Paint Lesion').click();
      const values = [/^Appearance/, /^Thickness/, 'Remark', /^Diameter/].map((name) => field(name).inputValue());
      assert.deepEqual(await Promise.all(values), ['cystic', '2.5', 'Near the duct', '1.75']);
      const boxes = ['thin', 'thick', 'calcified', 'necrotic', 'bleeding'].map((name) => box(asked, name).isChecked());
      assert.deepEqual(await Promise.all(boxes), [true, true, false, false, true]);
      assert.equal(await page.getByLabel('State of Lesion', { exact: true }).inputValue(), 'flagged');
      assert.equal(await page.getByRole('img', { name: 'Flagged' }).count(), 2);
      await shoot(page, 'attributes-reloaded');
    });

    await t.test('and flags are in an archive, under the hashes of its records', async () => {
      await page.server.kill();
      const archive = join(folder, 'all.annotomy');
      await annotomy(join(folder, 'library'), 'archive', 'create', '--out', archive);
      const { problems } = await peers('peers/archive_read.py', archive);
      assert.deepEqual(problems, []);
      const kept = Object.entries(ANSWERS).map(([name, answers]) => ({ name, state: 'flagged', answers }));
      assert.deepEqual(await peers('e2e/check_attributes.py', archive), kept);
    });

    assert.deepEqual(page.faults, [], 'no uncaught error in the page');
  }));
