import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/** The page. Hashed files below `assets/` are cached for ever by the app; `index.html` never is. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/',
  oxc: { jsx: { runtime: 'automatic' } },
  build: {
    outDir: process.env.UI_OUT_DIR ?? fileURLToPath(new URL('../dist/ui', import.meta.url)),
    emptyOutDir: true,
    target: 'es2023',
    manifest: true,
    // Small files as data: addresses would need a wider policy than 'self'.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
