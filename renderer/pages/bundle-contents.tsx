import { Button } from '@patternfly/react-core';
import type { OpenedBundle } from '../../installer/contract/wizard.ts';
import { Card } from '../components/card.tsx';
import { DataTable } from '../components/data-table.tsx';
import { Detail } from '../components/detail.tsx';
import { Scroll } from '../components/scroll.tsx';
import { useTexts } from '../i18n/use-texts.ts';
import { sbomName } from '../state/sbom-name.ts';

/** What is in the bundle, what is new in it, and what it was made of. */
export function BundleContents({
  opened,
  onSbom,
}: {
  opened: OpenedBundle;
  onSbom: (path: string, from: HTMLElement) => void;
}) {
  const texts = useTexts();
  const { images, models, files } = opened.view.manifest;
  const total = files.reduce((sum, { size }) => sum + size, 0);
  const columns = [
    texts.shared('report.labels.name'),
    texts.shared('report.labels.size'),
    texts.shared('report.labels.digest'),
  ];
  return (
    <Card title={texts.t('trust.inside')}>
      <p>
        {texts.t('trust.counts', {
          images: texts.t('trust.images', { count: images.length }),
          models: texts.t('trust.models', { count: models.length }),
          files: texts.shared('cli.files', { count: files.length }),
          size: texts.bytes(total),
        })}
      </p>
      <Detail label={texts.t('trust.imageList')}>
        <DataTable
          label={texts.t('trust.imageList')}
          columns={columns}
          rows={[...images, ...models.map((model) => ({ ...model, name: model.path }))].map((item) => ({
            key: item.name,
            cells: [
              item.name,
              texts.bytes(item.size),
              <span key="digest" className="wz-mono">
                {item.digest}
              </span>,
            ],
          }))}
        />
      </Detail>
      <Detail label={texts.t('trust.releaseNotes')}>
        {opened.releaseNotes === null ? (
          <p>{texts.t('trust.noReleaseNotes')}</p>
        ) : (
          <Scroll className="wz-pre" label={texts.t('trust.releaseNotes')}>
            {opened.releaseNotes}
          </Scroll>
        )}
      </Detail>
      <Detail label={texts.t('trust.sbom')}>
        {opened.sbom.length === 0 ? (
          <p>{texts.t('trust.noSbom')}</p>
        ) : (
          <ul>
            {opened.sbom.map((path) => (
              <li key={path} data-sbom={path}>
                <Button variant="link" isInline onClick={(event) => onSbom(path, event.currentTarget)}>
                  {sbomName(path)}
                </Button>
              </li>
            ))}
          </ul>
        )}
      </Detail>
    </Card>
  );
}
