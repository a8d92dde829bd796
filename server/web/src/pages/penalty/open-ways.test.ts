import { expect, test } from "vitest";
import type { Penalty } from "../../api/shapes/penalties.ts";
import type { Asked } from "../../api/shapes/requests.ts";
import { waysOf } from "./open-ways.ts";

const penalty = { may_apply: true, may_appeal: true } as Penalty;
const filed = (kind: Asked["kind"], state: Asked["state"]) => ({ kind, state }) as Asked;

test("both ways are open at first", () => {
  expect(waysOf(penalty, [])).toEqual({ apply: true, appeal: true, waits: false, again: false });
});

test("there is one application for each penalty, also where it was withdrawn", () => {
  expect(waysOf(penalty, [filed("application", "withdrawn")]).apply).toBe(false);
});

test("while an appeal is open there is no second one; afterwards one re-opening", () => {
  expect(waysOf(penalty, [filed("appeal", "under_review")])).toMatchObject({
    appeal: false,
    waits: true,
  });
  expect(waysOf(penalty, [filed("appeal", "rejected")])).toMatchObject({
    appeal: true,
    again: true,
  });
  expect(waysOf(penalty, [filed("appeal", "rejected"), filed("appeal", "rejected")]).appeal).toBe(
    false,
  );
});

test("what was withdrawn uses no appeal up", () => {
  expect(waysOf(penalty, [filed("appeal", "withdrawn")])).toMatchObject({
    appeal: true,
    again: false,
  });
});

test("what may not be asked for is not offered", () => {
  const final = { may_apply: false, may_appeal: false } as Penalty;
  expect(waysOf(final, [])).toMatchObject({ apply: false, appeal: false });
});
