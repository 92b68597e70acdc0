import { deflateSync } from 'zlib';
import { checkLoose, checkPack, OBJECT_LIMITS } from './bounded_objects';

const MIB = 1024 * 1024;
const LIMITS = { mostBytes: MIB, mostTotal: 3 * MIB };
const zeros = (bytes: number): Buffer => deflateSync(Buffer.alloc(bytes));
const BLOB = 3;
const [OFS_DELTA, REF_DELTA] = [6, 7];

const header = (type: number, size: number): Buffer => {
  const bytes = [(type << 4) | (size & 15)];
  for (let rest = Math.floor(size / 16); rest > 0; rest = Math.floor(rest / 128)) {
    bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) | 0x80;
    bytes.push(rest & 0x7f);
  }
  return Buffer.from(bytes);
};
const little = (value: number): number[] =>
  value < 128 ? [value] : [(value % 128) | 0x80, ...little(Math.floor(value / 128))];
const packOf = (...objects: readonly Buffer[]): Buffer => {
  const head = Buffer.alloc(12);
  head.write('PACK');
  head.writeUInt32BE(2, 4);
  head.writeUInt32BE(objects.length, 8);
  return Buffer.concat([head, ...objects, Buffer.alloc(20)]);
};
const blob = (bytes: number, says = bytes): Buffer => Buffer.concat([header(BLOB, says), zeros(bytes)]);
const delta = (size: number, base: Buffer, type: number): Buffer => {
  const body = Buffer.from([...little(10), ...little(size), 0x90, 10]);
  return Buffer.concat([header(type, body.length), base, deflateSync(body)]);
};
const rested: number[] = [];
const check = async (pack: Buffer, limits = LIMITS): Promise<string> =>
  checkPack(pack, async () => void rested.push(1), limits).then(
    () => 'fine',
    (cause: { fault?: { code: string } }) => cause.fault?.code ?? String(cause),
  );

describe('a pack', () => {
  it.each([
    [
      'whose objects are within the bound passes',
      packOf(blob(1_000), blob(MIB), delta(500, Buffer.from([5]), OFS_DELTA), delta(500, Buffer.alloc(20), REF_DELTA)),
      'fine',
    ],
    ['with an object that says it is too large', packOf(blob(10), blob(MIB + 1)), 'too_large'],
    ['with an object that lies about its size', packOf(blob(MIB, 10)), 'damaged'],
    [
      'with a delta that puts together too much',
      packOf(delta(MIB + 1, Buffer.from([0x81, 5]), OFS_DELTA)),
      'too_large',
    ],
    ['with too much altogether', packOf(blob(MIB), blob(MIB), blob(MIB), blob(1)), 'too_large'],
    ['that ends too early', packOf(blob(10)).subarray(0, 30), 'damaged'],
    ['that is none', Buffer.from('hello, this is no pack at all, but long enough'), 'damaged'],
  ])('%s: %#', async (_what, pack, code) => {
    expect(await check(pack)).toBe(code);
  });

  it('that is a bomb is never inflated, and others get a turn while many objects are looked through', async () => {
    const bomb = packOf(Buffer.concat([header(BLOB, 10), zeros(256 * MIB)]), blob(1));
    expect(bomb.length).toBeLessThan(MIB);
    const before = process.memoryUsage().rss;
    expect(await check(bomb, OBJECT_LIMITS)).toBe('damaged');
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * MIB);
    rested.length = 0;
    expect(await check(packOf(...Array.from({ length: 3_000 }, () => blob(20_000))), OBJECT_LIMITS)).toBe('fine');
    expect(rested.length).toBeGreaterThan(0);
  });
});

describe('a loose object', () => {
  it('is inflated only where it could be too large, and no further than the bound', () => {
    expect(() => checkLoose(zeros(MIB), LIMITS)).not.toThrow();
    expect(() => checkLoose(Buffer.from('not deflated'), LIMITS)).not.toThrow();
    expect(() => checkLoose(zeros(4 * MIB), LIMITS)).toThrow('more than 1 MiB');
  });
});
