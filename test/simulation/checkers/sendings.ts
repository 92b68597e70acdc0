import type { CaseContent } from '../../../server/runner/keeping/kinds/case';
import { PERMIT_MS } from '../../../server/runner/session/session_times';
import { SHADOW_POLICY, WITHDRAWN_POLICY } from '../scenario';
import type { Sending } from '../sim_connector';
import type { World } from '../world';
import type { Reach } from './reach';
import type { Violations } from './violations';

/** A permit, and what a clock may be wrong by meanwhile, ms. */
const LONGEST_PERMIT_MS = PERMIT_MS + 100;
/** An agent that reaches the store has a released bundle in force by then, ms. */
const IN_FORCE_WITHIN_MS = 8_000;

/** What is durable of a command: why it may be sent. */
interface Known {
  readonly shadow: boolean;
  readonly permitted: boolean;
  readonly approved: boolean;
}

/** INV-1, INV-2, INV-10, INV-11, INV-13: what may be sent, looked at when it is sent. */
export class SendingChecker {
  private readonly durable = new Map<string, Known>();
  /** Acts that a person refused, or that lapsed: `case act`. */
  private readonly settled = new Set<string>();
  private readonly sendsByCase = new Map<string, Set<string>>();
  private releasedAt: number | undefined;
  private restored = false;

  constructor(
    private readonly world: World,
    private readonly reach: Reach,
    private readonly violations: Violations,
  ) {
    // Only what is on the disk is durable: what can be read may still be gone after a crash of the node.
    world.store.watchDurable((_, body) => {
      if (body.kind === 'case') this.noteCase(body.content as CaseContent);
    });
    world.whenSending((sending) => this.onSending(sending));
  }

  /** The gate names a bundle that leaves out a policy. */
  noteRelease(version: number): void {
    if (version > 1) this.releasedAt ??= this.world.now;
  }

  /** Cases that the state had are gone: who reports them again is answered again. */
  noteRestored(): void {
    this.restored = true;
    this.settled.clear();
  }

  private noteCase({ received, decision, acts }: CaseContent): void {
    const { tally } = this.world;
    for (const act of acts) {
      const verb = act.resolution?.verb;
      if (verb === 'denied' || verb === 'expired') this.settled.add(`${received.case_id} ${act.act_id}`);
      if (verb === 'expired') tally.note('short_waits');
      if (act.stopped?.reason === 'rate_limit') tally.note('rate_limits');
      if (act.stopped?.reason === 'blast_radius') tally.note('refused_storm');
      if (act.command_id === undefined) continue;
      const decided = decision?.acts.find((each) => each.act_id === act.act_id);
      const approved = verb === 'approved';
      const permitted = decided?.result === 'permit' || approved;
      this.durable.set(act.command_id, { shadow: decided?.shadow ?? true, permitted, approved });
    }
    if (acts.filter(({ command_id }) => command_id !== undefined).length > 1) tally.note('several_acts');
    if ((decision?.bundle.version ?? 1) > 1) tally.note('release');
  }

  private onSending(sending: Sending): void {
    this.checkDecision(sending);
    this.checkReach(sending);
    this.checkRelease(sending);
    this.checkOwn(sending);
    if (this.world.options.idempotency === 'none') this.checkOnce(sending);
  }

  private checkDecision({ command, agent }: Sending): void {
    const what = `${agent} sends ${command.command_id}`;
    const durable = this.durable.get(command.command_id);
    if (!durable) this.violations.add('INV-1', `${what} without a durable decision`);
    else if (!durable.permitted) this.violations.add('INV-1', `${what}, which nobody permitted`);
    if (durable?.shadow === true || command.policy.id === SHADOW_POLICY)
      this.violations.add('INV-11', `${what} of a policy in shadow`);
    if (this.settled.has(`${command.case_id} ${command.act_id}`))
      this.violations.add('INV-10', `${what}, which a person refused or nobody approved in time`);
  }

  private checkReach({ command, box, agent }: Sending): void {
    const what = `${agent} sends ${command.command_id}`;
    const { cutFor, away } = { cutFor: this.reach.cutFor(box), away: this.reach.storeAwayFor };
    if (cutFor > LONGEST_PERMIT_MS)
      this.violations.add('INV-13', `${what} though cut off from the store for ${Math.round(cutFor)} ms`);
    if (away > LONGEST_PERMIT_MS)
      this.violations.add('INV-13', `${what} though nobody reaches the store for ${Math.round(away)} ms`);
  }

  private checkRelease({ command, agent, at }: Sending): void {
    if (this.releasedAt === undefined || command.policy.id !== WITHDRAWN_POLICY) return;
    const since = at - this.releasedAt;
    if (since > IN_FORCE_WITHIN_MS)
      this.violations.add(
        'INV-7',
        `${agent} sends ${command.command_id} ${Math.round(since)} ms after its policy was withdrawn`,
        'withdrawn_policy',
      );
  }

  private checkOwn({ command, agent }: Sending): void {
    const own = this.world.options.own?.find(({ text }) => text === command.target.value);
    if (own) this.violations.add('own', `${agent} sends ${command.command_id} to what it stands on (${own.from})`);
  }

  private checkOnce({ command }: Sending): void {
    if (this.restored) return;
    const sends = this.sendsByCase.get(`${command.case_id} ${command.action}`) ?? new Set<string>();
    this.sendsByCase.set(`${command.case_id} ${command.action}`, sends.add(command.command_id));
    const isAmbiguous = [...sends].some((one) => one !== command.command_id && !this.world.refused.has(one));
    if (isAmbiguous && this.durable.get(command.command_id)?.approved !== true)
      this.violations.add('INV-2', `case ${command.case_id} was sent twice to a target that counts each sending`);
  }
}
