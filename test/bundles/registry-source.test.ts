// needs: tools
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { authorise } from '../../bundles/registry/authorise.ts';
import { httpClient } from '../../bundles/registry/http-get.ts';
import { parseRegistryReference } from '../../bundles/registry/parse-reference.ts';
import { pullClient } from '../../bundles/registry/pull-client.ts';
import { toWire } from '../../installer/base/errors.ts';
import { errorOf } from '../fixtures/error-code.ts';
import { hexOf, ociLayoutFiles, writeFiles } from '../fixtures/image-archives.ts';
import { makeTinyBundle, type TinyOverrides, tinyImages } from '../fixtures/make-bundle.ts';
import { workDirs } from '../fixtures/work-dir.ts';
import { ensureHostPackages, TEST_COMMANDS } from '../site/host-packages.ts';
import { type Certificates, makeCertificates } from './support/certificates.ts';
import { type PlatformLayout, platformLayout } from './support/platform-layout.ts';
import { type RunningRegistry, registryUser, runRegistry } from './support/run-registry.ts';
import { runTokenServer, type TokenServer } from './support/token-server.ts';

const longMs = 600_000;
const workDir = workDirs();
const signal = new AbortController().signal;
let storage: string;
let plain: RunningRegistry;
let secure: RunningRegistry;
let guarded: RunningRegistry;
let tokens: TokenServer;
let certificates: Certificates;
let multi: PlatformLayout;
let configFile: string;
const stops: (() => Promise<void>)[] = [];

const skopeo = async (...args: string[]) => (await execa('skopeo', args)).stdout;
const insecure = '--dest-tls-verify=false';

beforeAll(async () => {
  await ensureHostPackages(() => undefined, TEST_COMMANDS);
  const dir = await workDir();
  const sub = async (name: string) => {
    await mkdir(join(dir, name), { recursive: true });
    return join(dir, name);
  };
  storage = join(dir, 'storage');
  certificates = await makeCertificates(await sub('tls'));
  tokens = await runTokenServer(await sub('tokens'));
  stops.push(tokens.stop);
  plain = await runRegistry({ dir: await sub('plain'), storage });
  stops.push(plain.stop);
  const tls = { certificate: certificates.certificate, key: certificates.key };
  secure = await runRegistry({ dir: await sub('secure'), storage, tls, basic: true });
  stops.push(secure.stop);
  const { realm, service, issuer, certificate: rootcertbundle } = tokens;
  guarded = await runRegistry({
    dir: await sub('guarded'),
    storage,
    token: { realm, service, issuer, rootcertbundle },
  });
  stops.push(guarded.stop);

  await writeFiles(join(dir, 'layout'), ociLayoutFiles(tinyImages, 'gzip'));
  for (const { ref } of tinyImages) {
    const tag = ref.split(':')[1];
    await skopeo('copy', insecure, `oci:${join(dir, 'layout')}:${tag}`, `docker://${plain.address}/${ref}`);
  }
  multi = platformLayout('tiny-api:1.0', 'gzip');
  await writeFiles(join(dir, 'multi'), multi.files);
  await skopeo('copy', insecure, '--all', `oci:${join(dir, 'multi')}`, `docker://${plain.address}/multi/tiny-api:1.0`);

  const auth = Buffer.from(`${registryUser.username}:${registryUser.password}`).toString('base64');
  configFile = join(dir, 'config.json');
  const auths = { [secure.address]: { auth }, [guarded.address]: { auth } };
  await writeFile(configFile, JSON.stringify({ auths }));
}, longMs);

afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
}, longMs);

const from = (registry: RunningRegistry) => tinyImages.map(({ ref }) => `registry:${registry.address}/${ref}`);

async function digestsFrom(images: string[], overrides: TinyOverrides = {}) {
  const { result } = await makeTinyBundle(await workDir(), { images, ...overrides });
  return Object.fromEntries(result.manifest.images.map(({ ref, digest }) => [ref, digest]));
}

async function skopeoDigests() {
  const digests: Record<string, string> = {};
  for (const { ref } of tinyImages) {
    const answer = await skopeo('inspect', '--tls-verify=false', `docker://${plain.address}/${ref}`);
    digests[ref] = JSON.parse(answer).Digest;
  }
  return digests;
}

