import * as ipaddr from 'ipaddr.js';

export interface FakeRow {
  readonly ref: string;
  readonly key: string;
  readonly value: string;
}

/** A small model of haproxy's runtime API with one map, as 2.6 answers. */
export interface FakeHaproxy {
  rows: FakeRow[];
  /** The map that its configuration uses, and how it looks it up; undefined: none. */
  map: { readonly name: string; readonly type: string } | undefined;
  uptimeS: number;
  readonly answer: (line: string) => Promise<string>;
}

const NO_MAP = 'Unknown map identifier. Please use #<id> or <file>.\n\n';

export const fakeHaproxy = (name: string): FakeHaproxy => {
  let next = 0x55ee58aa8520;
  const fake: FakeHaproxy = {
    rows: [],
    map: { name, type: 'ip' },
    uptimeS: 100,
    answer: async (line) => {
      const [verb, what, map, key, value] = line.trim().split(' ');
      if (`${verb} ${what}` === 'show info') return `Name: HAProxy\nVersion: 2.6.12\nUptime_sec: ${fake.uptimeS}\n\n`;
      if (what !== 'map') return 'Unknown command\n\n';
      if (map === undefined) {
        const used = fake.map && `0 (${fake.map.name}) pattern loaded from file 'x' used by map at file 'y' line 13.\n`;
        return `# id (file) description\n${used ?? ''}\n`;
      }
      if (map !== fake.map?.name) return NO_MAP;
      switch (verb ?? '') {
        case 'show':
          return `${fake.rows.map((row) => `${row.ref} ${row.key} ${row.value}\n`).join('')}\n`;
        case 'get':
          return `type=${fake.map.type}, case=sensitive, found=no\n\n`;
        case 'add':
          if (!ipaddr.isValid(key ?? '') && !ipaddr.isValidCIDR(key ?? ''))
            return `'${key}' is not a valid IPv4 or IPv6 address.\n\n`;
          next += 0x70;
          fake.rows.push({ ref: `0x${next.toString(16)}`, key: key ?? '', value: value ?? '' });
          return '\n';
        case 'del': {
          const kept = fake.rows.filter((row) => (key?.startsWith('#') ? `#${row.ref}` : row.key) !== key);
          if (kept.length === fake.rows.length) return 'Key not found.\n\n';
          fake.rows = kept;
          return '\n';
        }
        default:
          return 'Unknown command\n\n';
      }
    },
  };
  return fake;
};
