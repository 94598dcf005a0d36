import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { createComposeRuntime } from '../../installer/adapters/compose/compose-runtime.ts';
import { createContainerEngine } from '../../installer/adapters/docker/container-engine.ts';
import { toWire } from '../../installer/base/errors.ts';
import { siteLabel } from '../../installer/base/site-label.ts';
import { stackNames } from '../../installer/config/stack-names.ts';
import { parseTree } from '../../installer/config/template.ts';
import type { Hook } from '../../installer/contract/product.ts';
import type { StackFiles, StackRuntime } from '../../installer/ports/runtime.ts';
import type { MadeThing } from '../../installer/ports/step.ts';
import { takenNames } from '../../installer/ports/taken-names.ts';
import { dockerArchive } from '../../installer/registry/docker-archive.ts';
import { readImageTree } from '../../installer/registry/image-tree.ts';
import { manifestForThisMachine } from '../../installer/registry/platform.ts';
import { runHooks } from '../../installer/stack/hooks-step.ts';
import { type StartStackInput, startStack } from '../../installer/stack/up-step.ts';
import { errorOf } from '../fixtures/error-code.ts';
import { testBundle } from '../registry/support/test-bundle.ts';
import { recordingContext } from '../registry/support/test-context.ts';
import { makeTestImages } from '../registry/support/test-images.ts';
import { createSite, type Site } from '../site/site.ts';
import { removeStack } from './support/remove-stack.ts';

const log = () => undefined;
const siteId = '1'.repeat(32);
const secret = 'Yb3kQ0pZsW9vTn51Lr8D';
const image = 'test/app:1';
const loop = ['sh', '-c', 'sleep infinity & wait'];
const quick = { interval: '200ms', timeout: '5s', retries: 2, start_period: '100ms' };
const fine = {
  slow: {
    image,
    init: true,
    command: ['sh', '-c', 'sleep 1; touch /tmp/ready; sleep infinity & wait'],
    environment: { STACK_PASSWORD: '$STACK_PASSWORD' },
    volumes: ['data:/data'],
    healthcheck: { test: ['CMD', 'test', '-f', '/tmp/ready'], ...quick, retries: 100 },
  },
  behind: { image, init: true, command: loop, depends_on: { slow: { condition: 'service_healthy' } } },
  tool: { image, profiles: ['tools'], environment: { STACK_PASSWORD: '$STACK_PASSWORD' }, command: ['env'] },
};
let dir: string;
let site: Site;
let runtime: StackRuntime;
let files: StackFiles;
let input: StartStackInput;

beforeAll(async () => {
  dir = await mkdtemp('/var/tmp/airgap-stack-test-');
  const images = await makeTestImages(dir, log);
  const bundle = await testBundle({ dir, images: Object.values(images) });
  site = await createSite({ dir: join(dir, 'site'), log });
  const engine = createContainerEngine({ dockerHost: site.engine.dockerHost });
  const { manifest } = manifestForThisMachine(await readImageTree(bundle, images.app));
  await engine.loadImage(dockerArchive(bundle, manifest, image));
  // what an administrator's shell may hold: none of it may reach Compose
  const stray = { STACK_PASSWORD: 'of-the-shell', COMPOSE_PROFILES: 'tools', COMPOSE_PROJECT_NAME: 'stray' };
  runtime = createComposeRuntime({ env: { ...process.env, ...site.env, ...stray } });
  const release = join(dir, 'release');
  await mkdir(release);
  files = {
    project: 'probe',
    site: siteId,
    dir: release,
    composeFiles: [join(release, 'compose.yaml')],
    envFile: join(release, '.env'),
  };
  await writeFile(files.envFile, `STACK_PASSWORD=${secret}\n`, { mode: 0o600 });
  input = {
    runtime,
    files,
    healthTimeoutMs: 60_000,
    unhealthyMs: 1_000,
    steadyMs: 1_500,
    pollMs: 100,
    redact: (text) => text.replaceAll(secret, '***'),
  };
});

afterEach(() => removeStack({ runtime, stack: files, volumes: true }));

afterAll(async () => {
  await site?.destroy();
  if (dir !== undefined) await rm(dir, { recursive: true, force: true });
});

