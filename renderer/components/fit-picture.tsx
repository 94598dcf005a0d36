import type { FitPlanView } from '../../installer/contract/budgets.ts';
import { useTexts } from '../i18n/use-texts.ts';

const width = 640;

/** Where the model's layers run and what of the memory it takes, as a picture and in words. */
export function FitPicture({ fit }: { fit: FitPlanView }) {
  const texts = useTexts();
  const { layersOnGpu, layersTotal } = fit;
  const onCpu = layersTotal - layersOnGpu;
  const cell = width / Math.max(1, layersTotal);
  const words = texts.t('fit.layers', { gpu: layersOnGpu, cpu: onCpu, total: layersTotal });
  const used = Math.min(fit.ramBytes, fit.ramAvailableBytes);
  const left = Math.max(0, fit.ramAvailableBytes - fit.ramBytes);
  const scale = width / Math.max(fit.ramAvailableBytes, fit.ramBytes, 1);
  const memory = texts.t('fit.memory', {
    used: texts.bytes(fit.ramBytes),
    left: texts.bytes(left),
    total: texts.bytes(fit.ramAvailableBytes),
  });
  return (
    <figure className="wz-figure">
      <p>{texts.t(`fit.reason.${fit.reason}`)}</p>
      <svg viewBox={`0 0 ${width} 30`} role="img" aria-label={words}>
        {Array.from({ length: layersTotal }, (_, layer) => (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: a layer is its index
            key={layer}
            // llama.cpp fills the GPU from the end.
            className={layer >= onCpu ? 'wz-fill-b' : 'wz-fill-a'}
            x={layer * cell + 1}
            y={layer >= onCpu ? 2 : 12}
            width={Math.max(1, cell - 2)}
            height={layer >= onCpu ? 26 : 16}
          />
        ))}
      </svg>
      <ul className="wz-legend">
        <li>
          <Swatch className="wz-fill-a" />
          {texts.t('fit.onCpu', { count: onCpu })}
        </li>
        <li>
          <Swatch className="wz-fill-b" />
          {texts.t('fit.onGpu', { count: layersOnGpu })}
        </li>
      </ul>
      <svg viewBox={`0 0 ${width} 30`} role="img" aria-label={memory}>
        <rect className="wz-track" x="1" y="4" width={width - 2} height="22" rx="3" />
        <rect className="wz-fill-c" x="1" y="4" width={Math.max(0, used * scale - 2)} height="22" rx="3" />
      </svg>
      <ul className="wz-legend">
        <li>
          <Swatch className="wz-fill-c" />
          {texts.t('fit.used', { bytes: texts.bytes(fit.ramBytes) })}
        </li>
        <li>
          <Swatch className="wz-fill-none" />
          {texts.t('fit.left', { bytes: texts.bytes(left) })}
        </li>
        {fit.vramBytes > 0 && <li>{texts.t('fit.vram', { bytes: texts.bytes(fit.vramBytes) })}</li>}
        <li>{texts.t('fit.parts', { weights: texts.bytes(fit.weightsBytes), cache: texts.bytes(fit.kvBytes) })}</li>
        <li>{texts.t('fit.context', { count: fit.nCtx, tokens: texts.number(fit.nCtx) })}</li>
      </ul>
      {fit.contextReduced && <p className="wz-subtle">{texts.t('fit.reduced')}</p>}
    </figure>
  );
}

function Swatch({ className }: { className: string }) {
  return (
    <svg viewBox="0 0 16 16" aria-hidden="true">
      <rect className={className} x="1" y="1" width="14" height="14" />
    </svg>
  );
}
