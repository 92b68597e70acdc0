/*
 * The far side of the SSH connector as a model: what `reflex-hand.sh` answers, without a kernel. The contract suite
 * runs on it and on the real one.
 */

interface Block {
  readonly command: string;
  readonly seconds: number;
}

interface HeldFile {
  readonly command: string;
  readonly path: string;
}

/** One host as a model. */
export interface FakeHand {
  readonly answer: (line: string) => Promise<string>;
  /** Blocks by FAMILY ADDRESS LENGTH. */
  readonly blocks: Map<string, Block>;
  /** What the forced command of the key allows. */
  allowed: string[];
  nft: 'ok' | 'missing';
  /** The rules that drop were taken out by hand. */
  torn: boolean;
  wall: Block | undefined;
  /** What this host hears of another one. */
  answersPing: boolean;
  readonly files: Map<string, string>;
  readonly held: HeldFile[];
  /** Processes by their number. */
  readonly processes: Map<number, { readonly path: string; readonly start: number }>;
}

const dropping = (list: string, family: string): readonly object[] => {
  const accept = (field: string) => ({
    expr: [{ match: { left: { payload: { field } }, right: `@way${family}` } }, { accept: null }],
  });
  const drop = (field: string) => ({
    expr: [{ match: { left: { payload: { field } }, right: `@${list}` } }, { drop: null }],
  });
  const chain = (hook: string, rules: readonly object[]) => ({
    nftables: [
      { metainfo: {} },
      { chain: { name: `${hook}_${list}`, hook, prio: -150, policy: 'accept' } },
      ...rules.map((rule) => ({ rule: { chain: `${hook}_${list}`, ...rule } })),
    ],
  });
  return [
    chain('input', [accept('saddr'), drop('saddr')]),
    chain('output', [accept('daddr'), drop('daddr')]),
    chain('forward', [drop('saddr'), drop('daddr')]),
  ];
};

const walling = ({ command }: Block, torn: boolean): object => {
  const right = (text: string, verdict: object) => ({ expr: [{ match: { right: text } }, verdict] });
  const rules = [
    ...['in', 'out'].flatMap((side) =>
      [
        right('lo', { accept: null }),
        right('@way4', { accept: null }),
        right('@way6', { accept: null }),
        { expr: [{ match: { left: { payload: { protocol: 'icmpv6' } } } }, { accept: null }] },
        { expr: [{ counter: { packets: 3, bytes: 252 } }, { drop: null }] },
      ].map((rule) => ({ rule: { chain: `wall_${side}`, ...rule } })),
    ),
    { rule: { chain: 'input', ...right('@lease', { jump: { target: 'wall_in' } }) } },
    { rule: { chain: 'output', ...right('@lease', { jump: { target: 'wall_out' } }) } },
    { rule: { chain: 'forward', ...right('@lease', { drop: null }) } },
  ];
  return {
    nftables: [
      { metainfo: {} },
      {
        set: {
          name: 'lease',
          elem: ['ipv4', 'ipv6'].map((val) => ({ elem: { val, comment: `reflex/${command}` } })),
        },
      },
      ...['wall_in', 'wall_out'].map((name) => ({ chain: { name } })),
      ...['input', 'output', 'forward'].map((hook) => ({ chain: { name: hook, hook } })),
      ...(torn ? rules.slice(1) : rules),
    ],
  };
};

const ok = (more: object = {}): string => `${JSON.stringify({ v: 1, ok: true, ...more })}\n`;
const no = (code: string, text: string): string => `${JSON.stringify({ v: 1, ok: false, code, done: 'no', text })}\n`;

const FACTS = { sha256: 'a'.repeat(64), mode: '755', uid: '0', gid: '0', size: '5' };

const NEEDS: Readonly<Record<string, string>> = {
  block: 'block',
  unblock: 'block',
  isolate: 'isolate',
  release: 'isolate',
  quarantine: 'quarantine',
  restore: 'quarantine',
  kill: 'kill',
};

const decoded = (path = ''): string => Buffer.from(path, 'base64').toString('utf8');

