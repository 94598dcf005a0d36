import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checklist } from './checklist.ts';
import { type Desk, launch } from './support/launch.ts';
import { listenOutside, type Outside } from './support/outside.ts';
import { makeRig, type Rig } from './support/rig.ts';

let rig: Rig;
let outside: Outside;
let standing: Desk;

beforeAll(async () => {
  rig = await makeRig(() => undefined);
  outside = await listenOutside();
  standing = await launch(rig, rig.standing);
}, 300_000);

afterAll(async () => {
  await standing?.close();
  await outside?.end();
  await rig?.end();
}, 60_000);

describe('Electron security checklist', () => {
  for (const item of checklist) {
    it(`${item.number}. ${item.title}`, async () => {
      await item.probe(standing, outside);
    });
  }
});

describe('a build without the defence is caught', () => {
  for (const item of checklist) {
    it(`${item.number}. without ${item.weakened.join(' and ')}`, async () => {
      // A page that is not the wizard's own gets no port.
      const port = !item.weakened.includes('scheme');
      const desk = await launch(rig, await rig.without(item.weakened), { port });
      try {
        await expect(item.probe(desk, outside)).rejects.toThrow();
      } finally {
        await desk.close();
      }
    });
  }
});
