import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, expect, test } from "vitest";
import { Hashes, shortHash } from "./hashes.tsx";

afterEach(() => act(() => render(null, document.body)));

test("a contact has one short form wherever it stands, and its whole hash in the title", () => {
  const hash = "h.k1.wIbrqjEPjvHnrebJ8GcloA";
  act(() => render(<Hashes said={`contact ${hash} was added, ${hash} again`} />, document.body));
  expect(document.body.textContent).toBe("contact wIbrqjEP was added, wIbrqjEP again");
  const titles = [...document.querySelectorAll("code")].map((one) => one.title);
  expect(titles).toEqual([hash, hash]);
  // As the timeline is sent.
  expect(shortHash("wIbrqjEP")).toBe("wIbrqjEP");
});

test("what is no hash stays as it is", () => {
  act(() => render(<Hashes said="He said: h. 5 p.m., harbour.example" />, document.body));
  expect(document.body.textContent).toBe("He said: h. 5 p.m., harbour.example");
});
