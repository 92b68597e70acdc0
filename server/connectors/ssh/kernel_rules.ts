import { isJsonObject, type JsonObject } from '../../../common/codec/json_object';

/*
 * The rule set as the kernel tells it, in nft's JSON (libnftables-json(5)). An element in a set blocks nothing by
 * itself: the chains that drop by it must be there, and be as they were made.
 */

const listIn = (listing: unknown): readonly JsonObject[] | undefined => {
  const list = isJsonObject(listing) ? listing.nftables : undefined;
  return Array.isArray(list) && list.every(isJsonObject) ? list : undefined;
};

const partsOf = (listing: unknown, part: string): readonly JsonObject[] =>
  (listIn(listing) ?? []).flatMap((each) => (isJsonObject(each[part]) ? [each[part]] : []));

/** Whether a chain hangs where it should, and has exactly these rules: of each the texts that it holds, in order. */
const isChain = (
  listing: unknown,
  { name, hook }: { readonly name: string; readonly hook?: string },
  rules: ReadonlyArray<readonly string[]>,
): boolean => {
  const chain = partsOf(listing, 'chain').find((each) => each.name === name);
  if (chain === undefined || chain.hook !== hook) return false;
  const there = partsOf(listing, 'rule').filter((each) => each.chain === name);
  if (there.length !== rules.length) return false;
  return rules.every((texts, index) => {
    const expression = JSON.stringify(there[index]?.expr ?? null);
    return texts.every((text) => expression.includes(text));
  });
};

const DROP = '{"drop":null}';
const ACCEPT = '{"accept":null}';

/** True if the three chains of a set drop what is in it, towards us, from us and through us. */
export const isDropped = (listings: unknown, [family, , bits]: readonly [string, string, string]): boolean => {
  const list = `v${family}_${bits}`;
  const [set, way] = [`"@${list}"`, `"@way${family}"`];
  const hooks = [
    [
      'input',
      [
        [way, ACCEPT],
        ['"saddr"', set, DROP],
      ],
    ],
    [
      'output',
      [
        [way, ACCEPT],
        ['"daddr"', set, DROP],
      ],
    ],
    [
      'forward',
      [
        ['"saddr"', set, DROP],
        ['"daddr"', set, DROP],
      ],
    ],
  ] as const;
  if (!Array.isArray(listings)) return false;
  return hooks.every(([hook, rules], index) => isChain(listings[index], { name: `${hook}_${list}`, hook }, rules));
};

/** True if the table lets nothing pass while its lease lasts, but for the way that it keeps. */
export const isWalled = (listing: unknown): boolean => {
  const wall = (side: 'in' | 'out'): boolean =>
    isChain(listing, { name: `wall_${side}` }, [
      ['"lo"', ACCEPT],
      ['"@way4"', ACCEPT],
      ['"@way6"', ACCEPT],
      ['icmpv6', ACCEPT],
      [DROP],
    ]);
  const jump = (hook: string, side: string): boolean =>
    isChain(listing, { name: hook, hook }, [['"@lease"', `{"jump":{"target":"wall_${side}"}}`]]);
  return (
    wall('in') &&
    wall('out') &&
    jump('input', 'in') &&
    jump('output', 'out') &&
    isChain(listing, { name: 'forward', hook: 'forward' }, [['"@lease"', DROP]])
  );
};

const packetsOf = ({ expr }: JsonObject): number => {
  const statements: readonly unknown[] = Array.isArray(expr) ? expr : [];
  const counter = statements.filter(isJsonObject).find((each) => isJsonObject(each.counter))?.counter;
  return isJsonObject(counter) && typeof counter.packets === 'number' ? counter.packets : 0;
};

/** Packets that the walls and the forwarding have dropped so far. */
export const packetsDropped = (listing: unknown): number =>
  partsOf(listing, 'rule').reduce((sum, rule) => sum + packetsOf(rule), 0);

const MARK = /^reflex\/([0-9a-f-]{36})$/;

/** The command that a comment names; undefined if it is none of ours. */
const commandIn = (comment: unknown): string | undefined =>
  typeof comment === 'string' ? MARK.exec(comment)?.[1] : undefined;

/** One element of a set of ours. */
export interface Element {
  readonly set: string;
  readonly value: string;
  /** Missing: somebody else put it there. */
  readonly command?: string;
}

/** Every element of a table; undefined where the listing cannot be read: holes would mislead. */
export const elementsIn = (listing: unknown): readonly Element[] | undefined => {
  if (listing === null) return [];
  if (listIn(listing) === undefined) return undefined;
  return partsOf(listing, 'set').flatMap(({ name, elem }) =>
    (Array.isArray(elem) ? elem : []).flatMap((each: unknown): readonly Element[] => {
      // An element without timeout, comment and counter is its value alone.
      const element: JsonObject = isJsonObject(each) && isJsonObject(each.elem) ? each.elem : { val: each };
      if (typeof name !== 'string' || typeof element.val !== 'string') return [];
      const command = commandIn(element.comment);
      return [{ set: name, value: element.val, ...(command !== undefined && { command }) }];
    }),
  );
};

/** An element as `nft get element` prints it. */
export interface SeenElement {
  readonly command: string | undefined;
  /** Packets that were dropped by it; undefined where it does not count. */
  readonly packets: number | undefined;
  /** As it was printed: when it ends. */
  readonly expires: string | undefined;
}

export const readElement = (text: unknown): SeenElement | undefined => {
  if (typeof text !== 'string') return undefined;
  const packets = /\bcounter packets (\d+)/.exec(text)?.[1];
  return {
    command: commandIn(/\bcomment "([^"]*)"/.exec(text)?.[1]),
    packets: packets === undefined ? undefined : Number(packets),
    expires: /\bexpires (\S+)/.exec(text)?.[1],
  };
};
