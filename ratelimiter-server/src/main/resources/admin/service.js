/** Calls the service, and tells in words what went wrong. The token is in this tab only. */

const TOKEN = "ratelimiter.token";

let calls = new AbortController();

export const token = {
  get: () => sessionStorage.getItem(TOKEN),
  set: (value) => sessionStorage.setItem(TOKEN, value),

  /** Forgets the token. Answers to calls that were made with it do not count any more. */
  forget() {
    sessionStorage.removeItem(TOKEN);
    calls.abort();
    calls = new AbortController();
  },
};

/** A call that failed. The message tells what to do. The status is 0 if there was no answer. */
export class Failure extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** The call does not count, because the token was forgotten. */
export class Abandoned extends Error {}

export const read = (path) => call("GET", path);
export const send = (path, body) => call("POST", path, body);

async function call(method, path, body) {
  const { signal } = calls;
  const headers = { Accept: "application/json" };
  if (token.get()) {
    headers.Authorization = `Bearer ${token.get()}`;
  }
  if (body !== undefined) {
    headers["Content-Type"] = "application/json";
  }
  try {
    const answer = await fetch(path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
      referrerPolicy: "no-referrer",
      signal,
    });
    const value = await answer.json().catch(() => ({}));
    if (!answer.ok) {
      throw new Failure(answer.status, explained(answer, value));
    }
    return value;
  } catch (e) {
    if (signal.aborted) {
      throw new Abandoned();
    }
    throw e instanceof Failure ? e : new Failure(0, unreachable());
  }
}

function unreachable() {
  return navigator.onLine === false
    ? "This device is offline. The page tries again by itself."
    : "The service does not answer. See whether it runs and can be reached; the page tries again by itself.";
}

function explained(answer, problem) {
  const detail = problem.detail ? ` The service says: ${problem.detail}` : "";
  switch (answer.status) {
    case 401:
      return "The token is not accepted. Enter one that the service was started with.";
    case 403:
      return "This token may only read. Forget it, and enter one that may write.";
    case 404:
      return "The service does not have this.";
    case 429: {
      const seconds = answer.headers.get("Retry-After");
      return `Too many calls, or too many wrong tokens from this address. Wait ${seconds ? `${seconds} seconds` : "a minute"}.`;
    }
    case 501:
      return "This needs a database. Start the service with --postgres.";
    case 503:
      return `Something that the service needs is away. The rules in force stay; try again in a moment.${detail}`;
    default:
      return `The call failed with status ${answer.status}.${detail}`;
  }
}
