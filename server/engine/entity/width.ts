import { getPublicSuffix } from 'tldts';
import { inNetwork, isLinkLocal, isNobodys } from '../../../common/entity/address';
import { addressNames } from '../../../common/entity/carried';
import { keyKind, keyText, type EntityKey } from '../../../common/entity/entity';
import type { Target, TargetType } from '../../../common/flow/decision';
import namesAboveSuffixes from './names_above_suffixes.json';
import { readTarget } from './target_keys';

/* How much an act would touch, and what it must never touch. Each answers with a sentence for people. */

/** Networks wider than this may be blocked only by a person. */
const WIDEST = { ipv4: 24, ipv6: 64 };

const bitsOf = (network: string): number => Number(network.split('/')[1]);

const isWideNetwork = (network: string): boolean =>
  bitsOf(network) < (network.includes(':') ? WIDEST.ipv6 : WIDEST.ipv4);

const SUFFIXES = {
  allowPrivateDomains: true,
  extractHostname: false,
  validateHostname: false,
  detectIp: false,
  mixedInputs: false,
};

/** True for `com`, `co.uk`, `github.io`: names under which strangers have theirs. Names of one label are such too. */
const isPublicSuffix = (domain: string): boolean => getPublicSuffix(domain, SUFFIXES) === domain;

/** `amazonaws.com`: the suffixes are below it. */
const ABOVE_SUFFIXES: ReadonlySet<string> = new Set(namesAboveSuffixes);

const isOthersToo = (domain: string): boolean => isPublicSuffix(domain) || ABOVE_SUFFIXES.has(domain);

const WIDE_NETWORK = `is wider than a /${WIDEST.ipv4} (IPv4) or /${WIDEST.ipv6} (IPv6)`;

/**
 * Why a target is too wide for an act without a person, or undefined.
 *
 * @param keys every key of the target, with those that it carries
 */
export const widthFault = ({ value }: Target, keys: readonly EntityKey[]): string | undefined => {
  for (const key of keys) {
    const text = keyText(key);
    if (keyKind(key) === 'network' && isWideNetwork(text))
      return text === value
        ? `\`${value}\` ${WIDE_NETWORK}`
        : `\`${value}\` stands for \`${text}\`, which ${WIDE_NETWORK}`;
    if (keyKind(key) === 'domain' && isOthersToo(text))
      return `\`${text}\` is no single domain: others have their names under it`;
  }
  return undefined;
};

const LOOPBACKS = ['127.0.0.0', '::1'];

const isThisHost = (name: string): boolean => /^localhost(\.|$)|\.localhost$/.test(name) || name === 'ip6-localhost';

const isNever = (key: EntityKey): boolean => {
  const [kind, text] = [keyKind(key), keyText(key)];
  if (kind === 'network')
    return isNobodys(text.split('/')[0] ?? '') || LOOPBACKS.some((address) => inNetwork(address, text));
  return kind === 'ip' ? isNobodys(text) : (kind === 'host' || kind === 'domain') && isThisHost(text);
};

/** What is said itself counts here: a host may well have an address of the link beside its others. */
const isOfTheLink = ({ type, value }: Target): boolean =>
  type === 'ip' && addressNames(value.split('/')[0] ?? '').some(isLinkLocal);

/** Why nothing is ever done to a target, whoever wants it, or undefined: this host, nobody, everybody, the link. */
export const neverATarget = (target: Target, keys: readonly EntityKey[]): string | undefined => {
  const { type, value, host } = target;
  // `0.0.0.0` names nothing, so it has no key.
  const names = type === 'file' || type === 'process' ? host : value;
  return keys.some(isNever) || isNobodys(names ?? '') || isOfTheLink(target)
    ? `\`${names}\` is, or stands for, this host or an address that nothing is blocked at`
    : undefined;
};

const NAMES: Readonly<Record<TargetType, string>> = {
  ip: 'address',
  host: 'host',
  user: 'account',
  domain: 'domain',
  file: 'file',
  process: 'process',
};

/** Kinds that a look-alike may not name. A domain that looks like ours is blocked because it does. */
const TOLD_BY_EYE: ReadonlySet<string> = new Set(['host', 'user']);

/** Why no connector may get a target, whoever wants it, or undefined. */
export const grammarFault = (target: Target): string | undefined => {
  for (const read of readTarget(target)) {
    if (!read.ok) return `\`${target.value.slice(0, 64)}\` is no ${NAMES[target.type]} that is acted on: ${read.text}`;
    if (TOLD_BY_EYE.has(read.entity.kind) && read.entity.odd.includes('mixed_script'))
      return `\`${target.value}\` mixes letters that look alike; write it as its system does`;
  }
  return undefined;
};
