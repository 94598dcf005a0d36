/**
 * Somebody without rights whose folder is being removed by root: swaps it for a link to the victim. Reads lines `HOW FOLDER VICTIM`: `once`
 * swaps at the first sign of work in the folder (inotify), `again` back and forth until it is forbidden. Says `watching`, and `swapped`
 * for each swap; runs as the user that the test gives it.
 */
import { renameSync, symlinkSync, unlinkSync, watch } from 'node:fs';
import { createInterface } from 'node:readline';

function swap(folder: string, victim: string): boolean {
  try {
    renameSync(folder, `${folder}.away`);
    symlinkSync(victim, folder);
    return true;
  } catch (error) {
    // root was faster: the folder is gone, or its parent is root's own by now, or half of an earlier swap is still there
    if (error instanceof Error && 'syscall' in error) return false;
    throw error;
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const [how = '', folder = '', victim = ''] = line.split(' ');
  if (how === 'once') {
    const watcher = watch(folder, () => {
      watcher.close();
      if (swap(folder, victim)) process.stdout.write('swapped\n');
    });
    // a folder that goes away under its watcher
    watcher.on('error', () => watcher.close());
    process.stdout.write('watching\n');
    continue;
  }
  process.stdout.write('watching\n');
  const end = performance.now() + 100;
  while (performance.now() < end && swap(folder, victim)) {
    process.stdout.write('swapped\n');
    try {
      unlinkSync(folder);
      renameSync(`${folder}.away`, folder);
    } catch {
      // root has taken one of the two away
      break;
    }
  }
}
