import { setTimeout as sleep } from 'node:timers/promises';

/** Far longer than anything here takes, also on a machine that has much else to do (ms). */
export const patience = 120_000;

/** Asks again and again until the answer is yes; throws, saying what was waited for, when it never is. */
export async function until(what: string, asked: () => boolean | Promise<boolean>, within = patience): Promise<void> {
  const deadline = Date.now() + within;
  while (!(await asked())) {
    if (Date.now() > deadline) throw new Error(`waited in vain: ${what}`);
    await sleep(50);
  }
}
