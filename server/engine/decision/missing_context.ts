import type { AssetFacts } from '../../../common/flow/decision';
import type { CompiledCondition } from '../policy/cel/condition';
import type { Known } from './activation';

const unknown = (facts: AssetFacts | undefined): boolean => facts !== undefined && facts.value !== '' && !facts.known;

/**
 * Says what a condition relies on that the inventory does not know, if anything. A condition that reads `known`
 * itself has thought of that. `target` is the asset of a judged act's target.
 */
export const missingContext = (condition: CompiledCondition, known: Known, target?: AssetFacts): string | undefined => {
  const parts: ReadonlyArray<readonly [string, AssetFacts | undefined]> = [
    ['src.asset', known.source],
    ['dst.asset', known.destination],
    ['user', known.user],
    ['target.asset', target],
  ];
  for (const [path, facts] of parts) {
    if (!facts || !unknown(facts)) continue;
    // What reads `src` as a whole may read anything of it.
    const reads = [...condition.reads].filter(
      (read) => `${read}.`.startsWith(`${path}.`) || path.startsWith(`${read}.`),
    );
    if (reads.length > 0 && !reads.includes(`${path}.known`))
      return `the inventory does not know ${facts.type} \`${facts.value}\``;
  }
  return undefined;
};
