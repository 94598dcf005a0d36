import type { Settings } from '../settings.ts';

/** What the app that people get runs: its own Node.js and engine, as root only through the desktop's own question. pkexec(1). */
export const productSettings: Settings = {
  engine: [
    '{resources}/engine/bin/node',
    '{resources}/engine/installer/faces/stdio/main.ts',
    '--data-dir',
    '/var/lib/airgap-installer',
  ],
  elevate: ['pkexec'],
};
