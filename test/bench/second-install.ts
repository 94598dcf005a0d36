import { airgapArgv, demoOverrides } from '../site/demo-bundle.ts';
import { withDemoSite } from '../site/demo-site.ts';
import { type Benchmark, listed, median } from './measure.ts';

const repeats = 5;

export const secondInstall: Benchmark = {
  name: 'second-install',
  about: 'an installation with nothing to do, in an isolated site where the demo bundle is installed already',
  run: (log) =>
    withDemoSite(log, async ({ site, stick }) => {
      const install = async (): Promise<number> => {
        const started = performance.now();
        const argv = ['install', '--yes', '--bundle', stick.bundle, '--root', stick.root, ...demoOverrides];
        await site.exec(airgapArgv('--data-dir', site.dataDir, ...argv), { stdin: 'ignore' });
        return performance.now() - started;
      };
      log(`first install: ${Math.round(await install())} ms`);
      const times: number[] = [];
      for (let run = 0; run < repeats; run += 1) times.push(await install());
      return [
        {
          what: 'install with nothing to do',
          unit: 'ms',
          measured: median(times),
          budget: 5000,
          detail: `${listed(times)} ms`,
        },
      ];
    }),
};
