import { iso } from '../../common/iso';
import { GATE_ID } from '../../server/runner/keeping/kinds/gate';
import { plannedEffect } from '../../server/runner/keeping/kinds/effect';
import { sessionId, type SessionContent } from '../../server/runner/keeping/kinds/session';
import { contentOf, loneBody } from '../../server/runner/keeping/state_docs';
import { STATE_SCHEMA, type StateBody } from '../../server/runner/ports';
import { DEDUP_HORIZON_MS } from '../../server/runner/record/untimely';
import { aCase, anEffect } from '../builders/undoing';
import { aDecision } from '../builders/views';
import { Dice } from '../fakes/scheduler';
import type { Violations } from './checkers/violations';
import type { Climate } from './climate';
import { EPOCH, type World } from './world';

/*
 * What earlier days left in the state, in some of the worlds with load: more than a page of a search of everything
 * that agents look for page by page. Effects of a session that died, which somebody has to take over; cases and effects
 * that the janitor removes after the horizon, and cases that shrink.
 */

/** Worlds with load in which there is a past. */
const SHARE = 1 / 4;
/** More than one page of a search; of one ordinal, as documents that no queue wrote have. */
const LEFT_EFFECTS = 1_020;
const OLD_EFFECTS = 50;
/** More than two pages: who looks at one page only would not be done when the janitor came by twice. */
const OLD_CASES = 2_050;
const TO_SHRINK = 2_010;

/** The janitor comes by within this, ms: 60 s after a session joined, then every 10 minutes. */
export const TIDIED_WITHIN_MS = 700_000;

const DEAD = 'session-of-the-past';
const ago = (ms: number): string => iso(EPOCH - ms);
const OLD = ago(DEDUP_HORIZON_MS + 3_600_000);
const QUIET = ago(3_600_000);

/** A state that was put back, or that an older version works with, is about something else. */
const mayHavePast = (climate: Climate): boolean =>
  climate.has('load') && !climate.has('restored') && !climate.has('restored_alive') && !climate.has('mixed_schemas');

export class Past {
  /** Documents that have to leave the state, and cases that have to shrink. */
  private readonly old: string[] = [];
  private readonly toShrink: string[] = [];

  constructor(private readonly world: World) {}

  /** Before the first agent starts. */
  plan(): void {
    const { climate, options } = this.world;
    if (!mayHavePast(climate) || !new Dice(options.seed ^ 0x9a57).chance(SHARE)) return;
    this.leaveEffects();
    for (let n = 0; n < OLD_CASES; n += 1) this.old.push(this.putCase(`old-${n}`, OLD));
    for (let n = 0; n < OLD_EFFECTS; n += 1) {
      const gone = anEffect({ state: 'absent', reasons: [], session: DEAD });
      const { facets, content } = plannedEffect(`effect:old-${n}`, gone, OLD);
      this.old.push(this.put(`effect:old-${n}`, loneBody('effect', content, { write_id: `old ${n}`, facets })));
    }
    for (let n = 0; n < TO_SHRINK; n += 1) this.toShrink.push(this.putCase(`quiet-${n}`, QUIET));
    this.world.store.flush();
    this.world.store.refresh();
  }

  get isTidy(): boolean {
    return this.left.length === 0;
  }

  /** At the end, once the janitor had its time. */
  check(violations: Violations): void {
    const { world, left } = this;
    if (left.length > 0)
      violations.add('growth', `${left.length} documents of the past were not tidied, as ${left[0]}`, 'tidied');
    world.tally.note('tidied', this.old.length + this.toShrink.length - left.length);
  }

  private get left(): readonly string[] {
    const { store } = this.world;
    const isWhole = (id: string): boolean => contentOf('case', store.get(id))?.closed === undefined;
    return [...this.old.filter((id) => store.get(id) !== undefined), ...this.toShrink.filter(isWhole)];
  }

  private put(id: string, body: StateBody): string {
    const { store } = this.world;
    store.write({ id, expect: store.get(id)?.version ?? 'absent', body });
    return id;
  }

  private putCase(name: string, at: string): string {
    const { evidence } = this.world;
    const decision = { ...aDecision(), decision_id: `decision of ${name}` };
    const content = aCase(`case:${name}`, { acts: [], decision });
    evidence.append([{ family: 'decisions', id: decision.decision_id, at, body: { decision: { effectless: true } } }]);
    return this.put(`case:${name}`, loneBody('case', content, { write_id: name, facets: { state: 'decided', at } }));
  }

  /** Long overdue, and gone from their target: whoever takes one over finds that out. */
  private leaveEffects(): void {
    const { store } = this.world;
    const at = ago(60_000);
    const session: SessionContent = {
      id: DEAD,
      agent: 'agent-of-the-past',
      host: 'host-of-the-past',
      roles: ['act', 'undo'],
      started_at: ago(7_200_000),
      n: 1,
      dead: true,
      order_epoch: 0,
      seen_epoch: 0,
      bundle_version: 1,
      engine_digest: 'sim',
      copied_through: 0,
      counters: {},
    };
    this.put(sessionId(DEAD), loneBody('session', session, { write_id: DEAD, facets: { at } }));
    const gate = contentOf('gate', store.get(GATE_ID));
    if (gate === undefined) throw new Error('a world begins with a gate');
    const sessions = { ...gate.sessions, [DEAD]: { joined_at: at, agent: session.agent, schema: STATE_SCHEMA } };
    this.put(GATE_ID, loneBody('gate', { ...gate, sessions }, { write_id: 'past', facets: {} }));
    for (let n = 0; n < LEFT_EFFECTS; n += 1) {
      const target = { type: 'ip', value: `192.0.2.${n % 250}:${n}` } as const;
      const [reason] = anEffect().reasons;
      if (reason === undefined) throw new Error('an effect has a reason');
      const command = { ...reason.command, command_id: `past-${n}`, case_id: `case:past-${n}`, target };
      const reasons = [{ ...reason, command, deadline: at }];
      const effect = anEffect({ state: 'present', session: DEAD, target, reasons });
      const { facets, content } = plannedEffect(`effect:past-${n}`, effect, at);
      const body = loneBody('effect', content, { write_id: `past ${n}`, facets, session: DEAD });
      this.put(`effect:past-${n}`, { ...body, owner: DEAD });
    }
  }
}
