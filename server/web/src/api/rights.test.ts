import { expect, test } from "vitest";
import { rightsOf } from "./rights.ts";

test("a reviewer looks at all, an admin also at the policy", () => {
  expect(rightsOf(["reviewer"])).toEqual({ reviews: true, administers: false, accounts: [] });
  expect(rightsOf(["admin"])).toEqual({ reviews: true, administers: true, accounts: [] });
});

test("ids may have colons", () => {
  expect(rightsOf(["enterprise:a:b", "member:a:b/li:2"]).accounts).toEqual([
    { enterprise: "a:b", member: null },
    { enterprise: "a:b", member: "li:2" },
  ]);
});

test("a gateway's key opens no page", () => {
  expect(rightsOf(["gateway"])).toEqual({ reviews: false, administers: false, accounts: [] });
});
