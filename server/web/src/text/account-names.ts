import { texts } from "./language.ts";

/** An account in the service's answers; `member_id` null: the enterprise as a whole. */
export type Named = {
  enterprise_id: string;
  member_id: string | null;
  /** Null where nobody described it. */
  names: { enterprise: string | null; member: string | null };
};

const words = texts(
  { whole: "enterprise as a whole", beside: (name: string, what: string) => `${name} (${what})` },
  { whole: "企业整体", beside: (name: string, what: string) => `${name}（${what}）` },
);

/** The account as one says it: the member, or the enterprise as a whole. */
export function accountOf(one: Named): string {
  if (one.member_id !== null) return memberOf(one);
  return words().beside(enterpriseOf(one), words().whole);
}

/** The enterprise by its name and id. */
export function enterpriseOf({ enterprise_id, names }: Named): string {
  return called(names.enterprise, enterprise_id);
}

/** The member by name and id; of an enterprise as a whole there is none. */
export function memberOf({ member_id, names }: Named): string {
  return called(names.member, member_id ?? "");
}

const called = (name: string | null, id: string) =>
  name === null || name === id ? id : words().beside(name, id);
