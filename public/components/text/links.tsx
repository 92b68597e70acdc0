import React, { type ReactNode } from 'react';
import { Link } from 'react-router-dom';

interface To {
  readonly to: string;
  readonly children: ReactNode;
  readonly label?: string;
}

/** A link within the page, in the host's own dress. */
export const PageLink = ({ to, children, label }: To) => (
  <Link to={to} className="euiLink euiLink--primary rfx-link" aria-label={label}>
    {children}
  </Link>
);

export const policyPath = (id: string): string => `/policies/in-force/${encodeURIComponent(id)}`;
const decisionPath = (id: string): string => `/decisions/${encodeURIComponent(id)}`;

export const PolicyLink = ({ id }: { id: string }) => <PageLink to={policyPath(id)}>{id}</PageLink>;

export const DecisionLink = ({ id, children }: { id: string; children: ReactNode }) => (
  <PageLink to={decisionPath(id)}>{children}</PageLink>
);
