import { err, ok, type Result } from '../result';

/*
 * What an order to stop covers (`docs/decisions/056-a-stop-by-policy.md`). Page, command line, API and the last look
 * before the first byte read a scope by these functions.
 */

/** A scope as it is written. `layer:action` is another word for `all`: no other layer proposes acts. */
export const SCOPE_FORM =
  /^(all|layer:[a-z]+|action:[a-z_]+|connector:[a-z0-9-]+|policy:[a-z][a-z0-9-]{1,79}|source:[a-z]+:[^\s\p{C}](?:[^\p{C}]{0,254}[^\s\p{C}])?)$/u;
export const SCOPE_WORDS = '`all`, `action:<name>`, `connector:<name>`, `policy:<id>` or `source:<type>:<id>`';
/** Longest scope: that of a source. */
export const MOST_SCOPE = 300;

/** What may be undone later than usual: everything, or the effects of one action or connector. */
export const UNDO_SCOPE_FORM = /^(all|action:[a-z_]+|connector:[a-z0-9-]+)$/;
export const UNDO_SCOPE_WORDS = '`all`, `action:<name>` or `connector:<name>`';

/** A pause of a policy lasts so long, ms; whoever wants more gives it again. */
export const SHORTEST_PAUSE_MS = 60_000;
export const LONGEST_PAUSE_MS = 1_800_000;

/** Undoing is suspended for so long, ms. */
export const SHORTEST_SUSPENSION_MS = 60_000;
export const LONGEST_SUSPENSION_MS = 14_400_000;

/** An act or an effect, as far as an order to stop looks at it. */
export interface Stoppable {
  readonly action: string;
  /** Null: nobody knows yet where it would go. */
  readonly connector: string | null;
  /** Id of the policy that proposed it. */
  readonly policy: string;
  /** Whose event it comes of, as `type:id`; empty: nobody's. Missing: nobody knows. */
  readonly source?: string | undefined;
}

/**
 * Whether an order of this scope covers an act. INVARIANT (INV-6): a scope that this version does not know covers
 * everything, for it stops at least what it was meant to stop.
 */
export const covers = (scope: string, { action, connector, policy, source }: Stoppable): boolean => {
  const [kind, name] = partsOf(scope);
  if (kind === 'action') return name === action;
  if (kind === 'connector') return name === connector;
  if (kind === 'policy') return name === policy;
  // Of what nobody knows whose it is, it may be theirs.
  if (kind === 'source') return source === undefined || name === source;
  return true;
};

/** The kind of a scope and the name in it; empty where there is none. */
export const partsOf = (scope: string): readonly [kind: string, name: string] => {
  const colon = scope.indexOf(':');
  return colon < 0 ? [scope, ''] : [scope.slice(0, colon), scope.slice(colon + 1)];
};

/**
 * The one spelling of a scope.
 *
 * @param scope as somebody wrote it, in the form of `SCOPE_FORM`
 * @returns the scope that the order names, or why there is nothing to stop, in a sentence
 */
export const canonicalScope = (scope: string): Result<string, string> => {
  const [kind, name] = partsOf(scope);
  if (kind !== 'layer') return ok(scope);
  if (name === 'action') return ok('all');
  return err(
    `policies of the layer \`${name}\` propose no acts, they only restrain: stop \`all\`, an action, a connector or the action policy \`policy:<id>\``,
  );
};
