import { disruptionOf } from './disruption';

const STATED = { usual: 0.5, by_tag: { server: 0.9, gateway: 1, kiosk: 0.1 } };
const fact = (tags: string[], more: object = {}) => ({ known: true, tags, ...more });

describe('what an act takes away', () => {
  it.each([
    ['what is usual, of a target without such a tag', [fact(['laptop'])], { share: 0.5 }],
    ['that of its tag, be it less', [fact(['kiosk'])], { share: 0.1, tag: 'kiosk' }],
    ['that of the tag that loses most', [fact(['kiosk', 'server'])], { share: 0.9, tag: 'server' }],
    [
      'the most that it may be, of one that nobody listed',
      [{ known: false }],
      { share: 1, tag: 'gateway', unlisted: true },
    ],
    ['the most, where nobody was asked', [], { share: 1, tag: 'gateway', unlisted: true }],
    ['what is usual, of one outside', [{ known: false, external: true }], { share: 0.5 }],
  ])('is %s', (_, facts, disruption) => {
    expect(disruptionOf(STATED, facts)).toEqual(disruption);
  });

  it('is what is usual where no tag loses more, listed or not', () => {
    expect(disruptionOf({ usual: 0.8, by_tag: { kiosk: 0.1 } }, [{ known: false }])).toEqual({ share: 0.8 });
    expect(disruptionOf({ usual: 0.8 }, [])).toEqual({ share: 0.8 });
  });
});
