import { PROTECTED_FROM, type ProtectedThing } from '../../../common/api/routes';
import { actionNamed } from '../../../common/policy/actions';

/** What the page is asked for. It lives in the address, so that a link shows the same; '' stands for none. */
export interface BrakesAddress {
  /** What would happen to this target, if it were acted on. */
  readonly action: string;
  readonly target: string;
  readonly host: string;
  /** How many sources report it: '', which is one, or '2' for two or more. */
  readonly sources: string;
  /** What is looked for among protected targets. */
  readonly text: string;
  readonly from: ProtectedThing['from'] | '';
  /** 0 for the first. */
  readonly page: number;
}

export const BRAKES = '/brakes';

/** Reads the address; what makes no sense there is left out. */
export const addressOf = (search: string): BrakesAddress => {
  const given = new URLSearchParams(search);
  const get = (name: string): string => given.get(name) ?? '';
  const page = Number(get('page'));
  return {
    action: actionNamed(get('action')) ? get('action') : '',
    target: get('target'),
    host: get('host'),
    sources: get('sources') === '2' ? '2' : '',
    text: get('text'),
    from: PROTECTED_FROM.find((each) => each === get('from')) ?? '',
    page: Number.isSafeInteger(page) && page > 0 ? page : 0,
  };
};

export const pathOfBrakes = ({ page, ...texts }: BrakesAddress): string => {
  const set = Object.entries(texts).filter(([, value]) => value !== '');
  const search = new URLSearchParams([...set, ...(page > 0 ? [['page', String(page)]] : [])]).toString();
  return search === '' ? BRAKES : `${BRAKES}?${search}`;
};

/** Files and processes are on a host, which has to be named. */
export const needsHost = (action: string): boolean => {
  const target = actionNamed(action)?.target;
  return target === 'file' || target === 'process';
};
