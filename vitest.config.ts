import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', 'test/e2e-wizard/**', 'test/electron/**', 'test/trust/**', 'test/hostile/**'],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          // Attacks on a bundle's trust and hostile input, counted in their output.
          name: 'trust',
          include: ['test/trust/**/*.test.ts', 'test/hostile/**/*.test.ts'],
          exclude: ['test/hostile/large/**'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          // Minutes of reading: not part of `npm test`.
          name: 'trust-large',
          include: ['test/hostile/large/*.test.ts'],
          testTimeout: 7_200_000,
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
          include: ['test/e2e-wizard/*.test.ts'],
          fileParallelism: false,
          testTimeout: 900_000,
          hookTimeout: 600_000,
          globalSetup: ['test/e2e-wizard/global-setup.ts'],
        },
      },
      {
        test: {
          // The same onto the real engine, which installs into an isolated site.
          name: 'wizard-real',
          include: ['test/e2e-wizard/real/*.test.ts'],
          fileParallelism: false,
          testTimeout: 1_800_000,
          hookTimeout: 1_200_000,
          globalSetup: ['test/e2e-wizard/global-setup.ts', 'test/e2e/support/global-setup.ts'],
        },
      },
      {
        test: {
          // The packaged desktop app on a real Electron under Xvfb.
          name: 'electron',
          include: ['test/electron/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 900_000,
          hookTimeout: 600_000,
          globalSetup: ['test/electron/support/global-setup.ts'],
        },
      },
    ],
  },
});