/** Writes the stack's file as a release has it: everything bears the installation's label. */
async function stack(services: object): Promise<void> {
  const [file = ''] = files.composeFiles;
  const labels = { [siteLabel]: siteId };
  const ours = Object.entries(services).map(([name, service]) => [name, { ...service, labels }]);
  const made = { networks: { default: { internal: true, labels } }, volumes: { data: { labels } } };
  await writeFile(file, stringify({ services: Object.fromEntries(ours), ...made }));
}

async function docker(...args: string[]): Promise<string> {
  return String((await site.exec(['docker', ...args])).stdout);
}

describe('a stack that is well', () => {
  test('comes up healthy with an event per change; the second time nothing is done', async () => {
    await stack(fine);
    const context = recordingContext();
    expect(await runtime.version()).toMatch(/^\d+\.\d+\.\d+/);
    expect(await startStack.check(input, context)).toBeUndefined();
    const output = await startStack.run(input, context);
    await startStack.verify(output, input, context);
    expect(output.services.map(({ service, state }) => [service, state])).toEqual([
      ['behind', 'running'],
      ['slow', 'healthy'],
    ]);
    const states = context.events.flatMap((event) => (event.kind === 'service' ? [event.service] : []));
    expect(states.filter(({ service }) => service === 'slow').map(({ state }) => state)).toEqual(
      expect.arrayContaining(['starting', 'healthy']),
    );
    expect(context.reports.at(-1)).toEqual({ done: 2, total: 2 });
    const before = await docker('ps', '--quiet', '--no-trunc');
    expect(await startStack.check(input, context)).toEqual(output);
    expect(await docker('ps', '--quiet', '--no-trunc')).toBe(before);
  });

  test('a changed configuration, an orphan and a stopped service are all noticed', async () => {
    await stack(fine);
    const output = await startStack.run(input, recordingContext());
    expect(await runtime.isCurrent(files)).toBe(true);
    await stack({ ...fine, behind: { ...fine.behind, environment: { NEW: '1' } } });
    expect(await runtime.isCurrent(files)).toBe(false);
    await stack({ slow: fine.slow });
    expect(await runtime.isCurrent(files)).toBe(false);
    await stack(fine);
    expect(await runtime.isCurrent(files)).toBe(true);
    await docker('stop', '--time', '0', output.services[0]?.container ?? '');
    expect(await runtime.isCurrent(files)).toBe(false);
  });

  test('the shell’s variables do not override the env file', async () => {
    await stack(fine);
    await startStack.run(input, recordingContext());
    const printed = await runtime.exec(files, 'slow', ['printenv', 'STACK_PASSWORD'], { timeoutMs: 30_000 });
    expect(printed).toMatchObject({ exitCode: 0, stdout: `${secret}\n` });
    expect(await docker('ps', '--format', '{{.Names}}')).not.toContain('tool');
    // control: without the clean environment Compose does take the shell's value
    const dirty = { env: { STACK_PASSWORD: 'of-the-shell' } };
    const config = ['docker', 'compose', '--env-file', files.envFile, '-f', files.composeFiles[0] ?? '', 'config'];
    expect(String((await site.exec(config, dirty)).stdout)).toContain('of-the-shell');
  });

  test('commands: stdin, exit code, one-off service, time limit, images by service', async () => {
    await stack(fine);
    await startStack.run(input, recordingContext());
    const exec = (script: string, options: { stdin?: string; timeoutMs?: number } = {}) =>
      runtime.exec(files, 'slow', ['sh', '-c', script], { timeoutMs: 30_000, ...options });
    expect(await exec('cat; echo no >&2; exit 4', { stdin: 'in\n' })).toMatchObject({ exitCode: 4, stdout: 'in\n' });
    expect((await errorOf(exec('sleep 60', { timeoutMs: 1500 }))).code).toBe('TIMED_OUT');
    const oneOff = await runtime.runOneOff(files, 'tool', ['printenv', 'STACK_PASSWORD'], { timeoutMs: 60_000 });
    expect(oneOff).toMatchObject({ exitCode: 0, stdout: `${secret}\n` });
    expect(await runtime.images(files)).toEqual({ behind: image, slow: image, tool: image });
    expect((await runtime.services(files)).sort()).toEqual(['behind', 'slow']);
  });

  test('tells of the volumes that it is about to make, and not of those that an earlier one left', async () => {
    await stack(fine);
    const told = async () => {
      const made: MadeThing[] = [];
      await startStack.run(input, { ...recordingContext(), making: (thing) => made.push(thing) });
      return made;
    };
    const volume = { kind: 'volume', name: 'probe_data' };
    expect(await told()).toContainEqual(volume);
    await removeStack({ runtime, stack: files, volumes: false });
    expect(await docker('volume', 'ls', '--format', '{{.Name}}')).toBe('probe_data');
    expect(await told()).not.toContainEqual(volume);
  });

  test('a cancel while it comes up ends as cancelled', async () => {
    await stack({ never: { ...fine.slow, command: loop } });
    const cancel = new AbortController();
    const context = recordingContext(cancel.signal);
    const cancelling = { ...context, progress: () => cancel.abort() };
    expect((await errorOf(startStack.run(input, cancelling))).code).toBe('CANCELLED');
  });
});

