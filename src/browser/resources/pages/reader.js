// What a page does to follow a run. All that it sees is kept in `seen`, for the test to look at.
const seen = { events: [], ends: [], refusals: [], opened: 0, retries: 0, closed: 0, tickets: 0, lines: [] };

function show(kind, text) {
  const item = document.createElement('li');
  item.className = kind;
  item.textContent = text;
  (document.getElementById('list') || document.body).append(item);
}

function listen(source) {
  source.addEventListener('agentos.event', message => {
    const event = JSON.parse(message.data).event;
    seen.events.push({ id: message.lastEventId, sequence: event.sequence });
    show('event', `${event.sequence} ${event.type}`);
  });
  source.addEventListener('agentos.end', message => {
    const end = JSON.parse(message.data);
    seen.ends.push(end.reason);
    show('end', `the stream ends: ${end.reason}`);
  });
  source.addEventListener('agentos.error', message => {
    const code = JSON.parse(message.data).error.code;
    seen.refusals.push(code);
    show('error', code);
    source.close();
  });
  source.addEventListener('open', () => seen.opened++);
  source.addEventListener('error', () => source.readyState === EventSource.CLOSED ? seen.closed++ : seen.retries++);
  return source;
}

/** Follows a run as far as an EventSource does by itself. */
function watch(url) {
  window.source = listen(new EventSource(url));
}

/** Follows a run by tickets, a new one whenever the old one opens nothing any more; the last token is used again. */
async function follow(gateway, runId, tokens) {
  const run = `${gateway}/v1/federation/runs/${runId}`;
  const authorization = tokens.length > 1 ? tokens.shift() : tokens[0];
  const answer = await fetch(`${run}:ticket`, { method: 'POST', headers: { Authorization: authorization } });
  seen.ticket = (await answer.json()).ticket;
  seen.tickets++;
  const url = new URL(`${run}/events`);
  url.searchParams.set('ticket', seen.ticket);
  if (seen.events.length) {
    url.searchParams.set('cursor', seen.events.at(-1).id);
  }
  const source = listen(new EventSource(url));
  source.addEventListener('agentos.end', message => {
    if (JSON.parse(message.data).reason.startsWith('run_')) {
      source.close();
    }
  });
  source.addEventListener('error', () => {
    if (source.readyState === EventSource.CLOSED) {
      setTimeout(() => follow(gateway, runId, tokens), 1000);
    }
  });
}

/** Reads lines as they come. */
async function readLines(url, headers) {
  const answer = await fetch(url, { headers: { Accept: 'application/x-ndjson', ...headers } });
  seen.requestId = answer.headers.get('X-Request-Id');
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (let { value, done } = await reader.read(); !done; { value, done } = await reader.read()) {
    const lines = (rest + value).split('\n');
    rest = lines.pop();
    seen.lines.push(...lines.map(line => JSON.parse(line)));
  }
}
