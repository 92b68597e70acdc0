import React from 'react';
import type { Mended, ReceivedEvent } from '../../../common/flow/event';
import { say } from '../../i18n';

type Read = Pick<ReceivedEvent, 'mended'>;

/** What of an event was mended: all of it, or that of one field. */
export const mendsOf = ({ mended = [] }: Read, path?: string): readonly Mended[] =>
  path === undefined ? mended : mended.filter((each) => each.path === path);

const textOf = ({ how, left = 0 }: Mended): string => {
  switch (how) {
    case 'several':
      return say('mended.several', '{left, plural, one {# more value was} other {# more values were}} left out', {
        left,
      });
    case 'left_out':
      return say('mended.left_out', 'left out: this is no value of the field');
    case 'cut':
      return say('mended.cut', 'cut: it was too long');
    case 'fallback':
      return say('mended.fallback', 'set by the map of the source, for want of a value');
    case 'unread':
      return say('mended.unread', 'holds no JSON, though the map of the source says so');
  }
};

/** Beside a field: how what came was mended, with the beginning of what came where it is not there as it came. */
export const MendText = ({ mend }: { mend: Mended }) => (
  <>
    {mend.text !== undefined && mend.text !== '' && (
      <>
        <code>{mend.text}</code>{' '}
      </>
    )}
    <span className="rfx-small rfx-subdued">{textOf(mend)}</span>
  </>
);

/** Beside a value: how it was mended. */
export const Mends = ({ heard, path }: { heard: Read; path: string }) => (
  <>
    {mendsOf(heard, path).map((mend) => (
      <React.Fragment key={mend.how}>
        {' '}
        <MendText mend={mend} />
      </React.Fragment>
    ))}
  </>
);
