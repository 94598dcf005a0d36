/**
 * `npm run test:lanes`: install, a second run that must change nothing, uninstall, on every lane of lanes.ts; `-- --only NAME`
 * for some of them. Prints a table and ends with 1 when a lane is not as promised. Needs root; minutes a lane.
 */
import { mkdtempSync } from 'node:fs';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import Table from 'cli-table3';
import { Command, Option } from 'commander';
import { execa, type ResultPromise } from 'execa';
import { onTermination } from '../site/cleanup.ts';
import { makeDemoBundle } from '../site/demo-bundle.ts';
import { obstacles, obstacleText } from '../site/obstacles.ts';
import type { Log } from '../site/paths.ts';
import { type LaneResult, laneResult } from './lane-result.ts';
import { type Lane, lanes } from './lanes.ts';

const say: Log = (line) => console.error(`lanes: ${line}`);
const names = lanes.map(({ name }) => name);

const program = new Command('npm run test:lanes --')
  .description('installs on every Docker Engine, Compose and image store that is promised')
  .addOption(new Option('--only <name...>', 'these lanes alone').choices(names))
  .parse();
const { only } = program.opts<{ only?: string[] }>();

const laneOptions = { stdin: 'ignore', stderr: 'inherit', reject: false } as const;
let current: ResultPromise<typeof laneOptions> | undefined;

/** In a mount namespace of its own: what a lane mounts is gone when its last process is. */
async function run(lane: Lane, dir: string, stick: { bundle: string; root: string }): Promise<LaneResult> {
  say(`${lane.name}: Docker Engine ${lane.engine}, Compose ${lane.compose}, ${lane.store}`);
  const script = join(import.meta.dirname, 'run-lane.ts');
  current = execa(
    'unshare',
    [
      ...['--mount', '--propagation', 'slave', process.execPath, script],
      ...[lane.name, join(dir, lane.name), stick.bundle, stick.root],
    ],
    laneOptions,
  );
  const { stdout, exitCode } = await current;
  const last = stdout.trim().split('\n').at(-1) ?? '';
  if (exitCode === 0) return laneResult.parse(JSON.parse(last));
  const machine = { engine: '', compose: '', containerdStore: false, userns: false };
  return { name: lane.name, machine, stages: [], wrong: [`the lane ended with ${exitCode}`] };
}

function show(results: readonly LaneResult[]): void {
  const table = new Table({
    head: ['lane', 'engine', 'compose', 'store', 'install', 'second run', 'uninstall', ''],
    style: { head: [], border: [] },
  });
  for (const { name, machine, stages, wrong } of results) {
    const cell = (what: string) => {
      const stage = stages.find((candidate) => candidate.what === what);
      return stage === undefined ? '–' : `${stage.outcome}, ${Math.round(stage.ms / 1000)} s`;
    };
    table.push([
      ...[name, machine.engine, machine.compose, machine.containerdStore ? 'containerd' : 'overlay2'],
      ...[cell('install'), cell('second'), cell('uninstall'), wrong.length === 0 ? 'ok' : 'FAILED'],
    ]);
  }
  console.log(table.toString());
  for (const { name, wrong } of results) for (const what of wrong) console.log(`${name}: ${what}`);
}

const inTheWay = obstacles();
if (inTheWay.length > 0) {
  say(obstacleText(inTheWay, 'en'));
  process.exitCode = 1;
} else {
  const dir = mkdtempSync('/var/tmp/airgap-lanes-');
  // The users that containers have with userns-remap must be able to pass through.
  await chmod(dir, 0o711);
  const calm = onTermination(async () => {
    // A lane takes its own site away first.
    current?.kill('SIGTERM');
    await current;
    await rm(dir, { recursive: true, force: true });
  });
  try {
    const stick = await makeDemoBundle(join(dir, 'stick'), say);
    await mkdir(join(dir, 'lanes'), { mode: 0o711 });
    const results: LaneResult[] = [];
    for (const lane of lanes.filter(({ name }) => only?.includes(name) ?? true)) {
      const result = await run(lane, join(dir, 'lanes'), stick);
      say(result.wrong.length === 0 ? `${lane.name}: ok` : `${lane.name}: FAILED: ${result.wrong.join('; ')}`);
      results.push(result);
    }
    show(results);
    process.exitCode = results.every(({ wrong }) => wrong.length === 0) ? 0 : 1;
  } finally {
    await rm(dir, { recursive: true, force: true });
    calm();
  }
}
