import { present } from '../../../common/present';
import type { ShiftWith } from '../agent/views';
import { bundleInForce, digestInForce } from '../trust/in_force';
import { iso } from '../../../common/iso';
import { guardPathIn } from '../../engine/policy/guard_set';
import { err, ok, type Result } from '../../../common/result';
import { claimHome, nameOfRepository, rememberHead, takeHome, type Claimant, type HeadNote } from './doctrine_home';
import type { PolicyHome } from '../keeping/kinds/policies';
import { headSetOf } from './head_set';
import { HeadChecker } from './head_checker';
import { UNHURRIED_MS } from '../keeping/in_background';
import { NOT_JOINED, refusal, type Refusal } from '../record/refusal';
import { REFLEX, seedMessage } from './candidates/commit_message';
import type { DoctrineOptions, DoctrineState, HeadSet } from './doctrine_types';
import type { CommitInfo, RepositoryFault } from '../ports';

export type { DoctrineOptions, DoctrineState, HeadSet } from './doctrine_types';

/*
 * Git is the doctrine: the repository in which policies are written, as this agent sees it. It follows a branch only
 * forwards; a head that does not go on from what was followed is shown and never taken.
 */

/** For so long after its start an agent gives up an earlier repository of its own that its disk lost, ms. */
const NEW_FOR_MS = 60_000;

export class Doctrine {
  readonly options: DoctrineOptions;
  private readonly startedAt: number;
  private readonly checker: HeadChecker;
  private last: Promise<unknown> = Promise.resolve();
  private currentState: DoctrineState = { kind: 'starting' };
  private currentHead: HeadSet | undefined;
  private currentHome:
    { readonly home: PolicyHome; readonly isMine: boolean; readonly isHolderLive: boolean } | undefined;
  private claimedAt = -Infinity;
  /** What was remembered last, since it was read whose repository counts: while that holds nobody else changes it. */
  private remembered: string | undefined;
  private fetched: string | undefined;
  private listed: { readonly key: string; readonly commits: readonly CommitInfo[] } | undefined;
  private failed: { readonly at: string; readonly text: string } | undefined;

  constructor(options: DoctrineOptions) {
    this.options = options;
    this.startedAt = options.agent.parts.clock.monotonic();
    this.checker = new HeadChecker(options.agent.parts);
  }

  get state(): DoctrineState {
    return this.currentState;
  }

  /** The newest head that was looked at; may lag behind the branch. */
  get head(): HeadSet | undefined {
    return this.currentHead;
  }

  get home() {
    return this.currentHome;
  }

  /** UTC of the last answer of the repository, and what went wrong since. */
  get lastLook() {
    return { fetchedAt: this.fetched, lastError: this.failed };
  }

  /** Looks at the branch now. Concurrent calls follow each other. */
  sync(): Promise<Result<HeadSet, Refusal>> {
    return this.inTurn(() => this.look());
  }

