import { iso } from '../../common/iso';
import type { Command } from '../../common/flow/command';
import type { Capabilities, JournalEntry } from '../../server/runner/ports';
import type { Effect } from '../../server/engine/execution/effect';
import type { EffectReason } from '../../server/engine/execution/reasons';
import type { CaseAct, CaseContent } from '../../server/runner/keeping/kinds/case';
import { anEvent } from './events';

/* Effects, their reasons and their cases, as they are in the middle of their lives. */

/** UTC at which the clock of every test room starts. */
export const START = Date.parse('2026-11-22T10:00:00.000Z');
/** UTC so many ms after the start. */
export const utcAt = (ms: number): string => iso(START + ms);

export const EFFECT = 'effect:1';
/** The session whose part the tests play. */
export const ME = 'session-me';

export const TTL_MS = 60_000;

export const aCommand = (id = 'c1', overrides: Partial<Command> = {}): Command => ({
  command_id: id,
  case_id: `case:${id}`,
  decision_id: `decision-${id}`,
  act_id: 'act-1',
  action: 'block_ip',
  target: { type: 'ip', value: '203.0.113.7' },
  connector: 'edge',
  reason: 'a known IOC',
  ttl_ms: TTL_MS,
  rollback: 'unblock_ip',
  policy: { id: 'block-known-ioc', hash: 'h1', layer: 'action', mode: 'enforce' },
  ...overrides,
});

/** A reason that began with the test and ends with its ttl. */
export const aReason = (id = 'c1', overrides: Partial<Command> = {}): EffectReason => {
  const command = aCommand(id, overrides);
  return { command, deadline: command.ttl_ms === null ? null : utcAt(command.ttl_ms), next_n: 1 };
};

/** An effect of this session that is in place because of the command `c1`. */
export const anEffect = (overrides: Partial<Effect> = {}): Effect => ({
  state: 'present',
  gen: 1,
  fence: 3,
  session: ME,
  connector: 'edge',
  action: 'block_ip',
  target: { type: 'ip', value: '203.0.113.7' },
  reasons: [aReason()],
  requested: [],
  outbox: [],
  ...overrides,
});

export const anEntry = (overrides: Partial<JournalEntry> = {}): JournalEntry => ({
  command_id: 'c1',
  effect_id: EFFECT,
  connector: 'edge',
  action: 'block_ip',
  target: { type: 'ip', value: '203.0.113.7' },
  deadline: utcAt(TTL_MS),
  at: utcAt(0),
  ...overrides,
});

/** The act of the case that the command `c1` was made for. */
export const aCaseAct = (overrides: Partial<CaseAct> = {}): CaseAct => ({
  act_id: 'act-1',
  status: 'present',
  command_id: 'c1',
  effect_id: EFFECT,
  ...overrides,
});

export const aCase = (id = 'case:c1', overrides: Partial<CaseContent> = {}): CaseContent => ({
  received: {
    case_id: id,
    intake: { type: 'webhook', id: 'siem' },
    digest: `digest of ${id}`,
    received_at: utcAt(0),
    event: anEvent(),
  },
  state: 'decided',
  acts: [aCaseAct()],
  claims: 1,
  ...overrides,
});

export const capabilities = (overrides: Partial<Capabilities> = {}): Capabilities => ({
  promises: {},
  actions: ['block_ip'],
  idempotency: 'set',
  native_ttl: false,
  settle_time_ms: 2_000,
  request_timeout_ms: 1_000,
  tagged: true,
  second_observer: false,
  retries: ['no_answer', 'busy', 'away'],
  ...overrides,
});
