import { chown, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, describe, expect, inject, it } from 'vitest';
import type { Defence } from '../../electron/defences.ts';
import { type Desk, launch, starter, untilPort } from './support/launch.ts';
import { listenOutside } from './support/outside.ts';
import { askEverywhere } from './support/probes.ts';
import { makeHome, without } from './support/rig.ts';
import { patience, until } from './support/until.ts';
import { allowCommand } from './support/user.ts';

const { standing, user } = inject('desktop');
let open: Desk[] = [];

afterEach(async () => {
  for (const desk of open) await desk.close();
  open = [];
});

async function start(weakened: readonly Defence[] = [], home?: string): Promise<Desk> {
  const executable = weakened.length === 0 ? standing : await without(weakened);
  const desk = await launch(executable, home === undefined ? {} : { home });
  open.push(desk);
  return desk;
}

const say = (desk: Desk, message: unknown) => desk.page.evaluate(`suite.port.postMessage(${JSON.stringify(message)})`);
const heard = (desk: Desk) => desk.page.evaluate('suite.messages') as Promise<unknown[]>;
const untilHeard = async (desk: Desk, what: unknown) =>
  expect.poll(() => heard(desk), { timeout: patience }).toContainEqual(what);
const untilLogged = (desk: Desk, what: string) => expect.poll(() => desk.log(), { timeout: patience }).toContain(what);
const reconnect = async (desk: Desk) => {
  const ports = Number(await desk.page.evaluate('suite.ports'));
  await desk.page.evaluate(`window.postMessage({ type: 'airgap-port-wanted' }, window.location.origin)`);
  await untilPort(desk.page, ports + 1);
};

describe('requests to the outside', () => {
  it('are cancelled and counted even where the page’s policy is gone; none leaves', async () => {
    const outside = await listenOutside();
    const desk = await start(['csp']);
    await askEverywhere(desk, outside.url);
    expect(outside.hits()).toBe(0);
    expect(desk.log().match(/request-cancelled/g)?.length).toBeGreaterThanOrEqual(5);
    await outside.end();
  });
});

describe('the wizard’s files', () => {
  it('are those below the renderer’s folder, by GET alone', async () => {
    const desk = await start();
    const ask = (path: string, method = 'GET') =>
      desk.page.evaluate(
        `fetch(${JSON.stringify(path)}, { method: '${method}' }).then((got) => got.status, () => 'refused')`,
      );
    expect(await ask('/page.js')).toBe(200);
    for (const path of [
      '/..%2fsettings.json',
      '/%2e%2e%2fmain.cjs',
      '/..%5csettings.json',
      '/page.js%00.html',
      '/nothing.html',
    ]) {
      expect([404, 'refused'], path).toContain(await ask(path));
    }
    expect(await ask('/page.js', 'POST')).toBe(405);
    expect(await ask('app://other/page.js')).toBe('refused');
  });
});

describe('downloads', () => {
  /** Asks for one and says what became of it: Electron tells all listeners in their order, the app's own before this one. */
  const download = async (desk: Desk): Promise<string> => {
    await desk.app.evaluate(({ session }) => {
      session.defaultSession.on('will-download', (event, item) => {
        Object.assign(globalThis, { download: event.defaultPrevented ? 'denied' : item.getFilename() });
        event.preventDefault();
      });
    });
    await desk.page.evaluate(
      `Object.assign(document.createElement('a'), { href: '/index.html', download: 'x.html' }).click()`,
    );
    const outcome = () => desk.app.evaluate(() => (globalThis as { download?: string }).download ?? '');
    await until('a download was asked for', async () => (await outcome()) !== '');
    return outcome();
  };

  it('are denied', async () => {
    const desk = await start();
    expect(await download(desk)).toBe('denied');
    await untilLogged(desk, 'download-denied');
  });

  it('a build that lets them through is caught', async () => {
    expect(await download(await start(['downloads']))).toBe('x.html');
  });
});