  /** One piece of work with the repository, with nobody else of this agent at it. */
  inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const next = this.last.then(work, work);
    this.last = next.catch(() => undefined);
    return next;
  }

  /**
   * True if these policies were in force before: then nothing came by Git since, and what is in force did not either.
   */
  wasInForce({ commit, digest }: HeadSet): boolean {
    const { marks = [] } = this.currentHome?.home ?? {};
    return marks.some((mark) => mark.released && mark.commit === commit.id && mark.digest === digest);
  }

  /** True for a commit that a Reflex with this state published: its id is a digest of all of it. */
  isOwnCommit(commit: string): boolean {
    return this.currentHome?.home.marks.some((mark) => mark.commit === commit && mark.own === true) ?? false;
  }

  /**
   * Commits that no release holds yet: those of the head that came after the newest commit that is in force, or, where
   * that is not known, after the newest one that ever was.
   */
  async unreleased(head: HeadSet, most: number): Promise<Result<readonly CommitInfo[], Refusal>> {
    const digest = digestInForce(this.options.agent);
    if (head.digest !== '' && head.digest === digest) return ok([]);
    const { marks = [] } = this.currentHome?.home ?? {};
    const until = (marks.find((mark) => mark.digest === digest) ?? marks.find(({ released }) => released))?.commit;
    const key = `${head.commit.id} ${until ?? ''} ${most}`;
    if (this.listed?.key === key) return ok(this.listed.commits);
    const found = await this.options.repository.log(head.commit.id, {
      most,
      ...present({ until }),
    });
    if (!found.ok) return err(this.trouble(found.error));
    this.listed = { key, commits: found.value };
    return found;
  }

  /** Follows a rewritten branch by a person's order. */
  acceptHistory(found: string): Promise<Result<HeadSet, Refusal>> {
    return this.inTurn(async () => {
      const { shift } = this.options.agent;
      if (!shift) return err(NOT_JOINED);
      if (this.currentState.kind !== 'rewritten' || this.currentState.found !== found)
        return err(refusal('changed', 'the branch is not as you saw it; look again'));
      await this.remember(shift, { head: found });
      const followed = await this.options.repository.follow(found);
      return followed.ok ? this.look() : err(this.trouble(followed.error));
    });
  }

  /** Makes this agent's repository the one that counts, by a person's order. */
  takeOver(): Promise<Result<HeadSet, Refusal>> {
    return this.inTurn(async () => {
      const { shift } = this.options.agent;
      if (!shift) return err(NOT_JOINED);
      if (!(await takeHome(shift, this.claimant())))
        return err(refusal('changed', 'the agent with the other repository runs; edit there, or stop it first'));
      return this.look();
    });
  }

  /**
   * Notes a head whose policies are about to be released.
   *
   * @param own this agent itself has just made and published it
   */
  async notePublished(
    shift: ShiftWith<'clock' | 'commits'>,
    head: string,
    { digest, own }: { readonly digest: string; readonly own: boolean },
  ): Promise<void> {
    const mark = { digest, released: false, ...present({ own: own || undefined }) };
    await this.remember(shift, { head, mark });
    await this.inTurn(async () => {
      const published = await this.headSet(head);
      if (published.ok) await this.taken(shift, published.value);
    });
  }

  private claimant(): Claimant {
    const { repository, name, agent } = this.options;
    return {
      place: repository.place,
      ...name,
      isNew: agent.parts.clock.monotonic() - this.startedAt < NEW_FOR_MS,
    };
  }

  private become(state: DoctrineState): void {
    const { log, changed } = this.options.agent.parts;
    const before = this.currentState;
    this.currentState = state;
    const text = 'text' in state ? state.text : '';
    if (before.kind === state.kind && (!('text' in before) || before.text === text)) return;
    if (state.kind === 'ready') log.info('the policy repository is followed', { place: this.options.repository.place });
    else if (text !== '') log.warn('the policy repository is not usable', { why: text });
    changed('draft', 'policy-repository');
  }

  private trouble({ code, message }: RepositoryFault): Refusal {
    this.failed = { at: iso(this.options.agent.parts.clock.utc()), text: message };
    this.become({ kind: 'trouble', text: message });
    return refusal(code === 'unreachable' ? 'unavailable' : 'changed', `${message}; nothing was released`);
  }

  private async look(): Promise<Result<HeadSet, Refusal>> {
    const { agent, repository } = this.options;
    const { shift } = agent;
    if (!shift) return err(NOT_JOINED);
    // Before the branch is asked: another agent may publish and remember a newer head in between.
    const claimed = await this.claim(shift);
    if (!claimed.isMine) return err(this.elsewhere(claimed));
    const found = await repository.fetch();
    if (!found.ok) return err(this.trouble(found.error));
    this.fetched = iso(agent.parts.clock.utc());
    const local = await repository.followed();
    const known = claimed.home.head ?? (local.ok ? local.value : undefined);
    if (found.value === undefined && known === undefined) return this.seed(shift, undefined);
    const broken = await this.brokenHistory(found.value, known);
    if (broken !== undefined || found.value === undefined) return err(broken ?? NOT_JOINED);
    const head = await this.headSet(found.value);
    if (!head.ok) return head;
    if (known === undefined && head.value.paths.size === 0 && head.value.faults.length === 0)
      return this.seed(shift, found.value);
    return this.taken(shift, head.value);
  }

  /** Whose repository counts. While this agent is alone nobody else claims it, and it need not be read each time. */
  private async claim(shift: NonNullable<DoctrineOptions['agent']['shift']>): Promise<NonNullable<Doctrine['home']>> {
    const { clock, quiet } = this.options.agent.parts;
    const known = this.currentHome;
    const isKnown = known?.isMine === true && known.home.holder.session === shift.parts.session.id;
    if (isKnown && quiet?.isAlone === true && clock.monotonic() - this.claimedAt < UNHURRIED_MS) return known;
    this.claimedAt = clock.monotonic();
    this.remembered = undefined;
    this.currentHome = await claimHome(shift, this.claimant());
    return this.currentHome;
  }

  /** What is known of the home goes along: what was just noted counts at once, not when it is read the next time. */
  private async remember(shift: ShiftWith<'clock' | 'commits'>, noted: HeadNote): Promise<void> {
    const key = JSON.stringify(noted);
    if (key === this.remembered) return;
    const repository = nameOfRepository(this.options.repository.place);
    const home = await rememberHead(shift, repository, noted);
    const known = this.currentHome;
    if (home && known) this.currentHome = { ...known, home, isMine: home.repository === repository };
    this.remembered = key;
  }

  private elsewhere({ home, isHolderLive }: NonNullable<Doctrine['home']>): Refusal {
    const { agent, host } = home.holder;
    const where = `policies are edited in the repository of \`${agent}\` on \`${host}\``;
    const text = isHolderLive
      ? `${where}: release there, or give all agents one remote in \`policies.git\``
      : `${where}, which does not run: start it, give all agents one remote in \`policies.git\`, or take over here`;
    this.become({ kind: 'elsewhere', text });
    return refusal('not_here', text);
  }

  /** A branch may only go on: rewritten, emptied or set back it is shown, and not followed. */
  private async brokenHistory(found: string | undefined, known: string | undefined): Promise<Refusal | undefined> {
    if (known === undefined || found === known) return undefined;
    const goesOn = found === undefined ? ok(false) : await this.options.repository.descends(found, known);
    if (!goesOn.ok) return this.trouble(goesOn.error);
    if (goesOn.value) return undefined;
    const { branch } = this.options.repository.place;
    const now = found === undefined ? 'is empty' : `is at ${found.slice(0, 12)}`;
    const text = `the history of \`${branch}\` was rewritten: it ${now} and does not hold ${known.slice(0, 12)}, which was followed; put that back, or let an administrator accept the new history`;
    this.become({ kind: 'rewritten', text, found });
    return refusal('changed', text);
  }

  private async headSet(id: string): Promise<Result<HeadSet, Refusal>> {
    if (this.currentHead?.commit.id === id) return ok(this.currentHead);
    const { repository } = this.options;
    const [tree, log] = [await repository.read(id), await repository.log(id, { most: 1 })];
    if (!tree.ok) return err(this.trouble(tree.error));
    const commit = log.ok ? log.value[0] : undefined;
    if (!commit) return err(this.trouble({ code: 'damaged', message: `commit ${id} cannot be read` }));
    return ok(headSetOf(commit, tree.value, await this.checker.check(tree.value)));
  }

  private async taken(shift: ShiftWith<'clock' | 'commits'>, head: HeadSet): Promise<Result<HeadSet, Refusal>> {
    const { repository, agent } = this.options;
    const isInForce = head.digest !== '' && head.digest === digestInForce(agent);
    const mark = isInForce ? { digest: head.digest, released: true } : undefined;
    await this.remember(shift, { head: head.commit.id, mark });
    if (this.currentHead?.commit.id !== head.commit.id) {
      const followed = await repository.follow(head.commit.id);
      if (!followed.ok) return err(this.trouble(followed.error));
      this.currentHead = head;
      if (head.faults.length === 0) agent.parts.guardBook.note(head.guards);
      agent.parts.changed('draft', 'policy-repository');
    }
    this.failed = undefined;
    this.become({ kind: 'ready' });
    return ok(head);
  }

  /** The first commit: what is in force. */
  private async seed(
    shift: ShiftWith<'clock' | 'commits'>,
    parent: string | undefined,
  ): Promise<Result<HeadSet, Refusal>> {
    const { repository, agent } = this.options;
    const active = bundleInForce(agent);
    if (!active) return err(refusal('unavailable', 'no policies are in force yet, so there is nothing to begin with'));
    const files = new Map([
      ...active.policies.map(
        ({ policy, source }) =>
          [`${repository.folder}/${policy.spec.layer}/${policy.metadata.id}.yaml`, source] as const,
      ),
      ...[...(active.guards?.sources ?? [])].map(
        ([guard, source]) => [guardPathIn(repository.folder, guard), source] as const,
      ),
    ]);
    const made = await repository.commit({
      parent,
      files,
      message: seedMessage(active.statement),
      author: REFLEX,
      committer: REFLEX,
      at: agent.parts.clock.utc(),
    });
    if (!made.ok) return err(this.trouble(made.error));
    const published = await repository.publish(made.value, parent);
    if (!published.ok) return err(this.trouble(published.error));
    if (published.value === 'moved') return err(refusal('changed', 'somebody else began the branch; try again'));
    const head = await this.headSet(made.value);
    return head.ok ? this.taken(shift, head.value) : head;
  }
}
