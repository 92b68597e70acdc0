import { present } from '../../../../common/present';
import { basename } from 'path';
import { setTimeout as pause } from 'timers/promises';
import {
  getBacktest,
  HIT_OUTCOMES,
  startBacktest,
  type BacktestReportView,
  type BacktestView,
  type HitOutcome,
  type PolicyUnderTest,
} from '../../../../common/api/routes';
import { VERDICTS } from '../../../../common/flow/decision';
import { ask } from '../ask';
import type { Address } from '../address';
import { readBundle } from './bundle_io';
import { POLICY_EXIT, UsageError, type PolicyCommand, type PolicyIo } from './command';
import { exitFor, tellFindings } from './findings';
import { optionsIn } from './options';
import { readGuards } from './read_guards';
import { readSet } from './read_set';
import { ADDRESS_OPTIONS, addressOf } from './running_reflex';

const PROGRESS_MS = 1_000;

/** What is tried, as it is sent. */
interface Tried {
  readonly sources: readonly string[];
  readonly guards: ReadonlyArray<{ readonly name: string; readonly source: string }>;
}

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

const fromBundle = (path: string, io: PolicyIo): Tried => {
  const files = readBundle(path, io);
  if (!files.ok) throw new UsageError(`\`${path}\` is no bundle: ${files.error.message}`);
  const all = [...files.value];
  return {
    sources: all.filter(([name]) => name.endsWith('.yaml')).map(([, bytes]) => textOf(bytes)),
    guards: all
      .filter(([name]) => name.endsWith('.rego'))
      .map(([name, bytes]) => ({ name: basename(name, '.rego'), source: textOf(bytes) })),
  };
};

/** The texts of a bundle, or of files and folders; undefined if they have faults, which were told. */
const triedOf = async (paths: readonly string[], io: PolicyIo): Promise<Tried | undefined> => {
  const [first] = paths;
  if (first !== undefined && /\.t(ar\.)?gz$/.test(first)) {
    if (paths.length > 1) throw new UsageError('name one bundle, or files and folders');
    return fromBundle(first, io);
  }
  const set = await readSet(paths, io);
  if (exitFor(set.findings, false) === POLICY_EXIT.done) {
    const guards = [...readGuards(paths, set, io).texts].map(([name, source]) => ({ name, source }));
    return { sources: set.policies.map(({ source }) => source), guards };
  }
  tellFindings(io, set.findings, 'policies with faults are not tried');
  return undefined;
};

const finished = async (address: Address, begun: BacktestView, io: PolicyIo): Promise<BacktestView> => {
  let view = begun;
  while (view.state === 'running') {
    await pause(PROGRESS_MS);
    const found = await ask(address, getBacktest, { digest: begun.digest });
    if (!found.ok) throw new UsageError(found.error);
    view = found.value;
    if (view.state === 'running') io.err(`${view.done} of ${view.total} decisions, ${view.rate} a second`);
  }
  return view;
};

/** What a policy under test would have done, of each outcome that there is. */
const OUTCOME_WORDS: Readonly<Record<HitOutcome, string>> = {
  act: 'would act',
  already: 'another policy acted already',
  brake: 'stopped by a brake',
  ask: 'would ask a person',
  deny: 'denied',
  hold: 'would wait to be seen again',
  outside: 'outside the rollout',
};
const MOST_HITS = 5;

const testedLines = ({ policy, change, mode, matched, outcomes, brakes, right, wrong, hits }: PolicyUnderTest) => [
  `${policy} (${change}, ${mode}): ${matched} events`,
  ...HIT_OUTCOMES.filter((outcome) => outcomes[outcome] > 0).map(
    (outcome) =>
      `    ${OUTCOME_WORDS[outcome]}: ${outcomes[outcome]}${
        outcome === 'brake' ? ` (${brakes.map(({ brake, count }) => `${brake} ${count}`).join(', ')})` : ''
      }`,
  ),
  ...(right + wrong > 0 ? [`    people agree: ${right}, contradict it: ${wrong}`] : []),
  ...hits
    .slice(0, MOST_HITS)
    .map(
      ({ at, action, target, outcome, decision_id }) => `      ${at} ${action} ${target}: ${outcome}, ${decision_id}`,
    ),
  ...(matched > MOST_HITS
    ? [`      the newest ${Math.min(MOST_HITS, hits.length)} of ${matched}; more with --format json`]
    : []),
];

/** Each policy that differs from what is in force, before what changes in sum. */
const underTest = ({ under_test: tested = [], under_test_total: total = tested.length }: BacktestReportView) => [
  ...tested.flatMap(testedLines),
  ...(total > tested.length ? [`${total - tested.length} further policies differ and are not listed`] : []),
];

const linesOf = (report: BacktestReportView): readonly string[] => [
  ...underTest(report),
  `${report.changed} of ${report.decisions} decisions would have been others`,
  `acts newly permitted: ${report.newly_permitted}, no longer: ${report.no_longer_permitted}`,
  ...VERDICTS.map(
    (verdict) => `  ${verdict.padEnd(8)} ${report.verdicts_before[verdict]} → ${report.verdicts_after[verdict]}`,
  ),
  ...report.policies
    .filter(({ newly, no_longer }) => newly + no_longer > 0)
    .map(
      (each) =>
        `  ${each.policy}: ${each.newly} new (${each.newly_right} right, ${each.newly_wrong} wrong), ${each.no_longer} no longer`,
    ),
  ...report.limits
    .filter(({ breaches }) => breaches > 0)
    .map(
      ({ limit, scope, peak, most, breaches }) =>
        `  LIMIT ${limit} in ${scope}: ${peak} at once, ${most ?? 'unknown'} allowed, ${breaches} acts over it`,
    ),
  ...(report.largest_blast
    ? [`largest blast: ${report.largest_blast.action} on ${report.largest_blast.targets} targets within an hour`]
    : []),
  ...(report.undecidable > 0
    ? [`not certain: ${report.undecidable} decisions, for facts that were not looked up`]
    : []),
];

export const backtest: PolicyCommand = {
  name: 'backtest',
  usage:
    'backtest [PATH…] [--days N]         what these policies, or a bundle, would have decided; asks the running Reflex',
  run: async (args, io) => {
    const options = optionsIn(args, { ...ADDRESS_OPTIONS, days: 'string' });
    const days = options.text('days');
    if (days !== undefined && !/^[1-9]\d{0,2}$/.test(days))
      throw new UsageError(`\`--days ${days}\` is no number of days from 1 to 400`);
    const tried = await triedOf(options.paths, io);
    if (tried === undefined) return POLICY_EXIT.findings;
    const address = addressOf(options);
    const body = { of: 'sources', ...tried, ...present({ days: days === undefined ? undefined : Number(days) }) };
    const begun = await ask(address, startBacktest, {}, body);
    if (!begun.ok) throw new UsageError(begun.error);
    const view = await finished(address, begun.value, io);
    if (view.state !== 'done' || !view.report) throw new UsageError(view.why ?? `the backtest is ${view.state}`);
    if (options.format === 'json') io.out(JSON.stringify(view));
    else for (const line of linesOf(view.report)) io.out(line);
    return POLICY_EXIT.done;
  },
};
