import { afterEach, beforeEach, expect, test } from "vitest";
import { awayStore } from "../../api/live.ts";
import { language } from "../../text/language.ts";
import { followsOf } from "./follows.ts";

const one = (type: string, changed: object = {}) => ({
  type,
  member_id: "li",
  first: null,
  ...changed,
});

beforeEach(() => {
  language.value = "en";
});

afterEach(() => {
  awayStore.value = null;
});

test("what is severe, or of the third track, blocks the member for good once two say so", () => {
  for (const follows of [
    followsOf(one("T1.MALICIOUS_ADD"), "severe"),
    followsOf(one("T3.FRAUD"), "normal"),
  ]) {
    expect(follows.lasting).toBe(true);
    expect(follows.said).toMatch(/second person.*for good.*member account/);
  }
});

test("the second person hears that it binds at once, and of wider blocks", () => {
  const first = { scopes: ["enterprise_account" as const] };
  const { said } = followsOf(one("T1.MALICIOUS_ADD", { first }), "severe");
  expect(said).toMatch(/at once.*for good.*member account, enterprise account/);
  // Only what is severe reaches beyond the member.
  expect(followsOf(one("T3.FRAUD", { first }), "normal").said).not.toContain("enterprise");
});

test("a step of the ladder is for a time, the one that takes two people for good", () => {
  expect(followsOf(one("T1.MALICIOUS_ADD"), "normal").lasting).toBe(false);
  const second = one("T1.MALICIOUS_ADD", { first: { scopes: [] } });
  expect(followsOf(second, "normal")).toMatchObject({ lasting: true });
});

test("a linked account waits for its unblocking; without a member no penalty follows", () => {
  expect(followsOf(one("T2.LINKED_WECHAT_BLOCKED"), "normal").said).toContain("unblocked");
  for (const type of ["T1.HARASSING_CONTENT", "T3.FRAUD"]) {
    expect(followsOf(one(type, { member_id: null }), "normal").said).toContain("no penalty");
  }
});

test("nothing is promised at once while the counters are away", () => {
  awayStore.value = "redis";
  const first = { scopes: [] };
  for (const type of ["T1.MALICIOUS_ADD", "T3.FRAUD"]) {
    const { said } = followsOf(one(type, { first }), "normal");
    expect(said).toContain("as soon as the counters are back");
    expect(said).not.toContain("at once");
  }
});
