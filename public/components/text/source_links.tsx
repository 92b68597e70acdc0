import React from 'react';
import type { Intake } from '../../../common/flow/intake';
import { say } from '../../i18n';
import { PageLink } from './links';

/** A source as grants and settings name it, such as `webhook:siem`. */
export const sourceName = ({ type, id }: Intake): string => `${type}:${id}`;

export const grantPath = ({ type, id }: Intake): string => `/sources/grants/${type}/${encodeURIComponent(id)}`;

/** What a person handed in, and what the demo plays, is granted to nobody. */
export const isGrantable = ({ type }: Intake): boolean => type !== 'analyst' && type !== 'demo';

/** To what a source may say; nothing where that is no question. */
export const GrantLink = ({ source }: { source: Intake }) =>
  isGrantable(source) ? (
    <PageLink to={grantPath(source)}>
      {say('grant.link', 'What {source} may say', { source: sourceName(source) })}
    </PageLink>
  ) : null;
