import { expect, test } from "vitest";
import { askedOf, queryOf, stateOf } from "./state.ts";

test("a plain address shows who uses most", () => {
  expect(stateOf("")).toEqual({
    sorting: { by: "used", order: "desc" },
    filter: null,
    q: "",
    limit: 25,
    cursor: null,
  });
  expect(queryOf(stateOf(""))).toBe("");
});

test.each([
  "sort=id&order=desc",
  "sort=used&order=asc",
  "sort=score&order=desc&filter=at_cap&q=li+wei&limit=100&cursor=abc",
])("%s says all of a list", (query) => {
  expect(queryOf(stateOf(query))).toBe(query);
});

test("what an address says wrongly is as in a plain one", () => {
  expect(stateOf("sort=colour&order=up&filter=x&limit=7")).toEqual(stateOf(""));
});

test("the service is asked for order and size in full", () => {
  expect(askedOf(stateOf("q=%20li%20"))).toBe("sort=used&order=desc&limit=25&q=li");
});
