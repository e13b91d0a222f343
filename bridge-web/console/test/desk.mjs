// A stand-in for bridge-web: the built page and the console's calls, from data in memory, which is forgotten at its end.
// For looking at the page while the server is not there, and for states that are hard to bring about. Not shipped.
//   node test/desk.mjs [--port 8099] [--much] [--empty] [--lacks mask,unmask,ticket,supervise]
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import * as data from './desk-data.mjs';

const { ALICE, BOB, iso, now } = data;
const DIST = new URL('../dist/', import.meta.url);
const CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors ";
const KINDS = { html: 'text/html; charset=utf-8', js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8' };
const PIXELS = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAgAAAAFCAIAAAD38zoCAAAAFUlEQVR4nGNkYPjPgBswMTAwDDoVAABJ3QIJ0WbPAAAAAElFTkSuQmCC', 'base64');

export function openDesk({ much = false, empty = false, lacks = [] } = {}) {
  const chats = empty ? [] : data.chats(much);
  const tickets = empty ? [] : data.tickets(much);
  const permissions = ['chat', 'mask', 'unmask', 'ticket', 'supervise'].filter((one) => !lacks.includes(one));
  const me = { status: 'auto', presence: 'online' };
  const keys = new Map();
  let [session, wakers] = [null, new Set()];
  const wake = () => {
    for (const waker of [...wakers]) waker();
  };
  const changed = (ms, gone) =>
    new Promise((done) => {
      const stop = () => (clearTimeout(timer), wakers.delete(stop), done());
      const timer = setTimeout(stop, ms);
      wakers.add(stop);
      gone.once('close', stop);
    });

  const line = (chat) => {
    const said = chat.events.filter(({ type }) => type === 'message' || type === 'attachment').at(-1);
    const { id, number, state, customer, topic, agent, offered_until, locale } = chat;
    return {
      id, number, state, customer, topic, agent, locale, mine: agent?.id === ALICE.id, since: iso(chat.since),
      offered_until: state === 'offered' && offered_until ? iso(offered_until) : null,
      last: said ? { seq: said.seq, from: said.from.kind, text: (said.text || said.name).slice(0, 120), at: said.at } : null,
    };
  };
  const load = () => chats.filter(({ state, agent }) => (state === 'active' || state === 'offered') && agent?.id === ALICE.id).length;
  const list = () => ({
    me: { ...me, routable: me.status !== 'away' && me.status !== 'offline', load: load(), capacity: 3 },
    chats: chats.filter(({ state }) => state !== 'closed').map(line),
  });
  const details = (chat) => ({
    ...line(chat), service: 'acme', room: 'https://matrix.to/#/!abc:example.org', may_answer: chat.state === 'active' && chat.agent?.id === ALICE.id,
    customer_details: chat.details ?? { name: chat.customer, email: null, identified: false, since: iso(chat.since) },
    fields: chat.fields, page: chat.page, consent: { version: '2', at: iso(chat.since) }, rating: { score: chat.score, comment: chat.comment, asked: chat.asked },
    chats: chat.earlier, tickets: tickets.filter(({ number }) => chat.tickets.includes(number)).map(({ number, subject, status }) => ({ number, subject, status })),
    why: permissions.includes('supervise') ? ['Alice from Support: online, 1 of 3, chosen (least loaded)', 'Bob: online, 1 of 3', '김채원: presence offline'] : null,
  });

  class Refused extends Error {
    constructor(status, code, message = code, field) {
      super(message);
      Object.assign(this, { status, code, field });
    }
  }
  const need = (permission) => {
    if (!permissions.includes(permission)) throw new Refused(403, 'denied', `You need the permission ${permission} for this. Ask an admin.`);
  };
  const chatOf = (id) => {
    const chat = chats.find((one) => one.id === id);
    if (!chat) throw new Refused(404, 'not_found');
    return chat;
  };
  const ticketOf = (n) => {
    const ticket = tickets.find(({ number }) => number === Number(n));
    if (!ticket) throw new Refused(404, 'not_found');
    return ticket;
  };
  const once = (key, make) => {
    if (!keys.has(key)) keys.set(key, make());
    return keys.get(key);
  };

  const actions = {
    accept(chat) {
      if (chat.state === 'closed') throw new Refused(409, 'refused', 'This chat is closed.');
      Object.assign(chat, { state: 'active', agent: ALICE });
      chat.add({ type: 'state', state: 'active', agent: { name: ALICE.name } });
    },
    decline: (chat) => void Object.assign(chat, { state: 'waiting', agent: null }),
    close(chat) {
      chat.state = 'closed';
      chat.add({ type: 'closed', by: 'agent' });
    },
    'rating-request'(chat) {
      chat.asked = true;
      chat.add({ type: 'rating_request' });
    },
    messages(chat, { key, text }) {
      if (text.startsWith('!') && !text.startsWith('!!')) throw new Refused(422, 'invalid', 'Commands are for the room.', 'text');
      if (text === 'refuse') throw new Refused(409, 'refused', 'This chat was handed to Bob in the meantime.');
      return once(key, () => {
        chat.answers(text.replace(/^!!/, '!'));
        const { seq, id } = chat.events.at(-1);
        return { seq, id };
      });
    },
    transfer(chat, { to }) {
      if (to === '#shipping') throw new Refused(409, 'refused', 'Nobody of #shipping is available right now.');
      Object.assign(chat, { state: 'offered', agent: BOB, offered_until: now() + 45_000 });
    },
    masks(chat, { message, start, end, text, found, all }) {
      need('mask');
      const words = chat.message(message)?.text ?? '';
      const signs = [...words];
      if (all) chat.hide(message, [[0, signs.length]]);
      else if (found) {
        const spans = [...words.matchAll(/\+?\d[\d -]{7,}\d/g)].map((hit) => [[...words.slice(0, hit.index)].length, [...words.slice(0, hit.index + hit[0].length)].length]);
        if (!spans.length) throw new Refused(409, 'refused', 'Nothing was found in this message.');
        chat.hide(message, spans);
      } else {
        if (signs.slice(start, end).join('') !== text) throw new Refused(409, 'refused', 'The message has changed in the meantime. Select again.');
        chat.hide(message, [[start, end]]);
      }
    },
    reveals(chat, { message, reason }) {
      need('unmask');
      if (reason === 'refuse') throw new Refused(409, 'refused', 'You have looked at 20 originals in the last hour. Try again in 12 minutes.');
      return { text: chat.originals.get(message) ?? '', file_name: null, formatting: null, seconds: 60, left: null };
    },
    undo(chat, { message }) {
      const found = chat.message(message);
      found.text = chat.originals.get(message) ?? found.text;
      found.masks = [];
      chat.add({ type: 'mask', id: message, text: found.text, name: null, masked: false, masks: [] });
    },
    tickets(chat, { key, ...rest }) {
      need('ticket');
      return once(key, () => {
        const number = (tickets[0]?.number ?? 0) + 1;
        const assignee = data.agents.find(({ id }) => id === rest.assignee) ?? null;
        tickets.unshift({
          number, subject: rest.subject, status: 'open', priority: rest.priority ?? 'normal', assignee, tags: [{ name: 'Chat', fixed: true }, ...(rest.tags ?? []).map((name) => ({ name, fixed: false }))],
          customer: chat.customer, created_at: iso(now()), changed_at: iso(now()), description: rest.description ?? '', email: chat.details?.email ?? null,
          chat: { id: chat.id, number: chat.number, exists: true }, made_by: ALICE, room: null, comments: [], changes: [], has_conversation: true, others: [],
        });
        chat.tickets.push(number);
        return { number };
      });
    },
  };

  function filtered(query) {
    const status = query.get('status')?.split(',');
    const [assignee, tag, q, before] = ['assignee', 'tag', 'q', 'before'].map((name) => query.get(name));
    const all = tickets.filter(
      (one) =>
        (!status || status.includes(one.status)) && (!assignee || one.assignee?.id === assignee) && (!tag || one.tags.some(({ name }) => name.toLowerCase() === tag.toLowerCase())) &&
        (!q || `${one.subject} ${one.description} ${one.customer}`.toLowerCase().includes(q.toLowerCase())) && (!before || one.number < Number(before)),
    );
    const lines = all.slice(0, 50).map(({ number, subject, status, priority, assignee, tags, customer, created_at, changed_at }) => ({ number, subject, status, priority, assignee, tags, customer, created_at, changed_at }));
    return { tickets: lines, more: all.length > 50 };
  }

  function patched(ticket, edit) {
    const note = (field, old, now_) => ticket.changes.push({ by: ALICE, at: iso(now()), field, old, new: now_ });
    for (const field of ['status', 'priority', 'subject']) {
      if (!(field in edit)) continue;
      note(field, ticket[field], edit[field]);
      ticket[field] = edit[field];
    }
    if ('assignee' in edit) {
      const to = data.agents.find(({ id }) => id === edit.assignee) ?? null;
      note('assignee', ticket.assignee?.name ?? null, to?.name ?? null);
      ticket.assignee = to;
    }
    if (edit.add_tag) ticket.tags.push({ name: edit.add_tag, fixed: false });
    if (edit.remove_tag) ticket.tags = ticket.tags.filter(({ name, fixed }) => fixed || name !== edit.remove_tag);
    ticket.changed_at = iso(now());
  }

  const sessionOf = (token) => ({
    agent: ALICE, language: 'en', csrf: token ? null : 'c5rf', token, expires_at: iso(now() + 8 * 3_600_000), focus: token ? { service: 'acme', chat: '01JA' } : null, reveal_s: 60,
    services: [{ slug: 'acme', name: much ? 'Acme International Customer Happiness and Returns Department' : 'Acme Help', accent: '#2f6feb', permissions, security: true, rating: true, mail: true }, { slug: 'shop', name: 'Corner Shop', accent: '#0a7d4b', permissions: ['chat'], security: false, rating: false, mail: false }],
  });

  async function live(request, response, url, make) {
    const tag = (value) => `"${createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16)}"`;
    const until = now() + 1_000 * Math.min(25, Number(url.searchParams.get('wait')) || 0);
    let value = make();
    while (request.headers['if-none-match'] === tag(value) && now() < until && !response.closed) {
      await changed(until - now(), response);
      value = make();
    }
    if (request.headers['if-none-match'] === tag(value)) return send(response, 304, null, { etag: tag(value) });
    return send(response, 200, value, { etag: tag(value) });
  }

  function send(response, status, body, headers = {}) {
    response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers });
    response.end(body === null || status === 304 ? undefined : JSON.stringify(body));
  }

  async function call(request, response, path, url, body) {
    const [a, b, c, d, e] = path.split('/');
    if (a === 'sessions') {
      if (body.link && body.link !== 'code') throw new Refused(410, 'link_spent');
      const token = body.openid ? 'widget-token' : null;
      session = sessionOf(token);
      return send(response, 200, session, token ? {} : { 'set-cookie': 'helproom_console=1; HttpOnly; SameSite=Strict; Path=/' });
    }
    const isIn = session && (request.headers.authorization ? request.headers.authorization === `Bearer ${session.token}` : /helproom_console=1/.test(request.headers.cookie ?? ''));
    if (!isIn) throw new Refused(401, 'unauthorized');
    if (request.method !== 'GET' && !request.headers.authorization && request.headers['x-csrf-token'] !== 'c5rf') throw new Refused(403, 'csrf');
    if (a === 'session') {
      if (request.method === 'DELETE') return (session = null), send(response, 204, null);
      return send(response, 200, session);
    }
    if (a === 'status') {
      me.status = body.status;
      wake();
      return send(response, 204, null);
    }
    if (a === 'chats') return chatCall(request, response, chatOf(b), c, d, url, body);
    if (a !== 'services') throw new Refused(404, 'not_found');
    if (b !== 'acme') return c === 'chats' ? live(request, response, url, () => ({ ...list(), chats: [] })) : send(response, 200, { agents: [], canned: [] });
    if (c === 'chats') return live(request, response, url, list);
    if (c === 'agents') return send(response, 200, { agents: data.agents });
    if (c === 'canned') return send(response, 200, { canned: data.canned });
    if (c === 'report') return need('supervise'), send(response, 200, data.report(Number(url.searchParams.get('days')) || 7, empty));
    if (c !== 'tickets') throw new Refused(404, 'not_found');
    need('ticket');
    if (!d) return live(request, response, url, () => filtered(url.searchParams));
    const ticket = ticketOf(d);
    if (e === 'conversation') return send(response, 200, { events: chats.find(({ id }) => id === ticket.chat?.id)?.events.filter(({ type }) => type === 'message' || type === 'attachment') ?? [] });
    if (e === 'audit') return send(response, 200, { entries: ticket.changes.map(({ at, by, field, old, new: to }) => ({ at, who: by.name, what: `changed ${field}`, subject: `#${ticket.number}`, old, new: to })) });
    if (e === 'comments') {
      const number = once(body.key, () => ticket.comments.push({ number: ticket.comments.length + 1, by: ALICE, text: body.text, public: body.public, at: iso(now()) }));
      wake();
      return send(response, 201, { number });
    }
    if (request.method === 'PATCH') {
      patched(ticket, body);
      wake();
      return send(response, 204, null);
    }
    return live(request, response, url, () => ticket);
  }

  async function chatCall(request, response, chat, what, rest, url, body) {
    if (!what) return send(response, 200, details(chat));
    if (what === 'files') return response.writeHead(200, { 'content-type': rest === '01JA-8' ? 'image/png' : 'application/octet-stream' }), response.end(PIXELS);
    if (what === 'events') {
      const [since, wait] = ['since', 'wait'].map((name) => Number(url.searchParams.get(name)) || 0);
      const after = () => chat.events.filter(({ seq }) => seq > since).slice(0, 500);
      const until = now() + wait * 1_000;
      while (after().length === 0 && now() < until && !response.closed) await changed(until - now(), response);
      const events = after();
      return send(response, 200, { next: events.at(-1)?.seq ?? since, events });
    }
    const act = actions[what];
    if (!act) throw new Refused(404, 'not_found');
    const answer = act(chat, body);
    wake();
    return send(response, answer === undefined ? 204 : what === 'tickets' ? 201 : 200, answer ?? null);
  }

  async function page(response, path) {
    const widget = path === '/console/widget';
    const file = path === '/console' ? 'console.html' : widget ? 'console-widget.html' : /^\/assets\/(console[\w.-]*)$/.exec(path)?.[1];
    const bytes = file && (await readFile(new URL(file, DIST)).catch(() => null));
    if (!bytes) return send(response, 404, { error: { code: 'not_found', message: 'not found' } });
    response.writeHead(200, { 'content-type': KINDS[file.split('.').at(-1)], 'cache-control': 'no-cache', 'content-security-policy': CSP + (widget ? 'https: http: vector:' : "'none'") });
    response.end(bytes);
  }

  const server = createServer(async (request, response) => {
    const url = new URL(request.url, 'http://desk');
    const api = /^\/api\/v1\/console\/(.*)$/.exec(url.pathname)?.[1];
    try {
      if (api === undefined) return await page(response, url.pathname);
      const parts = [];
      for await (const part of request) parts.push(part);
      await call(request, response, decodeURIComponent(api), url, parts.length ? JSON.parse(Buffer.concat(parts).toString()) : {});
    } catch (error) {
      const { status = 500, code = 'unavailable', message, field } = error;
      if (status === 500) console.error(error);
      send(response, status, { error: { code, message, ...(field && { field }) } });
    }
  });

  return {
    server,
    chats,
    /** Customers write, offers run out ... */
    change(act) {
      act(chats);
      wake();
    },
    endSession() {
      session = null;
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const option = (name) => (process.argv.includes(name) ? (process.argv[process.argv.indexOf(name) + 1] ?? '') : null);
  const desk = openDesk({ much: process.argv.includes('--much'), empty: process.argv.includes('--empty'), lacks: option('--lacks')?.split(',') ?? [] });
  const port = Number(option('--port') ?? 8099);
  desk.server.listen(port, '127.0.0.1', () => console.log(`http://127.0.0.1:${port}/console#code`));
}
