import { describe, expect, test } from 'vitest';
import { stackNames } from '../../installer/config/stack-names.ts';
import { parseTree, type Tree } from '../../installer/config/template.ts';
import { productFile, thrown } from './fixture.ts';

const names = (document: Tree) => stackNames(document, 'demo', 'compose.yaml');
const app = { image: 'a' };

describe('the names of what Compose will make', () => {
  test('of CodeGraph', async () => {
    const document = parseTree((await productFile('compose.yaml')).toString('utf8'), 'compose.yaml');
    const found = stackNames(document, 'codegraph', 'compose.yaml');
    expect(found.containers).toHaveLength(8);
    for (const name of found.containers) expect(name).toMatch(/^codegraph-[a-z]+$/);
    expect(found.networks).toEqual(['codegraph_backend', 'codegraph_edge']);
    expect([...found.volumes].sort()).toEqual(
      ['alertmanager', 'grafana', 'postgres', 'prometheus', 'vault'].map((each) => `codegraph_${each}-data`),
    );
  });

  test('are made of the project’s, or as the file says', () => {
    const services = { app, db: { ...app, container_name: 'database', networks: ['inner'] } };
    expect(names({ services, networks: { inner: null }, volumes: { data: { name: 'kept' }, more: {} } })).toEqual({
      project: 'demo',
      containers: ['demo-app-1', 'database'],
      networks: ['demo_default', 'demo_inner'],
      volumes: ['kept', 'demo_more'],
    });
  });

  test('a service without a network, or in the host’s, makes none', () => {
    expect(names({ services: { app: { ...app, network_mode: 'none' } } }).networks).toEqual([]);
  });

  test.each(['{{answers.x}}', '$' + '{NAME}'])('a name that is not known yet (%s) is the product’s mistake', (name) => {
    expect(thrown(() => names({ services: { app: { ...app, container_name: name } } }))).toMatchObject({
      code: 'PRODUCT_FORMAT',
    });
  });
});
