import type { Decision } from '../../common/flow/decision';
import type { CaseContent } from '../../server/runner/keeping/kinds/case';
import { contentOf } from '../../server/runner/keeping/state_docs';
import type { RouteHost } from '../builders/route_host';
import type { FakeTarget } from '../fakes/fake_target';

/** What can be seen of a Reflex from outside: its cases, its records, and what its firewall did. */
export class Seen {
  constructor(readonly host: RouteHost) {}

  /** A case as it is now. */
  caseOf({ received: { case_id } }: CaseContent): CaseContent {
    const content = contentOf('case', this.host.world.store.get(case_id));
    if (content === undefined) throw new Error(`${case_id} is gone`);
    return content;
  }

  /** What reached the firewall, in its order. */
  orders(): readonly string[] {
    return this.host.world.sendings.map(({ command: { action, target } }) => `${action} ${target.value}`);
  }

  /** What is in effect at the firewall now. */
  inEffect(): readonly string[] {
    return [...this.host.world.target.entries.keys()].map((key) => key.replace(/ \w+:/, ' '));
  }

  /** What was applied and removed at the firewall, s after the first of all. */
  history(): ReadonlyArray<{
    readonly what: FakeTarget['history'][number]['kind'];
    readonly on: string;
    readonly at_s: number;
  }> {
    const { history } = this.host.world.target;
    const [first] = history;
    return history.map(({ kind, key, at }) => ({
      what: kind,
      on: key.replace(/ \w+:/, ' '),
      at_s: (at - (first?.at ?? 0)) / 1_000,
    }));
  }

  /** How long after it was applied something was removed, s. */
  lasted(on: string): number {
    const own = this.history().filter((each) => each.on === on);
    const [applied, removed] = own;
    if (own.length !== 2 || !applied || !removed) throw new Error(`${on}: ${JSON.stringify(own)}`);
    return removed.at_s - applied.at_s;
  }

  troubles(): readonly string[] {
    return this.host.agent.troubles.map(({ code }) => code);
  }

  /** How often a case was decided, by the records. */
  decided({ received: { case_id } }: CaseContent): number {
    const decisions = this.host.world.evidence.find({ family: 'decisions' });
    return decisions.filter(({ body }) => (body.decision as Decision | undefined)?.case_id === case_id).length;
  }

  allCases(): readonly CaseContent[] {
    const { store } = this.host.world;
    return [...store.documents].flatMap(([id, { body }]) => {
      const content = body.kind === 'case' ? contentOf('case', store.get(id)) : undefined;
      return content === undefined ? [] : [content];
    });
  }

  /** How many entries there are in the quarantine. */
  protected get filed(): number {
    return this.host.world.evidence.find({ family: 'quarantine' }).length;
  }
}
