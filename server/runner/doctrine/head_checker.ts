import { present } from '../../../common/present';
import type { PolicyFile } from '../../../common/policy/bundle';
import type { PolicyFault } from '../../../common/policy/policy';
import { guardOf, guardsDigest, missingGuards, type GuardTexts } from '../../engine/policy/guard_set';
import { parsePolicy } from '../../engine/policy/parse_policy';
import type { TestGuards } from '../trust/guard_lookup';
import { hasFailed, runPolicyTests } from './catalog/policy_tests';
import type { PolicyTree } from '../ports';
import type { AgentParts } from '../agent/parts';
import { policiesInForce } from '../trust/in_force';

/** So long a turn may keep everything else of this process waiting, ms: heartbeats come every 300. */
const LONGEST_TURN_MS = 20;

type Parts = Pick<AgentParts, 'bundles' | 'clock' | 'model' | 'guardBook'>;

interface Checked {
  readonly file?: PolicyFile;
  readonly faults: readonly PolicyFault[];
}

export interface CheckedSet {
  /** Readable ones in order of their ids, whether their tests pass or not. */
  readonly policies: readonly PolicyFile[];
  /** Texts by name. */
  readonly guards: GuardTexts;
  /** Why guards could be neither compiled nor asked here, although they may be right. */
  readonly guardsUnchecked?: string;
  readonly faults: readonly PolicyFault[];
}

/** Failing tests as faults, at the line of their name. */
const failedTests = (file: PolicyFile, { model }: Parts, asked: TestGuards): readonly PolicyFault[] =>
  runPolicyTests(file, model(), asked)
    .filter(hasFailed)
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
  ...present({ file: file && { ...file, path } }),
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

interface CheckedGuards {
  readonly texts: GuardTexts;
  /** How the tests of policies ask them. */
  readonly asked: TestGuards;
  readonly faults: readonly PolicyFault[];
  readonly unchecked?: string;
}

const guardName = (path: string): string => (path.split('/').at(-1) ?? '').replace(/\.rego$/, '');

/**
 * Checks the policies of one head after the other: guards, schema, conditions, tests. A text is checked once; one that
 * is in force was checked before it was released.
 */
export class HeadChecker {
  private readonly parts: Parts;
  private known: ReadonlyMap<string, Checked> = new Map();

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /** Texts of policies and of guards, by path. */
  async check({ files, guards: guardFiles }: Pick<PolicyTree, 'files' | 'guards'>): Promise<CheckedSet> {
    const { clock, guardBook } = this.parts;
    const guards = await this.checkGuards(guardFiles);
    const sameGuards = guardsDigest(guards.texts) === guardsDigest(guardBook.inForce);
    const inForce = new Map(policiesInForce({ parts: this.parts }).map((file) => [file.source, file]));
    const now = new Map<string, Checked>();
    const all: Checked[] = [];
    let turn = clock.monotonic();
    for (const [path, source] of files) {
      const file = inForce.get(source);
      const isChecked = file !== undefined && (sameGuards || guardOf(file) === undefined);
      const checked =
        this.known.get(source) ?? (isChecked ? { file, faults: [] } : this.checkOne(path, source, guards));
      // What a guard says may be another thing with the next head.
      if (checked.file === undefined || guardOf(checked.file) === undefined) now.set(source, checked);
      all.push(placedIn(path, checked));
      if (clock.monotonic() - turn < LONGEST_TURN_MS) continue;
      await clock.sleep(0);
      turn = clock.monotonic();
    }
    this.known = now;
    const policies = all.flatMap(({ file }) => (file ? [file] : []));
    return {
      policies: [...policies].sort((a, b) => (a.policy.metadata.id < b.policy.metadata.id ? -1 : 1)),
      guards: guards.texts,
      faults: [
        ...guards.faults,
        ...all.flatMap(({ faults }) => faults),
        ...repeated(policies),
        ...missingGuards(policies, guards.texts),
      ],
      ...present({ guardsUnchecked: guards.unchecked }),
    };
  }

  private async checkGuards(files: ReadonlyMap<string, string>): Promise<CheckedGuards> {
    const { guardBook } = this.parts;
    const paths = new Map([...files.keys()].map((path) => [guardName(path), path]));
    const texts = new Map([...files].map(([path, source]) => [guardName(path), source]));
    const module = await guardBook.moduleOf(texts);
    if (module.ok) return { texts, asked: await guardBook.forTests(texts), faults: [] };
    const { code, message, faults } = module.error;
    const asked = { why: message };
    if (code === 'no_opa') return { texts, asked, faults: [], unchecked: message };
    const placed = faults.map((fault) => ({ ...fault, file: paths.get(guardName(fault.file)) ?? fault.file }));
    const [file = 'guards'] = files.keys();
    return {
      texts,
      asked,
      faults: placed.length > 0 ? placed : [{ file, line: 1, column: 1, code, message }],
    };
  }

  private checkOne(path: string, source: string, { texts, asked }: CheckedGuards): Checked {
    const parsed = parsePolicy(path, source);
    if (!parsed.ok) return { faults: parsed.error };
    // Its guard is missed by its name; what its tests would come to without it says nothing.
    const isAsked = missingGuards([parsed.value], texts).length === 0;
    return { file: parsed.value, faults: isAsked ? failedTests(parsed.value, this.parts, asked) : [] };
  }
}
