import { present } from '../../../common/present';
import { parseArgs } from 'util';
import { err, ok, type Result } from '../../../common/result';
import type { Address } from './address';
import type { MakeOrder } from './tokens';
import { doctorCommand, type DoctorCommand } from './doctor';
import { awayCommand, type AwayCommand } from './away';
import { opinionCommand, type OpinionCommand } from './opinions';
import type { VerifyWish } from './verify';
import { isOrderWord, orderCommand, type OrderCommand } from './order_arguments';
import { brakeCommand, isBrakeWord, isReason, NO_REASON, type BrakeCommand } from './brake_arguments';

/** What is tried: the grant in a file, or that nothing were granted. */
export interface TriedGrant {
  readonly type: string;
  readonly id: string;
  /** YAML with the fields of a grant; undefined: as if it were withdrawn. */
  readonly file?: string;
  readonly days?: number;
}

/** Documents that are tried as those of a source. */
export interface TriedFile {
  readonly file: string;
  /** As `reflex sources` names it. */
  readonly source: string;
  /** Undefined: what is in force for the source. */
  readonly preset?: string;
}

export type Command =
  | { readonly name: 'help' }
  | { readonly name: 'beside' | 'status' | 'escalations' | 'hand-overs' | 'secrets'; readonly address: Address }
  | {
      readonly name: 'secrets set' | 'secrets remove';
      readonly address: Address;
      readonly secret: string;
      readonly reason: string;
    }
  | { readonly name: 'secrets rekey'; readonly address: Address; readonly reason: string }
  | { readonly name: 'ask'; readonly address: Address; readonly text: string }
  | { readonly name: 'acts'; readonly address: Address; readonly query: Readonly<Record<string, string>> }
  | { readonly name: 'upgrade asks'; readonly address: Address }
  | { readonly name: 'connectors'; readonly address: Address }
  | { readonly name: 'connectors presets'; readonly preset?: string }
  | {
      readonly name: 'connectors test';
      readonly address: Address;
      readonly connector: string;
      readonly action?: string;
    }
  | { readonly name: 'sources'; readonly address: Address }
  | {
      readonly name: 'sources off' | 'sources on';
      readonly address: Address;
      readonly source: string;
      readonly reason: string;
    }
  | { readonly name: 'sources try'; readonly address: Address; readonly tried: TriedFile }
  | { readonly name: 'tokens'; readonly address: Address }
  | { readonly name: 'tokens mint'; readonly address: Address; readonly may?: string; readonly ttlS?: number }
  | ({ readonly name: 'tokens make'; readonly address: Address } & MakeOrder)
  | { readonly name: 'tokens revoke'; readonly address: Address; readonly token: string; readonly reason: string }
  | { readonly name: 'grants preview'; readonly address: Address; readonly tried: TriedGrant }
  | BrakeCommand
  | AwayCommand
  | OpinionCommand
  | OrderCommand
  | DoctorCommand
  | { readonly name: 'replay'; readonly address: Address; readonly decisionId: string }
  | { readonly name: 'verify'; readonly address: Address; readonly wish: VerifyWish }
  | { readonly name: 'keys show'; readonly data?: string }
  | { readonly name: 'keys trust'; readonly file: string; readonly data?: string }
  | { readonly name: 'state adopt' | 'folder adopt'; readonly reason: string; readonly data?: string };

