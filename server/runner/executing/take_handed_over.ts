import { again, Failures } from '../keeping/in_background';
import { handedOver, type CaseAct, type CaseContent } from '../keeping/kinds/case';
import { find, read } from '../keeping/state_docs';
import { StoreUnavailable, type Basics, type Connector, type StateStore } from '../ports';
import type { Session } from '../session/session';
import type { BundleKeeper } from '../trust/bundle_keeper';
import { actorsBeside, takeBackApproval, whyOver } from './handed_over';
import { processApproval, type ProcessHooks, type Processing } from './process_event';
import { mayGoOnWith } from './who_may_decide';

/*
 * Takes approvals that were given on hosts without the role `act`, and executes them like any other. Whoever is faster
 * has it, by compare-and-set; the first of the agents that act tries first.
 */

const SEARCH_MS = 1_000;
const MOST_AT_ONCE = 100;
const FAILED = 'taking approvals of other hosts failed';
/** After this any agent that can takes it, not only the first one, ms. */
const LEFT_TO_FIRST_MS = 5_000;

interface TakingPorts {
  readonly store: Pick<StateStore, 'get' | 'search'>;
  readonly session: Pick<Session, 'id' | 'has' | 'isLost' | 'livePeers' | 'noPermit' | 'saysOfItself'>;
  readonly bundles: Pick<BundleKeeper, 'active'>;
  readonly connectors: ReadonlyMap<string, Pick<Connector, 'capabilities'>>;
  readonly processing: Processing;
  readonly basics: Pick<Basics, 'clock' | 'log'>;
}

export class HandedApprovals {
  private readonly failures: Failures;

  constructor(
    private readonly ports: TakingPorts,
    private readonly hooks: ProcessHooks,
  ) {
    this.failures = new Failures(ports.basics.log, FAILED);
  }

  run(until: () => boolean): Promise<void> {
    const { session, basics } = this.ports;
    const isOver = (): boolean => until() || session.isLost;
    const pace = { failed: FAILED, everyMs: SEARCH_MS, until: isOver };
    return again(basics, pace, () => this.round());
  }

  private async round(): Promise<void> {
    const { store, session } = this.ports;
    if (session.noPermit() !== undefined) return;
    const found = await find(store, 'case', { ...handedOver, bare: true, limit: MOST_AT_ONCE });
    for (const { id } of found) await this.lookUnlessAway(id);
  }

  /** An approval counts for a short time: one that cannot be taken must not hold up those behind it. */
  private async lookUnlessAway(id: string): Promise<void> {
    try {
      await this.look(id, await read(this.ports.store, 'case', id));
    } catch (cause) {
      if (cause instanceof StoreUnavailable) throw cause;
      this.failures.note(cause);
    }
  }

  /** One act of a case at a time: to act on one changes the case. */
  private async look(id: string, content: CaseContent | undefined): Promise<void> {
    const { processing, basics } = this.ports;
    const act = content?.acts.find((each) => each.status === 'waiting' && each.handed !== undefined);
    if (content === undefined || act?.handed === undefined) return;
    if (whyOver(content, act, basics.clock.utc()) !== undefined)
      return takeBackApproval({ commits: processing.commits, clock: basics.clock }, id, act.act_id);
    if (!this.isOurs(content, act)) return;
    processing.commits.forget(id);
    const approval = { actId: act.act_id, resolution: act.handed.resolution };
    const answer = await processApproval(processing, content, approval, this.hooks);
    if (answer.kind === 'planned')
      basics.log.info('an approval of another host was taken', { case: id, act: act.act_id });
  }

  private isOurs({ decision }: CaseContent, { act_id, handed }: CaseAct): boolean {
    const { session, connectors, basics } = this.ports;
    const act = decision?.acts.find((each) => each.act_id === act_id);
    const can = [...connectors].some(
      ([name, { capabilities }]) =>
        act !== undefined && (act.connector ?? name) === name && capabilities.actions.includes(act.action),
    );
    if (!can || !mayGoOnWith(this.ports)) return false;
    const isFirst = actorsBeside(session).every((peer) => session.id < peer);
    return isFirst || basics.clock.utc() - Date.parse(handed?.resolution.at ?? '') >= LEFT_TO_FIRST_MS;
  }
}
