import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', 'test/e2e-wizard/**', 'test/electron/**'],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          // Real Docker Engines in namespaces: one file at a time, the machine may have two cores.
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 600_000,
          hookTimeout: 1_200_000,
          globalSetup: ['test/e2e/support/global-setup.ts'],
        },
      },
      {
        test: {
          // Debian's Chromium onto the built wizard.
          name: 'wizard',
          include: ['test/e2e-wizard/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          // The packaged desktop app on a real Electron under Xvfb.
          name: 'electron',
          include: ['test/electron/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
