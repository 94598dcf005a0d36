/** What one window shows of the draft that the engine keeps, over breaks of the connection and changes of who is in control. */
import { expect, test } from 'vitest';
import type { DraftState, WizardDraft } from '../../installer/contract/draft.ts';
import type { EngineClient } from '../../renderer/client/transport.ts';
import { emptyDraft } from '../../renderer/state/draft.ts';
import { DraftKeeper } from '../../renderer/state/draft-keeper.ts';

/** An engine's side of the draft: what it keeps, what it was given, and a way to tell what another window did. */
function engineSide(kept: WizardDraft | null) {
  const given: WizardDraft[] = [];
  const waiting: DraftState[] = [{ draft: kept, damaged: false }];
  let wake: () => void = () => undefined;
  let held: Promise<unknown> = Promise.resolve();
  const draft = {
    async set(value: WizardDraft) {
      given.push(value);
      await held;
      return {};
    },
    async follow() {
      return (async function* () {
        for (;;) {
          const next = waiting.shift();
          if (next !== undefined) yield next;
          else {
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
          }
        }
      })();
    },
  };
  return {
    client: { draft } as unknown as EngineClient,
    given,
    told(other: WizardDraft) {
      waiting.push({ draft: other, damaged: false });
      wake();
    },
    hold(): () => void {
      let release: () => void = () => undefined;
      held = new Promise<void>((resolve) => {
        release = resolve;
      });
      return release;
    },
  };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));
const bundle = (path: string) => (before: WizardDraft) => ({ ...before, bundle: path });

test('nothing is shown and nothing can be chosen before the engine said what it keeps', async () => {
  const keeper = new DraftKeeper();
  keeper.change(bundle('/early'));
  expect(keeper.snapshot()).toMatchObject({ loaded: false, draft: emptyDraft });
  const engine = engineSide({ ...emptyDraft, bundle: '/kept' });
  keeper.attach(engine.client, true);
  await settled();
  expect(keeper.snapshot()).toMatchObject({ loaded: true, draft: { bundle: '/kept' } });
  expect(engine.given).toEqual([]);
});

test('each change is sent at once, also while a slow disk holds up the ones before; of very many the newest waits, and arrives', async () => {
  const keeper = new DraftKeeper();
  const engine = engineSide(null);
  keeper.attach(engine.client, true);
  await settled();
  const release = engine.hold();
  const typed = Array.from({ length: 20 }, (_, index) => `/${'a'.repeat(index)}`);
  for (const path of typed) keeper.change(bundle(path));
  expect(engine.given.map((each) => each.bundle)).toEqual(typed.slice(0, 8));
  release();
  await settled();
  expect(engine.given.map((each) => each.bundle)).toEqual([...typed.slice(0, 8), typed.at(-1)]);
});

test('after a break the window in control gives what it shows, also to an engine that was started again', async () => {
  const keeper = new DraftKeeper();
  keeper.attach(engineSide(null).client, true);
  await settled();
  keeper.change(bundle('/typed'));
  keeper.attach(null, null);
  keeper.change(bundle('/typed while it was away'));
  const next = engineSide({ ...emptyDraft, bundle: '/older' });
  keeper.attach(next.client, true);
  await settled();
  expect(keeper.snapshot().draft.bundle).toBe('/typed while it was away');
  expect(next.given.at(-1)?.bundle).toBe('/typed while it was away');
});

test('an engine that has more rights may know more: a window in which nothing was chosen takes that', async () => {
  const keeper = new DraftKeeper();
  keeper.attach(engineSide(null).client, true);
  await settled();
  keeper.attach(engineSide({ ...emptyDraft, bundle: '/kept by root' }).client, true);
  await settled();
  expect(keeper.snapshot().draft.bundle).toBe('/kept by root');
});

test('a window that only looks on follows, decides nothing, and sends nothing', async () => {
  const keeper = new DraftKeeper();
  const engine = engineSide({ ...emptyDraft, bundle: '/kept' });
  keeper.attach(engine.client, false);
  await settled();
  keeper.change((before) => ({ ...before, bundle: '/mine', page: 'trust' }));
  expect(keeper.snapshot().draft).toMatchObject({ bundle: '/kept', page: 'trust' });
  engine.told({ ...emptyDraft, bundle: '/theirs', page: 'plan' });
  await settled();
  expect(keeper.snapshot().draft).toMatchObject({ bundle: '/theirs', page: 'plan' });
  expect(engine.given).toEqual([]);
  // Control: in control, the same change counts and is handed on.
  keeper.attach(engine.client, true);
  keeper.change(bundle('/mine'));
  await settled();
  expect(engine.given.map((each) => each.bundle)).toEqual(['/mine']);
});