describe('a stack that is ill', () => {
  test('a service that dies is reported with its last words, without the secret', async () => {
    const dying = {
      image,
      command: ['sh', '-c', 'echo last words $$STACK_PASSWORD; exit 3'],
      restart: 'unless-stopped',
    };
    await stack({ ...fine, dying: { ...dying, environment: fine.slow.environment } });
    const error = await errorOf(startStack.run(input, recordingContext()));
    expect(error).toMatchObject({ code: 'SERVICE_EXITED', params: { service: 'dying', exitCode: 3 } });
    const wire = JSON.stringify(toWire(error));
    expect(wire).toContain('last words ***');
    expect(wire).not.toContain(secret);
  });

  test('what a dying service prints steers no terminal, and of a long traceback the last line is there', async () => {
    const frames = `for i in $$(seq 400); do echo '  File "/app/database.py", line 10, in connect'; done`;
    const dying = {
      image,
      command: [
        ...['sh', '-c'],
        `printf '\\033[2J\\033[1;1H\\033]52;c;Y3VybA==\\007\\342\\200\\256 all is well\\r\\n'; ${frames}; echo 'InvalidPassword: refused for codegraph'; exit 3`,
      ],
      restart: 'unless-stopped',
    };
    await stack({ dying });
    const error = await errorOf(startStack.run(input, recordingContext()));
    const wire = toWire(error);
    const said = `${wire.detail}${wire.found}`;
    expect(wire.detail?.split('\n').at(-1)).toBe('InvalidPassword: refused for codegraph');
    const raw = /[^\P{Cc}\n\t]|\u202e/u;
    const [container = ''] = (await docker('ps', '--all', '--quiet')).split('\n');
    const log = await runtime.logs(files, 'dying', 2000);
    expect(log).toContain('all is well');
    expect([raw.test(said), raw.test(log)]).toEqual([false, false]);
    // positive control: the engine has them as they were printed
    expect(raw.test(await docker('logs', container))).toBe(true);
  });

  test('a service that others wait for and that stays unhealthy is named', async () => {
    const slow = { ...fine.slow, healthcheck: { test: ['CMD', 'false'], ...quick } };
    await stack({ ...fine, slow });
    const error = await errorOf(startStack.run(input, recordingContext()));
    expect(error).toMatchObject({ code: 'SERVICE_UNHEALTHY', params: { service: 'slow' } });
  });

  test('a service that recovers from being unhealthy is waited for, and those behind it start', async () => {
    const command = ['sh', '-c', 'sleep 3; touch /tmp/ready; sleep infinity & wait'];
    await stack({ ...fine, slow: { ...fine.slow, command, healthcheck: { ...fine.slow.healthcheck, retries: 1 } } });
    const context = recordingContext();
    const output = await startStack.run({ ...input, unhealthyMs: 30_000 }, context);
    expect(output.services.map(({ state }) => state)).toEqual(['running', 'healthy']);
    expect(context.events).toContainEqual(
      expect.objectContaining({ service: expect.objectContaining({ service: 'slow', state: 'unhealthy' }) }),
    );
  });

  test('a service that never gets ready is named at the time limit', async () => {
    await stack({ never: { ...fine.slow, command: loop } });
    const error = await errorOf(startStack.run({ ...input, healthTimeoutMs: 2_000 }, recordingContext()));
    expect(error).toMatchObject({ code: 'SERVICE_UNHEALTHY', params: { service: 'never' } });
  });

  test('an image that is not there, and a file that is no stack, are STACK_UP', async () => {
    await stack({ gone: { image: 'test/none:1', command: loop } });
    expect((await errorOf(startStack.run(input, recordingContext()))).code).toBe('STACK_UP');
    await stack({ wrong: { image, no_such_key: secret } });
    const error = await errorOf(runtime.images(files));
    expect(error.code).toBe('STACK_UP');
    await stack({});
  });
});

