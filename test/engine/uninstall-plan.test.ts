import { expect, test } from 'vitest';
import type { EnginePorts } from '../../installer/engine/ports.ts';
import type { SiteThings } from '../../installer/engine/site-things.ts';
import { uninstallPlan } from '../../installer/engine/uninstall-plan.ts';
import type { Journal } from '../../installer/ports/journal.ts';
import type { EngineObject } from '../../installer/ports/runtime.ts';
import { recordingContext } from '../registry/support/test-context.ts';

const site = 'f'.repeat(32);
const object = (kind: EngineObject['kind']): EngineObject => ({
  ...{ kind, id: kind, name: kind, site, project: 'p', service: null, subnets: [] },
});

/** Runs the step that takes the stack away, and says what it asked the runtime for. */
async function removal(removeData: boolean) {
  const asked: { kinds: string[]; anonymousVolumes: boolean }[] = [];
  const ports = {
    runtime: {
      owned: async () => [object('container'), object('volume')],
      removeOwned: async (_site: string, objects: EngineObject[], options: { anonymousVolumes: boolean }) => {
        asked.push({ kinds: objects.map(({ kind }) => kind), anonymousVolumes: options.anonymousVolumes });
      },
    },
    containers: { listContainers: async () => [] },
  } as unknown as EnginePorts;
  const journal = { siteId: () => site, made: () => [] } as unknown as Journal;
  const entry = uninstallPlan(ports, { id: 'r', journal }).entries.find(({ key }) => key === 'stack');
  if (entry?.kind !== 'step') throw new Error('no step takes the stack away');
  const found: SiteThings = { goes: [], data: [], evidence: [] };
  await entry.step.run({ ports, journal, removeData, found }, recordingContext());
  return asked;
}

test('an uninstall that keeps the data takes no volume, not even one without a name', async () => {
  expect(await removal(false)).toEqual([{ kinds: ['container'], anonymousVolumes: false }]);
});

test('the control: one that removes the data takes both', async () => {
  expect(await removal(true)).toEqual([{ kinds: ['container', 'volume'], anonymousVolumes: true }]);
});
