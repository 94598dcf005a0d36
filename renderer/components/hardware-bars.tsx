import type { Requirements } from '../../installer/contract/product.ts';
import type { CheckResult } from '../../installer/contract/requests.ts';
import { useTexts } from '../i18n/use-texts.ts';
import { tierNames } from '../state/tiers.ts';
import { ScaleBar } from './scale-bar.tsx';

type Tiers = Readonly<Record<(typeof tierNames)[number], Requirements>>;

/** What the machine has, against what each tier asks for where a product says so. */
export function HardwareBars({ facts, tiers }: { facts: CheckResult['facts']; tiers: Tiers | null }) {
  const texts = useTexts();
  const { cpu, memory, mounts, gpus } = facts;
  const marks = (of: keyof Requirements) =>
    tiers === null ? [] : tierNames.map((name) => ({ label: texts.t(`tiers.${name}`), value: tiers[name][of] }));
  const devices = new Map(mounts.map((mount) => [mount.device, mount.sizeBytes]));
  const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);
  return (
    <div className="wz-bars">
      <ScaleBar
        label={texts.t('hardware.cores')}
        value={cpu.usableCores}
        marks={marks('cpuCores')}
        show={texts.number}
      />
      <ScaleBar
        label={texts.t('hardware.memory')}
        value={Math.min(memory.totalBytes, memory.cgroupLimitBytes ?? memory.totalBytes)}
        marks={marks('ramBytes')}
        show={texts.bytes}
      />
      <ScaleBar
        label={texts.t('hardware.disk')}
        value={sum(devices.values())}
        marks={marks('diskBytes')}
        show={texts.bytes}
      />
      <ScaleBar
        label={texts.t('hardware.vram')}
        value={Math.max(0, ...gpus.map(({ vramBytes }) => vramBytes ?? 0))}
        marks={marks('vramBytes')}
        show={(bytes) => (bytes === 0 ? texts.shared('report.none') : texts.bytes(bytes))}
      />
    </div>
  );
}