describe('what somebody else made under our names', () => {
  const theirs = 'probe_data';
  /** A volume as an administrator makes it from a backup, with content. */
  async function foreignVolume(): Promise<void> {
    await docker('volume', 'create', theirs);
    await docker('run', '--rm', '--network=none', '-v', `${theirs}:/d`, image, 'sh', '-c', 'echo notes > /d/table');
  }
  const content = () => docker('run', '--rm', '--network=none', '-v', `${theirs}:/d`, image, 'cat', '/d/table');

  afterEach(async () => {
    await site.exec(['docker', 'rm', '--force', 'probe-slow-1', 'visitor', 'strange-x-1'], { reject: false });
    await site.exec(['docker', 'network', 'rm', 'probe_default', 'beside'], { reject: false });
    await site.exec(['docker', 'volume', 'rm', theirs, 'beside'], { reject: false });
  });

  test('is refused before anything starts, and stays as it is', async () => {
    await stack(fine);
    await foreignVolume();
    const error = await errorOf(startStack.run(input, recordingContext()));
    expect(error).toMatchObject({ code: 'NAME_TAKEN', params: { all: `volume ${theirs}` } });
    expect(await docker('ps', '--all', '--quiet')).toBe('');
    await removeStack({ runtime, stack: files, volumes: true });
    expect(await content()).toBe('notes');
  });

  test('is found by every kind of name: container, network, volume, project', async () => {
    await stack(fine);
    await docker('network', 'create', 'probe_default');
    await foreignVolume();
    await docker('create', '--name', 'probe-slow-1', image);
    await docker('create', '--name', 'strange-x-1', '--label', 'com.docker.compose.project=probe', image);
    const names = await runtime.names(files);
    const found = takenNames(names, await runtime.inventory(), siteId);
    // readiness reads them out of the file, before Compose has it
    const text = await readFile(files.composeFiles[0] ?? '', 'utf8');
    const early = stackNames(parseTree(text, 'compose.yaml'), files.project, 'compose.yaml');
    for (const kind of ['containers', 'networks', 'volumes'] as const) {
      expect([...early[kind]].sort()).toEqual([...names[kind]].sort());
    }
    expect(found.map(({ kind, name }) => `${kind} ${name}`).sort()).toEqual([
      'container probe-slow-1',
      'container strange-x-1',
      'network probe_default',
      'volume probe_data',
    ]);
  });

  test('a second installation is somebody else', async () => {
    await stack(fine);
    await startStack.run(input, recordingContext());
    const other = { ...files, site: '2'.repeat(32) };
    expect(await runtime.list(other)).toEqual([]);
    expect(await runtime.isCurrent(other)).toBe(false);
    const error = await errorOf(runtime.up(other));
    expect(error).toMatchObject({ code: 'NAME_TAKEN', params: { all: expect.stringContaining('volume probe_data') } });
    await removeStack({ runtime, stack: other, volumes: true });
    expect((await runtime.list(files)).map(({ state }) => state)).toEqual(['running', 'healthy']);
  });

  test('stays when the stack is removed, also where Compose cannot read the file any more', async () => {
    await stack(fine);
    await startStack.run(input, recordingContext());
    await docker('volume', 'create', 'beside');
    await docker('network', 'create', 'beside');
    // of the same Compose project, as an older stack's leftover is
    await docker('create', '--name', 'visitor', '--label', 'com.docker.compose.project=probe', image);
    await writeFile(files.composeFiles[0] ?? '', 'services: { broken: [');
    await removeStack({ runtime, stack: files, volumes: true });
    expect(await runtime.owned(siteId)).toEqual([]);
    expect(await docker('ps', '--all', '--format', '{{.Names}}')).toBe('visitor');
    expect(await docker('volume', 'ls', '--format', '{{.Name}}')).toBe('beside');
    expect(await docker('network', 'ls', '--format', '{{.Name}}')).toContain('beside');
  });

  test('a service that the files lost goes with the next start; with a stranger’s in the project nothing starts', async () => {
    await stack(fine);
    await startStack.run(input, recordingContext());
    await stack({ slow: fine.slow });
    await runtime.up(files);
    expect((await runtime.list(files)).map(({ service }) => service)).toEqual(['slow']);
    await docker('create', '--name', 'visitor', '--label', 'com.docker.compose.project=probe', image);
    expect((await errorOf(runtime.up(files))).code).toBe('NAME_TAKEN');
    expect(await docker('ps', '--all', '--format', '{{.Names}}')).toContain('visitor');
  });

  test('one-off containers bear the label as well', async () => {
    await stack({ ...fine, tool: { ...fine.tool, command: loop } });
    const cancel = new AbortController();
    const running = runtime.runOneOff(files, 'tool', loop, { timeoutMs: 60_000, signal: cancel.signal });
    const here = async () => (await runtime.owned(siteId)).filter(({ service }) => service === 'tool');
    await expect.poll(here, { timeout: 30_000 }).toHaveLength(1);
    cancel.abort();
    expect((await errorOf(running)).code).toBe('CANCELLED');
    await removeStack({ runtime, stack: files, volumes: true });
    expect(await here()).toEqual([]);
  });

  test('positive control: by names alone, as Compose goes, the stranger’s database would be gone', async () => {
    await stack(fine);
    await foreignVolume();
    const names = await runtime.names(files);
    const byName = (await runtime.inventory()).filter(({ name }) => names.volumes.includes(name));
    expect(byName.map(({ name }) => name)).toEqual([theirs]);
    await runtime.removeOwned(siteId, byName, { anonymousVolumes: true });
    expect(await content()).toBe('notes');
    const compose = [
      'docker',
      'compose',
      '-p',
      'probe',
      '--env-file',
      files.envFile,
      '-f',
      files.composeFiles[0] ?? '',
    ];
    await site.exec([...compose, 'down', '--volumes']);
    expect(await docker('volume', 'ls', '--quiet')).toBe('');
  });
});

