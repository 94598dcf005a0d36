/**
 * `node test/site/hold-site.ts DIR [keep]`: makes a site, prints its id and socket as one JSON line and holds it until
 * it is ended; with `keep` it ends at once and leaves the site up. What the crash tests kill.
 */
import { onTermination } from './cleanup.ts';
import { createSite } from './site.ts';

const [dir, keep] = process.argv.slice(2);
if (!dir) throw new Error('usage: hold-site.ts DIR [keep]');
const site = await createSite({ dir, log: console.error });
if (keep) await site.keep();
else {
  onTermination(() => site.destroy());
  setInterval(() => undefined, 60_000);
}
console.log(JSON.stringify({ id: site.id, socketPath: site.engine.socketPath }));
