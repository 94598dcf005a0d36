// needs: root
import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { list } from 'tar';
import { beforeAll, describe, expect, test } from 'vitest';
import { openJournal } from '../../installer/adapters/journal/open-journal.ts';
import { InstallerError } from '../../installer/base/errors.ts';
import { requestingUser } from '../../installer/base/requesting-user.ts';
import { createEngine, type Engine } from '../../installer/engine/create-engine.ts';
import { stepChanges } from '../../installer/engine/step-changes.ts';
import { readProductFile } from '../../installer/faces/cli/options.ts';
import { makeTinyBundle, type TinyBundle } from '../fixtures/make-bundle.ts';
import { workDirs } from '../fixtures/work-dir.ts';

const workDir = workDirs();
const both = (text: string) => ({ en: text, ru: `${text} по-русски` });
const product = {
  inputs: [
    { id: 'bind_address', label: both('Address'), help: both('h'), type: 'address', default: '127.0.0.1' },
    { id: 'web_port', label: both('Port'), help: both('h'), type: 'port', default: 8080 },
    { id: 'db_port', label: both('Port'), help: both('h'), type: 'port', default: 5432 },
    { id: 'admin', label: both('Name'), help: both('h'), type: 'username', default: 'admin' },
  ],
  ports: [
    { input: 'web_port', service: 'web', protocol: 'tcp' },
    { input: 'db_port', service: 'db', protocol: 'tcp' },
  ],
  hooks: [
    {
      id: 'migrate',
      title: both('Migrates the database'),
      run: { service: 'web', argv: ['true'] },
      doneWhen: { service: 'web', argv: ['true'], stdoutMatches: 'x' },
    },
  ],
  secrets: [{ env: 'DB_PASSWORD', length: 32, alphabet: 'hex', purpose: both('Password of the database') }],
};

let bundle: TinyBundle;

beforeAll(async () => {
  bundle = await makeTinyBundle(await workDir(), { product });
});

const clientOf = (engine: Engine) => createRouterClient(engine.router, { context: engine.context });

async function fresh(mediaDirs: string[] = []) {
  const dataDir = join(await workDir(), 'data');
  const engine = createEngine({ dataDir, mediaDirs });
  return { dataDir, engine, client: clientOf(engine) };
}

const refusal = (code: string) => ({ code: 'INSTALLER', data: { code } });
const request = (answers: Record<string, string | number> = {}) => ({
  bundle: bundle.dir,
  root: bundle.rootFile,
  answers,
  tier: null,
  overrides: [],
  compared: false,
  officer: null,
});

