import type { SessionContent } from '../keeping/kinds/session';
import type { Capabilities } from '../ports';
import { canAnybodyUndo, canUndo, mayBeTakenOver, undoAbilities, type Undoers } from './who_can_undo';

const EFFECT = { connector: 'edge', action: 'block_ip' };

const connectorsOf = (offers: Readonly<Record<string, readonly string[]>>): Undoers['connectors'] =>
  new Map(
    Object.entries(offers).map(([name, actions]) => [
      name,
      { capabilities: { actions, request_timeout_ms: 1_000 } as unknown as Capabilities },
    ]),
  );

interface Fleet {
  readonly roles?: readonly string[];
  readonly offers?: Readonly<Record<string, readonly string[]>>;
  /** Others who live, by what they say that they can undo. */
  readonly peers?: ReadonlyArray<SessionContent['undoes']>;
}

const undoersOf = ({ roles = ['undo'], offers = { edge: ['block_ip'] }, peers = [] }: Fleet): Undoers => ({
  session: {
    has: (role) => roles.includes(role),
    livePeers: peers.map((_, index) => String(index)),
    saysOfItself: (id) => ({ undoes: peers[Number(id)] }) as unknown as SessionContent,
  },
  connectors: connectorsOf(offers),
});

describe('who can undo an effect', () => {
  it.each<[note: string, fleet: Fleet, itself: boolean, anybody: boolean]>([
    ['has its connector and the role', {}, true, true],
    ['not without the connector', { offers: {} }, false, false],
    ['not with another connector', { offers: { other: ['block_ip'] } }, false, false],
    ['not where the connector offers another action', { offers: { edge: ['isolate_host'] } }, false, false],
    ['not without the role', { roles: ['intake', 'decide', 'act'] }, false, false],
    ['another one that says so', { offers: {}, peers: [{}, { edge: ['block_ip'] }] }, false, true],
    ['no other one that can undo something else', { offers: {}, peers: [{ edge: ['x'] }, {}] }, false, false],
    ['an older agent may, for it does not say', { offers: {}, peers: [undefined] }, false, true],
  ])('%s', (_note, fleet, itself, anybody) => {
    const undoers = undoersOf(fleet);
    expect([canUndo(undoers, EFFECT), canAnybodyUndo(undoers, EFFECT)]).toEqual([itself, anybody]);
  });
});

describe('what an agent says of itself', () => {
  it('is what it can undo, and how long its requests take', () => {
    expect(undoAbilities(['undo'], connectorsOf({ edge: ['block_ip'] }))).toEqual({
      undoes: { edge: ['block_ip'] },
      request_timeout_ms: 1_000,
    });
  });

  it('is that it can undo nothing without the role', () => {
    expect(undoAbilities(['act'], connectorsOf({ edge: ['block_ip'] })).undoes).toEqual({});
  });
});

describe('what a session left', () => {
  const isOver = (deadForMs: number | undefined, says: Partial<SessionContent> | undefined): boolean =>
    mayBeTakenOver(
      {
        session: { deadForMs: () => deadForMs, saysOfItself: () => says as SessionContent | undefined },
        connectors: connectorsOf({ edge: [] }),
      },
      'gone',
    );

  it.each<[note: string, deadForMs: number | undefined, says: Partial<SessionContent> | undefined, over: boolean]>([
    ['not while it lives', undefined, { request_timeout_ms: 0 }, false],
    ['not before its own longest request is over', 29_999, { request_timeout_ms: 30_000 }, false],
    ['once its own longest request is over', 30_000, { request_timeout_ms: 30_000 }, true],
    ['at once if it had no connector, whatever this agent has', 0, { request_timeout_ms: 0 }, true],
    ['by the connectors of this agent where it does not say so', 999, {}, false],
    ['by the connectors of this agent where nobody saw it', 1_000, undefined, true],
  ])('is taken over %s', (_note, deadForMs, says, over) => {
    expect(isOver(deadForMs, says)).toBe(over);
  });
});
