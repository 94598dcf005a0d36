import type { Random } from '../../fixtures/random.ts';

type Container = Record<string, unknown> | unknown[];

const zeros = `sha256:${'0'.repeat(64)}`;

/** What a JSON document can say where something else is expected. */
const values: readonly (() => unknown)[] = [
  ...[null, true, 0, -1, 1, 0.5, 2 ** 31, 2 ** 53, 1e308, '', 'a', '.', '..', '/', '-'].map((value) => () => value),
  ...['../../etc/passwd', '/etc/passwd', 'a/../b', 'a//b', 'bundle.json', 'root.json.1.sig', 'BUNDLE.JSON'].map(
    (value) => () => value,
  ),
  ...[zeros, 'sha256:../../x', 'sha512:00', zeros.toUpperCase(), `${zeros}0`, '\u0000', 'e\u0301', '\ud800'].map(
    (value) => () => value,
  ),
  () => 'x'.repeat(600),
  () => 'a/'.repeat(300),
  () => [],
  () => ({}),
  () => JSON.parse('{"__proto__":{"polluted":true}}'),
  () => Array.from({ length: 2000 }, () => zeros),
  () => JSON.parse(`${'['.repeat(500)}${']'.repeat(500)}`),
];

/** A copy of a JSON value with one to four of its places changed: replaced, removed, doubled, added, swapped. */
export function mutateJson(random: Random, value: unknown): unknown {
  let mutated = structuredClone(value);
  for (let left = 1 + random.below(4); left > 0; left--) mutated = mutateOnce(random, mutated);
  return mutated;
}

function mutateOnce(random: Random, root: unknown): unknown {
  const containers = containersOf(root);
  if (containers.length === 0 || random.chance(0.01)) return random.pick(values)();
  const container = random.pick(containers);
  const keys = Object.keys(container);
  const key = keys.length === 0 ? 'x' : random.pick(keys);
  const kind = random.below(10);
  if (kind < 5) set(container, key, random.pick(values)());
  else if (kind < 7) remove(container, key);
  else if (Array.isArray(container)) container.push(structuredClone(random.pick(container)));
  else if (kind < 8) set(container, random.pick(['extra', '__proto__', 'constructor', key]), random.pick(values)());
  else set(container, key, structuredClone(get(random.pick(containers), random)));
  return root;
}

function set(container: Container, key: string, value: unknown): void {
  // an own property, also of a name with a setter
  Object.defineProperty(container, key, { value, enumerable: true, configurable: true, writable: true });
}

function remove(container: Container, key: string): void {
  if (Array.isArray(container)) container.splice(Number(key) || 0, 1);
  else delete container[key];
}

function get(container: Container, random: Random): unknown {
  const all = Object.values(container);
  return all.length === 0 ? null : random.pick(all);
}

function containersOf(root: unknown): Container[] {
  const found: Container[] = [];
  const waiting = [root];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (typeof next !== 'object' || next === null) continue;
    found.push(next as Container);
    waiting.push(...Object.values(next).slice(0, 50));
  }
  return found;
}
