import type { Intake } from '../../../common/flow/intake';
import type { Grant } from '../../../common/flow/voice';
import { digestOf } from '../../engine/digest/digest';
import type { Granted, Grants } from '../../engine/intake/voice';
import { again } from '../keeping/in_background';
import { find } from '../keeping/state_docs';
import type { Clock, Log, StateStore } from '../ports';

const FOLLOW_MS = 5_000;

/** A source as grants name it, such as `webhook:siem`. */
export const grantKey = ({ type, id }: Intake): string => `${type}:${id}`;

/** A grant in force. */
export const grantedBy = (grant: Grant, version = 0): Granted => ({ grant, version, digest: digestOf(grant) });

/**
 * What each source may say: the grants of the settings and those that admins gave on the page, as of a few seconds ago.
 * The settings win. A source that nobody granted anything only claims.
 */
export class GrantBook implements Grants {
  private readonly fixed: ReadonlyMap<string, Granted>;
  private given: ReadonlyMap<string, Granted> = new Map();

  /** @param fixed grants of the settings and of what Reflex itself made, by `grantKey` */
  constructor(
    private readonly ports: { readonly store: Pick<StateStore, 'search'>; readonly clock: Clock; readonly log: Log },
    fixed: ReadonlyMap<string, Grant> = new Map(),
  ) {
    this.fixed = new Map([...fixed].map(([key, grant]) => [key, grantedBy(grant)]));
  }

  /** Who asks does so with the token of a webhook, and has its grant unless it has one of its own. */
  of(intake: Intake): Granted | undefined {
    const own = this.named(grantKey(intake));
    return own ?? (intake.type === 'asker' ? this.named(`webhook:${intake.id}`) : undefined);
  }

  /** True if the settings say it, so that the page cannot change it. */
  isFixed(intake: Intake): boolean {
    return this.fixed.has(grantKey(intake));
  }

  hasOwn(intake: Intake): boolean {
    return this.named(grantKey(intake)) !== undefined;
  }

  async load(): Promise<void> {
    const docs = await find(this.ports.store, 'grant', { limit: 10_000 });
    this.given = new Map(
      docs.flatMap(({ content: { source, grant, version } }) =>
        grant === null ? [] : [[grantKey(source), grantedBy(grant, version)] as const],
      ),
    );
  }

  /** Follows what is granted, by whichever agent. */
  async follow(until: () => boolean): Promise<void> {
    await again(this.ports, { failed: 'grants could not be read', everyMs: FOLLOW_MS, until }, () => this.load());
  }

  private named(key: string): Granted | undefined {
    return this.fixed.get(key) ?? this.given.get(key);
  }
}
