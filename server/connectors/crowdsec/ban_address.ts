import { present } from '../../../common/present';
import {
  outcomeOfUnanswered,
  retryAfterMs,
  type CallContext,
  type CallOutcome,
  type ClearedCommand,
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
  if (status === 429 || status === 503) {
    const pause = retryAfterMs(headers.get('retry-after'), utc());
    const error = { code: 'http_status', message, status, retryable: true };
    return { kind: 'failed', error, ...present({ retry_after_ms: pause }) };
  }
  if (status === 500 && CALLERS_FAULT.test(messageIn(answer)))
    return { kind: 'failed', error: { code: 'refused_by_target', message, status, retryable: false } };
  if (status >= 500 || status === 201)
    return { kind: 'unknown', error: { code: 'http_status', message, status, retryable: true } };
  return { kind: 'failed', error: { code: 'http_status', message, status, retryable: false } };
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
  return { ours: ours.filter((each) => each.origin === origin && each.value === address), holding };
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

/**
 * Bans an address. CrowdSec does not deduplicate, so it is looked up first, and an older ban of ours that ends sooner
 * goes before the new one comes.
 */
export const banAddress = async (
  parts: CrowdsecParts,
  send: Send,
  command: ClearedCommand,
  { mayStart }: Pick<CallContext, 'mayStart'>,
): Promise<CallOutcome> => {
  const { lapi, origin, graceS, ipv6, target, utc } = parts;
  const address = bannable(command.target, ipv6);
  if (!address.ok) return { kind: 'failed', error: address.error };
  const seen = await look(parts, send, address.value, mayStart);
  if ('kind' in seen) return seen;
  const mark = markOf(command.command_id);
  if (seen.ours.some((each) => each.scenario === mark && each.remainingMs > 0))
    return { kind: 'succeeded', text: 'CrowdSec had decided it already' };
  const cleared = await clearTheWay(parts, send, { ours: seen.ours, lastsMs: lastsMs(command, graceS), mayStart });
  if (cleared !== undefined) return cleared;
  const now = utc();
  const message = target.shown(`Reflex: ${command.reason}`);
  const alert = banAlert(command, { address: address.value, origin, graceS, now, message });
  const outcome = readAdded(parts, await lapi.addAlert(send, alert, mayStart));
  return outcome.kind === 'succeeded' ? withOthers(outcome, seen.holding, command.ttl_ms) : outcome;
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
