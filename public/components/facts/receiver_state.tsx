import React from 'react';
import { SinceText } from '../text/moment_text';
import { Sentence } from '../text/sentence';
import { ToneText } from '../text/tone_text';

/** Why somebody who is to be told is not reached now, and since when. */
export const NotReached = ({ error, since }: { readonly error: string; readonly since: string | undefined }) => (
  <>
    <ToneText tone="bad">
      <Sentence text={error} />
    </ToneText>{' '}
    {since !== undefined && <SinceText at={since} />}
  </>
);

/** What will not arrive any more, in words of the page, with the last reason. */
export const LastLost = ({
  says,
  lost,
}: {
  readonly says: string;
  readonly lost: { readonly at: string; readonly why: string };
}) => (
  <>
    <ToneText tone="warn">{says}</ToneText> <SinceText at={lost.at} />
    <span className="rfx-small rfx-subdued">
      {' '}
      <Sentence text={lost.why} />
    </span>
  </>
);