/** Where a Reflex of this machine answers. */
export const DEFAULT_URL = 'http://127.0.0.1:5680';
const URL_FORM = /^https?:\/\/[^/?#@\s]+(\/[^?#\s]*)?$/;

/** @returns the address, or what is wrong with it in a sentence */
export const addressIn = (url: string, tokenFile: string): Result<Address, string> =>
  URL_FORM.test(url)
    ? ok({ url: url.replace(/\/+$/, ''), tokenFile })
    : err(`\`--url ${url}\` is no address; write it as ${DEFAULT_URL}`);

const TEXT_OPTION = { type: 'string' as const };

/** What `reflex acts` narrows its list to, as the API names it. */
const ACT_OPTIONS = {
  about: TEXT_OPTION,
  action: TEXT_OPTION,
  policy: TEXT_OPTION,
  connector: TEXT_OPTION,
  outcome: TEXT_OPTION,
  by: TEXT_OPTION,
  from: TEXT_OPTION,
  to: TEXT_OPTION,
  limit: TEXT_OPTION,
  cursor: TEXT_OPTION,
};

const parsed = (
  args: readonly string[],
): Result<
  {
    readonly words: readonly string[];
    readonly url?: string;
    readonly tokenFile?: string;
    readonly reason?: string;
    readonly data?: string;
    readonly days?: string;
    readonly preset?: string;
    readonly source?: string;
    readonly scope?: string;
    readonly lasts?: string;
    readonly host?: string;
    readonly sources?: string;
    readonly decision?: string;
    readonly may?: string;
    readonly anchors?: string;
    readonly keys: readonly string[];
    readonly acts: Readonly<Record<string, string>>;
    readonly json: boolean;
    readonly last: boolean;
    readonly help: boolean;
  },
  string
> => {
  const text = TEXT_OPTION;
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      options: {
        url: text,
        'token-file': text,
        reason: text,
        data: text,
        days: text,
        preset: text,
        source: text,
        scope: text,
        for: text,
        host: text,
        sources: text,
        decision: text,
        may: text,
        anchors: text,
        key: { type: 'string', multiple: true },
        ...ACT_OPTIONS,
        json: { type: 'boolean' },
        last: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
      allowPositionals: true,
    });
    return ok({
      words: positionals,
      url: values.url,
      tokenFile: values['token-file'],
      reason: values.reason,
      data: values.data,
      days: values.days,
      preset: values.preset,
      source: values.source,
      scope: values.scope,
      lasts: values.for,
      host: values.host,
      sources: values.sources,
      decision: values.decision,
      may: values.may,
      anchors: values.anchors,
      keys: values.key ?? [],
      acts: Object.fromEntries(
        Object.entries(values).flatMap(([name, value]) =>
          name in ACT_OPTIONS && typeof value === 'string' ? [[name, value]] : [],
        ),
      ),
      json: values.json === true,
      last: values.last === true,
      help: values.help === true,
    });
  } catch (cause) {
    return err((cause as Error).message.split('. ')[0] ?? '');
  }
};

const connectorsCommand = (
  [word, connector, ...more]: readonly string[],
  address: Address,
  action: string | undefined,
): Result<Command, string> => {
  if (word === undefined) return ok({ name: 'connectors', address });
  if (word === 'presets' && more.length === 0)
    return ok({ name: 'connectors presets', ...present({ preset: connector }) });
  return word === 'test' && connector !== undefined && more.length === 0
    ? ok({ name: 'connectors test', address, connector, ...present({ action }) })
    : err(
        '`reflex connectors` takes no further word, `presets [NAME]`, or `test NAME`, with `--action ACTION` where it has several',
      );
};

const keysCommand = ([word, file, ...more]: readonly string[], data: string | undefined): Result<Command, string> => {
  if (word === 'show' && file === undefined) return ok({ name: 'keys show', ...present({ data }) });
  if (word === 'trust' && file !== undefined && more.length === 0)
    return ok({ name: 'keys trust', file, ...present({ data }) });
  return err('`reflex keys` takes `show`, or `trust FILE`');
};

const secondsIn = (text: string): number | undefined => {
  const [, count, unit] = /^([1-9]\d{0,4})([sm]|h)$/.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * ({ s: 1, m: 60, h: 3_600 }[unit ?? ''] ?? NaN);
};

const mintCommand = (
  address: Address,
  { lasts, may }: { readonly lasts?: string | undefined; readonly may?: string | undefined },
): Result<Command, string> => {
  const ttlS = lasts === undefined ? undefined : secondsIn(lasts);
  if (lasts !== undefined && (ttlS === undefined || ttlS < 10 || ttlS > 3_600))
    return err(`\`--for ${lasts}\` is no time from 10s to 1h`);
  return ok({ name: 'tokens mint', address, ...present({ may, ttlS }) });
};

/** A token lasts so long where nobody says it, days. */
const TOKEN_DAYS = 90;

