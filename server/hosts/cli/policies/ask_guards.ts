import type { Guards } from '../../../../common/policy/bundle';
import { ok, type Result } from '../../../../common/result';
import { compileGuards } from '../../../adapters/opa/compile_guards';
import { WasmGuardHost } from '../../../adapters/opa/guard_host';
import { guardLookup, type TestGuards } from '../../../runner/trust/guard_lookup';
import type { GuardTrouble } from '../../../runner/ports';
import { asError, type Finding } from './findings';
import type { ReadGuards } from './read_guards';

/** A test waits longer for a guard than a decision does: a busy machine of CI is no fault of the guard, ms. */
const MOST_MS = 2_000;

/**
 * Compiles what was read, by the named program, by `REFLEX_OPA` or by the `opa` of the path. Without guards nothing.
 */
export const compiled = async (
  { texts }: ReadGuards,
  program: string | undefined,
): Promise<Result<Guards | undefined, GuardTrouble>> =>
  texts.size === 0 ? ok(undefined) : compileGuards(texts, program ?? process.env.REFLEX_OPA);

/** What `opa` says of guards, at the places of their files. */
export const guardFindings = ({ paths }: ReadGuards, { code, message, faults }: GuardTrouble): readonly Finding[] => {
  const [file = 'guards'] = paths.values();
  if (faults.length === 0) return [asError({ file, line: 1, column: 1, code, message })];
  return faults.map((fault) => asError({ ...fault, file: paths.get(fault.file.replace(/\.rego$/, '')) ?? fault.file }));
};

/** Why tests cannot ask guards: those are at fault, or nobody compiles them here. */
interface Unasked {
  readonly findings: readonly Finding[];
}

/**
 * Lets tests ask guards for real, in the module that a release would have.
 *
 * @param work is told how they are asked, and with what is wrong with the guards themselves
 */
export const withGuards = async <Answer>(
  read: ReadGuards,
  program: string | undefined,
  work: (asked: TestGuards, unasked: Unasked) => Answer,
): Promise<Answer> => {
  const module = await compiled(read, program);
  if (!module.ok) {
    const isFault = module.error.code === 'guard_invalid';
    const why = isFault ? 'its guard has faults' : `needs opa: ${module.error.message}`;
    return work({ why }, { findings: isFault ? guardFindings(read, module.error) : [] });
  }
  const guards = module.value;
  const host = new WasmGuardHost({ monotonic: () => performance.now(), mostMs: MOST_MS });
  try {
    if (guards) await host.prepare(guards);
    return work({ guards, lookup: guardLookup(host, guards) }, { findings: [] });
  } finally {
    await host.close();
  }
};
