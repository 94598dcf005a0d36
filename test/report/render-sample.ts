import { join } from 'node:path';
import { writeReportFiles } from '../../installer/report/write-step.ts';
import { chained, evidence, run } from './sample.ts';

/** To look at the page by eye: `node test/report/render-sample.ts DIR` writes the sample's report there. */
const files = await writeReportFiles({
  reportsDir: join(process.argv[2] ?? 'dist', 'sample-report'),
  run,
  evidence,
  rows: () => chained(),
  secrets: [],
});
console.log(JSON.stringify(files, null, 2));
