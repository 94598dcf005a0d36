import { Title } from '@patternfly/react-core';
import { type ReactNode, useId } from 'react';

/** A part of a page under its own heading. */
export function Card({ title, children }: { title: string; children: ReactNode }) {
  const id = useId();
  return (
    <section className="wz-card" aria-labelledby={id}>
      <Title headingLevel="h2" size="lg" id={id}>
        {title}
      </Title>
      {children}
    </section>
  );
}
