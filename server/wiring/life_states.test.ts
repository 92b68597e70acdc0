import { readFileSync } from 'fs';
import { join } from 'path';
import { stateAfter, type LifeEvent, type LifeState } from './life_states';

const STATES: readonly LifeState[] = [
  'idle',
  'beginning',
  'standing',
  'ready',
  'clearing',
  'renewing',
  'ending',
  'ended',
];
const EVENTS: readonly LifeEvent[] = [
  'begin',
  'stands',
  'became_ready',
  'failed',
  'end_demo',
  'demo_cleared',
  'renew',
  'renewed',
  'end',
  'closed',
];

/** Written out a second time, with the reason. Whatever is not here must be refused. */
const ALLOWED: ReadonlyArray<readonly [note: string, from: LifeState, event: LifeEvent, to: LifeState]> = [
  ['the host starts', 'idle', 'begin', 'beginning'],
  ['the host stops before it started', 'idle', 'end', 'ending'],
  ['journal, spool and connectors work, with or without OpenSearch', 'beginning', 'stands', 'standing'],
  ['OpenSearch is met and everything is up', 'standing', 'became_ready', 'ready'],
  ['what waits for OpenSearch throws', 'standing', 'failed', 'ending'],
  ['the host stops while it waits for OpenSearch', 'standing', 'end', 'ending'],
  ['a person orders to adopt the state while it waits', 'standing', 'renew', 'renewing'],
  ['a person orders to adopt the state', 'ready', 'renew', 'renewing'],
  ['the life is closed and the next one begins', 'renewing', 'renewed', 'beginning'],
  ['the host stops while a life is closed', 'renewing', 'end', 'ending'],
  ['building throws', 'beginning', 'failed', 'ending'],
  ['the host stops while it starts', 'beginning', 'end', 'ending'],
  ['a person ends the demo', 'ready', 'end_demo', 'clearing'],
  ['the host stops', 'ready', 'end', 'ending'],
  ['the demo is gone and the next life begins', 'clearing', 'demo_cleared', 'beginning'],
  ['clearing throws', 'clearing', 'failed', 'ending'],
  ['the host stops while the demo is cleared', 'clearing', 'end', 'ending'],
  ['the last thing is closed', 'ending', 'closed', 'ended'],
];

const refused = STATES.flatMap((from) =>
  EVENTS.filter((event) => !ALLOWED.some(([, state, each]) => state === from && each === event)).map(
    (event) => [event, from] as const,
  ),
);

describe('the life of the engine', () => {
  it.each(ALLOWED)('%s: %s + %s = %s', (_note, from, event, to) => {
    expect(stateAfter(from, event)).toBe(to);
  });

  it.each(refused)('refuses `%s` while it is %s', (event, from) => {
    expect(stateAfter(from, event)).toBeUndefined();
  });

  it('is the table in the README', () => {
    const rows = readFileSync(join(__dirname, 'README.md'), 'utf8')
      .split('\n')
      .map((line) => line.split('|').map((cell) => cell.trim().replace(/ /g, '_')));
    const events = rows.find(([, first]) => first === 'state') ?? [];
    const told = STATES.flatMap((state) =>
      (rows.find(([, first]) => first === state) ?? []).flatMap((to, column) =>
        column > 1 && to !== '' ? [`${state} + ${events[column]} = ${to}`] : [],
      ),
    );
    expect(told.sort()).toEqual(ALLOWED.map(([, from, event, to]) => `${from} + ${event} = ${to}`).sort());
  });
});