const makeCommand = (
  address: Address,
  token: string,
  { reason, lasts, may }: { readonly reason?: string; readonly lasts?: string; readonly may?: string },
): Result<Command, string> => {
  if (may === undefined) return err('say what it may with --may intake,ask,act,alerting,metrics');
  if (!isReason(reason)) return err(NO_REASON);
  const days = /^\d{1,3}d$/.test(lasts ?? `${TOKEN_DAYS}d`) ? Number.parseInt(lasts ?? `${TOKEN_DAYS}`, 10) : 0;
  return days < 1 || days > 400
    ? err(`\`--for ${lasts ?? ''}\` is no time from 1d to 400d`)
    : ok({ name: 'tokens make', address, token, may, days, reason });
};

const tokensCommand = (
  [word, token, ...more]: readonly string[],
  address: Address,
  {
    reason,
    ...minting
  }: {
    readonly reason?: string | undefined;
    readonly lasts?: string | undefined;
    readonly may?: string | undefined;
  },
): Result<Command, string> => {
  if (word === undefined) return ok({ name: 'tokens', address });
  if (word === 'mint' && token === undefined) return mintCommand(address, minting);
  if (word === 'make' && token !== undefined && more.length === 0)
    return makeCommand(address, token, { reason, ...minting });
  if (word !== 'revoke' || token === undefined || more.length > 0)
    return err('`reflex tokens` takes no further word, or `make NAME`, `revoke NAME`, or `mint`');
  return isReason(reason) ? ok({ name: 'tokens revoke', address, token, reason }) : err(NO_REASON);
};

const secretsCommand = (
  [word, secret, ...more]: readonly string[],
  address: Address,
  reason: string | undefined,
): Result<Command, string> => {
  if (word === undefined) return ok({ name: 'secrets', address });
  // What stands behind the name may be the secret itself: it is not repeated.
  if (more.length > 0)
    return err('`reflex secrets` takes one NAME and never a secret: pipe it in, `reflex secrets set NAME < FILE`');
  if (word === 'rekey' && secret === undefined)
    return isReason(reason) ? ok({ name: 'secrets rekey', address, reason }) : err(NO_REASON);
  if ((word !== 'set' && word !== 'remove') || secret === undefined)
    return err('`reflex secrets` takes no further word, or `set NAME`, or `remove NAME`, or `rekey`');
  return isReason(reason) ? ok({ name: `secrets ${word}`, address, secret, reason }) : err(NO_REASON);
};

/** As the settings and the page name it. */
const SOURCE_FORM = /^(webhook|alerting|detector|kafka|rabbitmq|index|asker):.+$/;

/** A document of which nobody knows yet from where it will come. */
const UNNAMED_SOURCE = 'webhook:try';

const tryCommand = (
  [file, ...more]: readonly string[],
  address: Address,
  { preset, source = UNNAMED_SOURCE }: Tried,
): Result<Command, string> => {
  if (file === undefined || more.length > 0 || (preset === undefined && source === UNNAMED_SOURCE))
    return err('`reflex sources try` takes one FILE of JSON, and `--preset NAME` or `--source TYPE:ID` or both');
  if (!SOURCE_FORM.test(source)) return err(noSource(source));
  return ok({ name: 'sources try', address, tried: { file, source, ...present({ preset }) } });
};

const noSource = (source: string): string =>
  `\`${source}\` names no source; write it as \`reflex sources\` does: \`webhook:siem\`, \`alerting:\` and the id of a monitor`;

interface Tried {
  readonly preset?: string | undefined;
  readonly source?: string | undefined;
}

const sourcesCommand = (
  words: readonly string[],
  address: Address,
  { reason, ...tried }: Tried & { readonly reason?: string | undefined },
): Result<Command, string> => {
  const [word, source, ...more] = words;
  if (word === undefined) return ok({ name: 'sources', address });
  if (word === 'try') return tryCommand(words.slice(1), address, tried);
  if ((word !== 'off' && word !== 'on') || source === undefined || more.length > 0)
    return err('`reflex sources` takes no further word, or `off TYPE:ID`, or `on TYPE:ID`, or `try FILE`');
  if (!SOURCE_FORM.test(source)) return err(noSource(source));
  return isReason(reason) ? ok({ name: `sources ${word}`, address, source, reason }) : err(NO_REASON);
};

const MOST_DAYS = 30;