export const fakeHand = (): FakeHand => {
  const killed = new Map<string, ReadonlyArray<{ readonly pid: number; readonly start: number }>>();
  const running = (path: string) => [...hand.processes].filter(([, process]) => process.path === path);
  const endedOf = (command: string) =>
    killed.get(command)?.map(({ pid, start }) => ({ pid, start, alive: hand.processes.get(pid)?.start === start })) ??
    null;

  const act = (verb: string, words: readonly string[]): string => {
    const [first = '', second = '', third = '', fourth = '', fifth = ''] = words;
    const mine = first.split(',');
    const needed = NEEDS[verb];
    if (needed !== undefined && !hand.allowed.includes(needed)) return no('not_allowed', `may not ${needed}`);
    if (/^(un)?block$|^isolate$|^release$|^seen$|^wall$/.test(verb) && hand.nft !== 'ok')
      return no('nft_missing', 'no nft');
    switch (verb) {
      case 'hello':
        return ok({ can: hand.allowed, missing: '', nft: hand.nft });
      case 'block': {
        const net = [second, third, fourth].join(' ');
        const before = hand.blocks.get(net)?.command ?? 'none';
        if (before === 'other') return no('held_by_other', 'by hand');
        hand.blocks.set(net, { command: first, seconds: Number(fifth) });
        return ok({ before });
      }
      case 'unblock': {
        const net = [second, third, fourth].join(' ');
        const block = hand.blocks.get(net);
        if (block === undefined) return ok({ was: 'gone' });
        if (!mine.includes(block.command)) return ok({ was: 'other' });
        hand.blocks.delete(net);
        return ok({ was: 'ours' });
      }
      case 'seen': {
        const block = hand.blocks.get([first, second, third].join(' '));
        const rules = hand.torn ? [null, null, null] : dropping(`v${first}_${third}`, first);
        if (block === undefined) return ok({ rules, element: null });
        const note = block.command === 'other' ? '' : ` comment "reflex/${block.command}"`;
        return ok({ rules, element: `{ ${second} counter packets 7 bytes 588 timeout 1m expires 59s996ms${note} }` });
      }
      case 'isolate': {
        const before = hand.wall?.command ?? 'none';
        hand.wall = { command: first, seconds: Number(second) };
        return ok({ before });
      }
      case 'release': {
        if (hand.wall === undefined) return ok({ was: 'gone' });
        if (!mine.includes(hand.wall.command)) return ok({ was: 'other' });
        hand.wall = undefined;
        return ok({ was: 'ours' });
      }
      case 'probe':
        return ok({ answers: hand.answersPing });
      case 'wall':
        return ok({ wall: hand.wall === undefined ? null : walling(hand.wall, hand.torn) });
      case 'quarantine': {
        const path = decoded(second);
        if (hand.held.some(({ command }) => command === first)) return ok(FACTS);
        if (!hand.files.has(path)) return no('not_found', 'there is no such file');
        hand.files.delete(path);
        hand.held.push({ command: first, path });
        return ok({ ...FACTS, other_names: 0 });
      }
      case 'restore': {
        const path = decoded(second);
        const at = hand.held.findIndex((each) => mine.includes(each.command) && each.path === path);
        if (at < 0) return ok({ was: 'gone' });
        if (hand.files.has(path) && third !== 'force') return no('replaced', 'another file is in its place now');
        hand.held.splice(at, 1);
        hand.files.set(path, 'back');
        return ok({ was: 'ours', ...FACTS });
      }
      case 'file': {
        const path = decoded(second);
        const found = hand.held.find((each) => mine.includes(each.command) && each.path === path);
        return ok({
          held: found === undefined ? null : { command: found.command, ...FACTS },
          there: hand.files.has(path),
        });
      }
      case 'kill': {
        const list = running(decoded(second));
        if (!killed.has(first)) {
          if (list.length === 0) return no('not_found', 'no process runs this file');
          if (list.length > Number(third)) return no('ambiguous', `${list.length} processes run this file`);
          killed.set(
            first,
            list.map(([pid, { start }]) => ({ pid, start })),
          );
        }
        for (const { pid, start } of killed.get(first) ?? [])
          if (hand.processes.get(pid)?.start === start) hand.processes.delete(pid);
        return ok({ ended: endedOf(first) });
      }
      case 'killed':
        return ok({ ended: endedOf(first), running: running(decoded(second)).length });
      case 'held': {
        const sets = new Map<string, object[]>();
        for (const [net, { command }] of hand.blocks) {
          const [family = '', val = '', bits = ''] = net.split(' ');
          const comment = command === 'other' ? {} : { comment: `reflex/${command}` };
          const list = `v${family}_${bits}`;
          sets.set(list, [...(sets.get(list) ?? []), { elem: { val, ...comment } }]);
        }
        return ok({
          blocks: { nftables: [...sets].map(([name, elem]) => ({ set: { name, elem } })) },
          wall: hand.wall === undefined ? null : walling(hand.wall, false),
          files: hand.held.map(({ command, path }) => ({ command, path: Buffer.from(path).toString('base64') })),
        });
      }
      default:
        return no('bad_request', 'no such verb');
    }
  };

  const hand: FakeHand = {
    answer: async (line) => {
      const words = /^reflex1 (.*) \.\n$/.exec(line)?.[1]?.split(' ');
      return words === undefined ? no('bad_request', 'no request') : act(words[0] ?? '', words.slice(1));
    },
    blocks: new Map(),
    allowed: ['block', 'isolate', 'quarantine', 'kill'],
    nft: 'ok',
    torn: false,
    wall: undefined,
    answersPing: false,
    files: new Map(),
    held: [],
    processes: new Map(),
  };
  return hand;
};
