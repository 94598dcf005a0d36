import { Button, SearchInput } from '@patternfly/react-core';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { SbomView } from '../../installer/contract/sbom.ts';
import { useConnection } from '../client/use-connection.ts';
import { Busy } from '../components/busy.tsx';
import { CallProblem } from '../components/call-problem.tsx';
import { Card } from '../components/card.tsx';
import { DataTable } from '../components/data-table.tsx';
import { useTexts } from '../i18n/use-texts.ts';
import { sbomName } from '../state/sbom-name.ts';
import { useCall } from '../state/use-call.ts';
import { useWizard } from '../state/wizard.ts';

/** Rows of one page: a table of all components, thousands of them, would take seconds to lay out. */
const pageRows = 25;

/** One list of components of the bundle, to be read, filtered and left again. */
export function SbomPage({ path, onBack }: { path: string; onBack: () => void }) {
  const texts = useTexts();
  const { client } = useConnection();
  const { draft } = useWizard();
  const { bundle, root } = draft;
  const [call, start] = useCall<SbomView>();
  const back = useRef<HTMLButtonElement>(null);
  useEffect(() => back.current?.focus(), []);
  useEffect(() => {
    if (client !== null) start((engine, signal) => engine.bundle.sbom({ dir: bundle, root, path }, { signal }));
  }, [client, bundle, root, path, start]);

  return (
    <>
      <div>
        <Button id="sbom-back" ref={back} variant="secondary" onClick={onBack}>
          {texts.t('sbom.back')}
        </Button>
      </div>
      <Card id="sbom" title={texts.t('sbom.title', { name: sbomName(path) })}>
        {call.kind === 'busy' && <Busy label={texts.t('sbom.reading')} />}
        <CallProblem call={call} />
        {call.kind === 'done' && <Components view={call.value} path={path} />}
      </Card>
    </>
  );
}

function Components({ view, path }: { view: SbomView; path: string }) {
  const texts = useTexts();
  const { subject, components, total } = view;
  const [filter, setFilter] = useState('');
  const [page, setPage] = useState(0);
  const searched = useMemo(
    () =>
      components.map((item) => ({
        item,
        text: [item.name, item.version, item.purl, ...item.licenses].join('\n').toLowerCase(),
      })),
    [components],
  );
  const wanted = filter.trim().toLowerCase();
  const found = useMemo(() => searched.filter(({ text }) => text.includes(wanted)), [searched, wanted]);
  const show = (next: string) => {
    setFilter(next);
    setPage(0);
  };
  const first = page * pageRows;
  return (
    <>
      <p className="wz-subtle wz-mono">{subject === null ? path : `${path}: ${subject.name} ${subject.version}`}</p>
      {components.length < total && (
        <p>{texts.t('sbom.cut', { shown: texts.number(components.length), total: texts.number(total) })}</p>
      )}
      <SearchInput
        value={filter}
        aria-label={texts.t('sbom.filter')}
        placeholder={texts.t('sbom.filter')}
        resetButtonLabel={texts.t('readiness.clear')}
        onChange={(_event, value) => show(value)}
        onClear={() => show('')}
      />
      <p id="sbom-found" className="wz-subtle" role="status">
        {components.length === 0
          ? texts.shared('sbom.none')
          : texts.t('sbom.found', { found: texts.number(found.length), total: texts.number(components.length) })}
      </p>
      <Pages page={page} pages={Math.ceil(found.length / pageRows)} onPage={setPage} />
      {found.length > 0 && (
        <DataTable
          label={texts.shared('sbom.components')}
          columns={[
            texts.shared('sbom.name'),
            texts.shared('sbom.version'),
            texts.shared('sbom.license'),
            texts.shared('sbom.purl'),
          ]}
          widths={[20, 20, 20, 40]}
          rows={found.slice(first, first + pageRows).map(({ item }, index) => ({
            // A document may name a component twice; a page is drawn anew as a whole.
            key: String(first + index),
            cells: [
              item.name,
              item.version,
              item.licenses.join(', '),
              <span key="purl" className="wz-mono">
                {item.purl}
              </span>,
            ],
          }))}
        />
      )}
    </>
  );
}

function Pages({ page, pages, onPage }: { page: number; pages: number; onPage: (page: number) => void }) {
  const texts = useTexts();
  if (pages < 2) return null;
  // Disabled for the eye and the screen reader only: a button that loses the focus under the finger leads nowhere.
  return (
    <nav className="wz-row" aria-label={texts.t('sbom.pages')}>
      <Button
        id="sbom-previous"
        variant="secondary"
        isAriaDisabled={page === 0}
        onClick={() => onPage(Math.max(0, page - 1))}
      >
        {texts.t('sbom.previous')}
      </Button>
      <span id="sbom-page">{texts.t('sbom.page', { page: texts.number(page + 1), pages: texts.number(pages) })}</span>
      <Button
        id="sbom-next"
        variant="secondary"
        isAriaDisabled={page === pages - 1}
        onClick={() => onPage(Math.min(pages - 1, page + 1))}
      >
        {texts.t('sbom.next')}
      </Button>
    </nav>
  );
}
