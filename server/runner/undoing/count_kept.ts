import { iso } from '../../../common/iso';
import { keepTerms, membersReached, type KeepRule } from '../../engine/brakes/keep_roles';
import type { BrakeRules, ScopeFacts } from '../../engine/brakes/clear';
import { emptyLedger, type LedgerEntry } from '../../engine/brakes/ledger';
import type { LedgerSights } from '../executing/ledger_sights';
import type { CommitQueue } from '../keeping/commit_queue';
import { again } from '../keeping/in_background';
import { ledgerId, plannedLedger } from '../keeping/kinds/ledger';
import { contentOf, findAll, type StateDocOf } from '../keeping/state_docs';
import type { Basics, StateStore } from '../ports';
import type { Session } from '../session/session';

/*
 * Counts what is contained of each role that a policy keeps (INV-15): also what was contained before the policy was in
 * force, before the inventory gave it the tag, or before the state was put back. The ledger of a role begins with such
 * a count; until then no claim takes anything of it away.
 */

export interface CountKeptPorts {
  readonly store: StateStore;
  readonly commits: Pick<CommitQueue, 'settle'>;
  readonly session: Session;
  readonly rules: () => Pick<BrakeRules, 'keeps' | 'bundleVersion'>;
  readonly scopes: ScopeFacts;
  readonly ledgerSights: Pick<LedgerSights, 'ledgerIn'>;
  readonly basics: Basics;
}

const LOOK_EVERY_MS = 1_000;
const COUNT_EVERY_MS = 30_000;
const LIVE = ['applying', 'present', 'unknown', 'undoing'];

type LiveEffect = StateDocOf<'effect'>;

/** What an effect adds to the ledger of a rule: an entry for each reason and each member that it took away. */
const entriesOf = (rule: KeepRule, scopes: ScopeFacts, { id, content }: LiveEffect): readonly LedgerEntry[] => {
  if (!rule.actions.has(content.action)) return [];
  const members = membersReached(scopes.membersOf(rule.keep.of), content.target, scopes);
  return content.reasons.flatMap(({ command: { command_id } }) =>
    members.map((target) => ({ target, command_id, session: content.session, effect_id: id, age_ms: 0 })),
  );
};

export class CountKept {
  /** Ledgers that this session knows to be there. */
  private readonly begun = new Set<string>();
  private nextAt = -Infinity;

  constructor(private readonly ports: CountKeptPorts) {}

  /**
   * Counts soon after a policy is in force, and now and then. Each agent does, for it needs nobody's word: to enter
   * something twice changes nothing, and whoever leads may have no policies.
   */
  async run(until: () => boolean): Promise<void> {
    const { session, basics } = this.ports;
    const failed = 'counting what is contained of the roles that policies keep failed';
    await again(basics, { failed, everyMs: LOOK_EVERY_MS, until: () => until() || session.isLost }, () => this.look());
  }

  private async look(): Promise<void> {
    const { rules, basics } = this.ports;
    const { keeps } = rules();
    if (keeps.length === 0) return;
    const isBegun = keeps.every(({ name, keep }) => this.begun.has(ledgerId(name, keep.of)));
    const now = basics.clock.monotonic();
    if (isBegun && now < this.nextAt) return;
    await this.count(keeps, !isBegun);
    this.nextAt = now + COUNT_EVERY_MS;
  }

  /** @param fresh what was claimed in the last second is found too: its ledger may not be there yet */
  private async count(keeps: readonly KeepRule[], fresh: boolean): Promise<void> {
    const { store, scopes } = this.ports;
    const found = new Map<KeepRule, LedgerEntry[]>(keeps.map((rule) => [rule, []]));
    for await (const doc of findAll(store, { kinds: ['effect'], states: LIVE, fresh })) {
      const content = contentOf('effect', doc);
      if (content === undefined) continue;
      for (const [rule, entries] of found)
        entries.push(...entriesOf(rule, scopes, { ...doc, kind: 'effect', content }));
    }
    await Promise.all([...found].map(([rule, entries]) => this.note(rule, entries)));
  }

  /** Enters what its ledger lacks; begins it where it is not there. What is over leaves it as in every ledger. */
  private async note(rule: KeepRule, entries: readonly LedgerEntry[]): Promise<void> {
    const { commits, ledgerSights, scopes, rules, basics } = this.ports;
    const id = ledgerId(rule.name, rule.keep.of);
    await commits.settle<void>({
      reads: [id],
      build: (view) => {
        const current = ledgerSights.ledgerIn(view, id);
        const known = new Set(current?.entries.map(({ command_id, target }) => `${command_id} ${target}`));
        const missing = entries.filter(({ command_id, target }) => !known.has(`${command_id} ${target}`));
        if (current !== undefined && missing.length === 0) return { docs: [], answer: undefined };
        const before = current ?? emptyLedger(keepTerms(rule, scopes, rules().bundleVersion));
        const next = { ...before, entries: [...before.entries, ...missing] };
        return { docs: [plannedLedger(next, iso(basics.clock.utc()))], answer: undefined };
      },
    });
    this.begun.add(id);
  }
}
