/** Host over HTTP: `POST /api/{command}`, `GET /bytes`, events by WebSocket. Same origin, cookie session. */

import { parseReply, type BytesQuestion, type BytesReply } from './bytes';
import type { CommandName, RequestOf, ResponseOf } from './commands';
import { HostError, toHostError, UnreachableError } from './error';
import type { BytesOptions, Host, Picked } from './host';
import { Listeners } from './listeners';
import type { BytesRequest, Event } from './wire';

const UNAVAILABLE: Picked = { kind: 'unavailable' };

const RETRY_FIRST_MS = 250;
const RETRY_MOST_MS = 5000;

export function connectHttp(): Host {
  const events = new Listeners<Event>();
  const disconnects = new Listeners<void>();
  const reconnects = new Listeners<void>();
  listenToEvents(events, disconnects, reconnects);
  followPage();
  let nRequests = 0;
  return {
    kind: 'http',
    hasFileDialogs: false,
    call: callHttp,
    bytes: (question, options) => bytesHttp(question, options, (nRequests = (nRequests + 1) >>> 0)),
    onEvent: (handler) => events.add(handler),
    onDisconnect: (handler) => disconnects.add(handler),
    onReconnect: (handler) => reconnects.add(handler),
    pickFolder: () => Promise.resolve(UNAVAILABLE),
    pickFiles: () => Promise.resolve(UNAVAILABLE),
    pickSavePath: () => Promise.resolve(UNAVAILABLE),
    // A browser hides the paths of dropped files.
    onFileDrop: () => () => undefined,
    onClosing: (unfinished) => {
      const ask = (event: BeforeUnloadEvent) => {
        if (unfinished() !== null) event.preventDefault();
      };
      addEventListener('beforeunload', ask);
      return () => removeEventListener('beforeunload', ask);
    },
  };
}

/** Whether the page is being closed: what it says last has to outlive it. */
let isGoing = false;

function followPage(): void {
  // Heard before whoever says something then.
  addEventListener('pagehide', () => (isGoing = true), { capture: true });
  addEventListener('pageshow', () => (isGoing = false), { capture: true });
}

async function callHttp<C extends CommandName>(
  command: C,
  request: RequestOf<C>,
): Promise<ResponseOf<C>> {
  const response = await fetchOrFail(`/api/${command}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
    keepalive: isGoing,
  });
  const body: ResponseOf<C> = await response.json();
  return body;
}

// Values are passed as arguments, not captured: a webview's compiler was seen to mix up captured ones.
async function bytesHttp(
  question: BytesQuestion,
  options: BytesOptions | undefined,
  n: number,
): Promise<BytesReply> {
  const request: BytesRequest = { ...question, request: n };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(request)) {
    if (value === null || value === undefined) continue;
    query.set(name, typeof value === 'object' ? JSON.stringify(value) : String(value));
  }
  const response = await fetchOrFail(`/bytes?${query}`, {});
  const buffer = await response.arrayBuffer();
  try {
    return parseReply(buffer, request, options?.atLeastRevision ?? 0);
  } catch (reason) {
    throw toHostError(reason);
  }
}

async function fetchOrFail(url: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (reason) {
    throw new UnreachableError(toHostError(reason).wire);
  }
  if (response.ok) return response;
  throw await errorOf(response);
}

async function errorOf(response: Response): Promise<HostError> {
  const text = await response.text();
  try {
    return toHostError(JSON.parse(text));
  } catch {
    const code = response.status === 401 ? 'not_permitted' : 'internal';
    return new HostError({ code, message: text || `HTTP ${response.status}`, hint: null });
  }
}

/** Keeps a socket open for as long as the page lives, retrying ever more slowly up to a limit. */
function listenToEvents(
  events: Listeners<Event>,
  disconnects: Listeners<void>,
  reconnects: Listeners<void>,
): void {
  let retryMs = RETRY_FIRST_MS;
  let isLost = false;
  const connect = () => {
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    const socket = new WebSocket(`${scheme}://${location.host}/events`);
    socket.onopen = () => {
      retryMs = RETRY_FIRST_MS;
      if (isLost) reconnects.emit();
      isLost = false;
    };
    socket.onmessage = (message: MessageEvent<unknown>) => {
      if (typeof message.data !== 'string') return;
      const event: Event = JSON.parse(message.data);
      events.emit(event);
    };
    socket.onclose = () => {
      if (!isLost) disconnects.emit();
      isLost = true;
      setTimeout(connect, retryMs);
      retryMs = Math.min(retryMs * 2, RETRY_MOST_MS);
    };
  };
  connect();
}
