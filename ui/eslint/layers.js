/**
 * The floors of the UI as a lint rule: which folder of `src` may import which.
 *
 * `features/a` never imports `features/b`; only `app` composes features; `engine` knows no feature
 * and no host; `tools` and `model` are plain computation. Types generated from the wire contract
 * (`host/wire`) may be imported, as types, from anywhere but `engine` and `tools`.
 */
import path from 'node:path';

/** @type {Record<string, readonly string[]>} */
const MAY_IMPORT = {
  app: ['app', 'features', 'engine', 'tools', 'model', 'host', 'shared'],
  features: ['engine', 'tools', 'model', 'host', 'shared'],
  engine: ['engine', 'model'],
  tools: ['tools', 'model'],
  model: ['model'],
  host: ['host'],
  shared: ['shared'],
};

/** Folders that may name wire types without depending on a host. */
const MAY_NAME_WIRE_TYPES = new Set(['model', 'shared']);

/**
 * @param {string} file absolute path
 * @returns {{ floor: string, unit: string } | undefined} `unit` is the feature's name on that floor
 */
function place(file) {
  const segments = file.split(path.sep);
  const at = segments.lastIndexOf('src');
  const floor = segments[at + 1];
  if (at < 0 || floor === undefined || !(floor in MAY_IMPORT)) return undefined;
  return { floor, unit: floor === 'features' ? (segments[at + 2] ?? '') : '' };
}

/**
 * Why an import is against the floors, or undefined when it is allowed.
 * @param {string} fromFile absolute path of the importing file
 * @param {string} source the import's text
 * @param {boolean} isTypeOnly
 */
export function violation(fromFile, source, isTypeOnly) {
  if (!source.startsWith('.')) return undefined;
  const target = path.resolve(path.dirname(fromFile), source);
  const from = place(fromFile);
  const to = place(target);
  if (from === undefined || to === undefined) return undefined;
  if (from.floor === 'features' && to.floor === 'features') {
    return from.unit === to.unit
      ? undefined
      : `feature ${from.unit} must not import feature ${to.unit}`;
  }
  const isWireType = isTypeOnly && to.floor === 'host' && /[\\/]wire(\.ts)?$/.test(target);
  if (isWireType && MAY_NAME_WIRE_TYPES.has(from.floor)) return undefined;
  if (MAY_IMPORT[from.floor]?.includes(to.floor)) return undefined;
  return `${from.floor} must not import ${to.floor}`;
}

/** @type {import('eslint').Rule.RuleModule} */
export const layers = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    /** @param {any} node */
    const visit = (node) => {
      if (node.source === null || node.source === undefined) return;
      const isTypeOnly = node.importKind === 'type' || node.exportKind === 'type';
      const message = violation(context.filename, String(node.source.value), isTypeOnly);
      if (message !== undefined) context.report({ node, message });
    };
    return {
      ImportDeclaration: visit,
      ExportNamedDeclaration: visit,
      ExportAllDeclaration: visit,
      ImportExpression: visit,
    };
  },
};
