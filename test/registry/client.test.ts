import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, test } from 'vitest';
import { InstallerError } from '../../installer/base/errors.ts';
import { sha256 } from '../../installer/base/hash.ts';
import { registryClient } from '../../installer/registry/client.ts';
import { errorOf } from '../fixtures/error-code.ts';

/** What a real registry does not do on request: break connections, lie about digests, send elsewhere. */
let server: Server | undefined;
const retries = { attempts: 3, firstDelayMs: 1 };
const data = Buffer.from('layer');
const digest = sha256(data);
const body = () => ({ size: data.length, open: () => Readable.from([data]) });

async function hostile(listener: RequestListener) {
  server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return registryClient(`127.0.0.1:${(server.address() as AddressInfo).port}`, retries);
}

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function received(request: IncomingMessage): Promise<Buffer> {
  return Buffer.concat(await request.toArray());
}

describe('an upload', () => {
  test('sends Content-Length and the digest, and keeps the upload’s own query', async () => {
    const seen: unknown[] = [];
    const client = await hostile(async (request, response) => {
      if (request.method === 'POST') {
        response.writeHead(202, { location: '/v2/a/blobs/uploads/1?_state=x%3D' }).end();
      } else {
        seen.push(request.headers['content-length'], request.url, (await received(request)).toString());
        response.writeHead(201, { 'docker-content-digest': digest }).end();
      }
    });
    await client.uploadBlob('a', digest, body());
    expect(seen).toEqual(['5', `/v2/a/blobs/uploads/1?_state=x%3D&digest=${digest.replace(':', '%3A')}`, 'layer']);
    client.close();
  });

  test('is tried again from the start after a broken connection and after 503', async () => {
    let tries = 0;
    const client = await hostile(async (request, response) => {
      if (request.method === 'POST') return response.writeHead(202, { location: '/v2/a/blobs/uploads/1' }).end();
      tries += 1;
      if (tries === 1) return request.socket.destroy();
      const whole = await received(request);
      return response.writeHead(tries === 2 ? 503 : whole.equals(data) ? 201 : 400).end();
    });
    await client.uploadBlob('a', digest, body());
    expect(tries).toBe(3);
    client.close();
  });

  test('gives up after its last try with the reason', async () => {
    let tries = 0;
    const client = await hostile((request) => {
      tries += 1;
      request.socket.destroy();
    });
    const error = await errorOf(client.uploadBlob('a', digest, body()));
    expect(error).toMatchObject({ code: 'REGISTRY_REFUSED', params: { errno: 'ECONNRESET' } });
    expect(tries).toBe(3);
    client.close();
  });

  test('is not sent to the host of a foreign Location', async () => {
    const client = await hostile((_, response) => {
      response.writeHead(202, { location: 'http://192.0.2.1/v2/a/blobs/uploads/1' }).end();
    });
    expect(await errorOf(client.uploadBlob('a', digest, body()))).toMatchObject({
      code: 'REGISTRY_REFUSED',
      found: 'http://192.0.2.1/v2/a/blobs/uploads/1',
    });
    client.close();
  });

  test('that the registry stored under another digest is REGISTRY_DIGEST', async () => {
    const client = await hostile((request, response) => {
      if (request.method === 'POST') response.writeHead(202, { location: '/u' }).end();
      else request.resume().on('end', () => response.writeHead(201, { 'docker-content-digest': sha256('x') }).end());
    });
    expect((await errorOf(client.uploadBlob('a', digest, body()))).code).toBe('REGISTRY_DIGEST');
    client.close();
  });

  test('never sends the last bytes of a source that fails at its end', async () => {
    const arrived: number[] = [];
    let aborted = false;
    const client = await hostile((request, response) => {
      if (request.method === 'POST') return response.writeHead(202, { location: '/u' }).end();
      request.on('data', (chunk: Buffer) => arrived.push(chunk.length));
      request.on('error', () => {
        aborted = true;
      });
      return request.on('end', () => response.writeHead(201).end());
    });
    const source = async function* () {
      yield Buffer.alloc(10);
      yield Buffer.alloc(10);
      throw new InstallerError('BUNDLE_FILE_CHANGED', { params: { file: 'x' } });
    };
    const error = await errorOf(client.uploadBlob('a', digest, { size: 20, open: () => Readable.from(source()) }));
    expect(error.code).toBe('BUNDLE_FILE_CHANGED');
    await expect.poll(() => aborted).toBe(true);
    expect(arrived.reduce((sum, length) => sum + length, 0)).toBeLessThan(20);
    client.close();
  });

  test('that is refused before it is sent whole ends with the refusal', async () => {
    const client = await hostile((request, response) => {
      if (request.method === 'POST') response.writeHead(202, { location: '/u' }).end();
      else response.writeHead(413).end('{"errors":[{"code":"SIZE_INVALID"}]}');
    });
    const endless = () =>
      Readable.from(
        (function* () {
          for (let i = 0; i < 1000; i++) yield Buffer.alloc(64 * 1024);
        })(),
      );
    const error = await errorOf(client.uploadBlob('a', digest, { size: 1000 * 64 * 1024, open: endless }));
    expect(error).toMatchObject({ code: 'REGISTRY_REFUSED' });
    client.close();
  });
});

describe('a manifest', () => {
  const manifest = { bytes: data, mediaType: 'application/vnd.oci.image.manifest.v1+json', digest };

  test('that comes back under another digest is REGISTRY_DIGEST', async () => {
    const client = await hostile((request, response) => {
      request.resume().on('end', () => response.writeHead(201, { 'docker-content-digest': sha256('x') }).end());
    });
    expect(await errorOf(client.putManifest('a', 'tag', manifest))).toMatchObject({
      code: 'REGISTRY_DIGEST',
      expected: digest,
      found: sha256('x'),
    });
    client.close();
  });

  test('a refusal carries what the registry said and is not repeated', async () => {
    let tries = 0;
    const client = await hostile((request, response) => {
      tries += 1;
      request.resume().on('end', () => response.writeHead(400).end('{"errors":[{"code":"MANIFEST_BLOB_UNKNOWN"}]}'));
    });
    const error = await errorOf(client.putManifest('a', 'tag', manifest));
    expect(error).toMatchObject({ code: 'REGISTRY_REFUSED', params: { status: 400 } });
    expect((error.cause as Error).message).toContain('MANIFEST_BLOB_UNKNOWN');
    expect(tries).toBe(1);
    client.close();
  });
});

test('a registry that hangs counts as one that does not answer when the caller cancels', async () => {
  const client = await hostile(() => undefined);
  expect((await errorOf(client.answers(AbortSignal.timeout(100)))).code).toBe('CANCELLED');
  client.close();
});
