import { present } from '../../../common/present';
import { recordOf } from '../record/records';
import { iso } from '../../../common/iso';
import type { Effect } from '../../engine/execution/effect';
import { Findings, isOnlyAMark, type Known } from './adopt_findings';
import { contentOf, findAll } from '../keeping/state_docs';
import { bundleHeadId, type BundleHead } from '../keeping/kinds/bundle';
import { plannedEffect } from '../keeping/kinds/effect';
import { GATE_ID, pastStops, type Gate, type StopOrder } from '../keeping/kinds/gate';
import { sessionId, type SessionContent } from '../keeping/kinds/session';
import { STATE_SCHEMA, type Connector, type LocalMemory, type StateBody, type Basics } from '../ports';
import { audit } from '../record/audit';
import { hasEnded, succession } from './succession';
import { writeForSure } from '../keeping/write_for_sure';
import type { Stores } from './parts';

/*
 * `reflex state adopt`: the state index was deleted, replaced or restored, and a person says that this one is to be
 * worked with from now on. What is in effect at the targets is rebuilt from everything that still knows of it; nothing
 * starts until a person lets it (`protocol.md` 0). Done at the start of an agent, before it joins.
 */

export const GENERATION = 'state_generation';
export const IDENTITY = 'state_identity';

export interface AdoptParts {
  readonly stores: Stores;
  readonly memory: LocalMemory;
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly basics: Basics;
  /** Who adopts. */
  readonly name: { readonly agent: string; readonly host: string };
  readonly engineDigest: string;
  /** The newest bundle that is in the archive and rightly signed. */
  readonly newestBundle: () => Promise<BundleHead | undefined>;
}

export interface AdoptOrder {
  readonly who: string;
  readonly why: string;
}

/** What adopting came to. `followed`: another agent had done it already, and this one joins it. */
export interface Adopted {
  readonly how: 'rebuilt' | 'followed';
  readonly effects: number;
  /** Connectors that could not be asked what is in effect. */
  readonly unasked: readonly string[];
}

const LIST_TIMEOUT_MS = 30_000;

const askTargets = async ({ connectors, basics }: AdoptParts, findings: Findings): Promise<readonly string[]> => {
  const unasked: string[] = [];
  for (const connector of connectors.values()) {
    const listed = await connector.list({ signal: AbortSignal.timeout(LIST_TIMEOUT_MS) });
    if (listed.ok) for (const effect of listed.value) findings.fromTarget(connector.name, effect);
    else {
      unasked.push(connector.name);
      basics.log.warn('a target could not say what is in effect there', {
        connector: connector.name,
        why: listed.error.message,
      });
    }
  }
  return unasked;
};

const writerOf = ({ stores: { store }, basics: { chance } }: AdoptParts) => ({ store, chance });

interface Writer {
  readonly parts: AdoptParts;
  readonly session: string;
  /** UTC of this machine, which nobody compared with another clock. */
  readonly now: number;
  /** Seconds since 1970 by the later of two clocks, of this machine and of the node. */
  readonly seconds: number;
}

/** A clock that is behind would make fences and epochs that are lower than those of an earlier adoption. */
const writerFor = async (parts: AdoptParts): Promise<Writer> => {
  const { chance, clock } = parts.basics;
  const now = clock.utc();
  const node = await parts.stores.store.nodeTime();
  return { parts, session: chance.uuid(), now, seconds: Math.floor(Math.max(now, node) / 1_000) };
};

const bodyBy = ({ parts, session, now }: Writer, kind: StateBody['kind'], content: unknown): StateBody => ({
  kind,
  write_id: parts.basics.chance.uuid(),
  session,
  owner: kind === 'effect' ? session : '',
  ordinal: 0,
  facets: { at: iso(now) },
  content,
  outbox: [],
});

