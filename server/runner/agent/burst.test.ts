import { allOn, everythingGranted, received } from '../../../test/builders/events';
import { compiled } from '../../../test/builders/policies';
import { undoRoom, type Room } from '../../../test/builders/undo_room';
import type { ReceivedEvent } from '../../../common/flow/event';
import { iso } from '../../../common/iso';
import { INITIAL_WEIGHTS, modelOf } from '../../engine/decision/model';
import type { Admission } from '../door/admission';
import { IntakeDoor } from '../door/door';
import { ConnectorSights } from '../facts/connector_sights';
import { AskedBook } from '../executing/asked_book';
import { LedgerSights } from '../executing/ledger_sights';
import { processEvent, type Receipt } from '../executing/process_event';
import { NOTHING_OWN } from '../../engine/brakes/own_machine';
import { HistoryBook } from '../facts/history';
import { PeopleBook } from '../facts/people_here';
import { WordBook } from '../facts/words';
import { InventoryKeeper } from '../facts/inventory';
import { glimpseOf } from '../facts/glimpse';
import type { EvidenceLog } from '../ports';
import { receiveEvents, type EventTaker } from '../sources/receive';
import { brakeRulesOf } from '../trust/bundle_keeper';
import type { ShiftParts } from './parts';
import { sessionWork, type SessionWork } from './session_work';

/* Detectors send bursts: what arrives together counts for each other. */

const blocking = (seen: number) =>
  compiled([
    `apiVersion: reflex/v1
kind: Policy
metadata: { id: block-guessing, title: Block who guesses, owner: soc-network }
spec:
  layer: action
  mode: enforce
  when: 'true'
  then: { action: block_ip, target: { ip: event.source.ip }, ttl: 5m }
  confirm: { seen: ${seen}, within: 1m }
  rollback: { action: unblock_ip }
`,
  ]);

let room: Room;
let work: SessionWork;
let history: HistoryBook;
let over: boolean;

const begin = (seen: number): void => {
  room = undoRoom();
  history = new HistoryBook();
  over = false;
  const bundle = blocking(seen);
  Object.assign(room.session, {
    isStopped: () => false,
    breakerAt: () => undefined,
    standstill: () => undefined,
    noPermit: () => undefined,
  });
  work = sessionWork({
    ...room,
    ...room.basics,
    store: room.port.store,
    session: room.session.port,
    bundles: { active: bundle, brakeRules: (now: number) => brakeRulesOf(bundle, now) },
    model: () => modelOf(INITIAL_WEIGHTS),
    engineDigest: 'engine',
    inventory: new InventoryKeeper(room.basics.clock.monotonic),
    history,
    own: NOTHING_OWN,
    people: new PeopleBook(room.basics.clock),
    switches: allOn,
    words: new WordBook(),
    ledgerSights: new LedgerSights(),
    connectorSights: new ConnectorSights(room.basics.clock),
    asked: new AskedBook(room.basics.clock),
    rollouts: { isStopped: () => false },
    suspensions: { holds: () => false },
    clockTrusted: () => true,
    diskTrouble: () => undefined,
    retry: { attempts: 2, firstPauseMs: 200, longestPauseMs: 1_000, deadlineMs: 60_000 },
  } as unknown as ShiftParts);
  for (const keeper of [work.effects, work.cases, work.ledgers]) void keeper.run(() => over);
};
afterEach(() => {
  over = true;
});

let cases = 0;
const report = (ip = '203.0.113.7', id = `burst-${(cases += 1)}`): ReceivedEvent => {
  const timestamp = iso(room.basics.clock.utc());
  return received({ event_id: id, timestamp, source: { ip }, rule: { id: 'guessing' } });
};
const together = (events: readonly ReceivedEvent[]): Promise<readonly Receipt[]> =>
  room.run(Promise.all(events.map((event) => processEvent(work.processing, event, work.hooks))));
const verdictOf = ({ case_id }: ReceivedEvent) => room.caseOf(case_id)?.decision?.verdict;

