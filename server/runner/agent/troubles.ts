import { whyOf } from '../../../common/why';
import type { IntakeDoor } from '../door/door';
import type { ClockDoubt } from '../session/clock_watch';
import { DiskFailed, FolderRefused, StateReplaced, StateTooNew, type FolderRefusal } from '../ports';
import { EngineTooOld, OlderAgentsRun } from '../session/upgrade';
import type { StopFileFault } from '../session/host_stop';
import type { LeftEffect } from '../undoing/effects_left_behind';
import type { NeededRole } from '../session/roles_missing';
import type { StopState } from '../session/stop_watch';
import type { BundleStatus, Doubt } from '../trust/bundle_keeper';
import { containments, MOST_NAMED, ofLive } from './live_troubles';
import type { JournalWatch, KnownHere } from './journal_watch';
import type { AgentParts } from './parts';
import type { Unrecovered } from './recover_evidence';
import type { RolloutKeeper } from './rollout_keeper';

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
    | 'cannot_verify'
    | 'undo_overdue'
    | 'nobody_decides'
    | 'nobody_acts'
    | 'nobody_undoes'
    | 'stop_unpublished'
    | 'stop_overdue'
    | 'stop_file_fails'
    | 'disk_full'
    | 'no_bundle'
    | 'bundle_refused'
    | 'peer_without_policies'
    | 'policy_expired'
    | 'rollout_stopped'
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
export interface TroubleSources extends Pick<AgentParts, 'clock' | 'diskTrouble' | 'bundles' | 'own'> {
  readonly rollouts: Pick<RolloutKeeper, 'stopped'>;
  readonly door: Pick<IntakeDoor, 'unaccounted' | 'diskTrouble'>;
  readonly journalWatch: Pick<JournalWatch, 'knownHere' | 'waiting'>;
  /** Orders to stop with what is known of each. */
  readonly stops: ReadonlyArray<{ readonly scope: string; readonly state: StopState }>;
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
const NO_BUNDLE: AgentTrouble = {
  code: 'no_bundle',
  text: 'no policy bundle is in force on this agent: it decides nothing, and keeps events for agents that can',
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

const scopesIn = (stops: TroubleSources['stops'], state: StopState): string =>
  stops.flatMap((stop) => (stop.state === state ? [`\`${stop.scope}\``] : [])).join(', ');

/** When an order that only this host has reaches the others. See `StopCourier`: not everything may be written to. */
const givenWhen = (refusal: JoinRefusal | undefined): string =>
  refusal?.code === 'state_replaced' || refusal?.code === 'engine_too_old'
    ? 'it is not given to them while this agent may not join; stop them at a host that has joined'
    : 'it is given to them as soon as OpenSearch answers';

/** What is ordered to stop and may go on somewhere. */
const ofStops = ({ stops, refusal }: TroubleSources): readonly AgentTrouble[] => {
  const [local, overdue] = [scopesIn(stops, 'local'), scopesIn(stops, 'overdue')];
  return [
    ...(local === ''
      ? []
      : [
          {
            code: 'stop_unpublished' as const,
            text: `the order to stop ${local} is known to this host only: others may go on starting effects; ${givenWhen(refusal)}`,
          },
        ]),
    ...(overdue === ''
      ? []
      : [
          {
            code: 'stop_overdue' as const,
            text: `the order to stop ${overdue} is not acknowledged after more than 2 s: some agent may still start effects`,
          },
        ]),
  ];
};

const STOP_FILE: Readonly<Record<StopFileFault['kind'], string>> = {
  stays_unread:
    'the stop file can be neither read nor removed: this host starts nothing until somebody removes it, whatever is let go on',
  stays: 'the stop file cannot be removed: what it says is over, and stops nothing any more; remove it by hand',
  unwritten: 'the stop file cannot be written: the order to stop holds here only while this process runs',
};

const expiredPolicies = (expired: readonly string[]): AgentTrouble => {
  const who =
    expired.length === 1 ? 'a policy has expired and decides' : `${expired.length} policies have expired and decide`;
  return { code: 'policy_expired', text: `${who} nothing any more: ${expired.slice(0, MOST_NAMED).join(', ')}` };
};

const TRUST_IT =
  'if that key is yours, show it where the policies are in force (`reflex keys show`) and trust it here (`reflex keys trust FILE`); if it was lost with a data folder, put `keys/signing.pem` back from a backup of that folder and start again';

const refusedText = ({ version, fault }: NonNullable<BundleStatus['refused']>): string =>
  `bundle ${version} was refused: ${fault.message}${fault.code === 'unknown_key' ? `; ${TRUST_IT}` : ''}`;

const withoutPolicies = (agents: readonly string[]): AgentTrouble => ({
  code: 'peer_without_policies',
  text: `${agents.slice(0, MOST_NAMED).join(', ')} ${agents.length === 1 ? 'has' : 'have'} no policies in force and decide${agents.length === 1 ? 's' : ''} nothing; the page there says why`,
});

const ofPolicies = ({ bundles, clock, rollouts, isJoined }: TroubleSources): readonly AgentTrouble[] => {
  const bundle = bundles.status;
  const { refused } = bundles;
  const expired = bundles.expiredAt(clock.utc());
  return [
    ...(isJoined && bundle === undefined ? [NO_BUNDLE] : []),
    ...(expired.length > 0 ? [expiredPolicies(expired)] : []),
    ...rollouts.stopped.map(({ policy, why }) => ({
      code: 'rollout_stopped' as const,
      text: `the rollout of \`${policy}\` has stopped itself: ${why}`,
    })),
    ...(refused ? [{ code: 'bundle_refused' as const, text: refusedText(refused) }] : []),
    ...(bundle?.doubt ? [{ code: bundle.doubt.code, text: bundle.doubt.text }] : []),
  ];
};

/** What keeps an agent from working right now, the gravest first. */
export const troublesOf = (sources: TroubleSources): readonly AgentTrouble[] => {
  const { refusal, isJoined, clockDoubt, nobodyCanUndo, peersWithoutPolicies, diskTrouble, door, journalWatch } =
    sources;
  const { stopFile, unrecovered } = sources;
  const disk = refusal?.code === 'disk_full' ? undefined : (diskTrouble() ?? door.diskTrouble);
  return [
    ...(refusal ? [refusal] : isJoined ? [] : [AWAY]),
    ...(refusal || !sources.folderUnconfirmed ? [] : [FOLDER_UNCONFIRMED]),
    ...ofStops(sources),
    ...(stopFile === undefined
      ? []
      : [{ code: 'stop_file_fails' as const, text: `${STOP_FILE[stopFile.kind]} (${stopFile.why})` }]),
    ...(clockDoubt === undefined ? [] : [CLOCK_TROUBLES[clockDoubt]]),
    ...(!isJoined || sources.own.settled() ? [] : [OWN_UNKNOWN]),
    ...(disk === undefined ? [] : [diskFull(disk)]),
    ...(nobodyCanUndo.length === 0 ? [] : [nobodyCan(nobodyCanUndo)]),
    ...ofLive(sources.live),
    ...sources.rolesMissing.map((role) => NOBODY[role]),
    ...ofJournal(journalWatch),
    ...(door.unaccounted === 0 ? [] : [unaccounted(door.unaccounted)]),
    ...(unrecovered === undefined ? [] : ofRecords(unrecovered)),
    ...ofPolicies(sources),
    ...(peersWithoutPolicies.length === 0 ? [] : [withoutPolicies(peersWithoutPolicies)]),
  ];
};
