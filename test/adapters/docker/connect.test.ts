import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { engineAddress } from '../../../installer/adapters/docker/connect.ts';
import { createContainerEngine } from '../../../installer/adapters/docker/container-engine.ts';
import { errorOf } from '../../fixtures/error-code.ts';

afterEach(() => vi.unstubAllEnvs());

describe('where the engine is', () => {
  test('DOCKER_HOST, else the usual socket', () => {
    expect(engineAddress({ DOCKER_HOST: 'unix:///x.sock' })).toEqual({ dockerHost: 'unix:///x.sock' });
    expect(engineAddress({ DOCKER_HOST: '' })).toEqual({ socketPath: '/var/run/docker.sock' });
    expect(engineAddress({})).toEqual({ socketPath: '/var/run/docker.sock' });
  });

  test('nothing there, no socket there, nobody listening: one code, the reason kept', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'airgap-'));
    await writeFile(join(dir, 'file'), '');
    const missing = await errorOf(createContainerEngine({ socketPath: join(dir, 'none') }).version());
    expect(missing).toMatchObject({ code: 'ENGINE_UNREACHABLE', params: { errno: 'ENOENT' } });
    const noSocket = await errorOf(createContainerEngine({ dockerHost: `unix://${dir}/file` }).hasImage('x'));
    expect(noSocket).toMatchObject({ code: 'ENGINE_UNREACHABLE', params: { errno: 'ECONNREFUSED' } });
    const refused = await errorOf(createContainerEngine({ dockerHost: 'tcp://127.0.0.1:9' }).version());
    expect(refused).toMatchObject({ code: 'ENGINE_UNREACHABLE', params: { errno: 'ECONNREFUSED' } });
    expect(refused.cause).toMatchObject({ code: 'ECONNREFUSED' });
    await rm(dir, { recursive: true });
  });

  test('a socket that was asked for is used even if DOCKER_HOST names another engine', async () => {
    vi.stubEnv('DOCKER_HOST', 'tcp://127.0.0.1:9');
    const error = await errorOf(createContainerEngine({ socketPath: '/nonexistent.sock' }).version());
    expect(error.params).toMatchObject({ errno: 'ENOENT' });
  });

  test('an address of a kind that is not supported', async () => {
    expect((await errorOf(() => createContainerEngine({ dockerHost: 'ssh://host' }))).code).toBe('ENGINE_UNREACHABLE');
  });

  test('a cancelled request is cancelled, not unreachable', async () => {
    const engine = createContainerEngine({ socketPath: '/nonexistent.sock' });
    expect((await errorOf(engine.version(AbortSignal.abort()))).code).toBe('CANCELLED');
  });
});
