import {
  Alert,
  DescriptionList,
  DescriptionListDescription,
  DescriptionListGroup,
  DescriptionListTerm,
} from '@patternfly/react-core';
import type { ReactNode } from 'react';
import type { WireError } from '../../installer/contract/errors.ts';
import { useTexts } from '../i18n/use-texts.ts';
import { ElevateButton } from './banners.tsx';
import { Detail } from './detail.tsx';
import { Scroll } from './scroll.tsx';

/** An error with all that is known of it: code, cause, expected and found, what to do, and the chain below it. */
export function ErrorAlert({ error, title, children }: { error: WireError; title?: string; children?: ReactNode }) {
  const texts = useTexts();
  const text = texts.error(error);
  const rows: [string, string | undefined][] = [
    [texts.t('error.code'), error.code],
    [texts.shared('report.labels.cause'), text.cause],
    [texts.shared('report.labels.expected'), text.expected],
    [texts.shared('report.labels.found'), error.found],
    [texts.shared('report.labels.remedy'), text.remedy],
  ];
  return (
    <Alert
      isInline
      variant="danger"
      component="h2"
      title={title ?? text.title}
      variantLabel={texts.t('alert.danger')}
      data-testid="error"
    >
      <DescriptionList isHorizontal isCompact aria-label={text.title}>
        {rows.map(([term, value]) =>
          value === undefined || value === '' ? null : (
            <DescriptionListGroup key={term}>
              <DescriptionListTerm>{term}</DescriptionListTerm>
              <DescriptionListDescription className={term === rows[0]?.[0] ? 'wz-mono' : ''}>
                {value}
              </DescriptionListDescription>
            </DescriptionListGroup>
          ),
        )}
      </DescriptionList>
      <Technical error={error} />
      {error.code === 'NOT_ROOT' && <ElevateButton />}
      {children}
    </Alert>
  );
}

function Technical({ error }: { error: WireError }) {
  const texts = useTexts();
  const lines: string[] = [];
  for (let each: WireError | undefined = error; each !== undefined; each = each.cause) {
    if (each.detail !== undefined || each !== error) lines.push(`${each.code} ${each.detail ?? ''}`.trim());
  }
  if (lines.length === 0) return null;
  return (
    <Detail label={texts.t('error.technical')}>
      <Scroll className="wz-pre" label={texts.t('error.technical')}>
        {lines.join('\n')}
      </Scroll>
    </Detail>
  );
}
