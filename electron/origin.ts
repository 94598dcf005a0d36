/** The wizard's own origin: a custom scheme, so that no page of any other origin can be it and no port is open. */
export const scheme = 'app';
export const appOrigin = 'app://wizard';
export const startPage = `${appOrigin}/index.html`;

/** Whether a URL is of the wizard itself. A custom scheme's `origin` is null in Node's URL, so its parts are compared. */
export function isOwn(url: string): boolean {
  let parts: URL;
  try {
    parts = new URL(url); // URL.canParse came with Node.js 18.17, after Electron 25's.
  } catch {
    return false;
  }
  const { protocol, host, username, password } = parts;
  return `${protocol}//${host}` === appOrigin && username === '' && password === '';
}
