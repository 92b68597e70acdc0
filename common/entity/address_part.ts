import { canonicalAddress, canonicalNetwork } from './address';

/* Which addresses begin as somebody typed. */

const DIGITS = Array.from({ length: 10 }, (_, digit) => String(digit));

/** Numbers of an address of version 4 that begin so. */
const octetsFrom = (start: string): readonly string[] => {
  const tens = DIGITS.map((digit) => `${start}${digit}`);
  return [start, ...tens, ...tens.flatMap((each) => DIGITS.map((digit) => `${each}${digit}`))].filter(
    (each) => Number(each) <= 255 && String(Number(each)) === each,
  );
};

const ipv4Networks = (typed: string): readonly string[] => {
  const octets = typed.split('.');
  const last = octets.pop() ?? '';
  if (octets.length === 0 || octets.length > 3 || octets.some((each) => Number(each) > 255)) return [];
  const ends = last === '' ? [[]] : octetsFrom(last).map((each) => [each]);
  return ends.flatMap((end) => {
    const known = [...octets, ...end];
    const filled = [...known, ...Array<string>(4 - known.length).fill('0')].join('.');
    return known.length > 4 ? [] : (canonicalNetwork(`${filled}/${8 * known.length}`) ?? []);
  });
};

const ipv6Networks = (typed: string): readonly string[] => {
  const groups = typed.replace(/:{1,2}$/, '').split(':');
  if (groups.length > 7 || groups.some((each) => !/^[0-9a-f]{1,4}$/i.test(each))) return [];
  return [canonicalNetwork(`${groups.join(':')}::/${16 * groups.length}`)].flatMap((each) => each ?? []);
};

/**
 * The networks of what somebody typed: `10.0.0.0/8` itself, an address, `203.0.113` and `203.0.113.4` as the beginning
 * of addresses, `2001:db8` with whole groups. Empty for what begins no address.
 */
export const networksFrom = (typed: string): readonly string[] => {
  const text = typed.trim();
  if (text.includes('/')) return [canonicalNetwork(text)].flatMap((each) => each ?? []);
  if (/^\d{1,3}(\.\d{1,3}){0,3}\.?$/.test(text)) return ipv4Networks(text);
  const address = canonicalAddress(text);
  if (address !== undefined && !text.endsWith('::')) return [address];
  return /^[0-9a-f:]+$/i.test(text) && text.includes(':') ? [...ipv6Networks(text)] : [];
};
