import { groups } from '../state/fingerprint.ts';

/** Large and in groups, to be compared with a paper; as one text for a screen reader and for copying. */
export function Fingerprint({ value }: { value: string }) {
  return (
    <p className="wz-fingerprint" data-value={value}>
      {groups(value).map((group, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the groups of one text never change places
        <span key={index}>{group}</span>
      ))}
    </p>
  );
}
