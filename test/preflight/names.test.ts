/** A container, network or volume under our names that we did not make is found, and nobody may decide to go on. */
import { describe, expect, test } from 'vitest';
import { localiser } from '../../installer/base/localise.ts';
import { overridableCodes } from '../../installer/contract/overridable.ts';
import { languages } from '../../installer/contract/texts.ts';
import type { EngineObject, StackNames } from '../../installer/ports/runtime.ts';
import { takenNames } from '../../installer/ports/taken-names.ts';
import { assess } from '../../installer/preflight/assess.ts';
import { assessment } from './samples.ts';

const names: StackNames = {
  project: 'demo',
  containers: ['demo-db'],
  networks: ['demo_default'],
  volumes: ['demo_data'],
};
const thing = (kind: EngineObject['kind'], name: string, changes: Partial<EngineObject> = {}): EngineObject => {
  return { kind, id: name, name, site: null, project: null, service: null, subnets: [], ...changes };
};

describe('what bears a name of ours', () => {
  test.each([
    ['a volume made from a backup', thing('volume', 'demo_data'), true],
    ['a container', thing('container', 'demo-db'), true],
    ['a network', thing('network', 'demo_default'), true],
    ['a container of an older stack of the same project', thing('container', 'demo-old-1', { project: 'demo' }), true],
    ['what another installation made', thing('volume', 'demo_data', { site: 'other' }), true],
    ['what we made', thing('volume', 'demo_data', { site: 'me', project: 'demo' }), false],
    ['a thing of another kind', thing('network', 'demo_data'), false],
    ['a name that begins like ours', thing('volume', 'demo_data2'), false],
    ['another project', thing('container', 'web', { project: 'demo2' }), false],
  ])('%s: %s', (_, object, taken) => {
    expect(takenNames(names, [object], 'me')).toEqual(taken ? [object] : []);
  });

  test('before the first installation all of it is somebody else’s', () => {
    const ours = thing('volume', 'demo_data', { site: 'me' });
    expect(takenNames(names, [ours], null)).toEqual([ours]);
  });
});

describe('NAME_TAKEN', () => {
  const taken = [thing('volume', 'demo_data'), thing('container', 'demo-db', { site: 'other' })];

  test('is said of each thing, and cannot be overridden', () => {
    const found = assess(assessment({ taken })).filter(({ code }) => code === 'NAME_TAKEN');
    expect(found.map(({ status, subject, params }) => [status, subject, params.kind])).toEqual([
      ['fail', 'volume demo_data', 'volume'],
      ['fail', 'container demo-db', 'installation'],
    ]);
    expect(overridableCodes).not.toContain('NAME_TAKEN');
    expect(overridableCodes).not.toContain('SUBNET_TAKEN');
  });

  test.each(languages)('names the thing and what to do with it (%s)', (language) => {
    const text = localiser(language);
    const [volume, container] = assess(assessment({ taken })).filter(({ code }) => code === 'NAME_TAKEN');
    if (volume === undefined || container === undefined) throw new Error('two findings');
    expect(text.finding(volume).title).toContain('demo_data');
    expect(text.finding(volume).remedy).toContain('docker volume rm demo_data');
    expect(text.finding(container).remedy).toContain('demo-db');
    expect(text.finding(container).remedy).not.toContain('docker');
  });

  test('passes where nothing is in the way, and is silent where nobody could look', () => {
    const codes = (changes: Parameters<typeof assessment>[0]) =>
      assess(assessment(changes)).filter(({ code }) => code === 'NAME_TAKEN');
    expect(codes({ taken: [] })).toMatchObject([{ status: 'pass', found: 'free' }]);
    expect(codes({ taken: null })).toEqual([]);
  });
});

test('a port without a setting gets a remedy of its own', () => {
  const ports = [
    { port: 5000, address: '127.0.0.1', service: 'registry', state: 'taken', ownedByUs: false, fixed: true },
  ] as const;
  const [finding] = assess(assessment({ ports })).filter(({ code }) => code === 'PORT_FREE');
  if (finding === undefined) throw new Error('one finding');
  expect(localiser('en').finding(finding).remedy).not.toContain('settings');
});