describe('before an install', () => {
  test('the scan finds the bundle and its root, unverified', async () => {
    const { client } = await fresh([join(bundle.dir, '..')]);
    const found = await client.media.scan();
    expect(found).toContainEqual(
      expect.objectContaining({
        dir: bundle.dir,
        root: join(bundle.dir, 'root.json'),
        product: { name: 'tiny', title: 'Tiny', version: '1.0', release: 1 },
      }),
    );
  });

  test('a medium whose bundle.json is none is listed without a product', async () => {
    const dir = await workDir();
    await writeFile(join(dir, 'bundle.json'), 'x');
    const { client } = await fresh([dir]);
    expect(await client.media.scan()).toContainEqual(expect.objectContaining({ dir, product: null, root: null }));
  });

  test('an opened bundle is verified and says what the product asks', async () => {
    const { client } = await fresh();
    const opened = await client.bundle.open({ dir: bundle.dir, root: bundle.rootFile });
    expect(opened.view).toMatchObject({ verified: true, manifest: { product: { name: 'tiny' } } });
    expect(opened.view.signers.map(({ role }) => role)).toContain('bundle');
    expect(opened.product.inputs.map(({ id }) => id)).toEqual(['bind_address', 'web_port', 'db_port', 'admin']);
    expect(opened).toMatchObject({ releaseNotes: null });
    expect(opened.sbom).toContain('sbom/tiny-api.cdx.json');
  });

  test('a bundle with a foreign root is not opened', async () => {
    const other = await makeTinyBundle(await workDir());
    const { client } = await fresh();
    const opened = client.bundle.open({ dir: bundle.dir, root: other.rootFile });
    await expect(opened).rejects.toMatchObject({
      data: { code: expect.stringMatching(/^(ROOT|SIGNATURE|THRESHOLD)_/) },
    });
  });

  test('all problems of the answers come at once', async () => {
    const { client } = await fresh();
    const opened = await client.bundle.open({ dir: bundle.dir, root: bundle.rootFile });
    const { inputs, ports, registry } = opened.product;
    const validate = (answers: Record<string, string | number>) =>
      client.answers.validate({ product: { inputs, ports, registry }, answers });
    expect(await validate({ web_port: 9000 })).toEqual({
      values: { bind_address: '127.0.0.1', web_port: 9000, db_port: 5432, admin: 'admin' },
      problems: [],
    });
    const { values, problems } = await validate({ web_port: 0, admin: '$x', nonsense: 1, bind_address: 'localhost' });
    expect(values).toBeNull();
    expect(problems.map(({ key, code }) => `${key} ${code}`).sort()).toEqual([
      'admin ANSWERS_INVALID',
      'nonsense ANSWERS_UNKNOWN_KEY',
      'web_port ANSWERS_INVALID',
    ]);
    const shared = await validate({ web_port: 9000, db_port: 9000, admin: '' });
    expect(shared.problems.map(({ key }) => key).sort()).toEqual(['admin', 'db_port']);
  });

  test('the preview names each step’s changes in both languages, and changes nothing', async () => {
    const { client, dataDir } = await fresh();
    const preview = await client.plan.preview(request({ web_port: 9000 }));
    const steps = await client.runs.planInstall();
    expect(preview.steps).toEqual(steps);
    expect(preview.pointOfNoReturn).toBe('runHooks');
    const changing = new Set(preview.changes.map(({ step }) => step));
    // A step that is not said to look only must say what it does, a report apart from what is tested.
    for (const { id, looksOnly } of steps) if (!looksOnly) expect([...changing], id).toContain(id);
    expect(Object.keys(stepChanges).filter((id) => !steps.some((step) => step.id === id))).toEqual([]);
    for (const { text } of preview.changes) {
      expect(text.en).not.toMatch(/—|\{\{/);
      expect(text.ru).toMatch(/[а-яё]/i);
    }
    const ports = preview.changes.filter(({ step }) => step === 'startStack').map(({ text }) => text.en);
    expect(ports.join()).toContain('9000 (web), 5432 (db)');
    expect(preview.disk.length).toBeGreaterThan(0);
    await expect(stat(dataDir)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('the check gives the model’s fit and the disk budgets', async () => {
    const { client } = await fresh();
    const { root, compared: _compared, officer: _officer, ...rest } = request();
    const result = await client.check({ ...rest, root, product: null });
    expect(result.modelFit).toMatchObject({ fits: true, layersTotal: expect.any(Number) });
    expect(result.disk.flatMap(({ contents }) => contents.map(({ purpose }) => purpose))).toContain('model');
    const alone = await client.check({ ...rest, bundle: null, root: null, product: null });
    expect(alone.modelFit).toBeNull();
  });

  test('one machine has one verdict without a bundle, whichever face asks: by the product that the installer comes with', async () => {
    const { client } = await fresh();
    const bare = { bundle: null, root: null, answers: {}, tier: null, overrides: [] };
    const wizard = await client.check({ ...bare, product: null });
    const shipped = await readProductFile('bundles/products/codegraph');
    const commandLine = await client.check({ ...bare, product: shipped });
    expect(wizard.judgedFor).toMatchObject({ title: 'CodeGraph', from: 'installer', tiers: shipped.requires.tiers });
    const told = ({ findings }: typeof wizard) =>
      findings.map(({ code, status, subject, expected }) => ({ code, status, subject, expected }));
    expect(told(wizard)).toEqual(told(commandLine));
    expect(wizard.status).toBe(commandLine.status);
    // Nothing is promised of room for what is not known yet, and no requirement is an empty place.
    for (const { code, expected } of wizard.findings) if (code === 'DISK_SPACE') expect(expected).toBeGreaterThan(0);
    // Control: a product that asks for nothing judges the same machine otherwise.
    const nothing = { cpuCores: 1, ramBytes: 0, diskBytes: 0, vramBytes: 0 };
    const tiers = { minimum: nothing, recommended: nothing, production: nothing };
    const easy = await client.check({ ...bare, product: { ...shipped, requires: { ...shipped.requires, tiers } } });
    expect(told(easy)).not.toEqual(told(wizard));
  });

  test('somebody without rights is told of the machine also where only root may read the journal', async () => {
    const engine = createEngine({ dataDir: await workDir() });
    const ours = { kind: 'container', id: 'c', name: 'airgap-registry', site: 'f'.repeat(32), project: null };
    const own = engine.context.ports;
    const dataRoot = '/var/lib/docker';
    const version = { engine: '28.5', api: '1.51', dataRoot, imageRoot: dataRoot, idOffset: { uid: 0, gid: 0 } };
    const ports = {
      ...own,
      containers: { ...own.containers, version: async () => version },
      runtime: {
        ...own.runtime,
        version: async () => '2.40',
        inventory: async () => [{ ...ours, kind: 'container' as const, service: null, subnets: [] }],
      },
    };
    const client = (readJournal: typeof own.readJournal) =>
      createRouterClient(engine.router, { context: { ...engine.context, ports: { ...ports, readJournal } } });
    const denied = client(() => {
      throw new InstallerError('NOT_ROOT');
    });
    const asked = { product: null, answers: {}, tier: null, overrides: [] };
    const codes = async (of: typeof denied) =>
      (await of.check({ ...asked, bundle: null, root: null })).findings.map(({ code }) => code);
    expect(await codes(denied)).toEqual(expect.arrayContaining(['CPU_CORES', 'RIGHTS', 'DISK_SPACE']));
    // whose a container is, nobody can say without the journal; the control: where there is none, it is a stranger's
    expect(await codes(denied)).not.toContain('NAME_TAKEN');
    expect(await codes(client(() => undefined))).toContain('NAME_TAKEN');
    // with a bundle the run will use what the journal knows: no verdict is given on less
    const withBundle = denied.check({ ...asked, bundle: '/b', root: '/r' });
    await expect(withBundle).rejects.toMatchObject({ data: { code: 'NOT_ROOT' } });
  });

  test('who answers for a failed check is the officer who was named, not a login name', async () => {
    const { client } = await fresh();
    const asked = { bundle: null, root: null, product: null, answers: {}, tier: 'production' as const };
    const overrides = (['CPU_CORES', 'RAM_TOTAL'] as const).map((code) => ({
      code,
      justification: 'A trial for one user',
    }));
    const officer = { name: ' Irina Petrova ', office: 'information security' };
    const named = await client.check({ ...asked, overrides, officer });
    const unnamed = await client.check({ ...asked, overrides });
    const by = ({ findings }: typeof named) =>
      new Set(findings.filter(({ status }) => status === 'accepted').map(({ params }) => params.overriddenBy));
    expect([...by(named)]).toEqual(['Irina Petrova, information security']);
    expect([...by(unnamed)]).toEqual([requestingUser()]);
    await expect(
      client.check({ ...asked, overrides: [{ code: 'CPU_CORES', justification: 'xxxxxxxxxxxx' }] }),
    ).rejects.toThrow();
  });
});

describe('an install that was cut off', () => {
  test('is told of, whoever holds the folder is told of too', async () => {
    const { client, dataDir } = await fresh();
    expect(await client.runs.active()).toMatchObject({ run: null, interrupted: null, last: null });
    const journal = openJournal(dataDir);
    journal.beginRun({ id: 'r1', action: 'install', startedAt: 7, user: 'u', host: 'h' });
    expect(await client.runs.active()).toMatchObject({ run: 'r1', owner: false, interrupted: null });
    journal.close();
    expect(await client.runs.active()).toMatchObject({
      run: null,
      interrupted: { run: 'r1', action: 'install', startedAt: 7 },
    });
  });

  test('only an unfinished first install can be taken back', async () => {
    const { client, dataDir } = await fresh();
    await expect(client.runs.rollBack()).rejects.toMatchObject(refusal('NOTHING_TO_ROLL_BACK'));
    const journal = openJournal(dataDir);
    journal.beginRun({ id: 'r1', action: 'install', startedAt: 7, user: 'u', host: 'h' });
    journal.finishRun('r1', 'done', 8);
    journal.close();
    await expect(client.runs.rollBack()).rejects.toMatchObject(refusal('NOTHING_TO_ROLL_BACK'));
  });
});

const secret = 'f00dfeedf00dfeedf00dfeedf00dfeed';

/** As an install leaves it, without the containers. */
async function installed() {
  const site = await fresh();
  const dir = join(site.dataDir, 'releases', '1');
  const journal = openJournal(site.dataDir);
  journal.beginRun({ id: 'r1', action: 'install', startedAt: 7, user: 'u', host: 'h' });
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, '.env'), `DB_PASSWORD='${secret}'\nPLAIN='x'\n`, { mode: 0o600 });
  const record = {
    product: { name: 'tiny', title: 'Tiny' },
    release: 1,
    files: { project: 'tiny', dir, composeFiles: ['compose.yaml'], envFile: '.env', smoke: { tests: [] } },
    model: { path: '/m', nCtx: 512, nThreads: 1 },
    images: [],
    registry: '127.0.0.1:5000',
    secrets: ['DB_PASSWORD'],
    purposes: { DB_PASSWORD: both('Password of the database') },
    folders: [],
    ports: [],
  };
  journal.recordInstallation('r1', JSON.stringify(record));
  const finish = () => {
    journal.finishRun('r1', 'done', 8);
    journal.close();
  };
  return { ...site, dir, finish };
}

describe('the generated secrets', () => {
  test('are shown once, after the install has finished, also across a restart', async () => {
    const { client, dataDir, dir, finish } = await installed();
    await expect(client.secrets.reveal()).rejects.toMatchObject(refusal('NOT_INSTALLED'));
    finish();
    expect(await client.secrets.reveal()).toEqual([
      { env: 'DB_PASSWORD', value: secret, purpose: both('Password of the database') },
    ]);
    await expect(client.secrets.reveal()).rejects.toMatchObject(refusal('SECRETS_SHOWN'));
    const again = clientOf(createEngine({ dataDir }));
    await expect(again.secrets.reveal()).rejects.toMatchObject(refusal('SECRETS_SHOWN'));
    await writeFile(join(dir, '.env'), `DB_PASSWORD='${secret.replaceAll('f', 'a')}'\n`);
    expect(await again.secrets.reveal()).toHaveLength(1);
  });

  test('are given to one of two windows that ask at the same time', async () => {
    const { client, finish } = await installed();
    finish();
    const asked = await Promise.allSettled([client.secrets.reveal(), client.secrets.reveal(), client.secrets.reveal()]);
    expect(asked.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
  });

  test('are saved for root alone', async () => {
    const { client, finish } = await installed();
    finish();
    const saved = await client.secrets.save({ dir: await workDir() });
    expect(saved.private).toBe(true);
    expect((await stat(saved.file)).mode & 0o777).toBe(0o600);
    expect(await readFile(saved.file, 'utf8')).toContain(`DB_PASSWORD='${secret}'`);
    const missing = client.secrets.save({ dir: '/nonexistent/stick' });
    await expect(missing).rejects.toMatchObject({
      data: { code: 'PATH_MISSING', params: { path: '/nonexistent/stick' } },
    });
  });
});

describe('the report', () => {
  test('is told to be missing when there is none', async () => {
    const { client } = await fresh();
    await expect(client.report.html({ run: 'r1', lang: 'en' })).rejects.toMatchObject(refusal('NO_RUN'));
    await expect(client.report.save({ dir: '/tmp' })).rejects.toMatchObject(refusal('NO_RUN'));
  });
});

describe('a folder to save into', () => {
  test('is never one of a bundle, at any depth: a file too many makes it unusable', async () => {
    const { client, finish } = await installed();
    finish();
    const before = await readdir(bundle.dir);
    for (const dir of [bundle.dir, join(bundle.dir, 'models'), join(bundle.dir, 'not', 'there', 'yet')]) {
      await expect(client.support.save({ dir })).rejects.toMatchObject(refusal('FOLDER_IS_BUNDLE'));
      await expect(client.secrets.save({ dir })).rejects.toMatchObject(refusal('FOLDER_IS_BUNDLE'));
      await expect(client.report.write({ out: dir })).rejects.toMatchObject({ code: 'INSTALLER' });
    }
    expect(await readdir(bundle.dir)).toEqual(before);
  });
});

describe('support data', () => {
  test('holds journal and state, and no secret', async () => {
    const { client, finish } = await installed();
    finish();
    const { file } = await client.support.save({ dir: await workDir() });
    const names: string[] = [];
    await list({ file, onReadEntry: ({ path }) => names.push(path) });
    expect(names).toEqual(
      expect.arrayContaining(['versions.json', 'facts.json', 'status.json', 'runs.json', 'events-r1.ndjson']),
    );
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  test('without the passwords or the engine there are no logs, and it says why', async () => {
    const { client, engine, dir, finish } = await installed();
    finish();
    const logsOf = async () => {
      const { file } = await client.support.save({ dir: await workDir() });
      const found: string[] = [];
      await list({
        file,
        onReadEntry: (entry) => entry.path === 'logs.json' && entry.on('data', (d) => found.push(String(d))),
      });
      return found.join('');
    };
    const refused = async () => {
      throw new InstallerError('ENGINE_REFUSED', { params: { operation: 'docker ps' } });
    };
    engine.context.ports.runtime = { ...engine.context.ports.runtime, list: refused };
    expect(await logsOf()).toContain('ENGINE_REFUSED');
    // the control: where both answer, there is nothing to explain
    engine.context.ports.runtime = { ...engine.context.ports.runtime, list: async () => [] };
    expect(await logsOf()).toBe('');
    await rm(join(dir, '.env'));
    expect(await logsOf()).toContain('PATH_MISSING');
  });

  test('is not written when a secret has found its way into it', async () => {
    const { client, engine, dir, finish } = await installed();
    finish();
    const { hardware } = engine.context.ports;
    const facts = await hardware.facts();
    engine.context.ports.hardware = { ...hardware, facts: async () => ({ ...facts, hostname: secret }) };
    const out = await workDir();
    await chmod(dir, 0o700);
    await expect(client.support.save({ dir: out })).rejects.toMatchObject(refusal('INTERNAL'));
    expect(await readdir(out)).toEqual([]);
  });
});
