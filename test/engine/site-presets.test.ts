/** The product's network: the preferred one where it is free, else another; what is installed stands. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openJournal, readJournal } from '../../installer/adapters/journal/open-journal.ts';
import { InstallerError } from '../../installer/base/errors.ts';
import { checkAnswers } from '../../installer/config/answers.ts';
import { recordInstallation } from '../../installer/engine/installation.ts';
import type { EnginePorts } from '../../installer/engine/ports.ts';
import { networkAnswers, plannedSubnets, withSitePresets } from '../../installer/engine/site-presets.ts';
import type { EngineObject } from '../../installer/ports/runtime.ts';
import { codegraph } from '../config/fixture.ts';
import { workDirs } from '../fixtures/work-dir.ts';

const workDir = workDirs();
const product = await codegraph();
const network = (site: string | null, subnet: string): EngineObject => {
  return { kind: 'network', id: '0123456789abcdef', name: 'n', site, project: null, service: null, subnets: [subnet] };
};

async function ports(inventory: () => Promise<EngineObject[]>, lan?: string): Promise<EnginePorts> {
  const dataDir = join(await workDir(), 'data');
  const routes = lan === undefined ? [] : [{ interface: 'lan0', destination: lan }];
  return {
    dataDir,
    hardware: { networks: async () => ({ addresses: [], routes }) },
    runtime: { inventory },
    readJournal: () => readJournal(dataDir),
    openJournal: () => openJournal(dataDir),
  } as unknown as EnginePorts;
}

const preset = async (here: EnginePorts, id = 'container_network') =>
  (await withSitePresets(here, product)).inputs.find((input) => input.id === id)?.default;

describe('on a machine where nothing is installed', () => {
  test('the product’s own presets stand', async () => {
    expect(await withSitePresets(await ports(async () => []), product)).toEqual(product);
  });

  test('a network of the site’s or of another stack gives way', async () => {
    expect(await preset(await ports(async () => [], '172.28.0.0/16'))).toBe('172.16.0.0/16');
    expect(await preset(await ports(async () => [network('another', '172.28.9.0/24')]))).toBe('172.16.0.0/16');
  });

  test('without an engine a proposal is made from the rest; a cancel stays one', async () => {
    const failing = (code: 'ENGINE_REFUSED' | 'CANCELLED') => () => Promise.reject(new InstallerError(code));
    expect(await preset(await ports(failing('ENGINE_REFUSED'), '172.28.0.0/16'))).toBe('172.16.0.0/16');
    await expect(preset(await ports(failing('CANCELLED')))).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  test('where no network is free the preferred one is shown, which readiness then refuses', async () => {
    const all = async () => ['172.16.0.0/12', '10.0.0.0/8', '192.168.0.0/16'].map((each) => network(null, each));
    expect(await preset(await ports(all))).toBe('172.28.0.0/16');
  });
});

test('addresses that the answers name are not in the proposed network; names, and this machine’s own, are not looked at', () => {
  const named = (answers: Record<string, string>) =>
    plannedSubnets(product, checkAnswers(product, answers).values).flatMap((each) => each.named);
  expect(named({})).toEqual([]);
  const found = named({ siem_host: '172.28.9.9', alertmanager_webhook_url: 'http://172.16.0.5:8080/x' });
  expect(found.map(({ holder }) => holder)).toEqual(['siem_host', 'alertmanager_webhook_url']);
  const [planned] = plannedSubnets(product, checkAnswers(product, { siem_host: '172.28.9.9' }).values);
  expect(planned?.propose([])).toBe('172.16.0.0/16');
});

test('what is installed stands, whatever was free since, and its own network is no obstacle', async () => {
  const here = await ports(async () => [network('another', '172.16.0.0/16')], '10.4.0.0/16');
  const journal = here.openJournal();
  const run = { id: 'r', action: 'install', startedAt: 1, user: 'u', host: 'h' } as const;
  journal.beginRun(run);
  const { values } = checkAnswers(product, { container_network: '10.9.0.0/16', registry_port: 5001 });
  const files = { project: 'codegraph', dir: '/r', composeFiles: [], envFile: '.env', smoke: product.smoke };
  recordInstallation(
    { id: 'r', journal },
    {
      product: { name: 'codegraph', title: 'CodeGraph' },
      ...{ release: 1, rootVersion: 1, files },
      ...{ model: { path: '/m', nCtx: 1, nThreads: 1 }, images: [], registry: '127.0.0.1:5001', secrets: [] },
      ...{ purposes: {}, folders: [], ports: [], network: networkAnswers(product, values) },
    },
  );
  journal.close();
  expect(await preset(here)).toBe('10.9.0.0/16');
  expect(await preset(here, 'registry_port')).toBe(5001);
  expect(await preset(here, 'api_port')).toBe(8000);
});
