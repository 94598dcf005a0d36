import { execa } from 'execa';
import type { WireError } from '../../../installer/contract/errors.ts';
import type { EngineEvent, EngineEventBody } from '../../../installer/contract/events.ts';
import { airgapArgv } from '../../site/demo-bundle.ts';
import type { Site } from '../../site/site.ts';

export interface CliResult {
  exitCode: number;
  stdout: string;
  stderr: string;
  /** Each line of stdout that is JSON. */
  documents: unknown[];
  events: EngineEvent[];
}

/** Runs `airgap …` on this machine, outside any site. Never throws for an exit code. */
export async function airgap(...args: string[]): Promise<CliResult> {
  const [command, ...rest] = airgapArgv(...args) as [string, ...string[]];
  return result(await execa(command, rest, { reject: false, stdin: 'ignore' }));
}

/** Runs `airgap --data-dir … --json …` inside a site. */
export async function airgapIn(site: Site, args: string[], env: Record<string, string> = {}): Promise<CliResult> {
  const argv = airgapArgv('--data-dir', site.dataDir, '--json', ...args);
  return result(await site.exec(argv, { reject: false, stdin: 'ignore', env }));
}

export function result(run: { exitCode?: number | undefined; stdout?: unknown; stderr?: unknown }): CliResult {
  const stdout = String(run.stdout ?? '');
  const documents = stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as unknown);
  const events = documents.filter(
    (value): value is EngineEvent => typeof value === 'object' && value !== null && 'seq' in value,
  );
  return { exitCode: run.exitCode ?? -1, stdout, stderr: String(run.stderr ?? ''), documents, events };
}

/** The bodies of one kind of event. */
export function bodies<Kind extends EngineEventBody['kind']>(
  run: CliResult,
  kind: Kind,
): Extract<EngineEventBody, { kind: Kind }>[] {
  return run.events
    .map(({ body }) => body)
    .filter((body): body is Extract<EngineEventBody, { kind: Kind }> => body.kind === kind);
}

/** The error that ended a run, or the error document of a command that never became one. */
export function errorOf(run: CliResult): WireError | undefined {
  const ended = bodies(run, 'runFinished').at(-1)?.error;
  if (ended !== undefined && ended !== null) return ended;
  const document = run.documents.find(
    (value): value is { error: WireError } => typeof value === 'object' && value !== null && 'error' in value,
  );
  return document?.error;
}
