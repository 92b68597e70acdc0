import { isOneThing } from '../../../common/entity/one_thing';
import { present } from '../../../common/present';
import {
  isDefiniteRefusal,
  outcomeOfUnanswered,
  retryAfterMs,
  type CallContext,
  type CallOutcome,
  type ClearedCommand,
  type EffectHandle,
  type Send,
} from '../connector';
import { banAlert, bannable, lastsMs } from './ban';
import { listed, unusable, type CrowdsecParts } from './crowdsec_parts';
import { markOf, readDecisions, readDecisionsOfAlerts, type LapiDecision } from './decisions';
import { messageIn, type LapiAnswer } from './lapi';

/** What CrowdSec 1.4 says, with status 500, about a request that can never succeed. */
const CALLERS_FAULT = /validation failure|invalid (addr|address|duration|scope)|unable to parse/i;

const readAdded = ({ target, utc }: CrowdsecParts, answer: LapiAnswer): CallOutcome => {
  if (answer.kind === 'login_refused')
    return { kind: 'failed', error: { code: 'credentials', message: answer.message, retryable: false } };
  if (answer.kind !== 'answered') return outcomeOfUnanswered(answer);
  const { status, body, headers } = answer;
  const message = `answered ${status}: ${target.shown(messageIn(answer))}`;
  if (status === 201 && Array.isArray(body.json) && body.json.length > 0)
    return { kind: 'succeeded', after: { alert_id: String(body.json[0]).slice(0, 32) }, text: 'CrowdSec decided it' };
  if (status === 429) {
    const pause = retryAfterMs(headers.get('retry-after'), utc());
    const error = { code: 'http_status', message, status, retryable: true };
    return { kind: 'failed', error, ...present({ retry_after_ms: pause }) };
  }
  if (status === 500 && CALLERS_FAULT.test(messageIn(answer)))
    return { kind: 'failed', error: { code: 'refused_by_target', message, status, retryable: false } };
  return isDefiniteRefusal(status)
    ? { kind: 'failed', error: { code: 'http_status', message, status, retryable: false } }
    : { kind: 'unknown', error: { code: 'http_status', message, status, retryable: true } };
};

const notYet = (message: string, pause: number): CallOutcome => ({
  kind: 'failed',
  error: { code: 'settling', message, retryable: true },
  retry_after_ms: Math.ceil(pause),
});

interface Look {
  /** Ours for this address, deleted ones too. */
  readonly ours: readonly LapiDecision[];
  /** Everybody's that hold now. */
  readonly holding: readonly LapiDecision[];
}

/** CrowdSec may write an IPv6 address in another way than it was told. */
const isAddress = ({ value }: LapiDecision, address: string): boolean =>
  isOneThing({ type: 'ip', value }, { type: 'ip', value: address });

const look = async (
  parts: CrowdsecParts,
  send: Send,
  address: string,
  mayStart: () => boolean,
): Promise<Look | CallOutcome> => {
  const { lapi, origin } = parts;
  const current = await lapi.decisions(send, { ip: address }, mayStart);
  if (current.kind === 'not_started') return outcomeOfUnanswered(current);
  const holding = listed(current, readDecisions);
  if (holding === undefined) return { kind: 'failed', error: unusable(parts, 'looking before adding', current) };
  const past = await lapi.alerts(send, { ip: address, origin, limit: '100' }, mayStart);
  if (past.kind === 'not_started') return outcomeOfUnanswered(past);
  const ours = listed(past, readDecisionsOfAlerts);
  if (ours === undefined) return { kind: 'failed', error: unusable(parts, 'looking before adding', past) };
  return { ours: ours.filter((each) => each.origin === origin && isAddress(each, address)), holding };
};

/**
 * Makes sure that the firewall holds no ban of ours that ends before the new one: it would keep that end. Undefined
 * if the way is clear; otherwise the older ones are deleted, and the next attempt finds the firewall without them.
 */
const clearTheWay = async (
  parts: CrowdsecParts,
  send: Send,
  { ours, lastsMs, mayStart }: { ours: readonly LapiDecision[]; lastsMs: number; mayStart: () => boolean },
): Promise<CallOutcome | undefined> => {
  const older = ours.filter(({ remainingMs }) => remainingMs > 0 && remainingMs < lastsMs);
  for (const { id } of older) {
    const answer = await parts.lapi.deleteDecision(send, id, mayStart);
    if (answer.kind === 'not_started') return outcomeOfUnanswered(answer);
    if (answer.kind !== 'answered' || answer.status !== 200)
      return { kind: 'failed', error: unusable(parts, 'deleting an older ban of ours', answer) };
  }
  if (older.length > 0)
    return notYet('an older ban of ours had to go first; the firewall would keep its end', parts.settleMs);
  const ended = ours.filter(({ remainingMs }) => remainingMs <= 0);
  const wait = Math.max(0, ...ended.map(({ remainingMs }) => parts.settleMs + remainingMs));
  return wait > 0
    ? notYet('a ban of ours just ended; the firewall may still hold it and keep its end', wait)
    : undefined;
};

