import {
  outcomeOfUnanswered,
  whyUnanswered,
  type CallContext,
  type CallOutcome,
  type ClearedCommand,
  type EffectHandle,
  type UndoOutcome,
  type Verification,
} from '../connector';
import type { Exchange } from './exchange';
import { hostNamed, type SshHost } from './hosts';
import { refusalOf } from './reply';
import type { Send, SshTarget } from './ssh_target';

/** Everything that one connector over SSH works with. */
export interface SshParts {
  readonly name: string;
  readonly actions: readonly string[];
  readonly hosts: readonly SshHost[];
  /** Hosts that block addresses. */
  readonly blockOn: readonly SshHost[];
  /** Addresses whose SSH goes on, as a word. */
  readonly keep: string;
  readonly target: SshTarget;
  readonly mostProcesses: number;
  /** Seconds that an effect of the kernel lasts longer than its ttl, so that it never ends first. */
  readonly graceS: number;
  readonly settleMs: number;
  readonly timeoutMs: number;
  /** What looks does so with a key of its own. */
  readonly ownObserver: boolean;
}

/** One call: its parts, and how it sends. */
export interface Call {
  readonly parts: SshParts;
  readonly send: Send;
}

type Permit = Pick<CallContext, 'mayStart'>;

/** What one action is over SSH. */
export interface HostAction {
  readonly execute: (call: Call, command: ClearedCommand, permit: Permit) => Promise<CallOutcome>;
  readonly verify: (call: Call, effect: EffectHandle) => Promise<Verification>;
  readonly undo: (call: Call, effect: EffectHandle, permit: Permit) => Promise<UndoOutcome>;
  /** Makes it last so long from now on, ms; null: until a person ends it. */
  readonly extend: (call: Call, effect: EffectHandle, lastsMs: number | null, permit: Permit) => Promise<CallOutcome>;
}

/** Refused before anything was sent. */
export const notMade = (code: string, message: string): Extract<CallOutcome, { kind: 'failed' }> => ({
  kind: 'failed',
  error: { code, message, retryable: false },
});

export const unknownHost = (name: string | undefined): Extract<CallOutcome, { kind: 'failed' }> =>
  notMade(
    'unknown_host',
    name === undefined ? 'it does not say on which host' : `this connector has no host \`${name}\``,
  );

/** The host of a target, or undefined: it is never guessed. */
export const hostOf = (
  { hosts }: SshParts,
  { target }: Pick<EffectHandle, 'target'>,
): { readonly host: SshHost | undefined; readonly name: string | undefined } => {
  const name = target.type === 'host' ? target.value : target.host;
  return { host: hostNamed(hosts, name), name };
};

/** An answer to an order, or what it came to without a good one. */
export const readOrder = (
  { target }: SshParts,
  { name }: SshHost,
  answer: Exchange,
):
  | { readonly body: Readonly<Record<string, unknown>>; readonly outcome?: never; readonly code?: never }
  | {
      readonly outcome: Exclude<CallOutcome, { kind: 'succeeded' }>;
      readonly code?: string;
      readonly body?: never;
    } => {
  if (answer.kind !== 'answered') return { outcome: outcomeOfUnanswered(answer) };
  const { reply } = answer;
  if (reply.ok) return { body: reply.body };
  return { outcome: refusalOf(reply, (text) => target.shown(`${name}: ${text}`)), code: reply.code };
};

/** An answer to a look, or why there is none. */
export const readLook = (
  { target }: SshParts,
  { name }: SshHost,
  answer: Exchange,
):
  | { readonly body: Readonly<Record<string, unknown>>; readonly why?: never }
  | { readonly why: string; readonly body?: never } => {
  if (answer.kind !== 'answered') return { why: whyUnanswered(answer) };
  const { reply } = answer;
  return reply.ok ? { body: reply.body } : { why: target.shown(`${name}: refused (${reply.code}): ${reply.text}`) };
};

/** A kernel is asked for no longer end than this, s. */
const LONGEST_S = 400 * 86_400;

/** How long the kernel keeps it, as a word. 0 has no end: what a person ends, or what lasts longer than it may. */
export const secondsWord = ({ graceS }: Pick<SshParts, 'graceS'>, lastsMs: number | null): string => {
  const seconds = lastsMs === null ? 0 : Math.ceil(lastsMs / 1_000) + graceS;
  return seconds > LONGEST_S ? '0' : `${seconds}`;
};
