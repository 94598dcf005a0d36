import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The wizard as plain files below dist/renderer: no inline script, no inline style, nothing from elsewhere. */
// biome-ignore lint/style/noDefaultExport: vite takes its configuration so
export default defineConfig({
  root: here('.'),
  // The same files are served over HTTP from / and by the desktop's own scheme.
  base: './',
  plugins: [react()],
  build: {
    outDir: here('../dist/renderer'),
    emptyOutDir: true,
    target: 'chrome114',
    cssTarget: 'chrome114',
    // A data: URL would need its own exception in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
    chunkSizeWarningLimit: 1500,
  },
});