describe('reports that arrive together', () => {
  it.each([2, 3])(
    'count for each other in their order: the last of %s is acted on, the others join it',
    async (seen) => {
      begin(seen);
      const events = Array.from({ length: seen }, () => report());
      const receipts = await together(events);
      const at = receipts.map(({ content }) => content.decision?.verdict);
      expect(at).toEqual([...Array<string>(seen - 1).fill('hold'), 'permit']);
      await room.wait(10_000);
      expect(events.map(verdictOf)).toEqual(Array(seen).fill('permit'));
      // And none of them ends as if nothing had matched.
      await room.wait(70_000);
      expect(events.map(verdictOf)).not.toContain('learn');
    },
  );

  it('confirm nothing about others that share a user', async () => {
    begin(2);
    const events = ['203.0.113.1', '203.0.113.2'].map((ip) => report(ip));
    for (const event of events) event.event.user = { name: 'root' };
    await together(events);
    await room.wait(5_000);
    expect(events.map(verdictOf)).toEqual(['hold', 'hold']);
    await room.wait(70_000);
    expect(events.map(verdictOf)).toEqual(['learn', 'learn']);
  });
});

describe('reports that come through the door together', () => {
  const wire = () => ({
    event_id: `wire-${(cases += 1)}`,
    timestamp: iso(room.basics.clock.utc()),
    confidence: 0.96,
    severity: 'high',
    source: { ip: '203.0.113.151' },
    rule: { id: 'guessing' },
  });
  let up: boolean;
  /** What sources hand their events to. */
  const taker = (): EventTaker => {
    const door = new IntakeDoor({
      isOff: () => false,
      basics: room.basics,
      evidence: { append: async () => undefined } as unknown as EvidenceLog,
      spool: room.disk.ports(async () => undefined).spool,
      process: () => (up ? (event) => processEvent(work.processing, event, work.hooks) : undefined),
    });
    void door.drain(() => over);
    const parts = { clock: room.basics.clock, grants: everythingGranted };
    return { parts, admit: (event) => door.admit(event), door };
  };
  const ids = (admissions: readonly Admission[]): readonly string[] =>
    admissions.map((admission) => ('case_id' in admission ? (admission.case_id ?? '') : ''));
  const verdicts = (caseIds: readonly string[]) => caseIds.map((id) => room.caseOf(id)?.decision?.verdict);
  const SIEM = { type: 'webhook', id: 'siem' } as const;

  it('in one request: hold, hold, permit', async () => {
    begin(3);
    up = true;
    const admissions = await room.run(receiveEvents(taker(), SIEM, [wire(), wire(), wire()]));
    expect(verdicts(ids(admissions))).toEqual(['hold', 'hold', 'permit']);
  });

  it('from the spool, where they waited for the store: all three are acted on', async () => {
    begin(3);
    up = false;
    const sent = await room.run(receiveEvents(taker(), SIEM, [wire(), wire(), wire()]));
    expect(sent.map(({ kind }) => kind)).toEqual(['spooled', 'spooled', 'spooled']);
    up = true;
    await room.wait(10_000);
    expect(verdicts(ids(sent))).toEqual(['permit', 'permit', 'permit']);
  });
});

describe('a report that comes later', () => {
  it('wakes what is held about the same target', async () => {
    begin(2);
    const [first, second] = [report(), report()];
    await together([first]);
    await room.wait(3_000);
    expect(verdictOf(first)).toBe('hold');
    await together([second]);
    await room.wait(5_000);
    expect([verdictOf(first), verdictOf(second)]).toEqual(['permit', 'permit']);
  });

  it('wakes it too when another agent decided it', async () => {
    begin(2);
    const first = report();
    await together([first]);
    history.note(glimpseOf(report()));
    await room.wait(5_000);
    expect(verdictOf(first)).toBe('permit');
  });

  it('that is not enough makes no new record of what waits', async () => {
    begin(60);
    const events = Array.from({ length: 40 }, () => report());
    for (const event of events) {
      await together([event]);
      await room.wait(300);
    }
    await room.wait(2_000);
    const made = events.map(({ case_id }) => room.caseOf(case_id)?.decision);
    expect(made.map((decision) => decision?.verdict)).toEqual(Array(40).fill('hold'));
    expect(made.flatMap((decision) => decision?.predecessor ?? [])).toEqual([]);
  });
});

describe('an event that was there already', () => {
  it('confirms nothing: not as a duplicate, not as a conflict, not after a restart', async () => {
    begin(2);
    const event = report('203.0.113.7', 'the one');
    await together([event]);
    const other = { ...report('203.0.113.9', 'the one'), digest: 'another', case_id: event.case_id };
    const receipts = await together([{ ...event }, other]);
    expect(receipts.map(({ kind }) => kind)).toEqual(['duplicate', 'conflicting']);
    expect(history.factsFor(report(), room.basics.clock.utc()).src.events_24h).toBe(1);
    expect(history.factsFor(report('203.0.113.9'), room.basics.clock.utc()).src.events_24h).toBe(0);
  });
});