describe('a registry as a source', () => {
  it('gives the digests that skopeo inspect reports', { timeout: longMs }, async () => {
    expect(await digestsFrom(from(plain))).toEqual(await skopeoDigests());
  });

  it('is read over TLS of a private authority, with a login out of docker’s config.json', {
    timeout: longMs,
  }, async () => {
    const options = { registryCa: certificates.ca, registryConfig: configFile };
    expect(await digestsFrom(from(secure), options)).toEqual(await skopeoDigests());
  });

  it('is read with bearer tokens', { timeout: longMs }, async () => {
    expect(await digestsFrom(from(guarded), { registryConfig: configFile })).toEqual(await skopeoDigests());
    expect(new Set(tokens.seen).size).toBe(1);
  });

  it('is not believed without its authority', async () => {
    const error = await errorOf(digestsFrom(from(secure), { registryConfig: configFile }));
    expect(error).toMatchObject({ code: 'SOURCE_REGISTRY' });
    expect(String(error.params.status)).toMatch(/CERT|SIGNATURE|ISSUER/);
  });

  it.each([
    ['a wrong password', 'wrong-secret'],
    ['no login', undefined],
  ])('refuses %s, and no secret is in the error', async (_, password) => {
    const dir = await workDir();
    const file = join(dir, 'config.json');
    const auth = Buffer.from(`${registryUser.username}:${password}`).toString('base64');
    await writeFile(file, JSON.stringify({ auths: password === undefined ? {} : { [secure.address]: { auth } } }));
    const error = await errorOf(digestsFrom(from(secure), { registryCa: certificates.ca, registryConfig: file }));
    expect(error).toMatchObject({ code: 'SOURCE_REGISTRY', params: { status: 401 } });
    const said = JSON.stringify(toWire(error));
    expect(said).not.toContain('wrong-secret');
    expect(said).not.toContain(auth);
  });

  it('says which image it lacks', async () => {
    const error = await errorOf(digestsFrom([`registry:${plain.address}/nowhere:1`]));
    expect(error).toMatchObject({ code: 'SOURCE_REGISTRY', params: { status: 404, registry: plain.address } });
  });

  it('may call an image otherwise than the product does', { timeout: longMs }, async () => {
    const [, ...others] = from(plain);
    const renamed = `tiny-api:1.0=registry:${plain.address}/tiny-db:2.0`;
    const digests = await digestsFrom([renamed, ...others]);
    expect(digests['tiny-api:1.0']).toBe((await skopeoDigests())['tiny-db:2.0']);
  });
});

describe('platforms', () => {
  const sources = () => {
    const [, ...others] = from(plain);
    return [`tiny-api:1.0=registry:${plain.address}/multi/tiny-api:1.0`, ...others];
  };

  it('one: that image alone, as skopeo sees it', { timeout: longMs }, async () => {
    const platform = { os: 'linux', architecture: 'arm64' };
    const digests = await digestsFrom(sources(), { platform });
    expect(digests['tiny-api:1.0']).toBe(multi.manifests.arm64);
  });

  it('all: the index stays as it is, attestations too', { timeout: longMs }, async () => {
    const digests = await digestsFrom(sources(), { platform: 'all' });
    const url = `docker://${plain.address}/multi/tiny-api:1.0`;
    const raw = await execa('skopeo', ['inspect', '--tls-verify=false', '--raw', url], { stripFinalNewline: false });
    expect(digests['tiny-api:1.0']).toBe(`sha256:${hexOf(Buffer.from(raw.stdout))}`);
    expect(digests['tiny-api:1.0']).toBe(multi.indexDigest);
  });

  it('two of three: a new index that names only them', { timeout: longMs }, async () => {
    const platform = ['amd64', 'arm64'].map((architecture) => ({ os: 'linux', architecture }));
    const { dir, result } = await makeTinyBundle(await workDir(), { images: sources(), platform });
    const image = result.manifest.images[0];
    const path = join(dir, 'blobs/sha256', image?.digest.slice(7) ?? '');
    const index = JSON.parse(await readFile(path, 'utf8'));
    expect(index.manifests.map(({ digest }: { digest: string }) => digest)).toEqual(Object.values(multi.manifests));
    const layers = Object.values(multi.layers).map((digest) => `blobs/${digest.replace(':', '/')}`);
    expect(result.manifest.files.map((file) => file.path)).toEqual(expect.arrayContaining(layers));
    expect(result.manifest.files.map((file) => file.path)).toEqual(
      expect.arrayContaining(['sbom/tiny-api.linux-amd64.cdx.json', 'sbom/tiny-api.linux-arm64.cdx.json']),
    );
  });

  it('one that is not there is refused', async () => {
    const error = await errorOf(digestsFrom(sources(), { platform: { os: 'linux', architecture: 'riscv64' } }));
    expect(error).toMatchObject({ code: 'SOURCE_FORMAT' });
  });
});

describe('references', () => {
  it.each([
    ['codegraph', 'https://registry-1.docker.io', 'library/codegraph', 'latest'],
    ['localhost:5000/a/b:1', 'https://localhost:5000', 'a/b', '1'],
    ['http://registry.local/a:1', 'http://registry.local', 'a', '1'],
    [`r.example/a@sha256:${'0'.repeat(64)}`, 'https://r.example', 'a', `sha256:${'0'.repeat(64)}`],
  ])('%s', (text, origin, repository, reference) => {
    expect(parseRegistryReference(text)).toMatchObject({ origin, repository, reference });
  });

  it.each([
    'r.example/UPPER:1',
    'r.example/a/../b:1',
    'r.example/a:b c',
    'user:pw@r.example/a:1',
    'r.example/a@sha256:00',
    'r.example/a?x=1',
    'r.example/a#b',
    '',
    'r.example/',
  ])('“%s” is refused', async (text) => {
    expect(await errorOf(() => parseRegistryReference(text))).toMatchObject({ code: 'USAGE' });
  });
});

