import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { productDefinition } from '../../installer/contract/product.ts';
import { lanes, provenMinimum } from './lanes.ts';

async function promised(): Promise<{ engine: string; compose: string }> {
  const file = join(import.meta.dirname, '../../bundles/products/codegraph/product.yaml');
  const { engine, compose } = productDefinition.parse(parse(await readFile(file, 'utf8'))).requires;
  return { engine, compose };
}

describe('Docker Engine and Compose that the product promises', () => {
  test('are those of the oldest lane, no older and no newer', async () => {
    expect(await promised()).toEqual(provenMinimum(lanes));
  });

  test('are named by the README', async () => {
    const { engine, compose } = await promised();
    const readme = await readFile(join(import.meta.dirname, '../../README.md'), 'utf8');
    expect(readme).toContain(`Docker Engine ${engine} and Compose ${compose}`);
  });

  test('positive control: without its oldest lanes the table proves other versions', async () => {
    const newer = lanes.filter(({ engine }) => engine !== '26.1');
    expect(provenMinimum(newer)).not.toEqual(await promised());
    // by number, not by letter
    expect(provenMinimum([...lanes.slice(0, 1), { ...lanes[0], engine: '9.1' } as never])).toMatchObject({
      engine: '9.1',
    });
  });

  test('a lane that readiness refuses proves nothing', () => {
    const refused = lanes.map((lane) => ({ ...lane, ends: 'refused' as const }));
    expect(provenMinimum(refused)).toEqual({ engine: '', compose: '' });
  });
});

describe('the lanes', () => {
  test('have each version, each store, and each pair of Engine and Compose', () => {
    const pairs = new Set(lanes.map(({ engine, compose }) => `${engine} ${compose}`));
    expect([...pairs].sort()).toEqual(['26.1 2.26', '26.1 2.40', '28.5 2.26', '28.5 2.40']);
    const stores = new Set(lanes.map(({ engine, store }) => `${engine} ${store}`));
    expect([...stores].sort()).toEqual(['26.1 containerd', '26.1 overlay2', '28.5 containerd', '28.5 overlay2']);
    expect(new Set(lanes.map(({ name }) => name)).size).toBe(lanes.length);
  });
});
