import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/**
 * What packaging decides, in a file inside the app's archive: no flag and no environment variable of whoever starts the
 * window can change which program runs, least of all which one runs as root.
 */
export const settingsSchema = z.strictObject({
  /** Program and arguments of the engine process; `{resources}` stands for the packaged app's resources folder. */
  engine: z.array(z.string().min(1)).min(1),
  /** What is put before them to become root: `pkexec`, with which the desktop asks for the password. */
  elevate: z.array(z.string().min(1)).min(1),
});
export type Settings = z.infer<typeof settingsSchema>;

/** The settings beside the main bundle. Throws when they are missing or malformed: the app then does not start. */
export function readSettings(folder: string, resources: string): Settings {
  const settings = settingsSchema.parse(JSON.parse(readFileSync(join(folder, 'settings.json'), 'utf8')));
  const place = (part: string) => part.replaceAll('{resources}', resources);
  return { engine: settings.engine.map(place), elevate: settings.elevate.map(place) };
}
