import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { implement } from '@orpc/server';
import { RPCHandler } from '@orpc/server/ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { contract } from '../../installer/contract/api.ts';
import type { WireError } from '../../installer/contract/errors.ts';
import type { EngineEvent, EngineEventBody } from '../../installer/contract/events.ts';
import type { CheckRequest } from '../../installer/contract/requests.ts';
import type { OpenedBundle } from '../../installer/contract/wizard.ts';
import { DraftStore } from '../../installer/engine/draft-store.ts';
import { commonHeaders } from '../../installer/faces/http/response-headers.ts';
import { checkResult, opened, plan, product, sbom, smokeBodies, steps } from './fake-data.ts';

/** What the fake run does: goes through, stays in the middle, or fails at the images. */
export type Scenario = 'passes' | 'stays' | 'fails';

export interface FakeEngine {
  url: string;
  scenario: Scenario;
  /** What the page “Trust” is given. */
  opened: OpenedBundle;
  /** Path → what is said when it is given for a bundle or a root.json. */
  pathProblems: Record<string, WireError>;
  /** Ports that something else has. */
  takenPorts: number[];
  /** What the machine was judged by, newest last. */
  checks: CheckRequest[];
  /** Calls that changed something, by name. */
  calls: string[];
  /** Ends all windows' connections, as a restart does. */
  dropConnections(): void;
  close(): Promise<void>;
}

