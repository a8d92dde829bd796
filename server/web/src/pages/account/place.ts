import { rights } from "../../api/rights.ts";

/** Which account a page is about; `member` null: the enterprise as a whole. */
export type Place = { enterprise: string; member: string | null };

const part = encodeURIComponent;

/** Its page. */
export function pagePath({ enterprise, member }: Place): string {
  const company = `/enterprises/${part(enterprise)}`;
  return member === null ? company : `${company}/members/${part(member)}`;
}

/** Its topic of the live stream. */
export const topicOf = ({ enterprise, member }: Place): string =>
  member === null ? `quota:${enterprise}` : `quota:${enterprise}/${member}`;

/** Whether the enterprise as a whole is open to whoever is signed in; its history is, too, then. */
export function opensEnterprise(enterprise: string): boolean {
  const { reviews, accounts } = rights();
  return reviews || accounts.some((own) => own.enterprise === enterprise && own.member === null);
}
