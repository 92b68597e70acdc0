import { err, ok, type Result } from '../../../common/result';
import type { RepositoryFault } from '../../runner/ports';

/** A failure on its way to the port; never leaves this folder. */
export class GitFault extends Error {
  readonly fault: RepositoryFault;

  constructor(code: RepositoryFault['code'], message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'GitFault';
    this.fault = { code, message };
  }
}

interface LibraryError {
  readonly code?: string;
  readonly message: string;
  readonly data?: { readonly statusCode?: number; readonly prettyDetails?: string };
}

const MOST_SAID = 300;
const said = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, MOST_SAID);

const faultOfStatus = (status: number): RepositoryFault => {
  switch (status) {
    case 401:
      return { code: 'unauthorized', message: 'the remote does not take the token; check `policies.git`' };
    case 403:
      return { code: 'forbidden', message: 'the token may not do this in the remote' };
    case 404:
      return { code: 'not_found', message: 'there is no repository at this address, or the token may not see it' };
    default:
      return { code: 'unreachable', message: `the remote answered with status ${status}` };
  }
};

const NOT_GIT = ['SmartHttpError', 'ParseError', 'EmptyServerResponseError'];

/** What an error of the library means. Only this folder knows its codes. */
export const faultOf = (cause: unknown): RepositoryFault => {
  if (cause instanceof GitFault) return cause.fault;
  const { code = '', message, data } = cause as LibraryError;
  if (code === 'HttpError') return faultOfStatus(data?.statusCode ?? 0);
  if (NOT_GIT.includes(code))
    return { code: 'not_git', message: 'what answers at this address does not speak Git over HTTP' };
  if (code === 'GitPushError')
    return { code: 'refused', message: `the remote refused the commit: ${said(data?.prettyDetails ?? message)}` };
  if (code === 'UnsafeFilepathError') {
    return {
      code: 'refused',
      message: 'the repository holds a name that no file may have, such as `..` or `.git`; remove it there',
    };
  }
  return { code: 'damaged', message: `the repository cannot be read: ${said(message)}` };
};

/** Runs what may fail in the library's way. */
export const attempt = async <Value>(work: () => Promise<Value>): Promise<Result<Value, RepositoryFault>> => {
  try {
    return ok(await work());
  } catch (cause) {
    return err(faultOf(cause));
  }
};
