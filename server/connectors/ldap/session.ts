import type { Socket } from 'net';
import type { Client } from 'ldapts';
import { entryOf, type DirectoryEntry } from './entry';
import { ldapts } from './library';
import { filterOf, type Query } from './query';
import { notSent, type NotSent } from './not_sent';

/** One change of one attribute. */
export interface AttributeChange {
  readonly operation: 'add' | 'delete' | 'replace';
  readonly attribute: string;
  readonly values: readonly string[];
}

/** What a request to a directory came to, told apart by whether it can have been carried out. */
export type Reply<Value> =
  | { readonly kind: 'answered'; readonly value: Value }
  /** An LDAP result other than success. */
  | { readonly kind: 'refused'; readonly result: number; readonly message: string }
  /** The permit lapsed before the first byte. */
  | { readonly kind: 'not_started' }
  | NotSent
  /** Written, at least in part: it may have been carried out. */
  | { readonly kind: 'no_answer'; readonly message: string };

export type Unwilling = Exclude<Reply<never>, { readonly kind: 'answered' }>;

/** One connection on which we have said who we are. */
export interface Session {
  readonly search: (query: Query) => Promise<Reply<readonly DirectoryEntry[]>>;
  readonly modify: (
    dn: string,
    changes: readonly AttributeChange[],
    mayStart: () => boolean,
  ) => Promise<Reply<undefined>>;
}

export interface Account {
  readonly dn: string;
  readonly password: string;
}

interface Dialogue {
  readonly socket: Socket;
  readonly signal: AbortSignal;
}

/** Answers of one connection are not longer than this together, bytes. */
const LARGEST_ANSWERS = 16 * 1024 * 1024;

/** Read as bytes, whatever they look like. */
const BYTES = ['replPropertyMetaData'];

/** Why a request was not answered: a result of the directory, or a connection that ended. */
const unwilling = (cause: unknown, signal: AbortSignal, wrote: boolean): Unwilling => {
  if (cause instanceof ldapts().ResultCodeError && !(cause instanceof ldapts().NoResultError))
    return { kind: 'refused', result: cause.code, message: cause.message };
  const message = signal.aborted ? (signal.reason as Error).message : 'the connection broke off';
  if (wrote) return { kind: 'no_answer', message };
  return notSent(signal.aborted ? 'timeout' : 'connection', `not sent: ${message}`, true);
};

const sessionOn = (client: Client, { socket, signal }: Dialogue): Session => ({
  search: async ({ base, scope, condition, attributes, most }) => {
    try {
      const { searchEntries } = await client.search(base, {
        scope: scope ?? 'sub',
        attributes: [...attributes],
        explicitBufferAttributes: BYTES,
        sizeLimit: most,
        ...(condition && { filter: filterOf(condition) }),
      });
      return { kind: 'answered', value: searchEntries.map(entryOf) };
    } catch (cause) {
      // It changed nothing, whether or not it arrived.
      return unwilling(cause, signal, false);
    }
  },
  modify: async (dn, changes, mayStart) => {
    const { Attribute, Change } = ldapts();
    const wanted = changes.map(
      ({ operation, attribute, values }) =>
        new Change({ operation, modification: new Attribute({ type: attribute, values: [...values] }) }),
    );
    if (signal.aborted || socket.destroyed) return unwilling(undefined, signal, false);
    // INVARIANT (INV-6): the connection stands, so the library writes the request in the same turn.
    if (!mayStart()) return { kind: 'not_started' };
    try {
      await client.modify(dn, wanted);
      return { kind: 'answered', value: undefined };
    } catch (cause) {
      return unwilling(cause, signal, true);
    }
  },
});

/**
 * Says who we are on a connection, and runs a dialogue there. The library is only given the connection that was
 * checked and secured: it never makes one, and never comes back by itself without having said who we are.
 */
export const withSession = async <Value>(
  account: Account,
  dialogue: Dialogue & { readonly mayStart: () => boolean },
  talk: (session: Reply<Session>) => Promise<Value>,
): Promise<Value> => {
  const { socket, signal, mayStart } = dialogue;
  let used = false;
  const client = new (ldapts().Client)({
    url: 'ldap://checked.invalid',
    createConnection: () => {
      if (used) throw new Error('the connection was closed');
      used = true;
      return socket;
    },
  });
  let size = 0;
  socket.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > LARGEST_ANSWERS) socket.destroy();
  });
  const giveUp = (): void => void socket.destroy();
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    if (signal.aborted) return await talk(unwilling(undefined, signal, false));
    if (!mayStart()) return await talk({ kind: 'not_started' });
    const refused = await client.bind(account.dn, account.password).then(
      () => undefined,
      (cause: unknown) => unwilling(cause, signal, false),
    );
    return await talk(refused ?? { kind: 'answered', value: sessionOn(client, dialogue) });
  } finally {
    signal.removeEventListener('abort', giveUp);
    await client.unbind().catch(() => undefined);
    socket.on('error', () => undefined).destroy();
  }
};
