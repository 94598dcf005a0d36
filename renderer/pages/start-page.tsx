import { Button, Radio } from '@patternfly/react-core';
import { useEffect } from 'react';
import type { FoundMedium } from '../../installer/contract/wizard.ts';
import { useConnection } from '../client/use-connection.ts';
import { Busy } from '../components/busy.tsx';
import { CallProblem } from '../components/call-problem.tsx';
import { Card } from '../components/card.tsx';
import { Notice } from '../components/notice.tsx';
import { OfficerCard } from '../components/officer-card.tsx';
import { PathField } from '../components/path-field.tsx';
import { useTexts } from '../i18n/use-texts.ts';
import { withMedium } from '../state/draft.ts';
import type { Mode } from '../state/pages.ts';
import { type PathProblem, pathProblem } from '../state/path-problem.ts';
import { useCall } from '../state/use-call.ts';
import { useWizard } from '../state/wizard.ts';
import { RunInProgress } from './run-in-progress.tsx';

export function StartPage() {
  const texts = useTexts();
  const { draft, draftDamaged, site } = useWizard();
  const installed = site?.installed ?? null;
  return (
    <>
      {draftDamaged && <Notice id="draft-damaged" kind="warning" title={texts.t('start.draftDamaged')} />}
      <RunInProgress />
      <Card title={texts.t('start.job')}>
        <div role="radiogroup" aria-label={texts.t('start.job')}>
          <ModeRadio mode="install" />
          <Radio
            id="mode-upgrade"
            name="mode"
            isDisabled
            label={texts.t('start.modes.upgrade')}
            description={texts.t(installed === null ? 'start.modeHelp.upgradeNothing' : 'start.modeHelp.upgradeLater')}
          />
          <ModeRadio mode="readiness" />
          {installed !== null && <ModeRadio mode="test" />}
        </div>
        {installed !== null && (
          <p>
            {texts.t('start.installed', {
              product: installed.product,
              release: installed.release,
              at: texts.date(installed.at),
            })}
          </p>
        )}
      </Card>
      {draft.mode !== 'test' && <MediumCard />}
      {draft.mode !== 'test' && <OfficerCard />}
    </>
  );
}

function ModeRadio({ mode }: { mode: Mode }) {
  const texts = useTexts();
  const { draft, change, readOnly } = useWizard();
  return (
    <Radio
      id={`mode-${mode}`}
      isDisabled={readOnly}
      name="mode"
      label={texts.t(`start.modes.${mode}`)}
      description={texts.t(`start.modeHelp.${mode}`)}
      isChecked={draft.mode === mode}
      onChange={() => change((before) => ({ ...before, mode, run: null }))}
    />
  );
}

function MediumCard() {
  const texts = useTexts();
  const { client } = useConnection();
  const { draft, change, readOnly, opening } = useWizard();
  const problem = opening.kind === 'failed' ? pathProblem(opening.error, draft) : null;
  const problemOf = (field: PathProblem['field']) =>
    problem?.field === field ? { problem: <WrongPath problem={problem} /> } : {};
  const [scan, start] = useCall<FoundMedium[]>();
  useEffect(() => {
    if (client !== null) start((engine, signal) => engine.media.scan(undefined, { signal }));
  }, [client, start]);

  return (
    <Card title={draft.mode === 'readiness' ? texts.t('start.mediumOptional') : texts.t('start.medium')}>
      {scan.kind === 'busy' && <Busy label={texts.t('start.scanning')} />}
      <CallProblem call={scan} />
      {scan.kind === 'done' && scan.value.length === 0 && (
        <Notice kind="info" title={texts.t('start.noMedia')}>
          {texts.t('start.noMediaHelp')}
        </Notice>
      )}
      {scan.kind === 'done' && scan.value.length > 0 && (
        <div role="radiogroup" aria-label={texts.t('start.medium')}>
          {scan.value.map((medium) => (
            <Radio
              key={medium.dir}
              id={`medium-${medium.dir}`}
              name="medium"
              label={mediumTitle(medium, texts.t('start.unknownProduct'))}
              description={texts.t('start.mediumFacts', {
                label: medium.label ?? medium.dir,
                dir: medium.dir,
                size: texts.bytes(medium.size),
                fileSystem: medium.fileSystem,
              })}
              isDisabled={readOnly}
              isChecked={draft.bundle === medium.dir}
              onChange={() => change((before) => withMedium(before, { bundle: medium.dir }))}
            />
          ))}
          <p className="wz-subtle">{texts.t('start.unverified')}</p>
        </div>
      )}
      <Button
        variant="secondary"
        isDisabled={client === null || scan.kind === 'busy'}
        onClick={() => start((engine, signal) => engine.media.scan(undefined, { signal }))}
      >
        {texts.t('start.scanAgain')}
      </Button>
      <PathField
        id="bundle-folder"
        label={texts.t('start.bundle')}
        help={texts.t('start.bundleHelp')}
        value={draft.bundle}
        disabled={readOnly}
        {...problemOf('bundle')}
        onChange={(bundle) => change((before) => withMedium(before, { bundle }))}
      />
      <PathField
        id="root-file"
        label={texts.t('start.root')}
        help={texts.t('start.rootHelp')}
        value={draft.root}
        disabled={readOnly}
        {...problemOf('root')}
        onChange={(root) => change((before) => withMedium(before, { root }))}
      />
      <StickRoot media={scan.kind === 'done' ? scan.value : []} />
    </Card>
  );
}

/** What was found in place of what was asked for, and what was probably meant. */
function WrongPath({ problem: { field, error, instead } }: { problem: PathProblem }) {
  const texts = useTexts();
  const { change } = useWizard();
  const { title, cause, remedy } = texts.error(error);
  return (
    <span className="wz-gap" data-code={error.code}>
      <span className="wz-strong">{title}</span>
      <span>{cause}</span>
      <span>{remedy}</span>
      {instead !== null && (
        <span>
          <Button
            variant="link"
            isInline
            data-action="instead"
            onClick={() => change((before) => withMedium(before, { [field]: instead }))}
          >
            {texts.t('start.useInstead', { path: instead })}
          </Button>
        </span>
      )}
    </span>
  );
}

/** The stick's own keys may be used only where the fingerprints are compared with the paper. */
function StickRoot({ media }: { media: readonly FoundMedium[] }) {
  const texts = useTexts();
  const { draft, change } = useWizard();
  const root = media.find(({ dir }) => dir === draft.bundle)?.root ?? null;
  if (root === null) return null;
  if (root === draft.root) {
    return <Notice kind="warning" title={texts.t('start.stickRootWarning')} />;
  }
  return (
    <Button variant="link" isInline onClick={() => change((before) => withMedium(before, { root }))}>
      {texts.t('start.useStickRoot')}
    </Button>
  );
}

function mediumTitle({ product }: FoundMedium, unknown: string): string {
  return product === null ? unknown : `${product.title} ${product.version}`;
}