describe('hooks', () => {
  const proven = { here: false, ever: false };
  const command = (script: string) => ({ service: 'slow', argv: ['sh', '-c', script], timeoutSeconds: 30 });
  const hook = (id: string, run: string): Hook => ({
    id,
    title: { en: id, ru: id },
    run: command(run),
    doneWhen: { ...command(`cat /tmp/${id} 2>/dev/null; exit 0`), stdoutMatches: '^done$' },
  });

  test('run once, in order, and are known as done afterwards', async () => {
    await stack(fine);
    await startStack.run(input, recordingContext());
    const hooks = [
      hook('first', 'echo before; echo done > /tmp/first'),
      hook('second', 'cat /tmp/first && echo done > /tmp/second'),
    ];
    const with_ = { ...input, hooks, proven };
    expect(await runHooks.check(with_, recordingContext())).toBeUndefined();
    const output = await runHooks.run(with_, recordingContext());
    await runHooks.verify(output, with_, recordingContext());
    expect(output).toEqual({ done: ['first', 'second'], changed: [] });
    const context = recordingContext();
    expect(await runHooks.check(with_, context)).toEqual(output);
    await runHooks.run(with_, context);
    expect(context.events).toEqual([]);
  });

  test('that fail, or do not do what they say, are HOOK_FAILED', async () => {
    await stack(fine);
    await startStack.run(input, recordingContext());
    const failing = { ...input, proven, hooks: [hook('broken', 'echo it broke: $STACK_PASSWORD; exit 7')] };
    const error = await errorOf(runHooks.run(failing, recordingContext()));
    expect(error).toMatchObject({ code: 'HOOK_FAILED', params: { hook: 'broken', stage: 'run', exitCode: 7 } });
    expect(JSON.stringify(toWire(error))).toContain('it broke: ***');
    const idle = { ...input, proven, hooks: [hook('idle', 'true')] };
    expect(await errorOf(runHooks.run(idle, recordingContext()))).toMatchObject({
      code: 'HOOK_FAILED',
      params: { hook: 'idle', stage: 'doneWhen' },
    });
  });
});
