import { Environment } from '@marcbachmann/cel-js';
import { CONDITION_TYPES, CONDITION_VARIABLES } from '../../../../common/policy/condition_fields';
import * as facts from './facts';
import { HostIntegrityFacts, LateralChainFacts, LookupsView, SearchFacts } from './lookup_facts';
import { inNetwork } from '../../../../common/entity/address';
import { matchesPattern } from './regex';

const classes: Readonly<Record<string, new (...args: never[]) => object>> = {
  Event: facts.EventFacts,
  Endpoint: facts.IpFacts,
  UserName: facts.UserNameFacts,
  Process: facts.ProcessFacts,
  File: facts.FileFacts,
  Rule: facts.RuleFacts,
  Intake: facts.IntakeFacts,
  Score: facts.ScoreFacts,
  Asset: facts.Asset,
  Side: facts.Side,
  Target: facts.TargetFacts,
  Act: facts.ActFacts,
  Counts: facts.CountFacts,
  Corroboration: facts.CorroborationFacts,
  History: facts.HistoryView,
  JudgedHistory: facts.JudgedHistoryView,
  TargetHistory: facts.TargetHistoryFacts,
  LateralChain: LateralChainFacts,
  HostIntegrity: HostIntegrityFacts,
  SearchFound: SearchFacts,
  Lookups: LookupsView,
  Time: facts.TimeFacts,
};

/** Name under which `matches` is evaluated: the library's own uses the language's backtracking regular expressions. */
export const LINEAR_MATCHES = 'matchesLinear';

const LIMITS = { maxAstNodes: 500, maxDepth: 24, maxListElements: 256, maxMapEntries: 0, maxCallArguments: 4 };

const declareTypes = (environment: Environment): Environment => {
  // A type can be registered only after those that its fields have.
  const pending = [...CONDITION_TYPES];
  const names = new Set(CONDITION_TYPES.map((type) => type.name));
  const done = new Set<string>();
  while (pending.length > 0) {
    const next = pending.findIndex(({ fields }) =>
      fields.every(({ type }) => (type.match(/\w+/g) ?? []).every((word) => !names.has(word) || done.has(word))),
    );
    const type = pending.splice(next, 1)[0];
    const ctor = type && classes[type.name];
    if (!type || !ctor) throw new Error(`condition type without a class: ${type?.name ?? 'cycle'}`);
    environment.registerType(type.name, {
      ctor: ctor,
      fields: Object.fromEntries(type.fields.map((each) => [each.name, each.type])),
    });
    done.add(type.name);
  }
  return environment;
};

const build = (forJudges: boolean, without?: string): Environment => {
  const environment = declareTypes(new Environment({ limits: LIMITS }))
    .registerFunction(`string.${LINEAR_MATCHES}(string): bool`, matchesPattern)
    .registerFunction('string.inCidr(string): bool', inNetwork)
    .registerOperator('double == int', (left: number, right: bigint) => left === Number(right));
  for (const variable of CONDITION_VARIABLES) {
    if ((forJudges || !variable.judgesOnly) && variable.name !== without) {
      const type = forJudges ? (variable.judgesType ?? variable.type) : variable.type;
      environment.registerVariable(variable.name, type);
    }
  }
  return environment;
};

/** What proposing policies may look at: the event and what is known of it. */
export const proposingEnvironment = build(false);

/**
 * What the target of an act may be made of: what the event names. What a look-up found is put together from other
 * events, whoever reported them, and is nothing to aim at.
 */
export const aimingEnvironment = build(false, 'lookups');

/** What judging policies may look at: that, and the act with its target. */
export const judgingEnvironment = build(true);
