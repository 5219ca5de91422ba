import { describe, expect, it } from 'vitest';
import { violation } from './layers.js';

const check = (from: string, source: string, isTypeOnly = false) =>
  violation(`/ui/src/${from}`, source, isTypeOnly);

describe('the floors of the UI', () => {
  it('keeps features apart', () => {
    expect(check('features/home/Home.svelte', '../study/state')).toMatch(/must not import feature/);
    expect(check('features/home/Home.svelte', './state')).toBeUndefined();
  });

  it('lets the app compose features', () => {
    expect(check('app/App.svelte', '../features/home')).toBeUndefined();
    expect(check('features/home/Home.svelte', '../../app/session')).toMatch(/must not import app/);
  });

  it('keeps the engine free of hosts and features, even for types', () => {
    expect(check('engine/view.ts', '../host/wire', true)).toMatch(/must not import host/);
    expect(check('engine/view.ts', '../features/viewer')).toMatch(/must not import features/);
    expect(check('engine/view.ts', '../model/geometry')).toBeUndefined();
  });

  it('lets the model name wire types but not call a host', () => {
    expect(check('model/plane.ts', '../host/wire', true)).toBeUndefined();
    expect(check('model/plane.ts', '../host/wire')).toMatch(/must not import host/);
    expect(check('model/plane.ts', '../host/http', true)).toMatch(/must not import host/);
  });

  it('leaves packages alone', () => {
    expect(check('shared/a.ts', 'svelte')).toBeUndefined();
  });
});
