import { expect, it } from 'vitest';
import { HeldKeys, HOLD_MS } from './held';

/** Tools as keys choose them: each ends only while it is the one in hand. */
function tools() {
  const held = new HeldKeys();
  const hand = { tool: 'navigate' };
  const press = (tool: string, now: number) => {
    const before = hand.tool;
    hand.tool = tool;
    held.press(tool, now, () => {
      if (hand.tool === tool) hand.tool = before;
    });
  };
  return { held, hand, press };
}

it('a key that is held lends the tool, a tap gives it', () => {
  const { held, hand, press } = tools();
  press('brush', 0);
  held.release('brush', HOLD_MS);
  expect(hand.tool).toBe('navigate');
  press('brush', 1000);
  held.release('brush', 1000 + HOLD_MS - 1);
  expect(hand.tool).toBe('brush');
});

it('a tool that was used while its key was down goes back, however short that was', () => {
  const { held, hand, press } = tools();
  press('brush', 0);
  held.use();
  held.release('brush', 50);
  expect(hand.tool).toBe('navigate');
});

it('keys held together end in any order', () => {
  const { held, hand, press } = tools();
  press('brush', 0);
  press('eraser', 100);
  held.release('eraser', 900);
  expect(hand.tool).toBe('brush');
  held.release('brush', 1000);
  expect(hand.tool).toBe('navigate');
});

it('leaving the window ends all', () => {
  const { held, hand, press } = tools();
  press('brush', 0);
  press('eraser', 0);
  held.releaseAll(900);
  expect(hand.tool).toBe('navigate');
  expect(held.isDown('brush')).toBe(false);
});