describe('the engine behind the window', () => {
  it('is a process of the person, whose environment holds only what it needs', async () => {
    const desk = await start();
    await say(desk, 'who');
    await untilHeard(desk, expect.stringContaining(`uid ${user.uid} `));
    await say(desk, 'environment');
    await untilHeard(desk, 'HOME LANG PATH');
  });

  it('answers of the page before a reload never reach the page after it', async () => {
    const desk = await start();
    await say(desk, 'hold first');
    await desk.page.reload();
    await untilPort(desk.page, 1);
    await say(desk, 'second');
    await untilHeard(desk, 'echo second');
    expect(await heard(desk)).toEqual(['echo second']);
  });

  it('killed, is said to be gone and comes back when the page asks', async () => {
    const desk = await start();
    await say(desk, 'die');
    await untilHeard(desk, { desktop: 'engine', alive: false, elevated: false, reason: 'exit code 3' });
    await reconnect(desk);
    await say(desk, 'hello');
    await untilHeard(desk, 'echo hello');
  });

  it('that breaks the framing is ended', async () => {
    const desk = await start();
    await say(desk, 'garble');
    await untilHeard(desk, { desktop: 'engine', alive: false, elevated: false, reason: 'ended by SIGTERM' });
    expect(desk.log()).toContain('engine-misspoke');
  });

  it('gets nothing of a message that is neither its own nor known', async () => {
    const desk = await start();
    const wrong = [
      null,
      1,
      true,
      [],
      {},
      { desktop: 'run' },
      { desktop: 'elevate', as: 'root' },
      { desktop: 'printToPdf' },
    ];
    for (const message of [...wrong, { desktop: 'printToPdf', html: '<p>', name: '../x' }]) await say(desk, message);
    await say(desk, 'end');
    await untilHeard(desk, 'echo end');
    expect(await heard(desk)).toEqual(['echo end']);
    expect(desk.log().match(/message-refused/g)).toHaveLength(wrong.length + 1);
  });

  it('becomes root when the page asks, by the one command that packaging names', async () => {
    const engine = join(standing, '..', 'resources', 'engine');
    const disallow = await allowCommand(user, [join(engine, 'bin', 'node'), join(engine, 'engine.mjs')]);
    try {
      const desk = await start();
      await say(desk, { desktop: 'elevate' });
      await untilHeard(desk, { desktop: 'engine', alive: false, elevated: true, reason: 'exit code 0' });
      await reconnect(desk);
      await say(desk, 'who');
      await untilHeard(desk, expect.stringMatching(/^uid 0 /));
    } finally {
      await disallow();
    }
  });

  it('stays the person’s when becoming root is refused', async () => {
    const desk = await start();
    await say(desk, { desktop: 'elevate' });
    await untilHeard(desk, { desktop: 'engine', alive: false, elevated: true, reason: 'exit code 0' });
    await reconnect(desk);
    await untilHeard(desk, { desktop: 'engine', alive: false, elevated: false, reason: 'exit code 1' });
    await reconnect(desk);
    await say(desk, 'who');
    await untilHeard(desk, expect.stringContaining(`uid ${user.uid} `));
  });
});

describe('quitting while a run is under way', () => {
  const answerWith = (desk: Desk, response: number) =>
    desk.app.evaluate(({ dialog }, chosen) => {
      dialog.showMessageBox = async () => ({ response: chosen, checkboxChecked: false });
    }, response);
  const closeWindow = (desk: Desk) =>
    desk.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
  const gone = (desk: Desk) => expect.poll(() => desk.child.exitCode, { timeout: patience }).toBe(0);

  it('asks, and stays when told so', async () => {
    const desk = await start();
    await answerWith(desk, 0);
    await say(desk, 'run');
    await untilHeard(desk, 'run');
    await closeWindow(desk);
    await untilLogged(desk, 'quit-asked {"leave":false}');
    await say(desk, 'still');
    await untilHeard(desk, 'echo still');
  });

  it('asks, and goes when told so', async () => {
    const desk = await start();
    await answerWith(desk, 1);
    await say(desk, 'run');
    await untilHeard(desk, 'run');
    void closeWindow(desk).catch(() => undefined);
    await gone(desk);
  });

  it('does not ask when nothing runs', async () => {
    const desk = await start();
    await answerWith(desk, 0);
    void closeWindow(desk).catch(() => undefined);
    await gone(desk);
    expect(desk.log()).not.toContain('quit-asked');
  });

  it('a build that does not ask is caught', async () => {
    const desk = await start(['quitAsks']);
    await answerWith(desk, 0);
    await say(desk, 'run');
    await untilHeard(desk, 'run');
    void closeWindow(desk).catch(() => undefined);
    await gone(desk);
    expect(desk.log()).not.toContain('quit-asked');
  });
});

describe('a message from a foreign frame', () => {
  /** Has a frame inside the wizard's own page ask for the engine's port, as if a preload stood in it. */
  const askFromFrame = async (desk: Desk) => {
    await desk.page.evaluate(`new Promise((resolve) => {
      const frame = Object.assign(document.createElement('iframe'), { src: 'app://wizard/index.html' });
      frame.addEventListener('load', resolve, { once: true });
      document.body.append(frame);
    })`);
    await desk.app.evaluate(({ BrowserWindow, ipcMain }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents;
      ipcMain.emit('airgap-port', { sender: contents, senderFrame: contents?.mainFrame.frames[0] });
    });
  };
  const session = async (desk: Desk) => {
    await say(desk, 'who');
    await untilHeard(desk, expect.stringContaining(' session '));
    return String((await heard(desk)).findLast((one) => String(one).includes(' session '))).replace(/.* /, '');
  };

  it('is refused, and the wizard keeps its own', async () => {
    const desk = await start(['csp']);
    await askFromFrame(desk);
    await untilLogged(desk, 'sender-refused');
    expect(await session(desk)).toBe('1');
  });

  it('a build that does not look at the sender is caught', async () => {
    const desk = await start(['csp', 'sender']);
    await askFromFrame(desk);
    await reconnect(desk);
    expect(await session(desk)).toBe('3');
    expect(desk.log()).not.toContain('sender-refused');
  });
});

