import { whyOf } from '../../../common/why';
import type { IntakeDoor } from '../door/door';
import type { ClockDoubt } from '../session/clock_watch';
import { DiskFailed, FolderRefused, StateReplaced, StateTooNew, type FolderRefusal } from '../ports';
import { EngineTooOld, OlderAgentsRun } from '../session/upgrade';
import type { StopFileFault } from '../session/host_stop';
import type { LeftEffect } from '../undoing/effects_left_behind';
import type { NeededRole } from '../session/roles_missing';
import type { StopState } from '../session/stop_watch';
import type { Doubt } from '../trust/bundle_keeper';
import { containments, MOST_NAMED, ofLive, ofSuspensions } from './live_troubles';
import type { JournalWatch, KnownHere } from './journal_watch';
import type { AgentParts } from './parts';
import { ofPolicies } from './policy_troubles';
import type { Unrecovered } from './recover_evidence';
import type { RolloutKeeper } from './rollout_keeper';
import { ofBreakers, ofStopFile, ofStops } from './stop_troubles';

/** What keeps an agent from working, for the page. */
export interface AgentTrouble {
  readonly code:
    | 'store_unavailable'
    | 'state_replaced'
    | 'state_unfit'
    | 'engine_too_old'
    | 'older_agents_run'
    | FolderRefusal
    | 'folder_unconfirmed'
    | 'clock_off'
    | 'clock_not_compared'
    | 'nobody_can_undo'
    | 'containment_gone'
    | 'containment_reapplied'
    | 'cannot_verify'
    | 'undo_overdue'
    | 'undo_suspended'
    | 'nobody_decides'
    | 'nobody_acts'
    | 'nobody_undoes'
    | 'stop_unpublished'
    | 'stop_overdue'
    | 'stop_file_fails'
    | 'breaker_open'
    | 'answers_due'
    | 'disk_full'
    | 'no_bundle'
    | 'bundle_refused'
    | 'peer_without_policies'
    | 'policy_expired'
    | 'rollout_stopped'
    | 'bound_lifted'
    | 'bound_not_lifted'
    | 'role_unseen'
    | 'events_unaccounted'
    | 'conflicting_events'
    | 'records_missing'
    | 'known_here_only'
    | 'undo_waits'
    | 'own_machine_unknown'
    | Doubt['code'];
  readonly text: string;
}

/** Why an agent may not join, though OpenSearch answers. */
export interface JoinRefusal extends AgentTrouble {
  readonly code: 'state_replaced' | 'state_unfit' | 'engine_too_old' | 'older_agents_run' | 'disk_full' | FolderRefusal;
}

const diskFull = (why: string) => ({
  code: 'disk_full' as const,
  text: `this host cannot write its disk: ${why}. Nothing new starts; events are decided and held, effects are undone`,
});

export const joinRefusal = (cause: unknown): JoinRefusal => {
  const text = whyOf(cause);
  if (cause instanceof DiskFailed) return diskFull(text);
  if (cause instanceof FolderRefused) return { code: cause.code, text };
  if (cause instanceof EngineTooOld || cause instanceof StateTooNew) return { code: 'engine_too_old', text };
  if (cause instanceof OlderAgentsRun) return { code: 'older_agents_run', text };
  return { code: cause instanceof StateReplaced ? 'state_replaced' : 'state_unfit', text };
};

/** Refusals that mean that others work with the state: they look after the effects of this one as well. */
const OF_OTHERS: readonly JoinRefusal['code'][] = [
  'engine_too_old',
  'older_agents_run',
  'folder_copied',
  'folder_superseded',
  'folder_in_use',
];

export const isOfOthers = ({ code }: JoinRefusal): boolean => OF_OTHERS.includes(code);

/** What a trouble may come from. */
export interface TroubleSources extends Pick<
  AgentParts,
  'clock' | 'diskTrouble' | 'bundles' | 'inventory' | 'own' | 'reminders' | 'suspensions'