/** The adopting session is dead from the start: whoever joins next takes its effects over, and verifies them. */
const writeSession = async (writer: Writer): Promise<void> => {
  const { parts, session, now } = writer;
  const content: SessionContent = {
    id: session,
    ...parts.name,
    roles: [],
    started_at: iso(now),
    n: 0,
    dead: true,
    order_epoch: 0,
    seen_epoch: 0,
    bundle_version: 0,
    engine_digest: parts.engineDigest,
    copied_through: 0,
    counters: {},
  };
  const body = bodyBy(writer, 'session', content);
  await writeForSure(writerOf(parts), { id: sessionId(session), expect: 'absent', body });
};

/** Fences are seconds since 1970 here: above every one that counted claims, so that targets refuse what is older. */
const effectOf = (known: Known, found: Effect | undefined, { session, seconds }: Writer): Effect => {
  const reasons = new Map(found?.reasons.map((reason) => [reason.command.command_id, reason]));
  for (const [id, reason] of known.reasons) {
    const stored = reasons.get(id);
    if (!stored || isOnlyAMark(stored)) reasons.set(id, reason);
  }
  return {
    state: found?.state === 'undoing' ? 'undoing' : 'unknown',
    gen: (found?.gen ?? 0) + 1,
    fence: Math.max((found?.fence ?? 0) + 1, seconds),
    session,
    connector: known.connector,
    action: known.action,
    target: known.target,
    reasons: [...reasons.values()],
    requested: [],
    taken_over: true,
    verified: false,
    ...present({ undo: found?.undo }),
    outbox: [],
  };
};

const writeEffects = async (writer: Writer, effects: Iterable<Known>): Promise<number> => {
  const { parts, now } = writer;
  let written = 0;
  for (const known of effects) {
    for (;;) {
      const doc = await parts.stores.store.get(known.id);
      const effect = effectOf(known, contentOf('effect', doc), writer);
      const planned = plannedEffect(known.id, effect, iso(now));
      const body = { ...bodyBy(writer, 'effect', planned.content), facets: planned.facets };
      if (await writeForSure(writerOf(parts), { id: known.id, expect: doc?.version ?? 'absent', body })) break;
    }
    written += 1;
  }
  return written;
};

/** Effects that a restored state still has belong to nobody who lives: they are looked at like all others. */
const addStored = async ({ store }: Stores, findings: Findings): Promise<void> => {
  for await (const doc of findAll(store, { kinds: ['effect'], notStates: ['absent'], fresh: true })) {
    const effect = contentOf('effect', doc);
    if (effect && !findings.effects.has(doc.id))
      findings.effects.set(doc.id, { ...effect, id: doc.id, reasons: new Map() });
  }
};

const writeBundleHead = async (writer: Writer, head: BundleHead | undefined): Promise<number> => {
  if (head === undefined) return 0;
  const body = bodyBy(writer, 'bundle', head);
  // Refused means that it is there already.
  await writeForSure(writerOf(writer.parts), { id: bundleHeadId(head.version), expect: 'absent', body });
  return head.version;
};

const writeGate = async (writer: Writer, order: AdoptOrder, bundleFloor: number): Promise<Gate> => {
  const { parts, session, now, seconds } = writer;
  const { memory, basics } = parts;
  const { store } = parts.stores;
  for (;;) {
    const doc = await store.get(GATE_ID);
    const found = contentOf('gate', doc);
    // An epoch that the lost gate may have had is far below the seconds since 1970.
    const epoch = Math.max((found?.epoch ?? 0) + 1, seconds);
    const stop: StopOrder = {
      scope: 'all',
      who: order.who,
      why: `the state was adopted (${order.why}); look at what is in effect before you let it go on`,
      at: iso(now),
      epoch,
    };
    await store.raiseSchema(STATE_SCHEMA);
    const replaced = (found?.stops ?? []).filter(({ scope }) => scope === 'all');
    const { generation, ...ends } = succession(memory.read(GENERATION), found, basics.chance.uuid());
    const gate: Gate = {
      generation,
      engine_floor: STATE_SCHEMA,
      epoch,
      stops: [...(found?.stops ?? []).filter(({ scope }) => scope !== 'all'), stop],
      past_stops: pastStops(found ?? {}, replaced),
      sessions: {
        ...found?.sessions,
        [session]: { joined_at: iso(now), agent: parts.name.agent, schema: STATE_SCHEMA },
      },
      bundle_floor: Math.max(found?.bundle_floor ?? 0, bundleFloor),
      adopted: { ...ends, at: iso(now), by: order.who },
    };
    const expect = doc?.version ?? 'absent';
    if (await writeForSure(writerOf(parts), { id: GATE_ID, expect, body: bodyBy(writer, 'gate', gate) })) return gate;
  }
};

