import React from 'react';
import { present } from '../../../common/present';
import { durationText } from '../../format/duration';
import { say } from '../../i18n';

interface LimitGaugeProps {
  readonly limit: string;
  readonly scope: string;
  readonly used: number;
  readonly most: number;
  readonly withinMs?: number;
  /** So many more are about to be counted. */
  readonly adds?: number;
  /** So many of the scope stay untouched; missing where it is a limit. */
  readonly keeps?: number;
  /** So many of the scope cannot be reached, and count as away. */
  readonly unseen?: number;
}

/** A limit goes by its policy; one is there without any. */
const limitName = (limit: string): string =>
  limit === 'One-intake' ? say('limit.one_intake', 'acts that one source starts') : limit;

const levelOf = (used: number, most: number): string => {
  if (used >= most) return 'full';
  return used / most >= 0.75 ? 'near' : 'free';
};

const scopeText = ({
  scope,
  withinMs,
  keeps,
  unseen = 0,
}: Pick<LimitGaugeProps, 'scope' | 'withinMs' | 'keeps' | 'unseen'>): string =>
  [
    ...(scope === 'all' ? [] : [scope]),
    ...(keeps === undefined ? [] : [say('limit.keeps', '{keeps} stay untouched', { keeps })]),
    ...(unseen === 0 ? [] : [say('limit.unseen', '{unseen} cannot be reached', { unseen })]),
    ...(withinMs === undefined || withinMs === 0
      ? []
      : [say('limit.within', 'within {length}', { length: durationText(withinMs) })]),
  ].join(', ');

/** What is about to be counted besides, and whether it fits. */
const Adds = ({ used, most, adds }: Required<Pick<LimitGaugeProps, 'used' | 'most' | 'adds'>>) => {
  if (adds === 0) return <span className="rfx-subdued"> {say('limit.adds_none', '(counted already)')}</span>;
  return used + adds > most ? (
    <strong className="rfx-tone--bad"> {say('limit.adds_over', '(+{adds}: more than it allows)', { adds })}</strong>
  ) : (
    <span className="rfx-subdued"> {say('limit.adds', '(+{adds})', { adds })}</span>
  );
};

/** How full a limit is. A full one escalates or denies what comes next. */
export const LimitGauge = ({ limit, scope, used, most, withinMs, adds, keeps, unseen }: LimitGaugeProps) => {
  const share = most === 0 ? 100 : Math.min(100, (used / most) * 100);
  const level = levelOf(used, most);
  return (
    <div className="rfx-limit">
      <div className="rfx-limit__line">
        <span className="rfx-limit__name">{limitName(limit)}</span>
        <span className="rfx-subdued">{scopeText({ scope, withinMs, ...present({ keeps, unseen }) })}</span>
        <span className="rfx-number">
          {say('limit.used', '{used} of {most}', { used, most })}
          {level === 'full' && <strong className="rfx-tone--bad"> {say('limit.full', 'full')}</strong>}
          {adds !== undefined && <Adds used={used} most={most} adds={adds} />}
        </span>
      </div>
      <div
        className={`rfx-limit__track rfx-limit__track--${level}`}
        role="meter"
        aria-label={say('limit.meter', '{limit}, {scope}', { limit: limitName(limit), scope })}
        aria-valuemin={0}
        aria-valuemax={most}
        aria-valuenow={Math.min(used, most)}
        aria-valuetext={say('limit.used', '{used} of {most}', { used, most })}
      >
        <span style={{ width: `${share}%` }} />
      </div>
    </div>
  );
};
