/** Two active contours at once on a real head: each on its segment, shown together. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { accessibilityFaults } from "./support/browser.mjs";
import {
  addSegment,
  answerTo,
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
const row = (page, segment) =>
  page
    .getByRole("listitem")
    .filter({ has: button(page, `Drop: ${segment}`) });

async function addBubble(page, segment, mm) {
  const radius = page
    .getByRole("tabpanel")
    .getByLabel("Radius of bubbles", { exact: true });
  await radius.fill(String(mm));
  await radius.press("Tab");
  await button(page, "Add bubble at the crosshair").click();
  await row(page, segment).waitFor();
}

test("two active contours at once", LIMIT, async (t) => {
  await withFolder(async (folder) => {
    const page = await started(t, folder);
    await openSample(page);
    await page.getByRole("tab", { name: "Edit", exact: true }).click();
    await addSegment(page);
    await page.getByLabel("Effect", { exact: true }).selectOption("snake");

    await t.test("the second begins while the first one runs", async () => {
      await addBubble(page, "Segment 1", 8);
      await button(page, "Start: Segment 1").click();
      await row(page, "Segment 1").getByText(/running/).waitFor();
      await addSegment(page);
      const box = await view(page, "Axial").boundingBox();
      await page.mouse.click(box.x + 0.4 * box.width, box.y + 0.65 * box.height);
      await addBubble(page, "Segment 2", 6);
      await row(page, "Segment 1").getByText(/running/).waitFor();
      await button(page, "Start: Segment 2").focus();
      await page.keyboard.press("Enter");
      for (const segment of ["Segment 1", "Segment 2"]) {
        await row(page, segment)
          .getByText(/Iteration [1-9]\d+, running/)
          .waitFor();
      }
      await shoot(page, "contours-running");
      assert.deepEqual(await accessibilityFaults(page), []);
    });

    await t.test("they go on without their panel", async () => {
      await page.getByRole("tab", { name: "History", exact: true }).click();
      const { request } = await answerTo(page, "advance_snake", () => null);
      assert.equal(request.together.length, 2);
      await shoot(page, "contours-other-panel");
      await page.getByRole("tab", { name: "Edit", exact: true }).click();
    });

    await t.test("one that is paused leaves the other running", async () => {
      await button(page, "Pause: Segment 1").focus();
      await page.keyboard.press("Space");
      await row(page, "Segment 1").getByText(/paused/).waitFor();
      await row(page, "Segment 2").getByText(/running/).waitFor();
    });

    await t.test("one that is applied is one step, and the other goes on", async () => {
      const { answer } = await answerTo(page, "apply_preview", () =>
        button(page, "Apply: Segment 1").click(),
      );
      assert.equal(answer.document.undo.kind, "snake");
      await isSaved(page);
      await row(page, "Segment 1").waitFor({ state: "detached" });
      await row(page, "Segment 2").getByText(/running/).waitFor();
      const { answer: moved } = await answerTo(page, "advance_snake", () => null);
      assert.ok(moved.together.revision > 0);
      await button(page, "Pause: Segment 2").click();
      await row(page, "Segment 2").getByText(/paused/).waitFor();
      await shoot(page, "contours-one-applied");
    });

    await t.test("dropped it is gone, and undo takes the other one back", async () => {
      await button(page, "Drop: Segment 2").click();
      await row(page, "Segment 2").waitFor({ state: "detached" });
      await undo(page);
      await isSaved(page);
      await shoot(page, "contours-undone");
    });

    await t.test("a window that is closed takes its contours with it", async () => {
      await addBubble(page, "Segment 2", 6);
      await button(page, "Start: Segment 2").click();
      const { request } = await answerTo(page, "advance_snake", () => null);
      const ask = (request) =>
        page.evaluate(async (request) => {
          const headers = { "content-type": "application/json" };
          const body = JSON.stringify(request);
          const answer = await fetch("/api/advance_snake", { method: "POST", headers, body });
          return answer.status;
        }, request);
      assert.equal(await ask(request), 200);
      await page.reload();
      await page.getByRole("region", { name: "Recent studies" }).waitFor();
      assert.equal(await ask(request), 404);
    });
  });
});
