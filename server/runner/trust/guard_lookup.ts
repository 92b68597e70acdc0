import type { Guards } from '../../../common/policy/bundle';
import type { Lookups } from '../../engine/decision/lookups';
import type { GuardHost } from '../ports';

/** How a decision asks the guards of a bundle; nothing where there are none, or nobody to ask them. */
export const guardLookup = (
  host: Pick<GuardHost, 'ask'> | undefined,
  guards: Guards | undefined,
): Pick<Lookups, 'guard'> => {
  if (host === undefined || guards === undefined) return {};
  return {
    guard: ({ guard, wasm, input }) =>
      wasm === guards.digest
        ? host.ask(guards, guard, input)
        : { error: `guard \`${guard}\` is of another module than the one in force` },
  };
};

/** How tests ask guards: a module and whoever asks it, or why nobody can. */
export type TestGuards =
  { readonly guards: Guards | undefined; readonly lookup: Pick<Lookups, 'guard'> } | { readonly why: string };
