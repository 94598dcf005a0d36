import { Button } from '@patternfly/react-core';
import { askDesktop, inDesktop } from '../client/desktop-port.ts';
import { useConnection } from '../client/use-connection.ts';
import { useTexts } from '../i18n/use-texts.ts';
import { Notice } from './notice.tsx';

/** What holds for every page: the connection, and whether this window may change things. */
export function Banners() {
  const texts = useTexts();
  const { status, writer } = useConnection();
  return (
    <div role="status" className="wz-banners">
      {status === 'connecting' && <Notice kind="info" title={texts.t('connection.connecting')} />}
      {status === 'lost' && (
        <Notice kind="warning" title={texts.t('connection.lost')}>
          {texts.t('connection.lostHelp')}
        </Notice>
      )}
      {status === 'refused' && (
        <Notice kind="danger" title={texts.t('connection.refused')}>
          {texts.t('connection.refusedHelp')}
        </Notice>
      )}
      {status === 'open' && writer === false && (
        <Notice kind="info" title={texts.t('connection.readOnly')}>
          {texts.t('connection.readOnlyHelp')}
        </Notice>
      )}
    </div>
  );
}

/** In the desktop's window: the engine starts again with the rights that an installation needs. */
export function ElevateButton() {
  const texts = useTexts();
  if (!inDesktop) return null;
  return (
    <Button variant="secondary" onClick={() => askDesktop({ desktop: 'elevate' })}>
      {texts.t('actions.elevate')}
    </Button>
  );
}
