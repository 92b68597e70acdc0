import { foldName, hasHidden } from './characters';
import type { EntityParts, Reader } from './entity';
import { readDomain, readHost } from './names';

/* Hashes, URLs, mail addresses, hardware addresses and resources of clouds. */

type Algorithm = Extract<EntityParts, { kind: 'hash' }>['algorithm'];

const ALGORITHMS: ReadonlyMap<number, Algorithm> = new Map([
  [32, 'md5'],
  [40, 'sha1'],
  [64, 'sha256'],
  [128, 'sha512'],
]);

/** `SHA256=…` or the digits alone; the algorithm follows from their number. */
export const readHash: Reader = (text) => {
  const digits = text
    .trim()
    .toLowerCase()
    .replace(/^(md5|sha-?1|sha-?256|sha-?512)[=:]/, '');
  const algorithm = ALGORITHMS.get(digits.length);
  if (algorithm === undefined || !/^[0-9a-f]+$/.test(digits)) return { why: 'it is no MD5, SHA-1, SHA-256 or SHA-512' };
  return { text: digits, parts: { kind: 'hash', algorithm } };
};

export const readUrl: Reader = (text) => {
  if (hasHidden(text.trim())) return { why: 'it has characters that cannot be seen' };
  try {
    const url = new URL(text.trim());
    if (url.protocol !== 'http:' && url.protocol !== 'https:') return { why: 'it is neither http nor https' };
    if (url.username !== '' || url.password !== '') return { why: 'it has a user in front of its host' };
    const host = readHost(url.hostname);
    if ('why' in host) return host;
    url.hash = '';
    return { text: url.href, parts: { kind: 'url', host: host.text } };
  } catch {
    return { why: 'it is no URL' };
  }
};

export const readMail: Reader = (text) => {
  const spoken = text.trim().replace(/^<(.*)>$/, '$1');
  const at = spoken.lastIndexOf('@');
  const local = spoken.slice(0, Math.max(at, 0));
  const domain = readDomain(spoken.slice(at + 1));
  if (local === '' || local.length > 64 || hasHidden(local) || /[\s"(),:;<>@[\\\]]/.test(local) || 'why' in domain)
    return { why: 'it is no mail address' };
  return {
    text: `${local}@${domain.text}`,
    canonical: `${foldName(local)}@${domain.text}`,
    parts: { kind: 'mail', local, domain: domain.text },
  };
};

export const readMac: Reader = (text) => {
  const digits = text
    .trim()
    .toLowerCase()
    .replace(/(?<=[0-9a-f])[-:.](?=[0-9a-f])/g, '');
  if (!/^[0-9a-f]{12}$/.test(digits)) return { why: 'it is no hardware address' };
  // The lowest bit of the first byte marks a group of stations.
  if (parseInt(digits.slice(0, 2), 16) % 2 === 1) return { why: 'it is the address of a group' };
  return { text: (digits.match(/../g) ?? []).join(':'), parts: { kind: 'mac' } };
};

const CLOUDS = [
  { provider: 'aws', form: /^arn:[a-z-]+:[a-z0-9-]+:[a-z0-9-]*:\d*:[^\s*]+$/, folds: false },
  { provider: 'azure', form: /^\/subscriptions\/[0-9a-f-]{36}(\/[^\s/*]+)*$/i, folds: true },
  { provider: 'gcp', form: /^\/\/[a-z0-9-]+\.googleapis\.com(\/[^\s/*]+)+$/, folds: false },
] as const;

/** An ARN, an Azure resource id or a full GCP resource name. Only Azure takes upper and lower case for the same. */
export const readCloud: Reader = (text) => {
  const spoken = text.trim();
  if (hasHidden(spoken)) return { why: 'it has characters that cannot be seen' };
  const found = CLOUDS.find(({ form }) => form.test(spoken));
  if (found === undefined) return { why: 'it is no resource of a known cloud' };
  const { provider, folds } = found;
  return { text: spoken, ...(folds ? { canonical: spoken.toLowerCase() } : {}), parts: { kind: 'cloud', provider } };
};
