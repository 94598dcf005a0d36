import { useTexts } from '../i18n/use-texts.ts';

interface ScaleBarProps {
  label: string;
  value: number;
  marks: readonly { label: string; value: number }[];
  show: (value: number) => string;
}

const width = 320;

/** A measured value on a scale with marks for what is asked for; the same in words below it. */
export function ScaleBar({ label, value, marks, show }: ScaleBarProps) {
  const texts = useTexts();
  const largest = Math.max(value, ...marks.map((mark) => mark.value), 1);
  // The scale is by square root: a large machine must not squeeze the small marks into one.
  const at = (amount: number) => Math.sqrt(amount / largest) * (width - 4) + 2;
  const words = texts.t('hardware.found', { label, found: show(value) });
  const asked = marks.map(
    (mark) => `${mark.label}: ${mark.value === 0 ? texts.t('hardware.notNeeded') : show(mark.value)}`,
  );
  // Nothing is asked for: a bar would only ever be full.
  if (marks.length === 0) return <p>{words}</p>;
  return (
    <figure className="wz-figure">
      <figcaption>
        <strong>{words}</strong>
      </figcaption>
      <svg viewBox={`0 0 ${width} 26`} role="img" aria-label={`${words}. ${asked.join('; ')}`}>
        <rect className="wz-track" x="1" y="6" width={width - 2} height="14" rx="3" />
        <rect className="wz-fill-a" x="1" y="6" width={Math.max(0, at(value) - 1)} height="14" rx="3" />
        {marks
          .filter((mark) => mark.value > 0)
          .map((mark) => (
            <line className="wz-mark" key={mark.label} x1={at(mark.value)} x2={at(mark.value)} y1="1" y2="25" />
          ))}
      </svg>
      <ul className="wz-legend wz-subtle">
        {asked.map((each) => (
          <li key={each}>{each}</li>
        ))}
      </ul>
    </figure>
  );
}
