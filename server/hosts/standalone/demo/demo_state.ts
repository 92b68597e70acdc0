import { iso } from '../../../../common/iso';
import { readFileSync, renameSync, writeFileSync } from 'fs';

/** One rule that the demo's systems hold for one command. */
interface DemoRule {
  /** The command's id. */
  readonly id: string;
  readonly value: string;
  readonly host?: string;
  readonly since: string;
  /** UTC; after it the system drops the rule by itself. */
  readonly until?: string;
}

interface DemoUser {
  readonly user: string;
  readonly enabled: boolean;
  /** Command that disabled it, or `admin`. */
  readonly disabled_by: string | null;
  readonly sessions: number;
}

/** Where rules are kept, by system. */
export const COLLECTIONS = ['firewall/blocks', 'dns/domains', 'edr/isolations', 'edr/kills', 'edr/quarantine'] as const;
export type Collection = (typeof COLLECTIONS)[number];

/** One order that came in, for the panel. */
interface DemoOrder {
  readonly at: string;
  readonly what: string;
  readonly fault: 'unavailable' | 'failed_after_applying' | 'forgotten' | null;
}

/** Everything that the demo's systems know. */
export interface DemoState {
  readonly rules: Readonly<Record<Collection, readonly DemoRule[]>>;
  readonly users: readonly DemoUser[];
  /** The newest first. */
  readonly orders: readonly DemoOrder[];
}

const MOST_ORDERS = 100;
const SESSIONS_AT_FIRST = 3;

const nothing = (): DemoState => ({
  rules: { 'firewall/blocks': [], 'dns/domains': [], 'edr/isolations': [], 'edr/kills': [], 'edr/quarantine': [] },
  users: [],
  orders: [],
});

const stored = (file: string | undefined): DemoState => {
  if (file === undefined) return nothing();
  try {
    return { ...nothing(), ...(JSON.parse(readFileSync(file, 'utf8')) as DemoState) };
  } catch {
    // It is a demo: a file that is missing or spoilt is a new start.
    return nothing();
  }
};

/** The state of the demo's systems, in memory and, with a file, over restarts. */
export class DemoStore {
  private state: DemoState;
  private readonly file: string | undefined;
  private readonly utc: () => number;

  constructor(file: string | undefined, utc: () => number) {
    this.file = file;
    this.utc = utc;
    this.state = stored(file);
  }

  /** What holds now; rules whose time is over are gone. */
  current(): DemoState {
    const now = iso(this.utc());
    const rules = Object.fromEntries(
      COLLECTIONS.map((name) => [
        name,
        this.state.rules[name].filter(({ until }) => until === undefined || until > now),
      ]),
    ) as unknown as DemoState['rules'];
    return { ...this.state, rules };
  }

  rule(collection: Collection, id: string): DemoRule | undefined {
    return this.current().rules[collection].find((each) => each.id === id);
  }

  putRule(collection: Collection, rule: DemoRule): void {
    const others = this.current().rules[collection].filter(({ id }) => id !== rule.id);
    this.change({ rules: { ...this.current().rules, [collection]: [...others, rule] } });
  }

  dropRule(collection: Collection, id: string): void {
    const others = this.current().rules[collection].filter((each) => each.id !== id);
    this.change({ rules: { ...this.current().rules, [collection]: others } });
  }

  /** Every name is a user: the demo's directory knows whomever its events name. */
  user(name: string): DemoUser {
    const known = this.state.users.find(({ user }) => user === name);
    return known ?? { user: name, enabled: true, disabled_by: null, sessions: SESSIONS_AT_FIRST };
  }

  putUser(user: DemoUser): void {
    this.change({ users: [...this.state.users.filter((each) => each.user !== user.user), user] });
  }

  note(order: DemoOrder): void {
    this.change({ orders: [order, ...this.state.orders].slice(0, MOST_ORDERS) });
  }

  private change(change: Partial<DemoState>): void {
    this.state = { ...this.current(), ...change };
    if (this.file === undefined) return;
    // Written beside and moved there, so that a crash in the middle leaves the old state.
    writeFileSync(`${this.file}.new`, JSON.stringify(this.state));
    renameSync(`${this.file}.new`, this.file);
  }
}
