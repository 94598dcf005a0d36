/** What an officer's Docker configuration holds does not take effect in what the installer starts. */
import { execFile } from 'node:child_process';
import { chmod, chown, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { docker } from '../../../installer/adapters/compose/docker-command.ts';
import { pluginFolders } from '../../../installer/adapters/compose/neutral-config.ts';
import { proxySettings } from '../../../installer/adapters/compose/proxy-settings.ts';
import { workDirs } from '../../fixtures/work-dir.ts';

const workDir = workDirs();
const proxies = { default: { httpProxy: 'http://officer:hunter2@10.0.0.1:3128', noProxy: 'localhost' } };

/** A home with a Docker configuration, and a program named docker that shows what it was given. */
async function home(config: object, script = 'cat "$DOCKER_CONFIG/config.json"; env') {
  const dir = await workDir();
  await mkdir(join(dir, '.docker/cli-plugins'), { recursive: true });
  await writeFile(join(dir, '.docker/config.json'), JSON.stringify(config));
  await writeFile(join(dir, 'docker'), `#!/bin/sh\n${script}\n`);
  await chmod(join(dir, 'docker'), 0o755);
  return { dir, env: { HOME: dir, PATH: `${dir}:${process.env.PATH}`, HTTP_PROXY: 'http://10.0.0.9' } };
}

describe('the configuration that docker is given', () => {
  test('has the plugins’ folders, and no proxy, context or credential; afterwards it is gone', async () => {
    const officer = await home({ proxies, currentContext: 'far', auths: { 'registry.example': { auth: 'c2VjcmV0' } } });
    const { stdout } = await docker(['x'], { env: officer.env });
    const [first = ''] = stdout.split('}');
    expect(JSON.parse(`${first}}`)).toEqual({ cliPluginsExtraDirs: [join(officer.dir, '.docker/cli-plugins')] });
    expect(stdout).not.toMatch(/10\.0\.0|hunter2|c2VjcmV0|far\b|PROXY/i);
    const dir = /^DOCKER_CONFIG=(.*)$/m.exec(stdout)?.[1] ?? '';
    expect(stdout).toContain(`HOME=${dir}\n`);
    await expect(readdir(dir)).rejects.toMatchObject({ code: 'ENOENT' });
    // control: the officer's own configuration, as docker reads it without us, has all of that
    const own = await promisify(execFile)('cat', [join(officer.dir, '.docker/config.json')]);
    expect(own.stdout).toMatch(/10\.0\.0\.1.*far.*c2VjcmV0/);
  });

  test('has no plugins that somebody else could put there, when root works', async () => {
    const officer = await home({ cliPluginsExtraDirs: ['/usr/bin'] });
    expect(await pluginFolders(officer.env)).toContain(join(officer.dir, '.docker/cli-plugins'));
    if (process.geteuid?.() !== 0) return;
    await chown(join(officer.dir, '.docker/cli-plugins'), 1001, 1001);
    expect(await pluginFolders(officer.env)).toEqual(['/usr/bin']);
    await chown(officer.dir, 1001, 1001);
    expect(await pluginFolders(officer.env)).toEqual(['/usr/bin']);
  });
});

describe('proxies of the past', () => {
  test('are found in the configuration and the environment, with host and port alone', async () => {
    const officer = await home({ proxies });
    expect(await proxySettings(officer.env)).toEqual([
      { source: 'file', name: join(officer.dir, '.docker/config.json'), proxy: '10.0.0.1:3128' },
      { source: 'environment', name: 'HTTP_PROXY', proxy: '10.0.0.9' },
    ]);
  });

  test('none is none: an empty configuration, one that is no JSON, one that is a pipe', async () => {
    const officer = await home({});
    const env = { HOME: officer.dir };
    expect(await proxySettings(env)).toEqual([]);
    await writeFile(join(officer.dir, '.docker/config.json'), '{');
    expect(await proxySettings(env)).toEqual([]);
    await mkdir(join(officer.dir, 'piped'));
    await promisify(execFile)('mkfifo', [join(officer.dir, 'piped/config.json')]);
    expect(await proxySettings({ DOCKER_CONFIG: join(officer.dir, 'piped') })).toEqual([]);
  });
});
