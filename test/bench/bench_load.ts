import { parse } from 'yaml';
import { realClock } from '../../server/adapters/system/real_clock';
import { bundleFiles, contentDigest, policyPath } from '../../server/engine/policy/bundle_files';
import { compileBundle, compileDraft, compileSteps } from '../../server/engine/policy/compile_bundle';
import { signBundle } from '../../server/engine/policy/sign_bundle';
import { verifyBundle, verifySteps } from '../../server/engine/policy/verify_bundle';
import type { BundleFiles, PolicyFile } from '../../common/policy/bundle';
import type { Result } from '../../common/result';
import { inTurns } from '../../server/runner/keeping/in_turns';
import { aKeyPair } from '../builders/policies';
import { rounded, spread, type Spread } from './figures';
import { policyTexts } from './policy_set';

const keys = aKeyPair();
const RULES = { keys: [keys.verification], threshold: 1 };
const ROUNDS = 5;

/**
 * Times in ms: the middle one of the rounds, the least and the most. Those in one go are processor time, which a busy
 * machine changes little; those in turns are by the clock.
 */
interface LoadFigures {
  readonly policies: number;
  /** A bundle of which nothing was seen before, in one go. */
  readonly verify_ms: Spread;
  /** After that: conditions are compiled when they are checked. */
  readonly compile_ms: Spread;
  readonly us_per_policy: number;
  /**
   * Beside it: reading the same texts by the YAML library alone, and compiling conditions that nobody checked before.
   */
  readonly yaml_alone_ms: Spread;
  readonly compile_unseen_ms: Spread;
  /** The version after it, with one policy in a hundred changed. */
  readonly next_version_ms: Spread;
  /** Another unseen one as an agent takes it, in turns, and the longest time that nothing else had a turn. */
  readonly in_turns_ms: Spread;
  readonly longest_pause_ms: Spread;
}

/** Texts that no round before had: what is known from before would be free. */
const freshTexts = (policies: number, mark: string): readonly string[] =>
  policyTexts(policies).map((source) =>
    source.replace(/\b(rule|tag|origin|name|process)-(\d+)/g, `$1-$2-${mark}`).replace('judge-', `judge-${mark}-`),
  );

/** As much of a policy as its place in a bundle needs; reading it all here would be known to the round. */
const unread = (source: string): PolicyFile => {
  const [, id = ''] = /id: ([\w-]+)/.exec(source) ?? [];
  const [, layer = ''] = /layer: (\w+)/.exec(source) ?? [];
  return { path: '', source, hash: '', policy: { metadata: { id }, spec: { layer } } } as unknown as PolicyFile;
};

const aFiled = (texts: readonly string[]): BundleFiles => {
  const policies = texts.map(unread);
  const statement = {
    version: 1,
    digest: contentDigest(new Map(policies.map((file) => [policyPath(file), file.source]))),
    prev_digest: 'genesis',
    created_at: '2026-11-22T09:00:00.000Z',
    author: 'bench',
    changelog: '',
    approvals: [],
  };
  return signBundle(bundleFiles(statement, policies), [keys.signing]);
};

const must = <Value, Fault>(result: Result<Value, Fault>): Value => {
  if (result.ok) return result.value;
  throw new Error(`the bundle of the benchmark is refused: ${JSON.stringify(result.error)}`);
};

const timed = <Value>(work: () => Value): readonly [Value, number] => {
  const used = process.cpuUsage();
  const value = work();
  const { user, system } = process.cpuUsage(used);
  return [value, (user + system) / 1_000];
};

/** Loads in turns, while something else wants a turn each ms. */
const beside = async (files: BundleFiles): Promise<readonly [whole: number, pause: number]> => {
  let [last, longest, stopped] = [performance.now(), 0, false];
  const look = (): void => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (!stopped) setTimeout(look, 1);
  };
  look();
  const began = performance.now();
  const trusted = must(await inTurns(realClock, verifySteps(files, RULES)));
  await inTurns(realClock, compileSteps(trusted));
  const whole = performance.now() - began;
  stopped = true;
  look();
  return [whole, longest];
};

/** From the files of a bundle to what decides, checked as always; the rounds of all sizes take turns. */
export const benchLoad = async (sizes: readonly number[]): Promise<readonly LoadFigures[]> => {
  const all = sizes.map((policies) => ({
    policies,
    verify: [] as number[],
    compile: [] as number[],
    yaml: [] as number[],
    unseen: [] as number[],
    next: [] as number[],
    turns: [] as number[],
    pauses: [] as number[],
  }));
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const { policies, verify, compile, yaml, unseen, next, turns, pauses } of all) {
      const mark = (which: string): string => `${which}${policies}r${round}`;
      const texts = freshTexts(policies, mark('a'));
      const changed = freshTexts(policies, mark('b'));
      const first = aFiled(texts);
      const second = aFiled(texts.map((text, at) => (at % 100 === 0 ? (changed[at] ?? text) : text)));
      const other = aFiled(freshTexts(policies, mark('c')));
      const [trusted, verifyMs] = timed(() => must(verifyBundle(first, RULES)));
      const [, compileMs] = timed(() => compileBundle(trusted));
      const [, nextMs] = timed(() => compileBundle(must(verifyBundle(second, RULES))));
      const others = freshTexts(policies, mark('d'));
      const [read, yamlMs] = timed(() => others.map((source) => parse(source) as PolicyFile['policy']));
      const files = read.map((policy, at) => ({ path: '', source: others[at] ?? '', hash: String(at), policy }));
      const [, unseenMs] = timed(() => compileDraft(files));
      const [whole, pause] = await beside(other);
      // The first round warms up.
      if (round === 0) continue;
      verify.push(verifyMs);
      compile.push(compileMs);
      yaml.push(yamlMs);
      unseen.push(unseenMs);
      next.push(nextMs);
      turns.push(whole);
      pauses.push(pause);
    }
  }
  return all.map(({ policies, verify, compile, yaml, unseen, next, turns, pauses }) => ({
    policies,
    verify_ms: spread(verify),
    compile_ms: spread(compile),
    us_per_policy: rounded(((spread(verify).middle + spread(compile).middle) / policies) * 1_000),
    yaml_alone_ms: spread(yaml),
    compile_unseen_ms: spread(unseen),
    next_version_ms: spread(next),
    in_turns_ms: spread(turns),
    longest_pause_ms: spread(pauses),
  }));
};
