import React from 'react';
import type { DiscoverLook } from '../../host_discover';
import { say } from '../../i18n';
import { useServices } from '../data/services';

/** A link to what the logs say of something; nothing where there is no Discover, or nothing to look for. */
export const LogsLink = (look: DiscoverLook) => {
  const { discover } = useServices();
  if (discover === undefined || look.about.length === 0) return null;
  return (
    <a
      className="euiLink euiLink--primary rfx-link"
      href={discover(look)}
      target="_blank"
      rel="noopener noreferrer"
      title={say('logs.about', 'In a new tab, by your own index pattern')}
    >
      {say('logs.link', 'Logs in Discover')}
    </a>
  );
};
