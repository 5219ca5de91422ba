import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

// Where `annotomy serve` listens while the UI is developed with `npm run dev` in a browser.
const backend = process.env['ANNOTOMY_BACKEND'];

export default defineConfig({
  plugins: [svelte()],
  clearScreen: false,
  server: {
    host: '127.0.0.1',
    port: 1420,
    strictPort: true,
    ...(backend === undefined
      ? {}
      : {
          proxy: {
            '/api': { target: backend },
            '/bytes': { target: backend },
            '/events': { target: backend, ws: true },
          },
        }),
  },
  build: {
    outDir: 'dist',
    target: 'es2022',
    // Every asset is a file of its own: the content security policy allows no data: and no inline code.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
  },
  test: {
    include: ['src/**/*.test.ts', 'eslint/**/*.test.ts'],
    environment: 'node',
  },
});
