import {
  LONGEST_PAUSE_MS,
  LONGEST_SUSPENSION_MS,
  SCOPE_FORM,
  SCOPE_WORDS,
  SHORTEST_PAUSE_MS,
  SHORTEST_SUSPENSION_MS,
  UNDO_SCOPE_FORM,
  UNDO_SCOPE_WORDS,
} from '../../../common/flow/stop_scope';
import { present } from '../../../common/present';
import { err, ok, type Result } from '../../../common/result';
import type { Address } from './address';

/* `reflex stop`, `resume`, `held`, `breakers`, `undo`, `would`, `limits`, `protected` and `agents`: what they take. */

export type BrakeCommand =
  | {
      readonly name: 'stop';
      readonly address: Address;
      readonly scope: string;
      readonly reason?: string;
      /** A pause: how long it lasts, ms. */
      readonly forMs?: number;
    }
  | { readonly name: 'held'; readonly address: Address; readonly scope: string }
  | {
      readonly name: 'resume' | 'held decide' | 'undo resume';
      readonly address: Address;
      readonly scope: string;
      readonly reason: string;
    }
  | { readonly name: 'undo' | 'breakers'; readonly address: Address }
  | {
      readonly name: 'undo suspend';
      readonly address: Address;
      readonly scope: string;
      readonly reason: string;
      readonly forMs: number;
    }
  | { readonly name: 'would'; readonly address: Address; readonly query: Readonly<Record<string, string>> }
  | { readonly name: 'limits' | 'agents'; readonly address: Address }
  | { readonly name: 'protected'; readonly address: Address; readonly text: string };

interface Given {
  readonly scope?: string | undefined;
  readonly reason?: string | undefined;
  /** As written with `--for`. */
  readonly lasts?: string | undefined;
  /** What `would` takes besides, as the API names it. */
  readonly host?: string | undefined;
  readonly policy?: string | undefined;
  readonly source?: string | undefined;
  readonly sources?: string | undefined;
}

export const NO_REASON = 'say why with --reason TEXT; it goes into the audit log';

export const isReason = (reason: string | undefined): reason is string =>
  reason !== undefined && reason.trim().length >= 3;

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** @returns ms, or what is wrong with it in a sentence */
export const lengthIn = (
  written: string,
  { least, most, words }: { readonly least: number; readonly most: number; readonly words: string },
): Result<number, string> => {
  const [, count = '', unit = ''] = /^([1-9]\d{0,3})([mhd])$/.exec(written) ?? [];
  const ms = Number(count) * (UNIT_MS[unit] ?? 0);
  return ms >= least && ms <= most ? ok(ms) : err(`\`--for ${written}\` is no length of time ${words}`);
};

const PAUSE = { least: SHORTEST_PAUSE_MS, most: LONGEST_PAUSE_MS, words: 'from `1m` to `30m`' };
const SUSPENSION = { least: SHORTEST_SUSPENSION_MS, most: LONGEST_SUSPENSION_MS, words: 'from `1m` to `4h`' };

const noScope = (scope: string, words: string): string => `\`--scope ${scope}\` is none; write ${words}`;

const stopCommand = (address: Address, { scope = 'all', reason, lasts }: Given): Result<BrakeCommand, string> => {
  if (reason !== undefined && !isReason(reason)) return err(NO_REASON);
  const stop = { name: 'stop' as const, address, scope, ...present({ reason }) };
  if (lasts === undefined) return ok(stop);
  if (!scope.startsWith('policy:')) return err('`--for` pauses a policy: write `--scope policy:<id>`');
  const forMs = lengthIn(lasts, PAUSE);
  return forMs.ok ? ok({ ...stop, forMs: forMs.value }) : forMs;
};

const heldCommand = (
  [word, ...more]: readonly string[],
  address: Address,
  { scope = 'all', reason }: Given,
): Result<BrakeCommand, string> => {
  if (word === undefined) return ok({ name: 'held', address, scope });
  if (word !== 'decide' || more.length > 0) return err('`reflex held` takes no further word, or `decide`');
  return isReason(reason) ? ok({ name: 'held decide', address, scope, reason }) : err(NO_REASON);
};

const undoCommand = (
  [word, ...more]: readonly string[],
  address: Address,
  { scope = 'all', reason, lasts }: Given,
): Result<BrakeCommand, string> => {
  if (word === undefined) return ok({ name: 'undo', address });
  if ((word !== 'suspend' && word !== 'resume') || more.length > 0)
    return err('`reflex undo` takes no further word, or `suspend`, or `resume`');
  if (!UNDO_SCOPE_FORM.test(scope)) return err(noScope(scope, UNDO_SCOPE_WORDS));
  if (!isReason(reason)) return err(NO_REASON);
  if (word === 'resume') return ok({ name: 'undo resume', address, scope, reason });
  if (lasts === undefined) return err('say for how long with `--for 2h`, 4 hours at the most');
  const forMs = lengthIn(lasts, SUSPENSION);
  return forMs.ok ? ok({ name: 'undo suspend', address, scope, reason, forMs: forMs.value }) : forMs;
};

const wouldCommand = (
  [action, ...target]: readonly string[],
  address: Address,
  { host, policy, source, sources }: Given,
): Result<BrakeCommand, string> => {
  if (action === undefined || target.length === 0)
    return err('`reflex would` takes an action and a target: `reflex would isolate_host ws-1`');
  if (sources !== undefined && !/^\d{1,2}$/.test(sources))
    return err(`\`--sources ${sources}\` is no number of sources`);
  return ok({
    name: 'would',
    address,
    query: { action, target: target.join(' '), ...present({ host, policy, source, sources }) },
  });
};

const BRAKE_WORDS = ['stop', 'resume', 'held', 'breakers', 'undo', 'would', 'limits', 'protected', 'agents'] as const;
type BrakeWord = (typeof BRAKE_WORDS)[number];

/** Whether a word begins one of these commands. */
export const isBrakeWord = (word: string): word is BrakeWord => BRAKE_WORDS.some((each) => each === word);

/** What only looks: the others change something, and have a scope. */
const lookCommand = (
  word: 'would' | 'limits' | 'protected' | 'agents',
  rest: readonly string[],
  { address, given }: { readonly address: Address; readonly given: Given },
): Result<BrakeCommand, string> => {
  if (word === 'would') return wouldCommand(rest, address, given);
  if (word === 'protected') return ok({ name: word, address, text: rest.join(' ') });
  return rest.length === 0 ? ok({ name: word, address }) : err(`\`reflex ${word}\` takes no further words`);
};

/** @returns the command, or what is wrong in a sentence */
export const brakeCommand = (
  word: BrakeWord,
  rest: readonly string[],
  address: Address,
  given: Given,
): Result<BrakeCommand, string> => {
  if (word === 'would' || word === 'limits' || word === 'protected' || word === 'agents')
    return lookCommand(word, rest, { address, given });
  if (word === 'undo') return undoCommand(rest, address, given);
  if (word === 'breakers')
    return rest.length > 0 ? err('`reflex breakers` takes no further word') : ok({ name: 'breakers', address });
  const { scope = 'all', reason } = given;
  if (!SCOPE_FORM.test(scope)) return err(noScope(scope, SCOPE_WORDS));
  if (word === 'held') return heldCommand(rest, address, given);
  if (rest.length > 0) return err(`\`reflex ${word}\` takes no further words; write \`--scope ${rest.join(' ')}\``);
  if (word === 'stop') return stopCommand(address, given);
  return isReason(reason) ? ok({ name: 'resume', address, scope, reason }) : err(NO_REASON);
};
