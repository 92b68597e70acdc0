import type {
  BrokerStream,
  HandOverChannel,
  Log,
  OutcomeChannel,
  PolicyRepository,
  RepositoryFault,
} from '../runner/ports';
import { err, type Result } from '../../common/result';

/*
 * What others say is shown without our secrets (INV-12): whoever got one may repeat it in an error, and an exception
 * may carry it along. Connectors hide theirs by themselves; here is everything else that goes to the log, to records or
 * to a page.
 */

/** A text as it may be shown. */
export type Shown = (text: string) => string;

/** Deeper details are of no use in a log. */
const DEEPEST = 8;

const hiddenIn = (value: unknown, shown: Shown, depth = 0): unknown => {
  if (typeof value === 'string') return shown(value);
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return value;
  if (Array.isArray(value)) return value.map((each) => hiddenIn(each, shown, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([name, inside]) => [name, hiddenIn(inside, shown, depth + 1)]));
};

/** A log into which no secret gets that this host knows. */
export const hidingLog = (log: Log, shown: Shown): Log => {
  const writer =
    (level: keyof Log): Log['info'] =>
    (message, details) =>
      details === undefined
        ? log[level](shown(message))
        : log[level](shown(message), hiddenIn(details, shown) as Record<string, unknown>);
  return { debug: writer('debug'), info: writer('info'), warn: writer('warn'), error: writer('error') };
};

/** What a broker says in its errors. */
export const hidingStream = (stream: BrokerStream, shown: Shown): BrokerStream => ({
  source: stream.source,
  whileOff: stream.whileOff,
  follow: ({ take, tell }, signal) =>
    stream.follow(
      {
        take,
        tell: (news) => tell(news.error === undefined ? news : { ...news, error: shown(news.error) }),
      },
      signal,
    ),
});

/** What a receiver answers. */
export const hidingChannel = (channel: OutcomeChannel, shown: Shown): OutcomeChannel => ({
  tell: async (...asked) => {
    const told = await channel.tell(...asked);
    return 'why' in told ? { ...told, why: shown(told.why) } : told;
  },
  close: () => channel.close(),
});

/** What a ticket system is told, and what it answers: a report may repeat a secret that somebody stole. */
export const hidingHandOver = (channel: HandOverChannel, shown: Shown): HandOverChannel => ({
  tell: async (document) => {
    const told = await channel.tell(hiddenIn(document, shown) as typeof document);
    if ('why' in told) return { ...told, why: shown(told.why) };
    return told.kind === 'told' ? (hiddenIn(told, shown) as typeof told) : told;
  },
});

/** What a Git remote says. */
export const hidingRepository = (repository: PolicyRepository, shown: Shown): PolicyRepository => {
  const hidden = async <Value>(
    work: Promise<Result<Value, RepositoryFault>>,
  ): Promise<Result<Value, RepositoryFault>> => {
    const done = await work;
    return done.ok ? done : err({ ...done.error, message: shown(done.error.message) });
  };
  return {
    place: repository.place,
    folder: repository.folder,
    followed: () => repository.followed(),
    follow: (commit) => repository.follow(commit),
    read: (commit) => repository.read(commit),
    descends: (newer, older) => repository.descends(newer, older),
    log: (from, options) => repository.log(from, options),
    fileLog: (from, path, most) => repository.fileLog(from, path, most),
    commit: (order) => repository.commit(order),
    fetch: () => hidden(repository.fetch()),
    publish: (commit, expected) => hidden(repository.publish(commit, expected)),
  };
};
