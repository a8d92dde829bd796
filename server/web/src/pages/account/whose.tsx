import { Link } from "wouter-preact";
import { Pair } from "../../parts/pair.tsx";
import { enterpriseOf, memberOf, type Named } from "../../text/account-names.ts";
import { texts } from "../../text/language.ts";
import { opensEnterprise, pagePath } from "./place.ts";

const text = texts(
  { member: "Member", enterprise: "Enterprise" },
  { member: "成员", enterprise: "企业" },
);

/** Whose it is, as the first pairs of a `dl`, with the pages that the reader may open. */
export function Whose({ one }: { one: Named }) {
  const words = text();
  const { enterprise_id: enterprise, member_id: member } = one;
  const company = pagePath({ enterprise, member: null });
  // A member's key opens the member's page, and not the enterprise's.
  const opens = opensEnterprise(enterprise);
  return (
    <>
      {member !== null && (
        <Pair name={words.member}>
          <Link href={pagePath({ enterprise, member })}>{memberOf(one)}</Link>
        </Pair>
      )}
      <Pair name={words.enterprise}>
        {opens ? <Link href={company}>{enterpriseOf(one)}</Link> : enterpriseOf(one)}
      </Pair>
    </>
  );
}
