import type { Finding } from '../../installer/contract/findings.ts';
import type { OpenedBundle } from '../../installer/contract/wizard.ts';
import { Notice } from '../components/notice.tsx';
import { useTexts } from '../i18n/use-texts.ts';

/** What is to be known of a trusted bundle besides: dates that do not fit this machine's clock, and what it builds on. */
export function BundleNotices({ opened }: { opened: OpenedBundle }) {
  const texts = useTexts();
  const { findings = [], manifest } = opened.view;
  const date = (value: Finding['found']) => (typeof value === 'string' ? texts.date(Date.parse(value)) : value);
  return (
    <>
      {findings.map((finding) => {
        const { expected, found, code } = finding;
        const text = texts.finding({ ...finding, expected: date(expected), found: date(found) });
        return (
          <Notice key={code} id={`finding-${code}`} kind="warning" title={text.title}>
            {text.remedy}
          </Notice>
        );
      })}
      {manifest.base !== undefined && (
        <Notice id="delta" kind="info" title={texts.t('trust.delta', { release: texts.number(manifest.base.release) })}>
          {texts.t('trust.deltaFiles', { count: manifest.assumed?.length ?? 0 })}
        </Notice>
      )}
    </>
  );
}
