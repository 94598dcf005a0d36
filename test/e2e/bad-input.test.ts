/**
 * Bad input gets a code and a remedy, and leaves the site as it was: nothing in the engine, nothing below the data directory
 * but the journal of the attempt.
 */
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, open, readdir, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { readSignKey } from '../../bundles/signing/sign-key.ts';
import { signSsh } from '../../bundles/signing/sshsig.ts';
import { localiser } from '../../installer/base/localise.ts';
import type { ErrorCode } from '../../installer/contract/errors.ts';
import type { FindingCode } from '../../installer/contract/findings.ts';
import { signatureNamespaces } from '../../installer/contract/manifest.ts';
import type { CheckResult } from '../../installer/contract/requests.ts';
import { type Answer, answering, terminalArgv } from '../fixtures/at-terminal.ts';
import { swapModel } from '../fixtures/resign.ts';
import { airgapArgv, demoOverrides, makeDemoBundle } from '../site/demo-bundle.ts';
import { createSite, type Site } from '../site/site.ts';
import { airgapIn, bodies, type CliResult, errorOf, result } from './support/airgap.ts';
import { copyBundle, detach } from './support/copy-bundle.ts';
import { engineState, filesBelow } from './support/snapshot.ts';

const demo = inject('demo');

let dir: string;
let site: Site;

beforeAll(async () => {
  dir = await mkdtemp('/var/tmp/airgap-bad-');
  await chmod(dir, 0o755);
  site = await createSite({ dir: join(dir, 'site'), log: console.error });
});

afterAll(async () => {
  await site?.destroy();
  await rm(dir, { recursive: true, force: true });
});

const install = (bundle: string, ...more: string[]) =>
  airgapIn(site, ['install', '--yes', '--bundle', bundle, '--root', demo.root, ...demoOverrides, ...more]);

const check = (...more: string[]) => airgapIn(site, ['check', '--bundle', demo.bundle, '--root', demo.root, ...more]);
const findings = (run: CliResult, code: FindingCode) =>
  (run.documents[0] as CheckResult).findings.filter((finding) => finding.code === code);

