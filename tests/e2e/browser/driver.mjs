// Drives Chromium for the end-to-end tests. One JSON object a line on standard
// input, {"id": 1, "do": "click", "page": 1, "selector": "#send"}, and one a
// line on standard output, {"id": 1, "ok": ...} or {"id": 1, "error": "..."}.
// Requests run concurrently. The end of standard input is the end of us, so
// that no browser outlives the tests.
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const PATIENCE_MS = 15_000;

const browser = await chromium.launch({
  executablePath: process.env.HELPROOM_CHROMIUM || "/usr/bin/chromium",
  headless: true,
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});

/** @type {Map<number, {page: import("playwright-core").Page, console: string[], requests: string[]}>} */
const pages = new Map();
let lastPage = 0;

function opened(request) {
  const found = pages.get(request.page);
  if (!found) throw new Error(`page ${request.page} is not open`);
  return found;
}

// Every match of the selector, in the page or in the named iframe.
function all(request) {
  const { page } = opened(request);
  const within = request.frame ? page.frameLocator(request.frame) : page;
  return within.locator(request.selector);
}

async function frameOf(request) {
  const { page } = opened(request);
  if (!request.frame) return page.mainFrame();
  const element = await page.locator(request.frame).first().elementHandle();
  const frame = await element.contentFrame();
  if (!frame) throw new Error(`${request.frame} is not an iframe`);
  return frame;
}

async function stored(frame) {
  try {
    return await frame.evaluate(() => ({
      url: location.href,
      local: { ...localStorage },
      session: { ...sessionStorage },
    }));
  } catch (error) {
    // A frame without an origin has no storage.
    return { url: frame.url(), local: {}, session: {}, refused: String(error.message) };
  }
}

const verbs = {
  async open({ url, width, height, dark, locale }) {
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme: dark ? "dark" : "light",
      locale: locale ?? "en-US",
    });
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    const entry = { page, console: [], requests: [] };
    page.on("console", (message) => entry.console.push(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => entry.console.push(`pageerror: ${error.message}`));
    context.on("request", (sent) => entry.requests.push(sent.url()));
    page.on("websocket", (socket) => entry.requests.push(socket.url()));
    const handle = ++lastPage;
    pages.set(handle, entry);
    await page.goto(url);
    return handle;
  },
  goto: async (request) => void (await opened(request).page.goto(request.url)),
  reload: async (request) => void (await opened(request).page.reload()),
  click: async (request) => void (await all(request).first().click()),
  fill: async (request) => void (await all(request).first().fill(request.value)),
  type: async (request) => void (await all(request).first().pressSequentially(request.value)),
  press: async (request) => void (await all(request).first().press(request.key)),
  text: (request) => all(request).first().textContent(),
  texts: (request) => all(request).allTextContents(),
  attribute: (request) => all(request).first().getAttribute(request.name),
  count: (request) => all(request).count(),
  wait: async (request) =>
    void (await all(request).first().waitFor({ state: request.state, timeout: request.timeout })),
  async wait_count(request) {
    if (request.count < 1) return;
    const last = all(request).nth(request.count - 1);
    try {
      await last.waitFor({ state: "attached", timeout: request.timeout });
    } catch (error) {
      throw new Error(`${await all(request).count()} of ${request.count}: ${error.message}`);
    }
  },
  evaluate: async (request) => (await (await frameOf(request)).evaluate(request.expression)) ?? null,
  offline: async (request) => void (await opened(request).page.context().setOffline(request.on)),
  screenshot: async (request) =>
    void (await opened(request).page.screenshot({ path: request.path, animations: "disabled" })),
  console: (request) => opened(request).console,
  requests: (request) => opened(request).requests,
  async storage(request) {
    const { page } = opened(request);
    const frames = await Promise.all(page.frames().map(stored));
    return { frames, cookies: await page.context().cookies() };
  },
  async close(request) {
    const { page } = opened(request);
    pages.delete(request.page);
    await page.context().close();
  },
};

async function answer(line) {
  const request = JSON.parse(line);
  try {
    if (!Object.hasOwn(verbs, request.do)) throw new Error(`no verb ${request.do}`);
    const ok = await verbs[request.do](request);
    return { id: request.id, ok: ok ?? null };
  } catch (error) {
    return { id: request.id, error: String(error?.message ?? error) };
  }
}

const lines = createInterface({ input: process.stdin });
lines.on("line", async (line) => {
  process.stdout.write(JSON.stringify(await answer(line)) + "\n");
});
lines.on("close", async () => {
  await browser.close();
  process.exit(0);
});
