#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { runEngineProcess } from './run-engine.ts';

const { values } = parseArgs({
  options: {
    'data-dir': { type: 'string', default: process.env.AIRGAP_DATA_DIR ?? '/var/lib/airgap-installer' },
    media: { type: 'string', multiple: true, default: process.env.AIRGAP_MEDIA?.split(':') ?? [] },
  },
});
await runEngineProcess({ dataDir: values['data-dir'], mediaDirs: values.media });
