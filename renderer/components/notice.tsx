import { Alert } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import { useTexts } from '../i18n/use-texts.ts';

export type NoticeKind = 'success' | 'info' | 'warning' | 'danger';

/** A message with its importance also in words. */
export function Notice({ kind, title, children }: { kind: NoticeKind; title: string; children?: ReactNode }) {
  const texts = useTexts();
  return (
    <Alert isInline component="h2" variant={kind} title={title} variantLabel={texts.t(`alert.${kind}`)}>
      {children}
    </Alert>
  );
}
