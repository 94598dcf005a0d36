/**
 * `node test/lanes/run-lane.ts NAME DIR BUNDLE ROOT`: one lane, in a mount namespace of its own (main.ts). Its last line on
 * standard output is the result as JSON.
 */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { bodies, type CliResult, errorOf, result } from '../e2e/support/airgap.ts';
import { engineState } from '../e2e/support/snapshot.ts';
import { cleanUpOwnRuns, onTermination } from '../site/cleanup.ts';
import { airgapArgv, demoOverrides } from '../site/demo-bundle.ts';
import { createSite, type Site } from '../site/site.ts';
import type { LaneResult, StageResult } from './lane-result.ts';
import { type Lane, lanes, variantOf } from './lanes.ts';
import { machineOf, prepareMachine, takeBackMachine } from './machine.ts';

const [name = '', dir = '', bundle = '', root = ''] = process.argv.slice(2);
const lane = lanes.find((candidate) => candidate.name === name);
if (lane === undefined) throw new Error(`no lane is called ${name}`);

const installArgs = ['install', '--yes', '--bundle', bundle, '--root', root, ...demoOverrides];

await mkdir(dir, { recursive: true, mode: 0o711 });
const calm = onTermination(cleanUpOwnRuns);
const containerdRoot = join(dir, 'containerd');
const env = await prepareMachine(lane, { dir, containerdRoot });
let site: Site | undefined;
try {
  const variant = variantOf(lane, containerdRoot);
  site = await createSite({ dir: join(dir, 'site'), log: console.error, variant });
  await site.assertIsolated();
  const machine = await machineOf(site);
  const stages = lane.ends === 'installed' ? await installed(lane, site) : [await refused(lane, site)];
  const wrong = [...machineFaults(lane, machine), ...stages.flatMap(({ wrong }) => wrong)];
  const outcome: LaneResult = { name, machine, stages, wrong };
  console.log(JSON.stringify(outcome));
} finally {
  await site?.destroy();
  await cleanUpOwnRuns();
  await takeBackMachine(lane, { containerdRoot });
  await rm(dir, { recursive: true, force: true });
  calm();
}

/** A lane that runs on something else than it says proves nothing. */
function machineFaults(lane: Lane, machine: LaneResult['machine']): string[] {
  const faults: string[] = [];
  const must = (right: boolean, what: string) => right || faults.push(`the lane itself: ${what}`);
  must(machine.engine.startsWith(`${lane.engine}.`), `Docker Engine is ${machine.engine}`);
  must(machine.compose.startsWith(`${lane.compose}.`), `Compose is ${machine.compose}`);
  must(machine.containerdStore === (lane.store === 'containerd'), 'another image store');
  must(machine.userns === (lane.usernsRemap === true), 'another user namespace');
  return faults;
}

async function airgap(lane: Lane, site: Site, ...args: string[]): Promise<CliResult & { ms: number }> {
  const started = performance.now();
  const argv = airgapArgv('--data-dir', site.dataDir, '--json', ...args);
  const umask = lane.umask === undefined ? [] : ['sh', '-c', `umask ${lane.umask.toString(8)}; exec "$@"`, 'sh'];
  const run = await site.exec([...umask, ...argv], { reject: false, stdin: 'ignore', env });
  return { ...result(run), ms: performance.now() - started };
}

async function installed(lane: Lane, site: Site): Promise<StageResult[]> {
  const stages = [await stage('install', 'done', () => airgap(lane, site, ...installArgs))];
  stages[0]?.wrong.push(...(await proxiesIn(site)), ...(await budgetOfContainerd(lane, site)));
  if (stages.every(({ wrong }) => wrong.length === 0)) {
    stages.push(await stage('second', 'unchanged', () => airgap(lane, site, ...installArgs)));
  }
  // Also after a failure: what a half installation left must come off on this machine too.
  const away = await stage('uninstall', 'done', () => airgap(lane, site, 'uninstall', '--yes', '--remove-data'));
  const { containers = [], volumes = [], networks = [] } = await engineState(site);
  const left = [...containers, ...volumes, ...networks.filter((line) => line.includes('codegraph'))];
  if (left.length > 0) away.wrong.push(`uninstall left ${left.join(', ')}`);
  return [...stages, away];
}

async function stage(
  what: string,
  expected: string,
  work: () => Promise<CliResult & { ms: number }>,
): Promise<StageResult> {
  const run = await work();
  const outcome = bodies(run, 'runFinished').at(-1)?.outcome ?? 'no run';
  const error = errorOf(run);
  const wrong =
    run.exitCode === 0 && outcome === expected
      ? []
      : [`${what}: exit ${run.exitCode}, ${outcome}: ${JSON.stringify(error) ?? run.stderr}`];
  return { what, outcome, ms: run.ms, wrong };
}

/** Readiness alone decides, and says which disk: nothing was loaded, started or written to the engine. */
async function refused(lane: Lane, site: Site): Promise<StageResult> {
  const run = await airgap(lane, site, ...installArgs);
  const error = errorOf(run);
  const told = bodies(run, 'finding').some(
    ({ finding }) => finding.code === 'DISK_SPACE' && finding.status === 'fail' && finding.subject === containerdRoot,
  );
  const { containers = [], images = [] } = await engineState(site);
  const wrong = [
    ...(run.exitCode === 3 && error?.code === 'DISK_TOO_SMALL'
      ? []
      : [`install: exit ${run.exitCode}, ${JSON.stringify(error)}`]),
    ...(told ? [] : [`no finding names ${containerdRoot}`]),
    ...(containers.length + images.length === 0 ? [] : ['the engine was changed before the refusal']),
  ];
  return { what: 'install', outcome: error?.code ?? 'no error', ms: run.ms, wrong };
}

/** A proxy of the past in a container sends its health checks, and its requests to the model, to nobody. */
async function proxiesIn(site: Site): Promise<string[]> {
  const { stdout: ids } = await site.exec(['docker', 'ps', '--all', '--quiet']);
  const all = String(ids).split('\n').filter(Boolean);
  if (all.length === 0) return ['no container is there'];
  const { stdout } = await site.exec(['docker', 'inspect', '--format', '{{.Name}} {{json .Config.Env}}', ...all]);
  return String(stdout)
    .split('\n')
    .filter((line) => /"(https?_proxy|HTTPS?_PROXY)=./.test(line))
    .map((line) => `a proxy of the past is in ${line.split(' ')[0]}`);
}

/** Images are budgeted on the disk that they land on. */
async function budgetOfContainerd(lane: Lane, site: Site): Promise<string[]> {
  if (lane.containerdMib === undefined) return [];
  const run = await airgap(lane, site, 'check', '--bundle', bundle, '--root', root);
  const { disk } = run.documents[0] as { disk: { mountPoint: string; contents: { purpose: string }[] }[] };
  const there = disk.find(({ mountPoint }) => mountPoint === containerdRoot);
  return there?.contents.some(({ purpose }) => purpose === 'images')
    ? []
    : [`images are not budgeted on ${containerdRoot}`];
}
