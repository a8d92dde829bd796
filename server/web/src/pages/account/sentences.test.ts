import { readFileSync } from "node:fs";
import { beforeEach, expect, test } from "vitest";
import { language } from "../../text/language.ts";
import { saidIn } from "../../text/python-said.ts";
import { inChinese, said } from "./sentences.ts";

beforeEach(() => {
  language.value = "en";
});

test.each(["standing", "ceilings", "actions", "guidance"])(
  "whatever %s of the service says is said in Chinese",
  (name) => {
    const found = saidIn(`scoring/${name}`);
    expect(found.length).toBeGreaterThan(1);
    for (const sentence of found) expect(inChinese(sentence)).not.toMatch(/[A-Za-z]{2}/);
  },
);

test("fields that are missing are named", () => {
  const said =
    "the enterprise's domain, legal name and tax number are attested before that midnight";
  expect(inChinese(said)).toBe("企业的域名、法定名称、tax number在该零点前核实");
  expect(inChinese("the member's phone is attested before that midnight")).toBe(
    "成员的电话在该零点前核实",
  );
});

test("every field that the shipped policy asks for has a name in Chinese", () => {
  const policy = readFileSync(`${import.meta.dirname}/../../../../policy.toml`, "utf8");
  const fields = [...policy.matchAll(/^(?:enterprise|member)_fields = \[([^\]]+)\]/gm)];
  const names = fields.flatMap(([, some = ""]) => some.match(/[a-z_]+/g) ?? []);
  expect(names.length).toBeGreaterThan(8);
  for (const name of names.map((one) => one.replaceAll("_", " ")))
    expect(inChinese(`the member's ${name} is attested before that midnight`)).not.toMatch(/[a-z]/);
});

test("a clause is a sentence in English", () => {
  expect(said("the enterprise is not verified")).toBe("The enterprise is not verified.");
});

test("what is not known stays as it was sent", () => {
  expect(inChinese("Something else.")).toBe("Something else.");
});
