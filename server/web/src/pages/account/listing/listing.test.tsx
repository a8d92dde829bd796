import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, expect, test, vi } from "vitest";
import { Listing } from "./listing.tsx";

afterEach(() => {
  act(() => render(null, document.body));
  vi.unstubAllGlobals();
});

test("until the first rows come a list says that it loads, and shows no empty table", async () => {
  let answer: (response: Response) => void = () => {};
  const answered = new Promise<Response>((resolve) => {
    answer = resolve;
  });
  vi.stubGlobal("fetch", () => answered);
  const name = { title: "Member", cell: () => "" };
  const list = <Listing caption="Members" path="/v1/x" topic={null} keyOf={() => ""} name={name} />;
  await act(async () => render(list, document.body));
  expect(document.body.textContent).toContain("Loading");
  expect(document.querySelector("table")).toBeNull();

  answer(Response.json({ items: [], total: 0, next_cursor: null }));
  await vi.waitFor(() => expect(document.querySelector("table")).not.toBeNull());
  expect(document.body.textContent).not.toContain("Loading");
});
