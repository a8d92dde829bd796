import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Limit, Quota } from "../../api/shapes/accounts.ts";
import { type Language, language } from "../../text/language.ts";
import { WayUp } from "./guidance.tsx";
import { WhyCap } from "./why-cap.tsx";

const limit = { name: "member_daily_active", cap: 10, used: 3, remaining: 7, window: "day" };
const given: Partial<Quota> = {
  tier: 4,
  tier_scores: [0, 30, 50, 70, 85],
  guidance: [],
  limits: [limit as Limit],
  seats: null,
  ramp: null,
  per_seat: null,
};
const ramp = { most: 200, best: 7, days: 14, factor: 2, floor: 10, following: 14 };

const quota = (more: Partial<Quota>) => ({ ...given, ...more }) as Quota;

async function read(of: Quota, spoken: Language = "en"): Promise<string> {
  language.value = spoken;
  const shown = (
    <>
      <WhyCap quota={of} />
      <WayUp quota={of} place={{ enterprise: "acme", member: "li" }} />
    </>
  );
  await act(async () => render(shown, document.body));
  return document.body.textContent ?? "";
}

beforeEach(() => {
  language.value = "en";
});

afterEach(() => {
  render(null, document.body);
});

test("a cap below its tier's says that it grows with use, how, and to what", async () => {
  const said = await read(quota({ ramp }));
  expect(said).toContain("Tier 4 gives up to 200 a day. The cap grows into that with use.");
  expect(said).toContain("10 → up to 200 a day");
  expect(said).toContain("2 times the best of the last 14 days, which is 7 now, but at least 10");
  expect(said).toContain("As today stands, it is 14 from the next local midnight on.");
  expect(await read(quota({ ramp }), "zh")).toContain("下一个当地零点起为 14");
});

test("a tier's whole cap is said to be that", async () => {
  const said = await read(quota({ limits: [{ ...limit, cap: 200 } as Limit] }));
  expect(said).toContain("It is what tier 4 gives: 200 a day.");
  expect(said).not.toContain("grows");
});

test("an enterprise's cap goes by its seats", async () => {
  const said = await read(quota({ tier: 2, seats: 30, per_seat: { each: 20, floor: 300 } }));
  expect(said).toContain("Tier 2 gives 20 a day for each of 30 seats, at least 300 in all.");
});
