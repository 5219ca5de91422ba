/** Active contours on a real head, by pointer and keyboard, beside other work. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { accessibilityFaults } from "./support/browser.mjs";
import {
  addSegment,
  answerTo,
  chooseBrush,
  isSaved,
  openSample,
  shoot,
  started,
  undo,
  view,
} from "./support/app.mjs";
import { withFolder } from "./support/server.mjs";

const LIMIT = { timeout: 300_000 };
const button = (page, name) => page.getByRole("button", { name, exact: true });
const field = (page, label) =>
  page.getByRole("tabpanel").getByLabel(label, { exact: true });

async function type(page, label, value) {
  await field(page, label).fill(String(value));
  await field(page, label).press("Tab");
}

test("an active contour on a real head", LIMIT, async (t) => {
  await withFolder(async (folder) => {
    const page = await started(t, folder);
    await openSample(page);
    await page.getByRole("tab", { name: "Edit", exact: true }).click();
    await addSegment(page);
    await page.getByLabel("Effect", { exact: true }).selectOption("snake");
    const advanced = (act) => answerTo(page, "advance_snake", act);

    await t.test(
      "a bubble where the planes cross is where it begins",
      async () => {
        await type(page, "Radius of bubbles", 8);
        const { answer } = await advanced(() =>
          button(page, "Add bubble at the crosshair").click(),
        );
        assert.equal(answer.iteration, 0);
        // A ball of 8 mm has 2145 mm³.
        const { document, n_gained } = answer.preview;
        assert.ok(document !== null);
        assert.ok(Math.abs(n_gained - 2145) < 64, `${n_gained}`);
        await page.getByText("Iteration 0:").waitFor();
        assert.deepEqual(await accessibilityFaults(page), []);
        await shoot(page, "snake-start");
      },
    );

    await t.test("a step goes on, a step back is where it was", async () => {
      const start = Number(
        (await page.getByText("Iteration 0:").textContent())
          .match(/: ([\d,]+)/)[1]
          .replace(",", ""),
      );
      const on = await advanced(() => button(page, "Step").click());
      assert.equal(on.answer.iteration, 5);
      assert.notEqual(on.answer.n_voxels, start);
      const back = await advanced(() => button(page, "Step back").click());
      assert.equal(back.answer.iteration, 0);
      assert.equal(back.answer.n_voxels, start);
    });

    await t.test("by keyboard it starts and pauses", async () => {
      await button(page, "Start").focus();
      await page.keyboard.press("Enter");
      await button(page, "Pause").waitFor();
      await page.getByText(/Iteration (?:[3-9]\d|\d{3,}):/).waitFor();
      await button(page, "Pause").focus();
      await page.keyboard.press("Space");
      await button(page, "Start").waitFor();
      await shoot(page, "snake-on-its-way");
      assert.deepEqual(await accessibilityFaults(page), []);
    });

    await t.test("hidden, the brush draws beside it", async () => {
      await field(page, "Show it; hide it to draw beside it").click();
      await chooseBrush(page);
      const box = await view(page, "Axial").boundingBox();
      await page.mouse.click(box.x + 0.2 * box.width, box.y + 0.2 * box.height);
      await isSaved(page);
      await field(page, "Show it; hide it to draw beside it").click();
      await page.getByText("Preview: what you see is not saved yet.").waitFor();
    });

    await t.test("applied it is one step, which undo takes back", async () => {
      const { answer } = await answerTo(page, "apply_preview", () =>
        button(page, "Apply").click(),
      );
      await isSaved(page);
      assert.ok(answer.region !== null);
      assert.equal(answer.document.undo.kind, 'snake');
      await shoot(page, "snake-applied");
      await undo(page);
      await isSaved(page);
    });

    await t.test(
      "classes of values tell what they are, and edges take their own numbers",
      async () => {
        await field(page, "Grows by").selectOption("clusters");
        await advanced(() =>
          button(page, "Add bubble at the crosshair").click(),
        );
        await page.getByText(/Class 3: [\d.]+ ± [\d.]+/).waitFor();
        await shoot(page, "snake-classes");
        assert.deepEqual(await accessibilityFaults(page), []);
        const { answer } = await advanced(() =>
          field(page, "Grows by").selectOption("edge"),
        );
        assert.equal(answer.iteration, 0);
        await shoot(page, "snake-edges");
        await button(page, "Remove bubble 1").click();
        await page.getByText(/^\s*Iteration \d/).waitFor({ state: "detached" });
      },
    );
  });
});