> {
  readonly rollouts: Pick<RolloutKeeper, 'stopped'>;
  readonly door: Pick<IntakeDoor, 'unaccounted' | 'diskTrouble'>;
  readonly journalWatch: Pick<JournalWatch, 'knownHere' | 'waiting'>;
  /** Orders to stop with what is known of each. */
  readonly stops: ReadonlyArray<{ readonly scope: string; readonly state: StopState }>;
  /** Orders to stop that breakers gave. */
  readonly breakers: Parameters<typeof ofBreakers>[0];
  readonly stopFile: StopFileFault | undefined;
  readonly isJoined: boolean;
  /** The journal is not believed before OpenSearch was asked whether the folder is a copy. */
  readonly folderUnconfirmed: boolean;
  readonly clockDoubt: ClockDoubt | undefined;
  readonly nobodyCanUndo: readonly LeftEffect[];
  /** How live effects are, by connector. */
  readonly live: Parameters<typeof ofLive>[0];
  /** Other agents that live and are to decide, and have no bundle in force. */
  readonly peersWithoutPolicies: readonly string[];
  /** Records of dead sessions that are not in the evidence. */
  readonly unrecovered: Unrecovered | undefined;
  /** Roles that no agent which lives fills. */
  readonly rolesMissing: readonly NeededRole[];
  readonly refusal: JoinRefusal | undefined;
}

const AWAY: AgentTrouble = {
  code: 'store_unavailable',
  text: 'OpenSearch does not answer; events are kept on disk, nothing is executed',
};
const CLOCK_OFF: AgentTrouble = {
  code: 'clock_off',
  text: 'the clock of this machine is off; nothing is executed',
};
const NOT_COMPARED: AgentTrouble = {
  code: 'clock_not_compared',
  text: 'the clock of this machine has not been compared with the time of OpenSearch since the start; nothing is executed, and nothing is undone by the time of day, until it is',
};
const CLOCK_TROUBLES: Readonly<Record<ClockDoubt, AgentTrouble>> = { off: CLOCK_OFF, not_compared: NOT_COMPARED };
const OWN_UNKNOWN: AgentTrouble = {
  code: 'own_machine_unknown',
  text: 'this agent does not know yet what belongs to its own machine, to OpenSearch and to its connectors; nothing is executed, so that it locks nobody out',
};
const FOLDER_UNCONFIRMED: AgentTrouble = {
  code: 'folder_unconfirmed',
  text: 'the data folder may be an old copy: it is on another machine than before, or was refused before; nothing is undone from its journal until OpenSearch says that nobody works with a newer one',
};
const NOBODY: Readonly<Record<NeededRole, AgentTrouble>> = {
  decide: {
    code: 'nobody_decides',
    text: 'no agent that runs decides: events are kept and nothing is done about them. Start one with the role `decide` that has the policies in force',
  },
  act: {
    code: 'nobody_acts',
    text: 'no agent that runs acts: what is permitted or approved is not executed. Start one with the role `act`',
  },
  undo: {
    code: 'nobody_undoes',
    text: 'no agent that runs takes over what another one did: if an agent dies, its effects stay in place. Start one with the role `undo`',
  },
};

const unaccounted = (count: number): AgentTrouble => ({
  code: 'events_unaccounted',
  text: `${count} events came in and are nowhere; this is a fault in Reflex, the log says more`,
});

/** Evidence that is missing, by what becomes of it. */
const ofRecords = ({ sessions, why, setAside }: Unrecovered): readonly AgentTrouble[] => {
  const many = sessions === 1 ? 'a session that ended' : `${sessions} sessions that ended`;
  const some = setAside.length === 1 ? '1 record' : `${setAside.length} records`;
  const rest = setAside.length > MOST_NAMED ? `, and ${setAside.length - MOST_NAMED} more` : '';
  const named = `${setAside.slice(0, MOST_NAMED).join(', ')}${rest}`;
  const texts = [
    ...(sessions === 0 ? [] : [`records of ${many} are not in the evidence yet (${why}); tried again`]),
    ...(setAside.length === 0
      ? []
      : [`${some} of sessions that ended cannot be read or kept, and will be missing in the evidence: ${named}`]),
  ];
  return texts.map((text) => ({ code: 'records_missing', text }));
};