/** Runs an attempt and asserts its code, its exit code, a remedy in both languages, and an untouched site. */
async function refused(code: ErrorCode, exitCode: number, attempt: () => Promise<CliResult>): Promise<CliResult> {
  const before = { files: await filesBelow(site.dataDir), engine: await engineState(site) };
  const run = await attempt();
  const error = errorOf(run);
  expect(error?.code, run.stderr).toBe(code);
  expect(run.exitCode).toBe(exitCode);
  for (const lang of ['en', 'ru'] as const) {
    const words = localiser(lang).error(error as NonNullable<typeof error>);
    expect(words.remedy.length).toBeGreaterThan(20);
    expect(`${words.title}${words.cause}${words.remedy}`).not.toMatch(/\{\{|undefined/);
  }
  expect({ files: await filesBelow(site.dataDir), engine: await engineState(site) }).toEqual(before);
  return run;
}

describe('bad input leaves the site as it was:', () => {
  it('no bundle there', async () => {
    await mkdir(join(dir, 'empty'));
    await refused('BUNDLE_NOT_FOUND', 1, () => install(join(dir, 'empty')));
    await refused('BUNDLE_NOT_FOUND', 1, () => install(join(dir, 'nowhere')));
  });

  it('a file of the bundle missing', async () => {
    const bundle = await copyBundle(demo.bundle, join(dir, 'missing'));
    await unlink(join(bundle, 'models/model.gguf'));
    const run = await refused('BUNDLE_FILE_MISSING', 5, () => install(bundle));
    expect(JSON.stringify(errorOf(run)?.params)).toContain('models/model.gguf');
  });

  it('one byte of a layer changed', async () => {
    const bundle = await copyBundle(demo.bundle, join(dir, 'changed'));
    const file = await detach(bundle, 'models/model.gguf');
    const handle = await open(file, 'r+');
    const byte = Buffer.alloc(1);
    await handle.read(byte, 0, 1, 500_000);
    await handle.write(Buffer.from([(byte[0] ?? 0) ^ 1]), 0, 1, 500_000);
    await handle.close();
    const run = await refused('BUNDLE_FILE_CHANGED', 5, () => install(bundle));
    expect(JSON.stringify(errorOf(run)?.params)).toContain('models/model.gguf');
  });

  it('one byte of the manifest changed', async () => {
    const bundle = await copyBundle(demo.bundle, join(dir, 'manifest'));
    const file = await detach(bundle, 'bundle.json');
    const handle = await open(file, 'r+');
    await handle.write(Buffer.from('9'), 0, 1, 20);
    await handle.close();
    await refused('SIGNATURE_INVALID', 5, () => install(bundle));
  });

  it('Docker Engine not running', async () => {
    await refused('ENGINE_UNREACHABLE', 3, () =>
      airgapIn(site, ['install', '--yes', '--bundle', demo.bundle, '--root', demo.root, ...demoOverrides], {
        DOCKER_HOST: 'unix:///run/airgap-no-engine.sock',
      }),
    );
  });

  it('a port taken', async () => {
    const script = `require('net').createServer().listen(8000, '127.0.0.1', () => console.log('listening'))`;
    const holder = site.exec([process.execPath, '-e', script]);
    try {
      await once(holder.stdout as NodeJS.ReadableStream, 'data');
      const run = await refused('PORT_TAKEN', 3, () => install(demo.bundle));
      expect(JSON.stringify(errorOf(run)?.params)).toContain('8000');
    } finally {
      holder.kill();
      await holder.catch(() => undefined);
    }
  });

  it('the port of the image store taken: it is a setting, and the settings have another', async () => {
    const script = `require('net').createServer().listen(5000, '127.0.0.1', () => console.log('listening'))`;
    const holder = site.exec([process.execPath, '-e', script]);
    try {
      await once(holder.stdout as NodeJS.ReadableStream, 'data');
      const run = await refused('PORT_TAKEN', 3, () => install(demo.bundle));
      expect(errorOf(run)?.params).toMatchObject({ port: 5000, service: 'registry' });
      const answers = join(dir, 'registry.yaml');
      await writeFile(answers, 'registry_port: 5001\n');
      const checked = await check('--answers', answers);
      expect(findings(checked, 'PORT_FREE')).toContainEqual(
        expect.objectContaining({ status: 'pass', subject: '127.0.0.1:5001' }),
      );
      expect(findings(checked, 'PORT_FREE').filter(({ status }) => status === 'fail')).toEqual([]);
    } finally {
      holder.kill();
      await holder.catch(() => undefined);
    }
  });

  it('an address that this machine does not have: said as that, with those that it has', async () => {
    const answers = join(dir, 'address.yaml');
    await writeFile(answers, 'bind_address: 192.0.2.7\n');
    const run = await refused('ADDRESS_MISSING', 3, () => install(demo.bundle, '--answers', answers));
    expect(errorOf(run)?.params).toMatchObject({
      address: '192.0.2.7',
      addresses: expect.stringContaining('127.0.0.1'),
    });
  });

  it('a network that another Docker network has: said before anything, with one that is free', async () => {
    await site.exec(['docker', 'network', 'create', '--subnet', '172.28.0.0/24', 'other']);
    try {
      const answers = join(dir, 'network.yaml');
      await writeFile(answers, 'container_network: 172.28.0.0/16\n');
      const run = await refused('SUBNET_TAKEN', 3, () => install(demo.bundle, '--answers', answers));
      expect(errorOf(run)?.params).toMatchObject({
        subnet: '172.28.0.0/16',
        all: '172.28.0.0/24 (docker network other)',
        free: '172.16.0.0/16',
      });
      // left to itself the product takes the free one
      expect(findings(await check(), 'SUBNET_TAKEN')).toMatchObject([{ status: 'pass', subject: '172.16.0.0/16' }]);
    } finally {
      await site.exec(['docker', 'network', 'rm', 'other']);
    }
    expect(findings(await check(), 'SUBNET_TAKEN')).toMatchObject([{ status: 'pass', subject: '172.28.0.0/16' }]);
  });

  it('too little disk, said before anything is copied', async () => {
    await mkdir(join(dir, 'small'));
    await execa('mount', ['-t', 'tmpfs', '-o', 'size=64m,mode=0711', 'airgap-small', join(dir, 'small')]);
    try {
      const run = await refused('DISK_TOO_SMALL', 3, async () =>
        result(
          await site.exec(
            airgapArgv(
              ...['--data-dir', join(dir, 'small'), '--json', 'install', '--yes'],
              ...['--bundle', demo.bundle, '--root', demo.root, ...demoOverrides],
            ),
            { reject: false },
          ),
        ),
      );
      const started = bodies(run, 'stepStarted').map(({ step }) => step);
      expect(started.at(-1)).toBe('readiness');
      expect(Object.keys(await filesBelow(join(dir, 'small')))).toEqual([]);
    } finally {
      await execa('umount', [join(dir, 'small')]);
    }
  });

  it('a model that is not a GGUF, though it is signed', async () => {
    // `bundle create` would not seal it
    const bundle = await copyBundle(demo.bundle, join(dir, 'not-gguf'));
    await swapModel({ dir: bundle, keys: [demo.signKey] }, 'models/model.gguf', Buffer.alloc(100_000, 'no model '));
    await refused('GGUF_NOT_A_GGUF', 1, () => install(bundle));
  });

  it('an answers file with an unknown key', async () => {
    const answers = join(dir, 'unknown.yaml');
    await writeFile(answers, 'api_prot: 8001\n');
    const run = await refused('ANSWERS_UNKNOWN_KEY', 2, () => install(demo.bundle, '--answers', answers));
    expect(JSON.stringify(errorOf(run))).toContain('api_port');
  });

  it('an answers file with a wrong type', async () => {
    const answers = join(dir, 'type.yaml');
    await writeFile(answers, 'api_port: eight thousand\n');
    await refused('ANSWERS_INVALID', 2, () => install(demo.bundle, '--answers', answers));
  });

  it('an answers file that is no mapping', async () => {
    const answers = join(dir, 'list.yaml');
    await writeFile(answers, '- api_port\n- 8000\n');
    await refused('ANSWERS_FORMAT', 2, () => install(demo.bundle, '--answers', answers));
  });

  it('a stick that is exchanged while the question waits at the terminal', async () => {
    const bundle = await copyBundle(demo.bundle, join(dir, 'exchanged'));
    // the vendor's own next release: all signatures hold, and it is not what was on the screen
    const exchange = async () => {
      const file = await detach(bundle, 'bundle.json');
      const bytes = Buffer.from(JSON.stringify({ ...JSON.parse(await readFile(file, 'utf8')), release: 2 }));
      await writeFile(file, bytes);
      const [signature = ''] = (await readdir(bundle)).filter((name) => /^bundle\.json\..*\.sig$/.test(name));
      const signed = signSsh(await readSignKey(demo.signKey), signatureNamespaces.bundle, bytes);
      await writeFile(await detach(bundle, signature), signed);
      return 'y';
    };
    const ask = (...answers: Answer[]) => {
      const args = ['install', '--bundle', bundle, '--root', demo.root, ...demoOverrides];
      const argv = terminalArgv(airgapArgv('--data-dir', site.dataDir, '--json', '--lang', 'en', ...args));
      return answering(site.exec(argv, { reject: false }), answers);
    };
    const shown: Answer[] = [
      ['document? [y/N]', 'y'],
      ['Your name', 'Irina Petrova'],
      ['Your office', 'security'],
    ];
    let screen = '';
    await refused('DECLINED', 6, async () => {
      const said = await ask(...shown, ['Go on? [y/N]', 'n']);
      expect(said.screen).toContain('Nothing was changed.');
      expect(said.screen).not.toContain('already done is kept');
      return result({ ...said, stdout: said.screen });
    });
    await refused('CONFIRMED_BUNDLE', 5, async () => {
      const said = await ask(...shown, ['Go on? [y/N]', exchange]);
      screen = said.screen;
      expect(said.waiting).toEqual([]);
      return result({ ...said, stdout: screen });
    });
    for (const part of ['CodeGraph', 'release 1', 'SHA256:', 'CPU_CORES: demonstration', '127.0.0.1: ']) {
      expect(screen).toContain(part);
    }
    // positive control: agreed to as it is now, the same stick gets past the trust, to the question about the machine
    const now = await ask(...shown, ['Go on? [y/N]', 'n']);
    expect(now.screen).toContain('release 2');
  });

  it('no rights', async () => {
    await refused('NOT_ROOT', 3, async () =>
      result(
        await site.exec(
          [
            // Reading is allowed to all, so that it is the installer that says no, whatever folder the repository is in.
            ...['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'],
            ...['--inh-caps=+dac_read_search', '--ambient-caps=+dac_read_search'],
            ...airgapArgv('--data-dir', site.dataDir, '--json', 'install', '--yes'),
            ...['--bundle', demo.bundle, '--root', demo.root, ...demoOverrides],
          ],
          { reject: false },
        ),
      ),
    );
  });

  it('a bundle of a signer whom nobody trusts', async () => {
    const { root } = await makeDemoBundle(join(dir, 'stranger'), console.error);
    await refused('SIGNATURE_UNKNOWN_KEY', 5, () =>
      airgapIn(site, ['install', '--yes', '--bundle', demo.bundle, '--root', root]),
    );
  });
});
