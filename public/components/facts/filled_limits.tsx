import React from 'react';
import type { WouldView } from '../../../common/api/routes';
import { present } from '../../../common/present';
import { LimitGauge } from './limit_gauge';

/** The limits that an act would count in, with what it would add to each. */
export const FilledLimits = ({ limits }: Pick<WouldView, 'limits'>) => (
  <>
    {limits.map(({ limit, scope, used, most, adds, keeps, unseen }) => (
      <LimitGauge
        key={`${limit} ${scope}`}
        limit={limit}
        scope={scope}
        used={used}
        most={most}
        adds={adds ?? 1}
        {...present({ keeps, unseen })}
      />
    ))}
  </>
);