const grantsCommand = (
  [word, source = '', file, ...more]: readonly string[],
  address: Address,
  days: string | undefined,
): Result<Command, string> => {
  const [, type, id] = /^([a-z_]+):(.+)$/.exec(source) ?? [];
  if (word !== 'preview' || type === undefined || id === undefined || more.length > 0)
    return err('`reflex grants` takes `preview TYPE:ID FILE`, or `preview TYPE:ID` as if nothing were granted');
  if (days !== undefined && !(/^\d{1,2}$/.test(days) && Number(days) >= 1 && Number(days) <= MOST_DAYS))
    return err(`\`--days ${days}\` is no number of days from 1 to ${MOST_DAYS}`);
  const tried = { type, id, ...present({ file, days: days === undefined ? undefined : Number(days) }) };
  return ok({ name: 'grants preview', address, tried });
};

/**
 * Reads the command line.
 *
 * @param defaultTokenFile where the standalone host of this user keeps its key
 * @returns the command, or what is wrong in a sentence
 */
export const parseCommand = (args: readonly string[], defaultTokenFile: string): Result<Command, string> => {
  const read = parsed(args);
  if (!read.ok) return read;
  const {
    words,
    url = DEFAULT_URL,
    tokenFile = defaultTokenFile,
    reason,
    data,
    days,
    preset,
    source,
    scope,
    lasts,
    host,
    sources,
    decision,
    may,
    anchors,
    keys,
    acts,
    json,
    last,
    help,
  } = read.value;
  const [name = 'help', ...rest] = words;
  if (help || name === 'help') return ok({ name: 'help' });
  if (name === 'state' || name === 'folder') {
    if (rest.join(' ') !== 'adopt') return err(`\`reflex ${name}\` takes one word: \`adopt\``);
    if (!isReason(reason)) return err(NO_REASON);
    return ok({ name: `${name} adopt`, reason, ...present({ data }) });
  }
  if (name === 'keys') return keysCommand(rest, data);
  const address = addressIn(url, tokenFile);
  if (!address.ok) return address;
  if (name === 'secrets') return secretsCommand(rest, address.value, reason);
  if (name === 'status' || name === 'escalations' || name === 'hand-overs' || name === 'beside')
    return rest.length === 0 ? ok({ name, address: address.value }) : err(`\`reflex ${name}\` takes no further words`);
  if (name === 'ask')
    return rest.length === 0
      ? err('`reflex ask` takes what you look for: an address, a part of a name, an id')
      : ok({ name, address: address.value, text: rest.join(' ') });
  if (name === 'acts')
    return rest.length === 0
      ? ok({ name, address: address.value, query: acts })
      : err('`reflex acts` takes options only, such as `--about ws-1`');
  if (name === 'upgrade')
    return rest.join(' ') === 'asks'
      ? ok({ name: 'upgrade asks', address: address.value })
      : err('`reflex upgrade` takes one word: `asks`');
  if (isBrakeWord(name)) {
    const { policy } = acts;
    return brakeCommand(name, rest, address.value, { scope, reason, lasts, host, policy, source, sources });
  }
  if (name === 'doctor') return doctorCommand(rest, address.value, { json, last, reason });
  if (name === 'opinions') return opinionCommand(rest, address.value, reason);
  if (name === 'away') return awayCommand(rest, address.value, { reason, from: acts.from, to: acts.to });
  if (isOrderWord(name)) return orderCommand(name, rest, address.value, { reason, lasts, host, decision });
  if (name === 'connectors') return connectorsCommand(rest, address.value, acts.action);
  if (name === 'sources') return sourcesCommand(rest, address.value, { reason, preset, source });
  if (name === 'grants') return grantsCommand(rest, address.value, days);
  if (name === 'tokens') return tokensCommand(rest, address.value, { reason, lasts, may });
  if (name === 'verify') {
    const { from, to } = acts;
    return rest.length === 0
      ? ok({ name, address: address.value, wish: { ...present({ from, to, anchors }), keys, json } })
      : err('`reflex verify` takes options only, such as `--anchors FILE`');
  }
  if (name === 'replay') {
    const [decisionId, ...more] = rest;
    if (decisionId === undefined || more.length > 0) return err('`reflex replay` takes one decision id');
    return ok({ name, address: address.value, decisionId });
  }
  return err(`there is no command \`${name}\`; \`reflex help\` lists them`);
};
