import type { IncomingMessage, ServerResponse } from 'http';
import { bodyOf, httpServer } from '../targets/loopback_server';
import { deckOf, type Dice } from './dice';
import { HOSTS, type HostName, type Observer, type OrderFate, type UndoFate } from './observer';

/*
 * The enforcement system of the drill: deduplicates by command id, forgets nothing, and treats the requests as targets
 * do on bad days. Its log is what the verdict is built on.
 */

/** Longest time between an order and its effect, ms: less than the settle time that the connector declares. */
const LATEST_MS = 2_000;
const SLOW_MS = 700;

/** Every kind of bad day comes once in so many first orders; an order that is repeated gets through. */
const ORDERS: readonly OrderFate[] = [
  ...Array.from({ length: 17 }, (): OrderFate => 'applies'),
  'applies_slowly',
  'applies_without_answer',
  'answers_500_applies_late',
  'answers_524_applies_late',
  'refuses',
  'is_busy',
  'drops',
];
const UNDOS: readonly UndoFate[] = [
  ...Array.from({ length: 12 }, (): UndoFate => 'removes'),
  'removes_without_answer',
  'fails',
  'refuses',
  'drops',
];

interface Block {
  readonly value: string;
  state: 'not_yet' | 'in_place' | 'gone';
}

interface Asked {
  readonly host: HostName;
  readonly connector: string;
  readonly command: string;
  readonly at: number;
}

/** A running target. */
export interface Target {
  /** Where a host reaches a connector's part of it. */
  readonly baseUrl: (host: HostName, connector: string) => string;
  /** What is in effect now. */
  readonly inPlace: () => ReadonlyArray<{ readonly connector: string; readonly value: string }>;
  readonly close: () => Promise<void>;
}

const reply = (response: ServerResponse, status: number, body?: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...(status === 429 ? { 'retry-after': '1' } : {}) });
  response.end(body === undefined ? '' : JSON.stringify(body));
};

class Blocks {
  private readonly blocks = new Map<string, Block>();
  private readonly observer: Observer;

  constructor(observer: Observer) {
    this.observer = observer;
  }

  of(connector: string, command: string): Block | undefined {
    return this.blocks.get(`${connector} ${command}`);
  }

  list(): Array<{ connector: string; command: string; value: string }> {
    return [...this.blocks].flatMap(([key, { value, state }]) => {
      const [connector = '', command = ''] = key.split(' ');
      return state === 'in_place' ? [{ connector, command, value }] : [];
    });
  }

  expect({ connector, command }: Asked, value: string): void {
    const key = `${connector} ${command}`;
    if (!this.blocks.has(key)) this.blocks.set(key, { value, state: 'not_yet' });
  }

  apply({ connector, command }: Asked): void {
    const block = this.of(connector, command);
    if (block === undefined || block.state === 'in_place') return;
    block.state = 'in_place';
    this.observer.target.push({ kind: 'applied', at: this.observer.now(), connector, command, value: block.value });
  }

  remove({ connector, command }: Asked): void {
    const block = this.of(connector, command);
    if (block?.state !== 'in_place') return;
    block.state = 'gone';
    this.observer.target.push({ kind: 'gone', at: this.observer.now(), connector, command });
  }
}

class OrderDesk {
  private readonly seen = new Set<string>();
  private readonly nextOrder: () => OrderFate;
  private readonly nextUndo: () => UndoFate;
  private readonly undosSeen = new Set<string>();
  private readonly blocks: Blocks;
  private readonly observer: Observer;
  private readonly dice: Dice;

  constructor(blocks: Blocks, observer: Observer, dice: Dice) {
    this.blocks = blocks;
    this.observer = observer;
    this.dice = dice;
    this.nextOrder = deckOf(dice, ORDERS);
    this.nextUndo = deckOf(dice, UNDOS);
  }

  order(asked: Asked, body: { value?: unknown; ttl_s?: unknown }, response: ServerResponse): void {
    const { connector, command } = asked;
    const value = String(body.value);
    const known = this.blocks.of(connector, command);
    const first = !this.seen.has(`${connector} ${command}`);
    this.seen.add(`${connector} ${command}`);
    const fate = known !== undefined ? 'repeated' : first ? this.nextOrder() : 'applies';
    const ttlMs = Number(body.ttl_s) * 1000;
    this.observer.target.push({ kind: 'order', ...asked, value, ttlMs, fate, afterItsEnd: known?.state === 'gone' });
    this.carryOut(asked, value, { fate, response });
  }

