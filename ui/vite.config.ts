// Builds the pages of the tablet and of the office into ui/dist, which both programs carry in their binaries.
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here("."),
  // Relative addresses: the same files work below any path and inside the window.
  base: "./",
  plugins: [svelte()],
  resolve: { alias: { $api: here("src/api"), $components: here("src/components"), $i18n: here("src/i18n") } },
  build: {
    outDir: here("dist"),
    emptyOutDir: true,
    // The oldest Android WebView that is supported.
    target: "chrome111",
    // Fonts and pictures stay files: the pages' content policy knows no data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: { input: { tablet: here("tablet.html"), office: here("office.html") } },
  },
});
