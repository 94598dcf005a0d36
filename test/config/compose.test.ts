import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type ComposeContext, siteCompose } from '../../installer/config/compose.ts';
import type { Tree } from '../../installer/config/template.ts';
import { thrown } from './fixture.ts';

const digest = `sha256:${'a'.repeat(64)}` as const;
const context: ComposeContext = {
  product: 'demo',
  site: 'f'.repeat(32),
  registryAddress: '127.0.0.1:5000',
  images: [{ name: 'team/app', ref: 'vendor.example/app:1', digest }],
  files: new Map([
    ['rules/a.yml', digest],
    ['app.yaml', digest],
  ]),
  file: 'compose.yaml',
};
const compose = (services: Tree, changes: Partial<ComposeContext> = {}) =>
  parse(siteCompose({ 'x-note': 1, services }, { ...context, ...changes })) as {
    services: Record<string, { image: string; labels: Record<string, string> }>;
  };

describe('a Compose file for the site', () => {
  test('runs images by digest from the local registry', () => {
    const { app } = compose({ app: { image: 'vendor.example/app:1', labels: { own: 'kept' } } }).services;
    expect(app?.image).toBe(`127.0.0.1:5000/team/app@${digest}`);
    expect(app?.labels).toEqual({
      own: 'kept',
      'io.airgap-installer.site': context.site,
      'io.airgap-installer.product': 'demo',
      'io.airgap-installer.vendor-image': 'vendor.example/app:1',
    });
  });

  test('has no extension sections', () => expect(compose({})).not.toHaveProperty('x-note'));

  test('refuses an image that the bundle lacks', () => {
    expect(thrown(() => compose({ app: { image: 'vendor.example/app:2' } }))).toMatchObject({
      code: 'PRODUCT_FORMAT',
      found: 'vendor.example/app:2',
    });
  });

  test('refuses to build', () => {
    expect(thrown(() => compose({ app: { build: '.', image: 'vendor.example/app:1' } }))).toMatchObject({
      code: 'PRODUCT_FORMAT',
      found: 'build',
    });
  });

  test.each([
    ['a file', './app.yaml:/app.yaml:ro', 'app.yaml'],
    ['a folder', { type: 'bind', source: './rules', target: '/rules' }, 'rules/a.yml'],
  ])('changes a service when %s that it mounts changes', (_, volume, path) => {
    const label = (changes: Partial<ComposeContext>) =>
      compose({ app: { image: 'vendor.example/app:1', volumes: [volume] } }, changes).services.app?.labels[
        'io.airgap-installer.files'
      ];
    const files = new Map([...context.files, [path, `sha256:${'b'.repeat(64)}`] as const]);
    expect(label({})).toMatch(/^sha256:/);
    expect(label({ files })).not.toBe(label({}));
    const other = new Map([...context.files, ['unrelated', digest] as const]);
    expect(label({ files: other })).toBe(label({}));
  });

  test('refuses to mount a file that nobody renders', () => {
    const service = { image: 'vendor.example/app:1', volumes: ['./absent.yaml:/x', 'data:/data'] };
    expect(thrown(() => compose({ app: service }))).toMatchObject({ code: 'PRODUCT_FORMAT', found: './absent.yaml' });
  });
});
