import type { GpuFact, HardwareFacts } from '../contract/facts.ts';
import type { Finding } from '../contract/findings.ts';
import { judgeByTier, type TierDemand } from './tiers.ts';

/**
 * NVIDIA GPUs. None is a warning only (the model then runs on the processor, slowly) unless the asked-for tier demands
 * VRAM. Judged by the largest GPU: the memory of several is not summed, a model split over them needs more than the sum.
 */
export function assessGpus(facts: HardwareFacts, demand: TierDemand | null): Finding[] {
  const findings: Finding[] = [presence(facts), ...unreadable(facts)];
  if (demand !== null) findings.push(vram(facts.gpus, demand));
  return findings;
}

function presence({ gpus }: HardwareFacts): Finding {
  return {
    code: 'GPU_PRESENT',
    status: gpus.length > 0 ? 'pass' : 'warn',
    subject: '',
    unit: 'count',
    expected: 1,
    found: gpus.length,
    params: gpus.length > 0 ? { names: gpus.map(({ name }) => name).join(', ') } : { cpuOnly: true },
  };
}

/** nvidia-smi that does not answer properly, and GPUs whose memory it does not tell. */
function unreadable({ gpus, nvidia }: HardwareFacts): Finding[] {
  const program: Finding[] =
    nvidia.state === 'timeout' || nvidia.state === 'error'
      ? [unreadableFinding('nvidia-smi', nvidia.state, nvidia.detail)]
      : [];
  const silent = gpus.filter(({ vramBytes }) => vramBytes === null);
  return [...program, ...silent.map((gpu) => unreadableFinding(String(gpu.index), 'vram', gpu.name))];
}

function unreadableFinding(subject: string, reason: 'timeout' | 'error' | 'vram', detail: string): Finding {
  return {
    code: 'GPU_UNREADABLE',
    status: 'warn',
    subject,
    unit: 'text',
    expected: null,
    found: null,
    params: { reason, detail },
  };
}

function vram(gpus: readonly GpuFact[], demand: TierDemand): Finding {
  const best = gpus.reduce<GpuFact | undefined>(
    (most, gpu) => (most === undefined || (gpu.vramBytes ?? -1) > (most.vramBytes ?? -1) ? gpu : most),
    undefined,
  );
  const found = best === undefined ? 0 : best.vramBytes;
  const { status, expected, tier, reached } = judgeByTier(found, (each) => each.vramBytes, demand);
  return {
    code: 'GPU_VRAM',
    status,
    subject: best === undefined ? '' : String(best.index),
    unit: 'bytes',
    expected,
    found,
    params: { tier, reached, gpus: gpus.length, ...(best === undefined ? {} : { name: best.name }) },
  };
}
