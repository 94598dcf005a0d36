import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { checklist } from './checklist.ts';
import { type Desk, launch } from './support/launch.ts';
import { listenOutside, type Outside } from './support/outside.ts';
import { without } from './support/rig.ts';

let outside: Outside;
let standing: Desk;

beforeAll(async () => {
  outside = await listenOutside();
  standing = await launch(inject('desktop').standing);
});

afterAll(async () => {
  await standing?.close();
  await outside?.end();
});

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
      const desk = await launch(await without(item.weakened), { port });
      try {
        await expect(item.probe(desk, outside)).rejects.toMatchObject({ name: 'AssertionError' });
      } finally {
        await desk.close();
      }
    });
  }
});
