import type { PolicyFile } from '../../common/policy/bundle';
import type { PolicyFault } from '../../common/policy/policy';
import { parsePolicy } from '../engine/policy/parse_policy';
import { runPolicyTests } from './operations/policy_tests';
import type { AgentParts } from './shift_parts';

/** So long a turn may keep everything else of this process waiting, ms: heartbeats come every 300. */
const LONGEST_TURN_MS = 20;

interface Checked {
  readonly file?: PolicyFile;
  readonly faults: readonly PolicyFault[];
}

export interface CheckedSet {
  /** Readable ones in order of their ids, whether their tests pass or not. */
  readonly policies: readonly PolicyFile[];
  readonly faults: readonly PolicyFault[];
}

/** Failing tests as faults, at the line of their name. */
const failedTests = (file: PolicyFile, { model }: Pick<AgentParts, 'model'>): readonly PolicyFault[] =>
  runPolicyTests(file, model())
    .filter(({ passed }) => !passed)
    .map(({ name, expected, got, why }) => {
      const lines = file.source.split('\n');
      const found = lines.findIndex((each) => each.includes(name));
      return {
        file: file.path,
        line: Math.max(found, 0) + 1,
        column: Math.max(lines[found]?.indexOf(name) ?? 0, 0) + 1,
        code: 'test_failed',
        message: `test \`${name}\`: expected ${expected}, got ${got}${why === undefined ? '' : ` (${why})`}`,
      };
    });

const placedIn = (path: string, { file, faults }: Checked): Checked => ({
  ...(file ? { file: { ...file, path } } : {}),
  faults: faults.map((fault) => ({ ...fault, file: path })),
});

const repeated = (policies: readonly PolicyFile[]): readonly PolicyFault[] => {
  const paths = new Map<string, string>();
  return policies.flatMap(({ path, policy }) => {
    const { id } = policy.metadata;
    const other = paths.get(id);
    paths.set(id, path);
    const message = `id \`${id}\` is also used in \`${other ?? ''}\``;
    return other === undefined ? [] : [{ file: path, line: 1, column: 1, code: 'id_used_twice', message }];
  });
};

/**
 * Checks the policies of one head after the other: schema, conditions, tests. A text is checked once; one that is in
 * force was checked before it was released.
 */
export class HeadChecker {
  private readonly parts: Pick<AgentParts, 'bundles' | 'clock' | 'model'>;
  private known: ReadonlyMap<string, Checked> = new Map();

  constructor(parts: Pick<AgentParts, 'bundles' | 'clock' | 'model'>) {
    this.parts = parts;
  }

  /** @param files texts by path */
  async check(files: ReadonlyMap<string, string>): Promise<CheckedSet> {
    const { clock, bundles } = this.parts;
    const inForce = new Map((bundles.active?.bundle.policies ?? []).map((file) => [file.source, file]));
    const now = new Map<string, Checked>();
    const all: Checked[] = [];
    let turn = clock.monotonic();
    for (const [path, source] of files) {
      const file = inForce.get(source);
      const checked = this.known.get(source) ?? (file ? { file, faults: [] } : this.checkOne(path, source));
      now.set(source, checked);
      all.push(placedIn(path, checked));
      if (clock.monotonic() - turn < LONGEST_TURN_MS) continue;
      await clock.sleep(0);
      turn = clock.monotonic();
    }
    this.known = now;
    const policies = all.flatMap(({ file }) => (file ? [file] : []));
    return {
      policies: [...policies].sort((a, b) => (a.policy.metadata.id < b.policy.metadata.id ? -1 : 1)),
      faults: [...all.flatMap(({ faults }) => faults), ...repeated(policies)],
    };
  }

  private checkOne(path: string, source: string): Checked {
    const parsed = parsePolicy(path, source);
    return parsed.ok ? { file: parsed.value, faults: failedTests(parsed.value, this.parts) } : { faults: parsed.error };
  }
}
