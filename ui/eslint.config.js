import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import { layers } from './eslint/layers.js';
import svelteConfig from './svelte.config.js';

const typed = {
  projectService: true,
  tsconfigRootDir: import.meta.dirname,
  extraFileExtensions: ['.svelte'],
};

export default ts.config(
  { ignores: ['dist', 'node_modules', 'src/host/wire.ts', 'eslint', '*.config.js', '*.config.ts'] },
  ...ts.configs.strict,
  ...svelte.configs['flat/recommended'],
  {
    languageOptions: { globals: globals.browser, parserOptions: typed },
    plugins: { annotomy: { rules: { layers } } },
    rules: {
      'annotomy/layers': 'error',
      'max-lines': ['error', 500],
      'max-depth': ['error', 4],
      eqeqeq: 'error',
      'no-console': 'error',
      'no-undef': 'off',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'svelte/no-at-html-tags': 'error',
      // Most sets and maps here live within one call; those that are state are SvelteSet.
      'svelte/prefer-svelte-reactivity': 'off',
      'svelte/button-has-type': 'error',
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { ...typed, parser: ts.parser, svelteConfig } },
  },
  {
    // Reducers and geometry must run, and be tested, without a browser.
    files: ['src/tools/**', 'src/model/**'],
    rules: {
      'no-restricted-globals': [
        'error',
        'window',
        'document',
        'navigator',
        'localStorage',
        'requestAnimationFrame',
      ],
    },
  },
);