export interface FakeEngineOptions {
  rendererDir?: string;
  /** Where what was chosen is kept, as the engine does it; by default in memory. */
  draftFile?: string;
  /** Weakened on purpose: keeps nothing, so that only the tab knows what was chosen. */
  forgets?: boolean;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/**
 * Stands where the engine stands, behind the contract, so that every page can be looked at in every state within
 * seconds. It serves the built wizard under the real content policy. What the engine does is tested on the engine.
 */
export async function startFakeEngine(options: FakeEngineOptions = {}): Promise<FakeEngine> {
  const { rendererDir = 'dist/renderer', draftFile = '/dev/null/none', forgets = false } = options;
  const kept = new DraftStore(draftFile);
  let events: EngineEvent[] = [];
  let waiting: (() => void)[] = [];
  let run: string | null = null;
  let writer: object | null = null;
  const wake = () => {
    for (const each of waiting) each();
    waiting = [];
  };
  const emit = (body: EngineEventBody) => {
    const seq = events.filter((event) => event.body.kind !== 'progress').length + (body.kind === 'progress' ? 0 : 1);
    events.push({ run: run ?? '', seq: Math.max(1, seq), at: Date.now(), body });
    wake();
  };
  const finished = () => events.some(({ body }) => body.kind === 'runFinished');

  const start = (name: string) => {
    fake.calls.push(name);
    run = randomUUID();
    events = [];
    emit({ kind: 'runStarted', action: name === 'startSmoke' ? 'smoke' : 'install', steps });
    for (const [index, { id }] of steps.entries()) {
      emit({ kind: 'stepStarted', step: id });
      emit({ kind: 'log', level: 'info', source: id, message: `working on ${id}` });
      if (id === 'loadImages' && fake.scenario !== 'passes') {
        emit({
          kind: 'progress',
          step: id,
          done: 734_003_200,
          total: 1_610_612_736,
          unit: 'bytes',
          what: 'hashicorp/vault:1.15',
          fraction: 0.37,
          etaMs: 95_000,
        });
        if (fake.scenario === 'stays') return { run };
        const error = {
          code: 'BUNDLE_FILE_CHANGED' as const,
          params: { file: 'blobs/sha256/3a5f' },
          expected: `sha256:${'3a'.repeat(32)}`,
          found: `sha256:${'b1'.repeat(32)}`,
          detail: 'chunk 4 of 9 differs',
        };
        emit({ kind: 'stepFailed', step: id, error, ms: 5120 });
        emit({ kind: 'runFinished', outcome: 'failed', error, ms: 9000 });
        return { run };
      }
      if (id === 'smoke') for (const body of smokeBodies) emit(body);
      emit({ kind: 'stepFinished', step: id, outcome: index === 3 ? 'unchanged' : 'done', ms: 1200 + index * 310 });
    }
    emit({ kind: 'runFinished', outcome: 'done', error: null, ms: 74_000 });
    return { run };
  };

  const api = implement(contract).$context<{ window: object }>();
  const control = (window: object) => ({ writer: writer === window, taken: writer !== null && writer !== window });
  const router = api.router({
    media: {
      scan: api.media.scan.handler(() => [
        {
          dir: opened.view.dir,
          label: 'CODEGRAPH',
          readOnly: true,
          fileSystem: 'exfat',
          product: { name: 'codegraph', title: 'CodeGraph', version: '1.2.0', release: 7 },
          root: `${opened.view.dir}/root.json`,
          size: 6_553_600_000,
        },
      ]),
    },
    bundle: {
      inspect: api.bundle.inspect.handler(() => opened.view),
      verify: api.bundle.verify.handler(async function* () {
        yield { done: 1, total: 2, path: 'bundle.json' };
        return opened.view;
      }),
      open: api.bundle.open.handler(({ input, errors }) => {
        const problem = fake.pathProblems[input.dir] ?? fake.pathProblems[input.root];
        if (problem !== undefined) throw errors.INSTALLER({ data: problem });
        if (!input.dir.includes('tampered')) return fake.opened;
        throw errors.INSTALLER({ data: { code: 'SIGNATURE_INVALID', params: { file: 'bundle.json.vendor.sig' } } });
      }),
      sbom: api.bundle.sbom.handler(({ input, errors }) => {
        if (input.path !== 'sbom/postgres.cdx.json') return sbom;
        throw errors.INSTALLER({ data: { code: 'BUNDLE_FILE_CHANGED', params: { file: input.path, of: input.path } } });
      }),
    },
    root: { compare: api.root.compare.handler(() => ({ trusted: null, given: null })) },
    check: api.check.handler(({ input }) => {
      fake.checks.push(input);
      return checkResult(input, fake.takenPorts);
    }),
    answers: {
      validate: api.answers.validate.handler(({ input }) => {
        const bad = input.answers.siem_host === 'not a host';
        const params = { key: 'siem_host', expects: 'host' };
        const problem = {
          key: 'siem_host',
          code: 'ANSWERS_INVALID' as const,
          params,
          expected: '',
          found: 'not a host',
        };
        return { values: bad ? null : input.answers, problems: bad ? [problem] : [] };
      }),
    },
    draft: {
      get: api.draft.get.handler(() => kept.read()),
      set: api.draft.set.handler(async ({ input, context, errors }) => {
        if (writer !== context.window) throw errors.INSTALLER({ data: { code: 'READ_ONLY', params: {} } });
        if (!forgets) await kept.write(input, context.window);
        return {};
      }),
      follow: api.draft.follow.handler(({ context, signal }) => kept.follow(context.window, signal)),
    },
    plan: { preview: api.plan.preview.handler(() => plan) },
    runs: {
      planInstall: api.runs.planInstall.handler(() => steps),
      active: api.runs.active.handler(() => ({
        run: finished() ? null : run,
        action: run === null || finished() ? null : 'install',
        startedAt: run === null || finished() ? null : 1,
        owner: true,
        interrupted: null,
        last: null,
      })),
      startInstall: api.runs.startInstall.handler(() => start('startInstall')),
      startSmoke: api.runs.startSmoke.handler(() => start('startSmoke')),
      startReplaceRoot: api.runs.startReplaceRoot.handler(() => start('startReplaceRoot')),
      previewUninstall: api.runs.previewUninstall.handler(() => ({
        product: null,
        release: null,
        removed: [],
        kept: [],
      })),
      startUninstall: api.runs.startUninstall.handler(() => start('startUninstall')),
      rollBack: api.runs.rollBack.handler(() => start('rollBack')),
      follow: api.runs.follow.handler(async function* ({ input, signal }) {
        let index = events.findIndex(({ seq }) => seq > input.after);
        if (index < 0) index = events.length;
        while (signal?.aborted !== true) {
          const event = events[index];
          if (event === undefined) {
            await new Promise<void>((resolve) => {
              waiting.push(resolve);
              signal?.addEventListener('abort', () => resolve());
            });
            continue;
          }
          index += 1;
          yield event;
          if (event.body.kind === 'runFinished') return;
        }
      }),
      cancel: api.runs.cancel.handler(() => {
        fake.calls.push('cancel');
        emit({ kind: 'runFinished', outcome: 'cancelled', error: null, ms: 12_000 });
        return { cancelled: true };
      }),
    },
    control: {
      state: api.control.state.handler(({ context }) => control(context.window)),
      claim: api.control.claim.handler(({ context }) => {
        writer ??= context.window;
        return control(context.window);
      }),
      release: api.control.release.handler(({ context }) => {
        if (writer === context.window) writer = null;
        return control(context.window);
      }),
    },
    status: api.status.handler(() => ({ installed: null, services: [], lastRun: null, healthy: true })),
    secrets: {
      reveal: api.secrets.reveal.handler(() =>
        product.secrets.map(({ env, purpose }) => ({ env, purpose, value: `fake-${env.toLowerCase()}` })),
      ),
      save: api.secrets.save.handler(({ input }) => ({ file: join(input.dir, 'secrets.txt'), private: false })),
    },
    report: {
      write: api.report.write.handler(() => ({ files: [] })),
      save: api.report.save.handler(({ input }) => ({ files: [join(input.dir, 'report.json')] })),
      find: api.report.find.handler(() => ({ files: [] })),
      html: api.report.html.handler(() => ({
        html: '<!doctype html><style>body{color:red}</style><h1>fake report</h1>',
        head: `sha256:${'5c1f77ab'.repeat(8)}`,
      })),
      verify: api.report.verify.handler(() => ({ valid: true, head: '', events: 1, product: '', outcome: '' })),
    },
    support: { save: api.support.save.handler(({ input }) => ({ file: join(input.dir, 'support.tar') })) },
  });

  const server = createServer((request, response) => {
    const path = request.url === '/' ? '/index.html' : (request.url ?? '');
    const host = request.headers.host ?? '';
    if (path === '/session') {
      response.writeHead(204, commonHeaders(host)).end();
      return;
    }
    readFile(join(rendererDir, path)).then(
      (body) =>
        response
          .writeHead(200, { ...commonHeaders(host), 'content-type': types[extname(path)] ?? 'text/plain' })
          .end(body),
      () => response.writeHead(404).end(),
    );
  });
  const sockets = new WebSocketServer({ server, path: '/rpc' });
  const handler = new RPCHandler(router);
  sockets.on('connection', (socket: WebSocket) => {
    const window = {};
    void handler.upgrade(socket, { context: { window } });
    socket.on('close', () => {
      if (writer === window) writer = null;
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;

  const dropConnections = () => {
    for (const socket of sockets.clients) socket.terminate();
  };
  const fake: FakeEngine = {
    url: `http://127.0.0.1:${port}/#token=${'ab'.repeat(32)}`,
    scenario: 'passes',
    opened,
    pathProblems: {},
    takenPorts: [],
    checks: [],
    calls: [],
    dropConnections,
    async close() {
      dropConnections();
      sockets.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
  return fake;
}
