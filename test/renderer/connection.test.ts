import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Connection } from '../../renderer/client/connection.ts';
import { takeToken } from '../../renderer/client/token.ts';
import { type Closed, type EngineClient, SessionRefused, type Transport } from '../../renderer/client/transport.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A stand-in for the wire: answers who may change things, and can be cut. */
function wire(writer: () => boolean | Promise<never>, how: Closed = 'lost') {
  const control = async () => ({ writer: await writer(), taken: false });
  let cut: () => void = () => undefined;
  const transport: Transport = {
    client: { control: { claim: control, state: control } } as unknown as EngineClient,
    closed: new Promise((resolve) => {
      cut = () => resolve(how);
    }),
    close: () => cut(),
  };
  return transport;
}

test('a lost connection is shown, and opened again by itself', async () => {
  const wires = [wire(() => true), wire(() => true)];
  let opened = 0;
  const connection = new Connection(async () => {
    const next = wires[opened];
    opened += 1;
    if (next === undefined) throw new Error('none');
    return next;
  });
  const seen: string[] = [];
  connection.subscribe(() => seen.push(connection.snapshot().status));
  void connection.run();
  await vi.advanceTimersByTimeAsync(10);
  wires[0]?.close();
  await vi.advanceTimersByTimeAsync(10);
  expect(connection.snapshot()).toMatchObject({ status: 'lost', client: null });
  await vi.advanceTimersByTimeAsync(1000);
  expect(seen).toEqual(['open', 'lost', 'open']);
  connection.stop();
});

const nothingThere = () => Promise.reject(new Error('none'));

test('a connection that stays lost is said to be uncertain after 15 s, until it comes back', async () => {
  const wires: (() => Promise<Transport>)[] = [async () => wire(() => true)];
  const connection = new Connection(() => (wires.shift() ?? nothingThere)());
  void connection.run();
  await vi.advanceTimersByTimeAsync(10);
  connection.renew();
  await vi.advanceTimersByTimeAsync(10);
  expect(connection.snapshot()).toMatchObject({ status: 'lost', outlook: 'soon' });
  await vi.advanceTimersByTimeAsync(14_000);
  expect(connection.snapshot().outlook).toBe('soon');
  await vi.advanceTimersByTimeAsync(1000);
  expect(connection.snapshot()).toMatchObject({ status: 'lost', outlook: 'unclear' });
  wires.push(async () => wire(() => true));
  await vi.advanceTimersByTimeAsync(6000);
  expect(connection.snapshot()).toMatchObject({ status: 'open', outlook: 'soon' });
  connection.renew();
  await vi.advanceTimersByTimeAsync(10);
  expect(connection.snapshot()).toMatchObject({ status: 'lost', outlook: 'soon' });
  connection.stop();
});

test('a page that never finds its engine does not wait without a word', async () => {
  const connection = new Connection(nothingThere);
  void connection.run();
  await vi.advanceTimersByTimeAsync(14_000);
  expect(connection.snapshot()).toMatchObject({ status: 'connecting', outlook: 'soon' });
  await vi.advanceTimersByTimeAsync(2000);
  expect(connection.snapshot()).toMatchObject({ status: 'connecting', outlook: 'unclear' });
  connection.stop();
});

test('an engine that said goodbye is not waited for', async () => {
  const wires = [wire(() => true, 'ended')];
  const [first] = wires;
  const connection = new Connection(async () => wires.shift() ?? nothingThere());
  void connection.run();
  await vi.advanceTimersByTimeAsync(10);
  first?.close();
  await vi.advanceTimersByTimeAsync(10);
  expect(connection.snapshot()).toMatchObject({ status: 'lost', outlook: 'ended' });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(connection.snapshot()).toMatchObject({ status: 'lost', outlook: 'ended' });
  connection.stop();
});

test('a page that is looked at again does not wait for its next attempt', async () => {
  const open = vi.fn(nothingThere);
  const connection = new Connection(open);
  void connection.run();
  await vi.advanceTimersByTimeAsync(30_000);
  const before = open.mock.calls.length;
  connection.wake();
  await vi.advanceTimersByTimeAsync(1);
  expect(open.mock.calls.length).toBe(before + 1);
  connection.stop();
});

test('an engine that gives no answer any more is lost, though its port stays open', async () => {
  let alive = true;
  const connection = new Connection(async () => wire(() => (alive ? true : new Promise<never>(() => undefined))));
  void connection.run();
  await vi.advanceTimersByTimeAsync(10);
  expect(connection.snapshot().status).toBe('open');
  alive = false;
  await vi.advanceTimersByTimeAsync(25_000);
  expect(connection.snapshot().status).toBe('lost');
  connection.stop();
});

test('a second window looks on and takes over when the first is gone', async () => {
  let free = false;
  const connection = new Connection(async () => wire(() => free));
  void connection.run();
  await vi.advanceTimersByTimeAsync(3000);
  expect(connection.snapshot().writer).toBe(false);
  free = true;
  await vi.advanceTimersByTimeAsync(2000);
  expect(connection.snapshot().writer).toBe(true);
  connection.stop();
});

test('a session that is refused is not asked for again and again', async () => {
  const open = vi.fn(async () => {
    throw new SessionRefused();
  });
  const connection = new Connection(open);
  await connection.run();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(open).toHaveBeenCalledTimes(1);
  expect(connection.snapshot().status).toBe('refused');
});

test('the token leaves the address before anything is sent', () => {
  const replaceState = vi.fn();
  const place = { hash: '#token=abc', pathname: '/', search: '' };
  expect(takeToken(place, { replaceState })).toBe('abc');
  expect(replaceState).toHaveBeenCalledWith(null, '', '/');
  expect(takeToken({ ...place, hash: '' }, { replaceState })).toBeNull();
});
