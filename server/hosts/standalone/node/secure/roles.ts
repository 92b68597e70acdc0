import admin from '../../../../../roles/reflex_admin.json';
import approve from '../../../../../roles/reflex_approve.json';
import author from '../../../../../roles/reflex_author.json';
import read from '../../../../../roles/reflex_read.json';
import respond from '../../../../../roles/reflex_respond.json';
import retention from '../../../../../roles/reflex_retention.json';
import service from '../../../../../roles/reflex_service.json';

/** A role of the security plugin, as its API takes it. */
export interface SecurityRole {
  readonly description: string;
  readonly cluster_permissions: readonly string[];
  readonly index_permissions: ReadonlyArray<{
    readonly index_patterns: readonly string[];
    readonly allowed_actions: readonly string[];
  }>;
  readonly tenant_permissions: readonly unknown[];
}

/** The roles that Reflex brings along, by name: the files of `roles/`. */
export const ROLES: Readonly<Record<string, SecurityRole>> = {
  reflex_service: service,
  reflex_read: read,
  reflex_respond: respond,
  reflex_approve: approve,
  reflex_author: author,
  reflex_admin: admin,
  reflex_retention: retention,
};
