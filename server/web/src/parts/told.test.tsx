import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Problem } from "../api/client.ts";
import { language } from "../text/language.ts";
import { ProblemNotice, Shown } from "./told.tsx";

const refused = (status: number, slug: string) =>
  new Problem(status, slug, "", [], null, `https://docs.example/http.md#problem-${slug}`);
const away = refused(503, "unavailable");
const said = () => document.body.textContent ?? "";

beforeEach(() => {
  language.value = "en";
});

afterEach(() => act(() => render(null, document.body)));

test("what is asked for again by itself says so", () => {
  const resource = { value: null, problem: away, current: false, reload: () => {} };
  act(() => render(<Shown resource={resource}>{() => null}</Shown>, document.body));
  expect(said()).toContain("asked again by itself");
});

test.each([away, new Problem(0, "no answer", "")])(
  "nobody is made to wait for what is not sent again",
  (problem) => {
    act(() => render(<ProblemNotice problem={problem} />, document.body));
    expect(said()).not.toContain("by itself");
    expect(said()).toContain("may not have been done");
  },
);

test("what a key does not open is another matter than what it may not do", () => {
  language.value = "zh";
  const forbidden = refused(403, "forbidden");
  act(() => render(<ProblemNotice problem={forbidden} />, document.body));
  expect(said()).toContain("无权进行此操作");
  act(() => render(<ProblemNotice problem={forbidden} retry={() => {}} />, document.body));
  expect(said()).toContain("无权查看此内容");
});

test("what is no matter of keys or stores is called what it is", () => {
  language.value = "zh";
  act(() => render(<ProblemNotice problem={refused(403, "cross-site")} />, document.body));
  expect(said()).toContain("请求并非来自本页面");
  act(() => render(<ProblemNotice problem={refused(503, "too-many-streams")} />, document.body));
  expect(said()).toContain("实时连接过多");
});

test.each([403, 404])("what is answered with %i is answered so again: no button asks", (status) => {
  const settled = refused(status, status === 403 ? "forbidden" : "not-found");
  act(() => render(<ProblemNotice problem={settled} retry={() => {}} repeats />, document.body));
  expect(document.querySelector("button")).toBeNull();
  act(() => render(<ProblemNotice problem={away} retry={() => {}} repeats />, document.body));
  expect(document.querySelector("button")).not.toBeNull();
});