/** So that the others find this adopting session dead as well, and take over what it brings. */
const enterGate = async (writer: Writer): Promise<Gate> => {
  const { parts, session, now } = writer;
  for (;;) {
    const doc = await parts.stores.store.get(GATE_ID);
    const gate = contentOf('gate', doc);
    if (!doc || !gate) throw new Error('the gate vanished while the state was adopted');
    const entered: Gate = {
      ...gate,
      sessions: { ...gate.sessions, [session]: { joined_at: iso(now), agent: parts.name.agent, schema: STATE_SCHEMA } },
    };
    const body = bodyBy(writer, 'gate', entered);
    if (await writeForSure(writerOf(parts), { id: GATE_ID, expect: doc.version, body })) return entered;
  }
};

/**
 * All that the journal tells of was written into this state, so that its documents speak for those entries from now on.
 * Without that, what another agent ends before this one joins would stay in the journal for ever.
 */
const moveJournal = async ({ journal }: Pick<Stores, 'journal'>, generation: string): Promise<void> => {
  const moved = journal.open().filter((entry) => entry.gone !== true && entry.generation !== generation);
  if (moved.length > 0) await journal.put(moved.map((entry) => ({ ...entry, generation })));
};

/**
 * Adopts the state index that is there.
 *
 * @throws StoreUnavailable, DiskFailed; what was written by then stays, and adopting again begins anew
 */
export const adoptState = async (parts: AdoptParts, order: AdoptOrder): Promise<Adopted> => {
  const { memory, basics } = parts;
  const { store, evidence, journal } = parts.stores;
  const writer = await writerFor(parts);
  const known = memory.read(GENERATION);
  // Asked before anything is written: what is tried again after a failure must know what it knew the first time, or it
  // would make another generation and shut out whoever followed.
  const identity = await store.identity();
  const gateThere = contentOf('gate', await store.get(GATE_ID));
  const findings = new Findings();
  const followed = hasEnded(gateThere, known);
  let unasked: readonly string[] = [];
  if (!followed) {
    for await (const { body } of evidence.scan({ family: 'actions' }))
      if (body.command !== undefined) findings.fromRecord(recordOf('actions', body));
    unasked = await askTargets(parts, findings);
    await addStored(parts.stores, findings);
  }
  findings.fromJournal(journal);
  await writeSession(writer);
  const effects = await writeEffects(writer, findings.effects.values());
  const gate = followed
    ? await enterGate(writer)
    : await writeGate(writer, order, await writeBundleHead(writer, await parts.newestBundle()));
  await audit(
    { parts: { ...basics, evidence } },
    {
      verb: 'adopt_state',
      by: order.who,
      object: { type: 'state', id: gate.generation },
      text: order.why,
      outcome: `${effects} effects, ${followed ? 'following an adoption' : 'rebuilt'}`,
    },
  );
  await moveJournal(parts.stores, gate.generation);
  await memory.write(GENERATION, gate.generation);
  await memory.write(IDENTITY, identity);
  basics.log.warn('the state was adopted', { by: order.who, why: order.why, effects, unasked });
  return { how: followed ? 'followed' : 'rebuilt', effects, unasked };
};
