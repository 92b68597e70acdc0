import React from 'react';
import type { Reason } from '../../common/flow/decision';
import { PolicyLink } from './links';

/** Reasons in words, each with the policy that gives it. */
export const Reasons = ({ reasons }: { reasons: readonly Reason[] }) => (
  <ul className="rfx-reasons">
    {reasons.map(({ code, text, policy }) => (
      <li key={`${code} ${policy ?? ''} ${text}`}>
        <span>{text}</span>{' '}
        {policy && (
          <>
            <span className="rfx-subdued">·</span> <PolicyLink id={policy} />{' '}
          </>
        )}
        <span className="rfx-subdued rfx-small">{code}</span>
      </li>
    ))}
  </ul>
);
