import { html, type Markup } from '../../base/html.ts';
import type { Localiser } from '../../base/localise.ts';
import type { GpuFact } from '../../contract/facts.ts';
import type { ReportDocument } from '../../contract/report.ts';
import { facts, section, table } from './blocks.ts';

export function hostSection({ evidence: { host, engine } }: ReportDocument, text: Localiser): Markup {
  const { t, bytes, number } = text;
  const { os, cpu, memory, clock } = host;
  return section(
    t('report.sections.host'),
    facts([
      [t('report.labels.hostname'), host.hostname],
      [t('report.labels.os'), `${os.name} ${os.version}`],
      [t('report.labels.kernel'), `${os.kernel} (${os.arch})`],
      [t('report.labels.cpu'), cpu.model],
      [t('report.labels.cores'), `${number(cpu.usableCores)} / ${number(cpu.logicalCores)}`],
      [t('report.labels.memory'), bytes(memory.totalBytes)],
      [t('report.labels.cgroupLimit'), memory.cgroupLimitBytes === null ? null : bytes(memory.cgroupLimitBytes)],
      [t('report.labels.swap'), bytes(memory.swapBytes)],
      [t('report.labels.clock'), answer(clock.synchronised, text)],
      [t('report.labels.engine'), engine?.engine ?? t('report.unknown')],
      [t('report.labels.compose'), engine?.compose ?? t('report.unknown')],
      [t('report.labels.gpus'), host.gpus.length === 0 ? t('report.none') : null],
    ]),
    gpuTable(host.gpus, text),
    table(
      [t('report.labels.mount'), t('report.labels.fileSystem'), t('report.labels.size'), t('report.labels.available')],
      host.mounts.map((mount) => [
        mount.mountPoint,
        `${mount.fileSystem} (${mount.device})`,
        bytes(mount.sizeBytes),
        bytes(mount.availableBytes),
      ]),
    ),
    host.notes.length === 0
      ? null
      : html`<p><strong>${t('report.labels.notes')}:</strong></p><ul>${host.notes.map((note) => html`<li>${note}</li>`)}</ul>`,
  );
}

export function answer(value: boolean | null, { t }: Localiser): string {
  if (value === null) return t('report.unknown');
  return t(value ? 'report.yes' : 'report.no');
}

function gpuTable(gpus: readonly GpuFact[], { t, bytes }: Localiser): Markup | null {
  if (gpus.length === 0) return null;
  return table(
    [t('report.labels.gpus'), t('report.labels.vram'), t('report.labels.available'), t('report.labels.driver')],
    gpus.map((gpu) => [
      gpu.name,
      gpu.vramBytes === null ? t('report.unknown') : bytes(gpu.vramBytes),
      gpu.vramFreeBytes === null ? t('report.unknown') : bytes(gpu.vramFreeBytes),
      gpu.driver ?? t('report.unknown'),
    ]),
  );
}
