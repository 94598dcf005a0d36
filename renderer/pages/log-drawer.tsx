import { FormSelect, FormSelectOption, SearchInput } from '@patternfly/react-core';
import { useState } from 'react';
import { Card } from '../components/card.tsx';
import { Detail } from '../components/detail.tsx';
import { Scroll } from '../components/scroll.tsx';
import { useTexts } from '../i18n/use-texts.ts';
import type { LogLine } from '../state/log-lines.ts';

const levels = ['debug', 'info', 'warn', 'error'] as const;
/** More lines than anyone reads at once; a filter finds the others. */
const shownLines = 300;

/** The technical log, closed until someone wants it. */
export function LogDrawer({ lines }: { lines: readonly LogLine[] }) {
  const texts = useTexts();
  return (
    <Card id="log" title={texts.t('log.title')}>
      <Detail label={texts.t('log.open', { count: lines.length })}>
        <Lines lines={lines} />
      </Detail>
    </Card>
  );
}

function Lines({ lines }: { lines: readonly LogLine[] }) {
  const texts = useTexts();
  const [filter, setFilter] = useState('');
  const [level, setLevel] = useState<LogLine['level']>('info');
  const wanted = filter.trim().toLowerCase();
  const found = lines.filter(
    (line) =>
      levels.indexOf(line.level) >= levels.indexOf(level) &&
      (wanted === '' || `${line.source} ${line.message}`.toLowerCase().includes(wanted)),
  );
  // The newest line stands first: it is what one opens the log for, and nothing jumps while one reads.
  const shown = found.slice(-shownLines).reverse();
  return (
    <>
      <div className="wz-row">
        <SearchInput
          className="wz-grow"
          value={filter}
          aria-label={texts.t('log.filter')}
          placeholder={texts.t('log.filter')}
          resetButtonLabel={texts.t('readiness.clear')}
          onChange={(_event, value) => setFilter(value)}
          onClear={() => setFilter('')}
        />
        <div className="wz-select">
          <FormSelect
            aria-label={texts.t('log.level')}
            value={level}
            onChange={(_event, value) => setLevel(levels.find((each) => each === value) ?? 'info')}
          >
            {levels.map((each) => (
              <FormSelectOption key={each} value={each} label={texts.t(`log.levels.${each}`)} />
            ))}
          </FormSelect>
        </div>
      </div>
      <p className="wz-subtle">{texts.t('log.shown', { count: found.length, shown: texts.number(shown.length) })}</p>
      <Scroll className="wz-log" label={texts.t('log.lines')}>
        {shown.map((line) => `${texts.time(line.at)} ${line.level} ${line.source}: ${line.message}`).join('\n')}
      </Scroll>
    </>
  );
}
