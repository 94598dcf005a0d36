/**
 * `npm run bench`: what is promised as a number, measured and held against its budget. Ends with 1 when a budget is broken.
 * Not part of `npm test`: a number depends on what else the machine does.
 */
import { availableParallelism, loadavg } from 'node:os';
import Table from 'cli-table3';
import { Command } from 'commander';
import { ensureHostPackages } from '../site/host-packages.ts';
import { firstPaint } from './first-paint.ts';
import { longTasks } from './long-tasks.ts';
import { isKept, type Measurement } from './measure.ts';
import { scriptSize } from './script-size.ts';
import { secondInstall } from './second-install.ts';
import { soak } from './soak.ts';
import { startTime } from './start-time.ts';

const benchmarks = [startTime, scriptSize, firstPaint, longTasks, secondInstall, soak];

const program = new Command('npm run bench --')
  .description('measures what is promised as a number; --only chooses')
  .option('--only <name>', 'this one; repeatable', (name: string, before: string[]) => [...before, name], [])
  .addHelpText('after', `\n${benchmarks.map(({ name, about }) => `  ${name.padEnd(16)}${about}`).join('\n')}`)
  .parse();
const { only } = program.opts<{ only: string[] }>();
const unknown = only.filter((name) => !benchmarks.some((each) => each.name === name));
if (unknown.length > 0) program.error(`there is no ${unknown.join(', ')}; --help lists them`, { exitCode: 2 });

await ensureHostPackages(console.error, { chromium: 'chromium' });
const rounded = (value: number) => (Math.abs(value) < 10 ? value.toFixed(1) : Math.round(value).toString());
const all: Measurement[] = [];
for (const { name, run } of benchmarks) {
  if (only.length > 0 && !only.includes(name)) continue;
  // A busy machine breaks budgets that an idle one keeps; the reader must see which it was.
  console.error(`== ${name} (load ${loadavg()[0]?.toFixed(1)} on ${availableParallelism()} cores)`);
  const measurements = await run((line) => console.error(line));
  for (const { what, unit, measured, detail } of measurements)
    console.error(`${what}: ${rounded(measured)} ${unit} (${detail})`);
  all.push(...measurements);
}
const table = new Table({ head: ['', 'budget', 'measured', ''], style: { head: [], border: [] } });
for (const each of all) {
  const { what, unit, measured, budget } = each;
  table.push([what, `${budget} ${unit}`, `${rounded(measured)} ${unit}`, isKept(each) ? 'kept' : 'BROKEN']);
}
console.log(table.toString());
process.exitCode = all.every(isKept) ? 0 : 1;
