import { once } from 'node:events';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cleanUpRun, cleanUpStaleRuns } from '../site/cleanup.ts';
import { createSite, type Site } from '../site/site.ts';
import { startEngine } from '../site/start-engine.ts';
import { NO_TRACES, tracesOf } from '../site/traces.ts';
import { ensureImages } from '../standins/ensure-images.ts';

const log = (line: string) => console.error(line);
const newDir = () => mkdtemp(join(tmpdir(), 'site-'));
const hold = join(import.meta.dirname, '../site/hold-site.ts');

/** Starts a process that owns a site, and waits until the site is up. */
async function holdSite(...args: string[]) {
  const dir = await newDir();
  const owner = execa(process.execPath, [hold, dir, ...args], { reject: false, stderr: 'inherit' });
  const line = await Promise.race([once(owner.stdout, 'data'), once(owner.stdout, 'end')]);
  if (!line[0]) throw new Error('the owner of the site ended before it was up');
  return { owner, dir, ...(JSON.parse(String(line[0])) as { id: string; socketPath: string }) };
}

/** The engine's answer on its socket, or undefined where nothing listens. */
async function ping(socketPath: string): Promise<string | undefined> {
  const { stdout, exitCode } = await execa(process.execPath, ['-e', get({ socketPath, path: '/_ping' })], {
    reject: false,
  });
  return exitCode === 0 ? stdout : undefined;
}

/** A program that prints status, stub header and body of a GET, or the error's code on stderr with exit code 7. */
function get(options: object): string {
  return `require('http').get(${JSON.stringify(options)}, async (r) => {
    let body = ''; for await (const part of r) body += part;
    console.log([r.statusCode, r.headers['x-airgap-stub'], body].filter(Boolean).join(' '));
  }).on('error', (e) => { console.error(e.code); process.exit(7); })`;
}

