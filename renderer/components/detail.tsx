import { ExpandableSection } from '@patternfly/react-core';
import { type ReactNode, useState } from 'react';

/** Something to be opened by who wants it. */
export function Detail({ label, open = false, children }: { label: string; open?: boolean; children: ReactNode }) {
  const [isExpanded, setExpanded] = useState(open);
  return (
    <ExpandableSection toggleText={label} isExpanded={isExpanded} onToggle={(_event, next) => setExpanded(next)}>
      {isExpanded ? children : null}
    </ExpandableSection>
  );
}