const nobodyCan = (left: readonly LeftEffect[]): AgentTrouble => {
  const named = left.slice(0, MOST_NAMED).map(({ action, target, connector }) => `${action} ${target} (${connector})`);
  const many = left.length === 1 ? '1 effect stays' : `${left.length} effects stay`;
  const rest = left.length > MOST_NAMED ? `, and ${left.length - MOST_NAMED} more` : '';
  const text = `${many} in place, for no agent that runs can undo it: ${named.join(', ')}${rest}; start an agent with these connectors and the role \`undo\``;
  return { code: 'nobody_can_undo', text };
};

const WHY_HERE_ONLY: Readonly<Record<KnownHere['state'], string>> = {
  asked: 'the state has no record',
  replaced: 'the state has no record that this agent can trust',
  away: 'OpenSearch does not answer, so what other agents hold is not known',
};

const ofJournal = ({ knownHere, waiting }: TroubleSources['journalWatch']): readonly AgentTrouble[] => [
  ...(knownHere.effects.size === 0
    ? []
    : [
        {
          code: 'known_here_only' as const,
          text: `${containments(knownHere.effects.size)} known to this machine only: ${WHY_HERE_ONLY[knownHere.state]}; undone at the deadline from the local journal`,
        },
      ]),
  ...(waiting === 0
    ? []
    : [
        {
          code: 'undo_waits' as const,
          text: `${containments(waiting)} overdue: the target marks nothing as ours, so undoing waits for OpenSearch`,
        },
      ]),
];

/** What waits for people and is nearly over. */
const answersDue = ({ nearEnd }: Pick<TroubleSources['reminders'], 'nearEnd'>): readonly AgentTrouble[] => {
  if (nearEnd === undefined) return [];
  const { count, first } = nearEnd;
  const many = count === 1 ? '1 act waits for a person and has' : `${count} acts wait for a person and have`;
  const ends = count === 1 ? 'it ends' : 'the first of them ends';
  return [{ code: 'answers_due', text: `${many} a tenth of the time left or less: ${ends} at ${first}` }];
};

/** What keeps an agent from working right now, the gravest first. */
export const troublesOf = (sources: TroubleSources): readonly AgentTrouble[] => {
  const { refusal, isJoined, clockDoubt, nobodyCanUndo, diskTrouble, door, journalWatch } = sources;
  const { stopFile, unrecovered } = sources;
  const disk = refusal?.code === 'disk_full' ? undefined : (diskTrouble() ?? door.diskTrouble);
  return [
    ...(refusal ? [refusal] : isJoined ? [] : [AWAY]),
    ...(refusal || !sources.folderUnconfirmed ? [] : [FOLDER_UNCONFIRMED]),
    ...ofStops(sources),
    ...ofStopFile(stopFile),
    ...ofBreakers(sources.breakers),
    ...(clockDoubt === undefined ? [] : [CLOCK_TROUBLES[clockDoubt]]),
    ...(!isJoined || sources.own.settled() ? [] : [OWN_UNKNOWN]),
    ...(disk === undefined ? [] : [diskFull(disk)]),
    ...(nobodyCanUndo.length === 0 ? [] : [nobodyCan(nobodyCanUndo)]),
    ...ofSuspensions(sources.suspensions.inForce, sources.live),
    ...ofLive(sources.live),
    ...sources.rolesMissing.map((role) => NOBODY[role]),
    ...ofJournal(journalWatch),
    ...(door.unaccounted === 0 ? [] : [unaccounted(door.unaccounted)]),
    ...(unrecovered === undefined ? [] : ofRecords(unrecovered)),
    ...answersDue(sources.reminders),
    ...ofPolicies(sources),
  ];
};