describe('a second instance', () => {
  /** Starts the app again for the same person and waits until it has ended, or has opened a window of its own. */
  const again = async (executable: string, home: string): Promise<'ended' | 'opened'> => {
    const run = execa(await starter(executable, home), { reject: false, stdin: 'ignore', timeout: patience });
    let said = '';
    run.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('airgap-desktop engine-started')) run.kill('SIGKILL');
    });
    const { exitCode } = await run;
    return exitCode === 0 ? 'ended' : 'opened';
  };

  it('ends at once, and the first comes to the front', async () => {
    const desk = await start();
    await desk.app.evaluate(({ BrowserWindow }) => {
      const [window] = BrowserWindow.getAllWindows();
      if (window !== undefined) window.focus = () => void Object.assign(globalThis, { toFront: true });
    });
    expect(await again(standing, desk.home)).toBe('ended');
    await untilLogged(desk, 'second-instance');
    expect(await desk.app.evaluate(() => 'toFront' in globalThis)).toBe(true);
  });

  it('started while the first, its window closed, waits for its engine: is told so', async () => {
    const desk = await start();
    await say(desk, 'who');
    await say(desk, 'linger');
    await untilHeard(desk, 'linger');
    const engine = Number(/pid (\d+)/.exec(String((await heard(desk))[0]))?.[1]);
    await desk.app.evaluate(({ dialog }) => {
      dialog.showMessageBox = async (...options: unknown[]) => {
        Object.assign(globalThis, { said: JSON.stringify(options) });
        return { response: 0, checkboxChecked: false };
      };
    });
    await desk.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
    await until('the window is gone', () =>
      desk.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length === 0),
    );
    expect(await again(standing, desk.home)).toBe('ended');
    const said = () => desk.app.evaluate(() => (globalThis as { said?: string }).said ?? '');
    await until('it was said', async () => (await said()) !== '');
    expect(await said()).toContain('still stopping');
    process.kill(engine, 'SIGKILL');
    await expect.poll(() => desk.child.exitCode, { timeout: patience }).toBe(0);
  });

  it('a build that lets it in is caught', async () => {
    const executable = await without(['singleInstance']);
    const desk = await launch(executable);
    open.push(desk);
    expect(await again(executable, desk.home)).toBe('opened');
    expect(desk.log()).not.toContain('second-instance');
  });
});

describe('the window’s size and place', () => {
  const bounds = (desk: Desk) =>
    desk.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getNormalBounds());
  const stateOf = (home: string) => join(home, '.config', 'Air-gap Installer', 'window.json');

  it('are kept', async () => {
    const first = await start();
    await first.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.setBounds({ x: 40, y: 50, width: 900, height: 700 }),
    );
    void first.app.evaluate(({ app }) => app.quit()).catch(() => undefined);
    await expect.poll(() => first.child.exitCode, { timeout: patience }).toBe(0);
    expect((await stat(stateOf(first.home))).mode & 0o777).toBe(0o600);
    const second = await start([], first.home);
    expect(await bounds(second)).toMatchObject({ width: 900, height: 700 });
  });

  const damaged = {
    'of no screen': '{"x":90000,"y":90000,"width":900,"height":700,"maximized":false}',
    'too small to use': '{"x":0,"y":0,"width":1,"height":1,"maximized":false}',
    'cut off': '{"x":0,',
  };
  it.each(Object.entries(damaged))('a kept state that is %s is not used', async (_name, text) => {
    const desk = await startWith(text, []);
    expect(await bounds(desk)).toMatchObject({ width: 1280, height: 860 });
  });

  it('a build that believes it is caught', async () => {
    const desk = await startWith(damaged['of no screen'], ['windowStateChecks']);
    expect(await bounds(desk)).not.toMatchObject({ width: 1280, height: 860 });
  });

  async function startWith(text: string, weakened: readonly Defence[]): Promise<Desk> {
    const home = await makeHome();
    await execa('install', ['-d', '-o', user.name, join(home, '.config'), join(home, '.config', 'Air-gap Installer')]);
    await writeFile(stateOf(home), text);
    await chown(stateOf(home), user.uid, user.gid);
    return start(weakened, home);
  }
});

describe('a report as PDF', () => {
  it('is printed from the engine’s page, without running what is in it', async () => {
    const desk = await start();
    const file = join(desk.home, 'report.pdf');
    await desk.app.evaluate(({ dialog }, path) => {
      dialog.showSaveDialog = async () => ({ canceled: false, filePath: path });
    }, file);
    const html = '<!doctype html><title>Report</title><h1>Отчёт</h1><script>document.title = "ran"</script>';
    await say(desk, { desktop: 'printToPdf', html, name: 'report-1' });
    await untilHeard(desk, { desktop: 'printedToPdf', file });
    const pdf = await readFile(file);
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    expect(pdf.includes('ran')).toBe(false);
    expect(await desk.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
  });
});
