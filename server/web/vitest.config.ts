import { defineConfig } from "vitest/config";

export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.{ts,tsx}"],
    env: { TZ: "UTC" },
    // A machine that stands still for some seconds makes no test wrong.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
