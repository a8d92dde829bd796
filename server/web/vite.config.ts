import { defineConfig } from "vite";
import { precompress } from "./precompress.ts";

/** Where `npx vite` finds the service while somebody works on the pages. */
const SERVICE = process.env.CONTACT_QUOTA_URL ?? "http://127.0.0.1:8080";

export default defineConfig({
  base: "/dashboard/",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "built",
    emptyOutDir: true,
    // The policy allows no data: script, and a module's preload needs no polyfill in browsers of today.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  plugins: [precompress("built")],
  server: {
    proxy: { "/v1": SERVICE, "/dashboard/session": SERVICE },
  },
});
