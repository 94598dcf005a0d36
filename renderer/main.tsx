import '@patternfly/react-core/dist/styles/base.css';
import '@fontsource-variable/golos-text';
import './styles.css';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { openBrowserTransport } from './client/browser-transport.ts';
import { Connection } from './client/connection.ts';
import { inDesktop } from './client/desktop-port.ts';
import { openDesktopTransport } from './client/desktop-transport.ts';

const connection = new Connection(inDesktop ? openDesktopTransport : openBrowserTransport);
void connection.run();
// Out of the back/forward cache: https://html.spec.whatwg.org/multipage/browsing-the-web.html#dom-pagetransitionevent-persisted
window.addEventListener('pageshow', ({ persisted }) => persisted && connection.renew());
// The timers of a page in the background run slowly.
document.addEventListener('visibilitychange', () => document.hidden || connection.wake());
// A new address printed by the engine, opened in this same tab, changes only the fragment.
window.addEventListener('hashchange', () => location.reload());
const root = document.getElementById('root');
if (root === null) throw new Error('no #root in index.html');
createRoot(root).render(<App connection={connection} />);
