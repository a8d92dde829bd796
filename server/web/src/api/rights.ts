import { session } from "./client.ts";

export type Account = { enterprise: string; member: string | null };

/** What the session's scopes open. The service checks each request; this only chooses what to show. */
export type Rights = {
  /** Sees every enterprise, cases, requests, figures. */
  reviews: boolean;
  /** Sees and replaces the policy. */
  administers: boolean;
  /** Accounts that the key is for, where it is for some. */
  accounts: Account[];
};

/** The rights of scopes as they are written, such as `enterprise:acme` or `member:acme/li`. */
export function rightsOf(scopes: readonly string[]): Rights {
  const administers = scopes.includes("admin");
  return {
    reviews: administers || scopes.includes("reviewer"),
    administers,
    accounts: scopes.flatMap(accountOf),
  };
}

function accountOf(scope: string): Account[] {
  const [kind, ...rest] = scope.split(":");
  const name = rest.join(":");
  if (kind === "enterprise") return [{ enterprise: name, member: null }];
  if (kind !== "member") return [];
  const [enterprise = "", member = ""] = name.split("/");
  return [{ enterprise, member }];
}

/** The rights of whoever is signed in. */
export const rights = (): Rights => rightsOf(session.value?.scopes ?? []);

/** Whether the key opens any page at all; a gateway's does not. */
export const opensPages = ({ reviews, accounts }: Rights): boolean =>
  reviews || accounts.length > 0;

/** Whether who is signed in speaks for this account: may appeal and apply for it. */
export function speaksFor(enterprise: string, member: string | null): boolean {
  return rights().accounts.some(
    (own) => own.enterprise === enterprise && (own.member === null || own.member === member),
  );
}
