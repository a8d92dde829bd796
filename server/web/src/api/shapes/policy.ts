export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type JsonObject = { [name: string]: Json };

/** A policy with its version and when it came into force. */
export type Policy = { version: number; activated_at: string; policy: JsonObject };

/**
 * A version in the list of all; one that never was in force has no `activated_at`, one that this
 * service no longer reads no `digest`. `made_by` is the id of a key, or what of the service made it.
 */
export type PolicyVersion = {
  version: number;
  created_at: string;
  activated_at: string | null;
  made_by: string;
  digest: string | null;
};

export type PolicyVersions = { items: PolicyVersion[]; next_cursor: string | null };

/** A policy that the service would take, with all that was left out of what was sent. */
export type Checked = { valid: boolean; digest: string; policy: JsonObject };
