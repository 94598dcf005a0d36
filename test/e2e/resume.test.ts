/**
 * An installation that is cancelled, and one whose process is killed, go on where they were; nothing is left half-done. The
 * site has a network of its own where the product would have its, an officer with proxies, and things beside the product's:
 * none of it is touched, cut off or passed on.
 */
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { readJournal } from '../../installer/adapters/journal/open-journal.ts';
import { temporarySuffix } from '../../installer/base/atomic-file.ts';
import { airgapArgv, demoOverrides } from '../site/demo-bundle.ts';
import { createSite, type Site } from '../site/site.ts';
import { airgapIn, bodies, type CliResult, errorOf, result } from './support/airgap.ts';

const demo = inject('demo');
const installArgs = ['install', '--yes', '--bundle', demo.bundle, '--root', demo.root, ...demoOverrides];

let dir: string;
let site: Site;
let officer: { HOME: string };
let wayToNeighbour: string;

beforeAll(async () => {
  dir = await mkdtemp('/var/tmp/airgap-resume-');
  site = await createSite({ dir: join(dir, 'site'), log: console.error });
  // the site's LAN, where the product's own network would be
  await site.exec(['ip', 'link', 'add', 'lan0', 'type', 'veth', 'peer', 'name', 'lan1']);
  await site.exec(['ip', 'addr', 'add', '172.28.5.10/16', 'dev', 'lan0']);
  for (const name of ['lan0', 'lan1']) await site.exec(['ip', 'link', 'set', name, 'up']);
  officer = { HOME: join(dir, 'officer') };
  await mkdir(join(officer.HOME, '.docker'), { recursive: true });
  const proxies = { default: { httpProxy: 'http://10.0.0.1:3128' } };
  await writeFile(join(officer.HOME, '.docker/config.json'), JSON.stringify({ proxies }));
  wayToNeighbour = await neighbour();
});

afterAll(async () => {
  await site?.destroy();
  await rm(dir, { recursive: true, force: true });
});

const docker = async (...args: string[]) => String((await site.exec(['docker', ...args])).stdout);
const neighbour = async () => String((await site.exec(['ip', 'route', 'get', '172.28.5.77'])).stdout);

/** Starts an install and sends its process a signal as soon as an event of the stream has been seen. */
async function interrupted(signal: NodeJS.Signals, when: string): Promise<CliResult> {
  const run = site.exec(airgapArgv('--data-dir', site.dataDir, '--json', ...installArgs), {
    reject: false,
    stdin: 'ignore',
    env: officer,
  });
  let seen = '';
  run.stdout.on('data', (chunk: Buffer) => {
    if (seen.includes(when)) return;
    seen += chunk.toString();
    if (seen.includes(when)) run.kill(signal);
  });
  return result(await run);
}

let finished: CliResult;

const lastRun = () => {
  const journal = readJournal(site.dataDir);
  try {
    return journal?.runs(1)[0];
  } finally {
    journal?.close();
  }
};

it('Ctrl-C while images are copied: exit code 6, cancelled is not failed, and the journal says so', async () => {
  const run = await interrupted('SIGINT', '"kind":"progress","step":"loadImages"');
  expect(run.exitCode).toBe(6);
  expect(bodies(run, 'runFinished')).toMatchObject([{ outcome: 'cancelled', error: { code: 'CANCELLED' } }]);
  expect(lastRun()).toMatchObject({ outcome: 'cancelled' });
});

it('SIGKILL while the stack starts: the journal has the intent without an outcome, and nothing holds the lock', async () => {
  const run = await interrupted('SIGKILL', '"kind":"service"');
  expect(bodies(run, 'runFinished')).toEqual([]);
  expect(lastRun()).toMatchObject({ outcome: null, finishedAt: null });
  const journal = readJournal(site.dataDir);
  expect(journal?.steps(lastRun()?.id ?? '').at(-1)).toMatchObject({ step: 'startStack', outcome: null });
  journal?.close();
});

it('the same command then finishes the installation, without doing again what was done', async () => {
  const run = await airgapIn(site, installArgs, officer);
  finished = run;
  expect(run.exitCode).toBe(0);
  const outcomes = Object.fromEntries(bodies(run, 'stepFinished').map(({ step, outcome }) => [step, outcome]));
  expect(outcomes).toMatchObject({
    startRegistry: 'unchanged',
    loadImages: 'unchanged',
    placeModel: 'unchanged',
    renderConfig: 'unchanged',
    smoke: 'done',
    report: 'done',
  });
  const names = await readdir(site.dataDir, { recursive: true });
  expect(names.filter((name) => name.includes(temporarySuffix))).toEqual([]);
});

it('the product has a network that is free here, and the way to the site’s neighbours is as it was', async () => {
  const subnets = async (name: string) =>
    docker('network', 'inspect', '--format', '{{(index .IPAM.Config 0).Subnet}}', name);
  expect([await subnets('codegraph_backend'), await subnets('codegraph_edge')]).toEqual([
    '172.16.0.0/17',
    '172.16.128.0/17',
  ]);
  expect(wayToNeighbour).toContain('dev lan0');
  expect(await neighbour()).toBe(wayToNeighbour);
  // control: with the product's preferred network the neighbour would be looked for in a bridge
  await docker('network', 'create', '--subnet', '172.28.0.0/17', 'cutting-off');
  expect(await neighbour()).not.toContain('dev lan0');
  await docker('network', 'rm', 'cutting-off');
});