describe('a site', () => {
  let site: Site;
  let dir: string;

  beforeAll(async () => {
    const { archives } = await ensureImages(log);
    dir = await newDir();
    site = await createSite({ dir, log });
    for (const archive of archives) await site.exec(['docker', 'load', '--quiet', '--input', archive]);
    // A container with a published port, so that the engine has made its interfaces and rules.
    const flags = ['--detach', '--restart=always', '--publish=127.0.0.1:3000:3000'];
    await site.exec(['docker', 'run', ...flags, 'grafana/grafana:12.4.0']);
  });
  afterAll(() => site?.destroy());

  test('has Engine 26.1 and Compose 2.26 of its own on PATH', async () => {
    const version = await site.exec(['docker', 'version', '--format', '{{.Server.Version}} {{.Client.Version}}']);
    expect(version.stdout).toMatch(/^26\.1\.\d+\S* 26\.1\.\d/);
    expect((await site.exec(['docker', 'compose', 'version', '--short'])).stdout).toMatch(/^2\.26\.\d/);
    expect((await site.exec(['sh', '-c', 'command -v docker'])).stdout).toBe(join(site.engine.tools.binDir, 'docker'));
    expect(site.engine.tools.versions.runc).toMatch(/^1\.1\.5/);
  });

  test('runs containers, with ports published on its own loopback only', async () => {
    const ask = [process.execPath, '-e', get({ port: 3000, host: '127.0.0.1', path: '/api/health' })] as const;
    await expect.poll(async () => (await site.exec(ask, { reject: false })).exitCode, { timeout: 30_000 }).toBe(0);
    expect((await site.exec(ask)).stdout).toMatch(/^200 answers only its health check \{"database": "ok"/);
    const outside = await execa(ask[0], ask.slice(1), { reject: false });
    expect(outside.stderr).toBe('ECONNREFUSED');
  });

  test('is isolated, with evidence, while a container runs', async () => {
    const evidence = await site.assertIsolated();
    const addressed = evidence.interfaces.filter((link) => link.addr_info?.length).map((link) => link.ifname);
    expect(addressed).toEqual(['lo', 'docker0']);
    expect(evidence.interfaces.some((link) => link.ifname.startsWith('veth'))).toBe(true);
    expect(evidence.noWayTo.map((answer) => answer.address)).toEqual(['192.0.2.1', '2001:db8::1']);
    const dial = `require('net').connect(80, '192.0.2.1').on('error', (e) => { console.log(e.code); })`;
    expect((await site.exec([process.execPath, '-e', dial])).stdout).toBe('ENETUNREACH');
  });

  // Positive controls: each way out, alone, must be noticed.
  test.each([
    {
      way: 'a default route through one of its own bridges',
      open: ['route', 'add', 'default', 'via', '172.17.0.9'],
      close: ['route', 'del', 'default'],
      says: /"dst":"default"/,
    },
    {
      way: 'a route to one network through a gateway',
      open: ['route', 'add', '192.0.2.0/24', 'via', '172.17.0.9'],
      close: ['route', 'del', '192.0.2.0/24'],
      says: /there is a way to 192\.0\.2\.1/,
    },
    {
      way: 'a default route in a table of its own',
      open: ['route', 'add', 'default', 'via', '172.17.0.9', 'table', '77'],
      close: ['route', 'flush', 'table', '77'],
      says: /"table":"77"/,
    },
    {
      way: 'another interface with an address',
      open: ['link', 'add', 'uplink', 'type', 'bridge'],
      andThen: ['addr', 'add', '10.9.9.2/24', 'dev', 'uplink'],
      close: ['link', 'del', 'uplink'],
      says: /interface uplink has 10\.9\.9\.2\/24/,
    },
  ])('$way makes the assertion fail', async ({ open, andThen, close, says }) => {
    await site.assertIsolated();
    await site.exec(['ip', ...open]);
    if (andThen) await site.exec(['ip', ...andThen]);
    await expect(site.assertIsolated()).rejects.toThrow(says);
    await site.exec(['ip', ...close]);
    await site.assertIsolated();
  });

  test('leaves no process, mount, namespace, control group or file when destroyed', async () => {
    const mountsBefore = await readFile('/proc/self/mounts', 'utf8');
    const during = await tracesOf(site.id, [dir]);
    // The control: while the site is up, each kind of trace is seen.
    for (const [kind, found] of Object.entries(during)) expect(found, kind).not.toEqual([]);
    await site.destroy();
    expect(await tracesOf(site.id, [dir])).toEqual(NO_TRACES);
    const left = (await readFile('/proc/self/mounts', 'utf8')).split('\n');
    expect(left.filter((line) => !mountsBefore.includes(line))).toEqual([]);
    await site.destroy(); // safe to repeat
  });
});

test('the next start cleans up a site whose owner was killed', async () => {
  const { owner, dir, id, socketPath } = await holdSite();
  owner.kill('SIGKILL');
  await owner;
  expect(await ping(socketPath)).toBe('200 OK'); // nobody has ended the engine
  expect((await tracesOf(id, [dir])).netns).not.toEqual([]);

  const next = await createSite({ dir: await newDir(), log });
  try {
    expect(await tracesOf(id, [dir])).toEqual(NO_TRACES);
  } finally {
    await next.destroy();
  }
});

test.each(['SIGINT', 'SIGTERM'] as const)('%s to its owner ends a site and everything in it', async (name) => {
  const { owner, dir, id } = await holdSite();
  owner.kill(name);
  expect((await owner).signal).toBe(name);
  expect(await tracesOf(id, [dir])).toEqual(NO_TRACES);
});

test('a site that was asked to stay outlives its owner and ends on request', async () => {
  const { owner, dir, id, socketPath } = await holdSite('keep');
  await owner;
  await cleanUpStaleRuns(log);
  expect(await ping(socketPath)).toBe('200 OK');
  await cleanUpRun(id);
  expect(await tracesOf(id, [dir])).toEqual(NO_TRACES);
});

test('another engine on the machine is left as it was', async () => {
  const networkBefore = (await execa('ip', ['-j', 'link'])).stdout;
  const other = await startEngine({ dir: await newDir(), log });
  try {
    const site = await createSite({ dir: await newDir(), log });
    const id = async (socketPath: string) =>
      (await execa('docker', ['-H', `unix://${socketPath}`, 'info', '-f', '{{.ID}}'], { env: other.env })).stdout;
    const otherId = await id(other.socketPath);
    expect(await id(site.engine.socketPath)).not.toBe(otherId);
    await site.destroy();
    expect(await id(other.socketPath)).toBe(otherId);
    // An engine outside a namespace makes no bridge on the machine.
    expect((await execa('ip', ['-j', 'link'])).stdout).toBe(networkBefore);
  } finally {
    await other.stop();
  }
});