describe('a registry that means harm', () => {
  const servers: (() => void)[] = [];
  afterEach(() => {
    for (const stop of servers.splice(0)) stop();
  });

  async function serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    servers.push(() => {
      server.closeAllConnections();
      server.close();
    });
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  const client = (address: string) =>
    pullClient(parseRegistryReference(`http://${address}/a:1`), {
      findLogin: async () => ({ username: 'vendor', password: 'secret' }),
      signal,
    });
  async function read(address: string, size: number): Promise<number> {
    let length = 0;
    const pull = client(address);
    try {
      for await (const chunk of pull.blob(`sha256:${'0'.repeat(64)}`, size)) length += chunk.length;
    } finally {
      pull.close();
    }
    return length;
  }

  it('an endless blob ends at the size that its descriptor says', async () => {
    const address = await serve((_, response) => {
      response.writeHead(200).on('error', () => undefined);
      const more = () => {
        while (response.write(Buffer.alloc(65_536)));
      };
      response.on('drain', more);
      more();
    });
    expect(await errorOf(read(address, 100_000))).toMatchObject({
      code: 'SOURCE_REGISTRY',
      params: { status: 'size' },
    });
  });

  it('an endless manifest is not collected', async () => {
    const address = await serve((_, response) => {
      response.writeHead(200).on('error', () => undefined);
      const more = () => {
        while (response.write(Buffer.alloc(65_536)));
      };
      response.on('drain', more);
      more();
    });
    expect(await errorOf(client(address).manifest('1'))).toMatchObject({
      code: 'SOURCE_REGISTRY',
      params: { status: 'size' },
    });
  });

  it('a manifest is what its digest says', async () => {
    const address = await serve((_, response) => response.writeHead(200).end('{}'));
    const error = await errorOf(client(address).manifest(`sha256:${'0'.repeat(64)}`));
    expect(error).toMatchObject({ code: 'SOURCE_REGISTRY', params: { status: 'digest' } });
  });

  it('a redirect elsewhere does not take the login along', async () => {
    const seen: (string | undefined)[] = [];
    const store = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(200).end('12345');
    });
    const address = await serve((request, response) => {
      if (request.headers.authorization === undefined) {
        response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
      } else response.writeHead(307, { location: `http://${store}/blob` }).end();
    });
    expect(await read(address, 5)).toBe(5);
    expect(seen).toEqual([undefined]);
  });

  it('a circle of redirects ends', async () => {
    const address = await serve((request, response) => response.writeHead(302, { location: request.url }).end());
    expect(await errorOf(read(address, 5))).toMatchObject({ code: 'SOURCE_REGISTRY', params: { status: 302 } });
  });

  it.each([true, false])('a connection that breaks is taken up where it broke; ranges: %s', async (ranges) => {
    const content = Buffer.from(Array.from({ length: 400_000 }, (_, index) => index % 251));
    const asked: (string | undefined)[] = [];
    // broken only once something of it has arrived
    let breakNow = () => undefined as unknown;
    const address = await serve((request, response) => {
      const { range } = request.headers;
      asked.push(range);
      const start = ranges ? Number(/bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0) : 0;
      response.writeHead(start > 0 ? 206 : 200, { 'content-length': content.length - start });
      breakNow = () => (asked.length > 2 ? undefined : response.destroy());
      if (asked.length > 2) response.end(content.subarray(start));
      else response.write(content.subarray(start, start + asked.length * 100_000));
    });
    const chunks: Buffer[] = [];
    const pull = client(address);
    for await (const chunk of pull.blob(`sha256:${'0'.repeat(64)}`, content.length)) {
      chunks.push(chunk);
      breakNow();
    }
    pull.close();
    expect(Buffer.concat(chunks).equals(content)).toBe(true);
    expect(asked.length).toBe(3);
    expect(asked[1]).toMatch(/^bytes=\d+-$/);
  });

  it.each([
    { scheme: 'basic' as const },
    { scheme: 'bearer' as const, realm: 'http://tokens.example/', service: undefined, scope: undefined },
    { scheme: 'bearer' as const, realm: 'file:///etc/passwd', service: undefined, scope: undefined },
  ])('a login does not leave this machine in plain text: %o', async (challenge) => {
    const sent: Record<string, string>[] = [];
    const http = {
      ...httpClient(undefined),
      get: async (_url: URL, headers: Record<string, string>) => {
        sent.push(headers);
        throw new Error('no network in this test');
      },
    };
    const login = { username: 'vendor', password: 'secret' };
    const work = authorise(challenge, { http, origin: 'http://r.example', repository: 'a', login, signal });
    expect(await work.catch((error: Error) => error.message)).toSatisfy(
      (answer) => answer === undefined || answer === 'no network in this test',
    );
    expect(JSON.stringify(sent)).not.toMatch(/authorization/i);
  });
});
