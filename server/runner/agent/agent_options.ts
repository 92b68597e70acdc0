import type { FolderPlace, LocalMemory, Spool } from '../ports';
import type { HostStop } from '../session/host_stop';
import type { Task } from '../session/leads';
import type { GuardBookPorts } from '../trust/guard_book';
import type { AgentParts } from './parts';

/** With what an agent works. */
export interface AgentOptions {
  readonly parts: Omit<
    AgentParts,
    | 'clockTrusted'
    | 'diskTrouble'
    | 'rollouts'
    | 'guardBook'
    | 'failing'
    | 'ledgerSights'
    | 'asked'
    | 'absences'
    | 'reminders'
    | 'suspensions'
    | 'lookUps'
    | 'connectorSights'
    | 'switches'
    | 'words'
  > &
    Pick<GuardBookPorts, 'guardCompiler' | 'guardTrials'>;
  readonly spool: Spool;
  readonly memory: LocalMemory;
  /** Where its data folder is; default where it always was. */
  readonly place?: FolderPlace;
  readonly hostStop: HostStop;
  /** Makes the state fit to be joined, before each try; default: nothing to do. Throws what keeps it from that. */
  readonly prepare?: () => Promise<void>;
  /** Name of this agent, and of the machine that it runs on. */
  readonly agent: string;
  readonly host: string;
  readonly roles: readonly string[];
  /** What it may do for all agents, where one does it and not every one can; missing: everything. */
  readonly tasks?: readonly Task[];
  /** Who uses each stored secret by its settings, by the name of the secret. */
  readonly storedSecrets?: Readonly<Record<string, readonly string[]>>;
  /** The state schema that it speaks; default this version's. */
  readonly schema?: number | undefined;
}

/** A folder that nobody looks for. */
export const NEVER_MOVED: FolderPlace = {
  path: '',
  where: () => 'here',
  order: () => undefined,
  settle: async () => undefined,
};