/** One ban: the command that it is marked with, and how long it lasts from now on. */
interface Ban {
  readonly address: string;
  readonly commandId: string;
  readonly forMs: number;
  readonly message: string;
  /** One of that command is good enough if it lasts for so long, ms. */
  readonly enoughMs: number;
}

/** The ends of two looks at one ban differ by what the requests take, ms. */
const SAME_END_MS = 5_000;

/**
 * Makes sure that an address is banned. CrowdSec does not deduplicate, so it is looked up first, and an older ban of
 * ours that ends sooner goes before the new one comes.
 */
const ban = async (
  parts: CrowdsecParts,
  send: Send,
  { address, commandId, forMs, enoughMs, message }: Ban,
  mayStart: () => boolean,
): Promise<{ readonly outcome: CallOutcome; readonly others: readonly LapiDecision[] }> => {
  const { lapi, origin, utc } = parts;
  const seen = await look(parts, send, address, mayStart);
  if ('kind' in seen) return { outcome: seen, others: [] };
  const mark = markOf(commandId);
  if (seen.ours.some((each) => each.scenario === mark && each.remainingMs > 0 && each.remainingMs >= enoughMs))
    return { outcome: { kind: 'succeeded', text: 'CrowdSec had decided it already' }, others: [] };
  const cleared = await clearTheWay(parts, send, { ours: seen.ours, lastsMs: forMs, mayStart });
  if (cleared !== undefined) return { outcome: cleared, others: [] };
  const alert = banAlert(commandId, { address, origin, forMs, now: utc(), message });
  return { outcome: readAdded(parts, await lapi.addAlert(send, alert, mayStart)), others: seen.holding };
};

/** Bans an address for a command. Banning again for the same command changes nothing. */
export const banAddress = async (
  parts: CrowdsecParts,
  send: Send,
  command: ClearedCommand,
  { mayStart }: Pick<CallContext, 'mayStart'>,
): Promise<CallOutcome> => {
  const { graceS, ipv6, target } = parts;
  const address = bannable(command.target, ipv6);
  if (!address.ok) return { kind: 'failed', error: address.error };
  const { command_id: commandId, ttl_ms: ttlMs, reason } = command;
  const message = target.shown(`Reflex: ${reason}`);
  const wanted = { address: address.value, commandId, forMs: lastsMs(ttlMs, graceS), enoughMs: 0, message };
  const { outcome, others } = await ban(parts, send, wanted, mayStart);
  return outcome.kind === 'succeeded' ? withOthers(outcome, others, ttlMs) : outcome;
};

/**
 * Makes a ban of ours last longer. The firewall keeps the first end of an address, so the ban is taken away and comes
 * again with the next attempt, once the firewall has forgotten it.
 */
export const extendBan = async (
  parts: CrowdsecParts,
  send: Send,
  { effect, wantedMs }: { readonly effect: EffectHandle; readonly wantedMs: number | null },
  { mayStart }: Pick<CallContext, 'mayStart'>,
): Promise<CallOutcome> => {
  const address = bannable(effect.target, parts.ipv6);
  if (!address.ok) return { kind: 'failed', error: address.error };
  const forMs = lastsMs(wantedMs, parts.graceS);
  const commandId = effect.command_ids[0] ?? '';
  const message = 'Reflex: a further reason lasts longer';
  const wanted = { address: address.value, commandId, forMs, enoughMs: forMs - SAME_END_MS, message };
  return (await ban(parts, send, wanted, mayStart)).outcome;
};

/** Says so where a ban of somebody else holds the address too: the firewall keeps the end of the first. */
const withOthers = (
  outcome: Extract<CallOutcome, { kind: 'succeeded' }>,
  others: readonly LapiDecision[],
  ttlMs: number | null,
): CallOutcome => {
  if (others.length === 0) return outcome;
  const soonest = Math.min(...others.map(({ remainingMs }) => remainingMs));
  const short = ttlMs === null || soonest < ttlMs;
  const warning = short
    ? `; it ends in ${Math.round(soonest / 1000)} s, and a firewall that keeps the first end lets it pass then`
    : '';
  return {
    ...outcome,
    before: { others: others.length },
    text: `CrowdSec decided it; another decision holds it too${warning}`,
  };
};
