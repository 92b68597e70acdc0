import { canonicalAddress, canonicalNetwork } from '../../../common/entity/address';
import { isPlaceholder } from '../../../common/entity/placeholder';
import { readEntity } from '../../../common/entity/read';
import type { Target, TargetType } from '../../../common/flow/decision';
import { spellingFault } from '../entity/order_text';
import { grammarFault } from '../entity/width';

/** Control, format (bidi, zero width) and private-use characters have no place in a name that is acted on. */
const DECEPTIVE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/u;

const hostName = (text: string): string | undefined => {
  const name = text.trim().normalize('NFC').toLowerCase().replace(/\.$/, '');
  return /^[a-z0-9_]([a-z0-9_.-]{0,251}[a-z0-9_])?$/.test(name) ? name : undefined;
};

/** Internationalised names become their ASCII form, so that look-alikes are told apart. */
const domainName = (text: string): string | undefined => {
  // The URL parser leaves out line breaks and characters that cannot be seen: what is left would be another name.
  if (!readEntity('domain', text).ok) return undefined;
  try {
    const ascii = new URL(`http://${text.trim().toLowerCase().replace(/\.$/, '')}`);
    const onlyHost = ascii.href === `http://${ascii.hostname}/` && !text.includes('/');
    return onlyHost && canonicalAddress(ascii.hostname) === undefined ? hostName(ascii.hostname) : undefined;
  } catch {
    return undefined;
  }
};

const plain = (text: string): string | undefined => {
  const trimmed = text.normalize('NFC').trim();
  return trimmed === '' || DECEPTIVE.test(trimmed) ? undefined : trimmed;
};

/** What a file or a process is called without quotes, doubled separators and dots at the end. */
const programText = (type: 'file' | 'process', text: string): string | undefined => {
  const read = readEntity(type, text);
  return read.ok ? read.entity.text : undefined;
};

const canonicalValue = (type: TargetType, text: string): string | undefined => {
  switch (type) {
    case 'ip':
      return text.includes('/') ? canonicalNetwork(text) : canonicalAddress(text);
    case 'host':
      return canonicalAddress(text) ?? hostName(text);
    case 'domain':
      return domainName(text);
    case 'user':
      return plain(text)?.toLowerCase();
    case 'file':
    case 'process':
      return programText(type, text);
  }
};

/**
 * The one spelling of what an act would touch, so that two events about one entity meet at one effect.
 *
 * @param type kind of target
 * @param value text that the policy's expression yielded
 * @param host for files and processes: the host that they are on
 * @returns the target, `unknown` if the event does not tell it, `invalid` if it is none that a connector may get
 */
export const resolveTarget = (
  type: TargetType,
  value: string,
  host: string | undefined,
): Target | 'unknown' | 'invalid' => {
  if (value.trim() === '' || isPlaceholder(value)) return 'unknown';
  const canonical = canonicalValue(type, value);
  if (canonical === undefined) return 'invalid';
  let target: Target = { type, value: canonical };
  if (type === 'file' || type === 'process') {
    if (host === undefined || host.trim() === '' || isPlaceholder(host)) return 'unknown';
    const onHost = canonicalValue('host', host);
    if (onHost === undefined) return 'invalid';
    target = { ...target, host: onHost };
  }
  return (grammarFault(target) ?? spellingFault(target)) === undefined ? target : 'invalid';
};
