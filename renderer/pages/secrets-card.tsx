import { Button } from '@patternfly/react-core';
import type { RevealedSecret } from '../../installer/contract/wizard.ts';
import { CallProblem } from '../components/call-problem.tsx';
import { Card } from '../components/card.tsx';
import { DataTable } from '../components/data-table.tsx';
import { Notice } from '../components/notice.tsx';
import { SaveField } from '../components/save-field.tsx';
import { useTexts } from '../i18n/use-texts.ts';
import { useCall } from '../state/use-call.ts';
import { useWizard } from '../state/wizard.ts';

/** The secrets that were made on this machine: shown once, or saved to a file. They live in this page's memory only. */
export function SecretsCard() {
  const texts = useTexts();
  const { readOnly } = useWizard();
  const [call, start] = useCall<RevealedSecret[]>();
  return (
    <Card id="secrets" title={texts.t('secrets.title')}>
      <p>{texts.t('secrets.help')}</p>
      {call.kind === 'done' ? (
        <>
          <Notice kind="warning" title={texts.t('secrets.once')} />
          <DataTable
            label={texts.t('secrets.title')}
            columns={[texts.t('secrets.purpose'), texts.t('secrets.value')]}
            rows={call.value.map(({ env, purpose, value }) => ({
              key: env,
              cells: [
                texts.pick(purpose),
                <span key="value" className="wz-mono">
                  {value}
                </span>,
              ],
            }))}
          />
        </>
      ) : (
        <div>
          <Button
            id="show-secrets"
            variant="secondary"
            isDisabled={readOnly || call.kind === 'busy'}
            onClick={() => start((engine) => engine.secrets.reveal())}
          >
            {texts.t('secrets.show')}
          </Button>
        </div>
      )}
      <CallProblem call={call} />
      <SaveField
        id="secrets-folder"
        label={texts.t('secrets.folder')}
        help={texts.t('secrets.folderHelp')}
        button={texts.t('secrets.save')}
        disabled={readOnly}
        save={async (engine, dir) => {
          const saved = await engine.secrets.save({ dir });
          return { files: [saved.file], private: saved.private };
        }}
      />
    </Card>
  );
}
