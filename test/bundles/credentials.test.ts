import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { findLoginIn } from '../../bundles/registry/credentials.ts';
import { toWire } from '../../installer/base/errors.ts';
import { errorOf } from '../fixtures/error-code.ts';
import { workDirs } from '../fixtures/work-dir.ts';

const workDir = workDirs();
const path = process.env.PATH;
afterEach(() => {
  process.env.PATH = path;
});

const basic = (text: string) => Buffer.from(text).toString('base64');

async function configFile(config: unknown): Promise<string> {
  const file = join(await workDir(), 'config.json');
  await writeFile(file, typeof config === 'string' ? config : JSON.stringify(config));
  return file;
}

describe('logins for registries', () => {
  it.each([
    ['r.example:5000', 'r.example:5000'],
    ['https://r.example:5000', 'r.example:5000'],
    ['https://r.example:5000/v2/', 'r.example:5000'],
    ['https://index.docker.io/v1/', 'docker.io'],
  ])('of %s are those of %s', async (key, registry) => {
    const find = findLoginIn(await configFile({ auths: { [key]: { auth: basic('me:a:b') } } }), {});
    expect(await find(registry)).toEqual({ username: 'me', password: 'a:b' });
    expect(await find('other.example')).toBeUndefined();
  });

  it('come from the environment first, and need no file there', async () => {
    const env = { AIRGAP_REGISTRY_USERNAME: 'me', AIRGAP_REGISTRY_PASSWORD: 'secret', HOME: '/nowhere' };
    expect(await findLoginIn(undefined, env)('r.example')).toEqual({ username: 'me', password: 'secret' });
    expect(await findLoginIn(undefined, { DOCKER_CONFIG: await workDir() })('r.example')).toBeUndefined();
  });

  it('may be an identity token', async () => {
    const find = findLoginIn(await configFile({ auths: { 'r.example': { identitytoken: 'token' } } }), {});
    expect(await find('r.example')).toEqual({ identityToken: 'token' });
  });

  it('come from the helper that the file names, which hears the name on its standard input', async () => {
    const bin = await workDir();
    await mkdir(bin, { recursive: true });
    const helper = join(bin, 'docker-credential-test');
    // says whom it was asked for, and how many arguments it had
    const script =
      '#!/bin/sh\nread -r name || true\nprintf \'{"Username":"%s","Secret":"%s"}\' "$name" "arguments: $*"\n';
    await writeFile(helper, script);
    await chmod(helper, 0o755);
    process.env.PATH = `${bin}:${path}`;
    const own = findLoginIn(await configFile({ credHelpers: { 'r.example': 'test' } }), {});
    expect(await own('r.example')).toEqual({ username: 'r.example', password: 'arguments: get' });
    expect(await own('other.example')).toBeUndefined();
    const store = findLoginIn(
      await configFile({ credsStore: 'test', auths: { 'https://index.docker.io/v1/': {} } }),
      {},
    );
    expect(await store('docker.io')).toMatchObject({ username: 'https://index.docker.io/v1/' });
    expect(await store('r.example')).toBeUndefined();
  });

  it.each(['nowhere', '../../bin/sh', '', 'a b'])('a helper “%s” that cannot be run is said', async (name) => {
    const find = findLoginIn(await configFile({ credHelpers: { 'r.example': name } }), {});
    expect(await errorOf(find('r.example'))).toMatchObject({ code: 'SOURCE_UNREADABLE' });
  });

  it('a file that was named must be there and be docker’s; nothing of it is in the error', async () => {
    expect(await errorOf(findLoginIn('/nowhere/config.json', {})('r.example'))).toMatchObject({
      code: 'SOURCE_UNREADABLE',
    });
    const error = await errorOf(findLoginIn(await configFile('{"auths": "my-secret'), {})('r.example'));
    expect(error).toMatchObject({ code: 'SOURCE_UNREADABLE' });
    expect(JSON.stringify(toWire(error))).not.toContain('my-secret');
  });
});
