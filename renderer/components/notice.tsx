import { Alert } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import { useTexts } from '../i18n/use-texts.ts';

export type NoticeKind = 'success' | 'info' | 'warning' | 'custom' | 'danger';

interface NoticeProps {
  id?: string;
  kind: NoticeKind;
  title: string;
  children?: ReactNode;
}

/** A message with its importance also in words. */
export function Notice({ id, kind, title, children }: NoticeProps) {
  const texts = useTexts();
  return (
    <Alert
      {...(id === undefined ? {} : { id })}
      isInline
      component="h2"
      variant={kind}
      title={title}
      variantLabel={texts.t(`alert.${kind}`)}
    >
      {children}
    </Alert>
  );
}
