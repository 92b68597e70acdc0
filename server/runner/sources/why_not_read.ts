import { whyOf } from '../../../common/why';
import { StoreUnavailable } from '../ports';

/** Which request was not answered is for the log. */
const REQUEST = /did not answer [A-Z]+ [^\s:]+(?: within \d+ ms)?/u;

/** Why a source is not read now, for people: that OpenSearch is away, not which request of whom it did not answer. */
export const whyNotRead = (cause: unknown): string =>
  cause instanceof StoreUnavailable
    ? `${whyOf(cause).replace(REQUEST, 'does not answer')}; reading goes on once it does`
    : whyOf(cause);