  private carryOut(
    asked: Asked,
    value: string,
    { fate, response }: { fate: OrderFate; response: ServerResponse },
  ): void {
    const applyIn = (ms: number): void => {
      this.blocks.expect(asked, value);
      if (ms === 0) this.blocks.apply(asked);
      else setTimeout(() => this.blocks.apply(asked), ms);
    };
    const late = (): number => this.dice.between(500, LATEST_MS);
    switch (fate) {
      case 'applies':
        applyIn(0);
        return reply(response, 201, { state: 'blocked' });
      case 'applies_slowly':
        applyIn(0);
        return void setTimeout(() => reply(response, 201, { state: 'blocked' }), SLOW_MS);
      case 'applies_without_answer':
        return applyIn(0);
      case 'answers_500_applies_late':
        applyIn(late());
        return reply(response, 500, { message: 'an error that says nothing' });
      case 'answers_524_applies_late':
        applyIn(late());
        return reply(response, 524, { message: 'the gateway did not wait' });
      case 'refuses':
        return reply(response, 503, { message: 'not now' });
      case 'is_busy':
        return reply(response, 429, { message: 'later' });
      case 'drops':
        return void response.socket?.resetAndDestroy();
      case 'repeated':
        // As an idempotent target does: the first answer again, and nothing happens.
        return reply(response, 201, { state: 'blocked' });
    }
  }

  undo(asked: Asked, response: ServerResponse): void {
    const key = `${asked.connector} ${asked.command}`;
    const isThere = this.blocks.of(asked.connector, asked.command)?.state === 'in_place';
    const fate = !isThere ? 'not_there' : this.undosSeen.has(key) ? 'removes' : this.nextUndo();
    if (isThere) this.undosSeen.add(key);
    this.observer.target.push({ kind: 'undo', ...asked, fate });
    switch (fate) {
      case 'removes':
        this.blocks.remove(asked);
        return reply(response, 204);
      case 'removes_without_answer':
        return this.blocks.remove(asked);
      case 'fails':
        return reply(response, 500, { message: 'an error that says nothing' });
      case 'refuses':
        return reply(response, 503, { message: 'not now' });
      case 'drops':
        return void response.socket?.resetAndDestroy();
      case 'not_there':
        return reply(response, 404);
    }
  }
}

const askedIn = (request: IncomingMessage, at: number): Asked | undefined => {
  const [, host, connector = '', , , command = ''] = (request.url ?? '').split('?')[0]?.split('/') ?? [];
  const known = HOSTS.find((each) => each === host);
  return known === undefined ? undefined : { host: known, connector, command: decodeURIComponent(command), at };
};

/** Starts the target on a free port of the loopback. */
export const startTarget = async (observer: Observer, dice: Dice): Promise<Target> => {
  const blocks = new Blocks(observer);
  const desk = new OrderDesk(blocks, observer, dice);
  const server = await httpServer((request, response) => {
    const asked = askedIn(request, observer.now());
    if (asked === undefined) return reply(response, 404);
    const serve = (text: string): void => {
      switch (request.method ?? '') {
        case 'POST': {
          const body = JSON.parse(text) as { value?: unknown; tag?: unknown; ttl_s?: unknown };
          return desk.order({ ...asked, command: String(body.tag) }, body, response);
        }
        case 'DELETE':
          return desk.undo(asked, response);
        case 'GET':
          if (asked.command === '') {
            const own = blocks.list().filter(({ connector }) => connector === asked.connector);
            return reply(response, 200, { blocks: own.map(({ value, command: tag }) => ({ value, tag })) });
          }
          return blocks.of(asked.connector, asked.command)?.state === 'in_place'
            ? reply(response, 200, { state: 'blocked' })
            : reply(response, 404);
        default:
          return reply(response, 405);
      }
    };
    // A host that was killed in the middle of a request leaves none.
    bodyOf(request).then(serve, () => undefined);
  });
  return {
    baseUrl: (host, connector) => `${server.url}/${host}/${connector}`,
    inPlace: () => blocks.list().map(({ connector, value }) => ({ connector, value })),
    close: server.close,
  };
};
