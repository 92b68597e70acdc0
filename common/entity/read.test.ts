import fc from 'fast-check';
import { SPELLINGS } from '../../test/entity/spellings';
import { ENTITY_KINDS, keyKind, keyText, type EntityKind } from './entity';
import { keyOf, readEntity } from './read';
import { randomRuns } from '../../test/builders/random_runs';
import { anyText } from '../../test/builders/any_text';

const groups = ENTITY_KINDS.flatMap((kind) => SPELLINGS[kind].same.map((spellings) => ({ kind, spellings })));
const pairs = ENTITY_KINDS.flatMap((kind) => SPELLINGS[kind].different.map((pair) => ({ kind, pair })));
const refused = ENTITY_KINDS.flatMap((kind) => SPELLINGS[kind].refused.map((text) => ({ kind, text })));
const missing = ENTITY_KINDS.flatMap((kind) => SPELLINGS[kind].missing.map((text) => ({ kind, text })));

/** Texts near to what names something, and any others. */
const texts = fc.oneof(
  anyText(),
  fc.string({ unit: 'grapheme' }),
  fc.ipV6(),
  fc.emailAddress(),
  fc.webUrl(),
  fc.tuple(fc.ipV4(), fc.nat(40)).map((parts) => parts.join('/')),
  fc.stringMatching(/^[a-zA-Z0-9 .:@\\/%$"'_-]{1,30}$/),
  fc
    .tuple(fc.constantFrom(...groups.flatMap(({ spellings }) => spellings)), fc.string(), fc.nat(40))
    .map(([text, more, at]) => text.slice(0, at) + more + text.slice(at)),
);

describe('readEntity', () => {
  it.each(groups)('reads all of $spellings as one $kind', ({ kind, spellings }) => {
    const keys = spellings.map((text) => keyOf(kind, text) ?? `none for ${text}`);
    expect(new Set(keys)).toEqual(new Set([keys[0]]));
    expect(keys[0]).not.toMatch(/^none for/);
  });

  it.each(pairs)('tells $pair apart as $kind', ({ kind, pair: [one, other] }) => {
    expect(keyOf(kind, one)).toBeDefined();
    expect(keyOf(kind, one)).not.toBe(keyOf(kind, other));
  });

  it.each(refused)('takes $text for no $kind, and says why', ({ kind, text }) => {
    const read = readEntity(kind, text);
    expect(read).toMatchObject({ ok: false, why: 'unreadable' });
    expect(!read.ok && read.text).toMatch(/^its? /);
  });

  it.each(missing)('takes $text for no value of $kind', ({ kind, text }) => {
    expect(readEntity(kind, text)).toMatchObject({ ok: false, why: 'missing' });
    expect(readEntity(kind, undefined)).toMatchObject({ ok: false, why: 'missing' });
  });

  it('reads its own text as the same thing, whatever the text was', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ENTITY_KINDS), texts, (kind, text) => {
        const once = readEntity(kind, text);
        if (!once.ok) return;
        const { entity } = once;
        const again = readEntity(entity.kind, entity.text);
        expect(again).toMatchObject({ ok: true, entity: { key: entity.key, text: entity.text } });
        expect(keyKind(entity.key)).toBe(entity.kind);
        expect(entity.text).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      }),
      { numRuns: randomRuns(20_000) },
    );
  });

  it('reads what stands behind a key as the same key', () => {
    fc.assert(
      fc.property(fc.constantFrom<EntityKind>('ip', 'host', 'domain', 'user'), texts, (kind, text) => {
        const once = keyOf(kind, text);
        return once === undefined || keyOf(kind, keyText(once)) === once;
      }),
      { numRuns: randomRuns(5_000) },
    );
  });

  it('never throws', () => {
    const any = fc.oneof(anyText(300), texts);
    for (const text of fc.sample(any, 10_000)) for (const kind of ENTITY_KINDS) readEntity(kind, text);
  });
});
