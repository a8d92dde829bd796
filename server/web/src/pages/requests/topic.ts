import { type Account, rights } from "../../api/rights.ts";

/** The live topic of an account's requests, of all of them for reviewers; a member's key has none. */
export function topicFor(account: Account | null): string | null {
  const { reviews, accounts } = rights();
  if (reviews) return "requests";
  const own =
    account && accounts.some((one) => one.enterprise === account.enterprise && one.member === null);
  return own ? `requests:${account.enterprise}` : null;
}
