import { Title } from '@patternfly/react-core';
import { type ReactNode, useId } from 'react';

/** A part of a page under its own heading. */
export function Card({ id, title, children }: { id?: string; title: string; children: ReactNode }) {
  const heading = useId();
  return (
    <section className="wz-card" id={id} aria-labelledby={heading}>
      <Title headingLevel="h2" size="lg" id={heading}>
        {title}
      </Title>
      {children}
    </section>
  );
}