it('a proxy of the officer’s is named, and no container has it', async () => {
  const findings = bodies(finished, 'finding').filter(({ finding }) => finding.code === 'PROXY');
  expect(findings.map(({ finding }) => finding)).toMatchObject([
    { status: 'warn', subject: join(officer.HOME, '.docker/config.json'), found: '10.0.0.1:3128' },
  ]);
  const ids = (await docker('ps', '--all', '--quiet')).split('\n');
  expect(ids.length).toBeGreaterThanOrEqual(8);
  expect(await docker('inspect', '--format', '{{.Config.Env}}', ...ids)).not.toMatch(/proxy/i);
  // control: docker as the officer calls it does pass it on
  const image = await docker('inspect', '--format', '{{.Config.Image}}', 'codegraph-api');
  const config = { env: { DOCKER_CONFIG: join(officer.HOME, '.docker') } };
  await site.exec(['docker', 'create', '--name', 'control', image], config);
  expect(await docker('inspect', '--format', '{{.Config.Env}}', 'control')).toContain(
    'HTTP_PROXY=http://10.0.0.1:3128',
  );
  await docker('rm', 'control');
});

it('everything that it made bears the installation’s label; a second installation finds it and keeps away', async () => {
  const journal = readJournal(site.dataDir);
  const label = `label=io.airgap-installer.site=${journal?.siteId()}`;
  journal?.close();
  for (const [list, name] of [
    [['ps', '--all'], '{{.Names}}'],
    [['volume', 'ls'], '{{.Name}}'],
    [['network', 'ls', '--filter', 'type=custom'], '{{.Name}}'],
  ] as const) {
    const all = await docker(...list, '--format', name);
    expect(all).not.toBe('');
    expect(await docker(...list, '--filter', label, '--format', name)).toBe(all);
  }
  const second = ['--data-dir', join(dir, 'second'), '--json', ...installArgs];
  const run = result(await site.exec(airgapArgv(...second), { reject: false, stdin: 'ignore', env: officer }));
  expect(run.exitCode).toBe(3);
  const taken = bodies(run, 'finding').filter(({ finding }) => finding.code === 'NAME_TAKEN');
  expect(taken.map(({ finding }) => finding.subject)).toEqual(
    expect.arrayContaining(['container airgap-registry', 'volume codegraph_postgres-data', 'network codegraph_edge']),
  );
  expect(taken.map(({ finding }) => finding.params.kind)).toEqual(taken.map(() => 'installation'));
  expect((await airgapIn(site, ['status'])).documents[0]).toMatchObject({ healthy: true });
});

it('uninstall with its data takes what it made, and leaves what others made beside it', async () => {
  // an image that does not go with the product, for the database below
  await docker('tag', await docker('inspect', '--format', '{{.Config.Image}}', 'codegraph-postgres'), officers);
  await docker('volume', 'create', 'codegraph_backup');
  await docker('network', 'create', '--label', 'com.docker.compose.project=codegraph', 'codegraph_old');
  await docker('create', '--name', 'codegraph-notes', '--label', 'com.docker.compose.project=codegraph', officers);
  const run = await airgapIn(site, ['uninstall', '--yes', '--remove-data']);
  expect(run.exitCode).toBe(0);
  expect(await docker('ps', '--all', '--format', '{{.Names}}')).toBe('codegraph-notes');
  expect(await docker('volume', 'ls', '--format', '{{.Name}}')).toContain('codegraph_backup');
  expect(await docker('volume', 'ls', '--format', '{{.Name}}')).not.toContain('codegraph_postgres-data');
  expect(await docker('network', 'ls', '--filter', 'type=custom', '--format', '{{.Name}}')).toBe('codegraph_old');
  await docker('rm', '--volumes', 'codegraph-notes');
  await docker('network', 'rm', 'codegraph_old');
});

const officers = 'officers/postgres:17';

it('a database of the site’s own under the product’s name is refused before anything, and stays', async () => {
  const mount = '--mount=type=volume,source=codegraph_postgres-data,target=/var/lib/postgresql/data';
  const start = [
    '--user=70:70',
    '--network=none',
    '--tmpfs=/var/run/postgresql:uid=70,gid=70',
    '--env=POSTGRES_PASSWORD=old',
  ];
  const psql = ['exec', 'officers-db', 'psql', '--username=postgres', '--no-psqlrc', '--tuples-only', '--no-align'];
  await docker(
    'run',
    '--detach',
    '--name=officers-db',
    ...start,
    '--env=PGDATA=/var/lib/postgresql/data/pgdata',
    mount,
    officers,
  );
  const ready = async () => (await site.exec(['docker', ...psql, '-c', 'select 1'], { reject: false })).exitCode === 0;
  await expect.poll(ready, { timeout: 60_000, interval: 500 }).toBe(true);
  // the entry point starts the server twice when the database is new
  await expect.poll(async () => docker('logs', 'officers-db'), { timeout: 60_000 }).toContain('stopped');
  await expect.poll(ready, { timeout: 60_000, interval: 500 }).toBe(true);
  await docker(...psql, '-c', "create table officers_notes as select 'keep this' as note");

  const run = await airgapIn(site, installArgs);
  expect(run.exitCode).toBe(3);
  expect(errorOf(run)).toMatchObject({ code: 'NAME_TAKEN', params: { all: 'volume codegraph_postgres-data' } });
  expect(bodies(run, 'stepFinished').map(({ step }) => step)).toEqual(['verifyMedia']);
  const checked = await airgapIn(site, ['check', '--bundle', demo.bundle, '--root', demo.root]);
  expect(checked.exitCode).toBe(3);
  expect(checked.stdout).toContain('"subject":"volume codegraph_postgres-data"');
  expect(await docker(...psql, '-c', 'select note from officers_notes')).toBe('keep this');
});
