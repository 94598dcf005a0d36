/** `npm start -- --demo` as a newcomer runs it, with a browser's requests in place of the browser, and Ctrl-C at the end. */
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { enter, openWindow, raw } from '../faces/support.ts';
import { agreed } from '../fixtures/agreed.ts';
import { listRuns, type RunRecord } from '../site/run-record.ts';
import { NO_TRACES, tracesOf } from '../site/traces.ts';

const repository = join(import.meta.dirname, '../..');

it('serves the wizard of an engine in an isolated site, where a real installation can be started; Ctrl-C leaves nothing', async () => {
  // A group of its own, as a terminal gives each command: Ctrl-C goes to all of it.
  const run = execa('npm', ['start', '--', '--demo'], {
    cwd: repository,
    env: { DISPLAY: undefined, WAYLAND_DISPLAY: undefined },
    reject: false,
    stdin: 'ignore',
    detached: true,
  });
  const group = run.pid ?? Number.NaN;
  let ended = false;
  const end = run.then((result) => {
    ended = true;
    return result;
  });
  try {
    const url = await new Promise<string>((resolve, reject) => {
      let said = '';
      run.stdout.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        const [line] = /^http:\/\/127\.0\.0\.1:\d+\/#token=[0-9a-f]{64}$/m.exec(said) ?? [];
        if (line !== undefined && said.includes(`${line}\n`)) resolve(line);
      });
      void end.then(({ stderr }) => reject(new Error(`it ended without an address: ${stderr}`)));
    });
    const wizard = { url, port: Number(new URL(url).port) };

    const made = await siteOf(group);
    expect((await tracesOf(made.id, made.dirs)).processes).not.toEqual([]);

    const page = await raw(
      wizard.port,
      `GET / HTTP/1.1\r\nHost: 127.0.0.1:${wizard.port}\r\nConnection: close\r\n\r\n`,
    );
    expect(page.text).toContain('<div id="root">');
    // Not weaker for being reached from outside: the name must be its own here as well.
    expect((await raw(wizard.port, 'GET / HTTP/1.1\r\nHost: 127.0.0.1:80\r\n\r\n')).status).toBe(421);

    const { client } = await openWindow(wizard, await enter(wizard));
    const [medium, ...others] = await client.media.scan();
    expect(others).toEqual([]);
    expect(medium).toMatchObject({ product: { name: 'codegraph' }, root: join(medium?.dir ?? '', 'root.json') });
    const trusted = { dir: medium?.dir ?? '', root: medium?.root ?? '' };
    expect(await client.bundle.open(trusted)).toMatchObject({
      view: { verified: true },
      product: { name: 'codegraph' },
    });

    const overrides = (['CPU_CORES', 'RAM_TOTAL', 'DISK_SPACE'] as const).map((code) => ({
      code,
      justification: 'a test on a small machine',
    }));
    const where = { bundle: trusted.dir, root: trusted.root };
    const request = { ...where, answers: {}, tier: null, overrides, compared: true, officer: null };
    const { run: id } = await client.runs.startInstall(await agreed(client, request));
    const done: string[] = [];
    for await (const { body } of await client.runs.follow({ run: id, after: 0 })) {
      if (body.kind === 'runFinished') throw new Error(`the run ended early: ${JSON.stringify(body)}`);
      if (body.kind === 'stepFinished') done.push(body.step);
      // In the middle: containers run, images are on their way.
      if (body.kind === 'stepStarted' && body.step === 'loadImages') break;
    }
    expect(done).toContain('startRegistry');
    expect(await client.runs.active()).toMatchObject({ run: id });

    process.kill(-group, 'SIGINT');
    const { stderr } = await end;
    expect(stderr).toMatch(/No window here: .+/);
    expect(stderr).toContain('SHA256:');
    expect(await tracesOf(made.id, [...made.dirs, ...made.dirs.map(dirname)]), stderr).toEqual(NO_TRACES);
    expect(await groupMembers(group)).toEqual(new Map());
    expect((await raw(wizard.port, 'GET / HTTP/1.1\r\n\r\n')).status).toBe(0);
  } finally {
    if (!ended) {
      process.kill(-group, 'SIGINT');
      await end;
    }
  }
});

/** Processes of a process group, by number, and what they are; zombies are gone. */
async function groupMembers(group: number): Promise<Map<number, string>> {
  const { stdout } = await execa('ps', ['-e', '-o', 'pgid=,pid=,stat=,args=']);
  const rows = stdout.split('\n').map((line) => line.trim().split(/\s+/));
  const alive = rows.filter(([pgid, , stat = '']) => pgid === String(group) && !stat.startsWith('Z'));
  return new Map(alive.map(([, pid, , ...args]) => [Number(pid), args.join(' ')]));
}

/** The one site that a program of this process group has made. */
async function siteOf(group: number): Promise<RunRecord> {
  const members = await groupMembers(group);
  const [made, ...more] = (await listRuns()).filter(({ owner, netns }) => members.has(owner.pid) && netns.length > 0);
  if (made === undefined || more.length > 0) throw new Error('there is not exactly one site');
  return made;
}
