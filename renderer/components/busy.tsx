import { Spinner } from '@patternfly/react-core';

/** Something is being done that gives no measure of how far it is. */
export function Busy({ id, label }: { id?: string; label: string }) {
  return (
    <p id={id} className="wz-row" role="status">
      <Spinner size="md" aria-hidden="true" /> {label}
    </p>
  );
}
