import React from 'react';
import type { Reason } from '../../../common/flow/decision';
import type { Intake } from '../../../common/flow/intake';
import type { Tone } from '../../format/act_status';
import { PolicyLink } from '../text/links';
import { Sentence } from '../text/sentence';
import { GrantLink } from '../text/source_links';
import { ToneText } from '../text/tone_text';

/** The same words from several policies. */
interface Said {
  readonly text: string;
  readonly code: string;
  readonly policies: readonly string[];
}

/** Reasons in their order; those that several policies give with the same words come once. */
const saidOnce = (reasons: readonly Reason[]): readonly Said[] => {
  const said = new Map<string, Said>();
  for (const { code, text, policy } of reasons) {
    const key = `${code} ${text}`;
    const policies = [...(said.get(key)?.policies ?? []), ...(policy === undefined ? [] : [policy])];
    said.set(key, { text, code, policies: [...new Set(policies)] });
  }
  return [...said.values()];
};

interface ReasonsProps {
  readonly reasons: readonly Reason[];
  readonly tone?: Tone;
  /** Whose event it is: a reason that goes by what it only claims leads to its grant. */
  readonly source?: Intake | undefined;
}

/** Reasons in words, each with the policies that give it. */
export const Reasons = ({ reasons, tone, source }: ReasonsProps) => (
  <ul className="rfx-reasons">
    {saidOnce(reasons).map(({ code, text, policies }) => (
      <li key={`${code} ${text}`}>
        <span title={code}>
          {tone ? (
            <ToneText tone={tone}>
              <Sentence text={text} />
            </ToneText>
          ) : (
            <Sentence text={text} />
          )}
        </span>
        {code === 'claimed_only' && source && (
          <span className="rfx-small">
            {' '}
            <GrantLink source={source} />
          </span>
        )}
        {policies.length > 0 && (
          <span className="rfx-small">
            {policies.map((policy) => (
              <span key={policy}>
                {' '}
                <span className="rfx-subdued">·</span> <PolicyLink id={policy} />
              </span>
            ))}
          </span>
        )}
      </li>
    ))}
  </ul>
);
