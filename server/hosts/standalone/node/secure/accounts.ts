import { randomBytes } from 'crypto';
import { existsSync, mkdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { writeSecret } from './secret_file';

/*
 * The users of a secured node: one for each role, and Reflex' own. Each password is a file of its own, so that it can
 * be handed over and deleted; nothing else keeps it.
 */

/** Reflex' technical user. Whoever is named so may only look: on record it would be Reflex itself. */
export const SERVICE_USER = 'reflex';

/** Users by the one role that each has. */
export const USERS: Readonly<Record<string, string>> = {
  [SERVICE_USER]: 'reflex_service',
  reader: 'reflex_read',
  responder: 'reflex_respond',
  approver: 'reflex_approve',
  author: 'reflex_author',
  keeper: 'reflex_admin',
};

const BYTES = 24;

const newPassword = (): string => randomBytes(BYTES).toString('base64url');

/** The passwords of this node's users. */
export class Accounts {
  /** @param folder of the secured node's files */
  constructor(private readonly folder: string) {}

  /** Where the password of a user is. */
  fileOf(user: string): string {
    return join(this.folder, 'users', user);
  }

  /** @returns undefined if its file was taken away */
  passwordOf(user: string): string | undefined {
    const file = this.fileOf(user);
    return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
  }

  /** A fresh password, written down before anybody uses it. */
  renew(user: string): string {
    mkdirSync(join(this.folder, 'users'), { recursive: true, mode: 0o700 });
    const password = newPassword();
    writeSecret(this.fileOf(user), `${password}\n`);
    return password;
  }
}
