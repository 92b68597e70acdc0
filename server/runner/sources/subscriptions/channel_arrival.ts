import { iso } from '../../../../common/iso';
import type { ChannelContent, ChannelToken } from '../../keeping/kinds/sources';
import { GRACE_MS } from '../channel_tokens';
import { changeChannel } from './channel';
import type { SourceDesk } from './desk';

/* What came through the channel tells which of its tokens is in force. */

/** The channel came with this token: it is the one in force, and the others end soon. */
const seen = (content: ChannelContent, digest: string, now: number): ChannelContent => {
  const came = content.tokens.find((token) => token.sha256 === digest);
  if (came?.state !== 'pending') return content;
  const graceEnds = iso(now + GRACE_MS);
  return {
    ...content,
    tokens: content.tokens.flatMap((token): ChannelToken[] => {
      if (token.sha256 === digest) return [{ ...token, state: 'current' }];
      // One that was made later is in the channel now, or will be.
      if (token.state === 'pending' && token.made_at > came.made_at) return [token];
      return [{ ...token, state: 'old', ends_at: token.ends_at < graceEnds ? token.ends_at : graceEnds }];
    }),
  };
};

/** Notes what came through the channel, where its document does not know that yet. */
export const noteArrival = async (
  desk: SourceDesk,
  { digest, isTest }: { readonly digest: string; readonly isTest: boolean },
): Promise<void> => {
  const { shift, parts } = desk.agent;
  if (!shift) return;
  const at = iso(parts.clock.utc());
  await changeChannel(desk, shift, (content) => {
    if (!content) return undefined;
    const { test } = content;
    const after = seen(content, digest, parts.clock.utc());
    return isTest && test !== undefined && test.arrived_at === undefined
      ? { ...after, test: { sent_at: test.sent_at, arrived_at: at } }
      : after;
  });
};
