import type { Finding } from '../contract/findings.ts';

/** The part of the model's plan (model/fit.ts) that readiness judges; bytes. */
export interface ModelFit {
  fits: boolean;
  /** RAM that the model takes beside what lies on the GPU. */
  ramBytes: number;
  /** RAM that it was planned into. */
  ramAvailableBytes: number;
  vramBytes: number;
  /** As in llama.cpp: -1 all, 0 none. */
  nGpuLayers: number;
  nCtx: number;
  contextReduced: boolean;
}

/** Fails where the model does not fit, warns where it only fits with a smaller context. */
export function assessModel(fit: ModelFit): Finding {
  return {
    code: 'MODEL_FIT',
    status: !fit.fits ? 'fail' : fit.contextReduced ? 'warn' : 'pass',
    subject: '',
    unit: 'bytes',
    expected: fit.ramBytes,
    found: fit.ramAvailableBytes,
    params: {
      nGpuLayers: fit.nGpuLayers,
      nCtx: fit.nCtx,
      vram: fit.vramBytes,
      contextReduced: fit.contextReduced,
    },
  };
}
